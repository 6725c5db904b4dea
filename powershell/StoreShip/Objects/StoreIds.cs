using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>
    /// The ids of the app, flight, add-on and submission that an object is or belongs to. An id that does not apply is null.
    /// </summary>
    internal readonly struct StoreIds
    {
        internal StoreIds(string? appId, string? flightId, string? addOnId, string? submissionId)
        {
            AppId = Trimmed(appId);
            FlightId = Trimmed(flightId);
            AddOnId = Trimmed(addOnId);
            SubmissionId = Trimmed(submissionId);
        }

        /// <summary>The ids in the <c>meta</c> of a response: those of what its result is about.</summary>
        /// <param name="meta">The meta as JSON; null if the response has none.</param>
        internal static StoreIds OfMeta(string? meta)
        {
            string? ids = JsonFields.Raw(JsonFields.Of(meta ?? "{}"), "ids");
            Dictionary<string, string> fields = JsonFields.Of(ids ?? "{}");
            return new StoreIds(
                JsonFields.Text(fields, "appId"), JsonFields.Text(fields, "flightId"),
                JsonFields.Text(fields, "addOnId"), JsonFields.Text(fields, "submissionId"));
        }

        internal string? AppId { get; }

        internal string? FlightId { get; }

        internal string? AddOnId { get; }

        internal string? SubmissionId { get; }

        /// <summary>Whether the ids name an app or an add-on, which every call of the service needs.</summary>
        internal bool HasTarget => AppId != null || AddOnId != null;

        internal StoreIds WithSubmission(string? submissionId) => new StoreIds(AppId, FlightId, AddOnId, submissionId);

        internal StoreIds WithFlight(string? flightId) => new StoreIds(AppId, flightId, AddOnId, SubmissionId);

        /// <summary>A request with a field for each id.</summary>
        internal RequestText Request()
        {
            var request = new RequestText();
            request.Add("appId", AppId);
            request.Add("flightId", FlightId);
            request.Add("addOnId", AddOnId);
            request.Add("submissionId", SubmissionId);
            return request;
        }

        /// <summary>The ids as text for people: <c>app 9N..., submission 115...</c></summary>
        public override string ToString()
        {
            var text = new StringBuilder();
            Append(text, "app", AppId);
            Append(text, "flight", FlightId);
            Append(text, "add-on", AddOnId);
            Append(text, "submission", SubmissionId);
            return text.Length == 0 ? "the account" : text.ToString();
        }

        private static void Append(StringBuilder text, string noun, string? id)
        {
            if (id != null)
            {
                text.Append(text.Length == 0 ? "" : ", ").Append(noun).Append(' ').Append(ViewText.Line(id));
            }
        }

        /// <summary>Whether a text has the form of a Store id: twelve letters and digits.</summary>
        internal static bool IsStoreId(string text) => Regex.IsMatch(text.Trim(), "^(?=.*[0-9])[0-9A-Za-z]{12}$");

        /// <summary>
        /// An id without the white space around it and without a byte order mark, as the library reads it: a variable that was
        /// filled from a file or a command ends in a line end.
        /// </summary>
        /// <param name="id">The id as it was given.</param>
        /// <returns>The id; null if nothing is left.</returns>
        internal static string? Trimmed(string? id)
        {
            string text = (id ?? "").TrimStart('\uFEFF').Trim();
            return text.Length == 0 ? null : text;
        }
    }
}
