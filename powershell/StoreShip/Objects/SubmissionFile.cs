using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using StoreShip.Files;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>
    /// A submission in a file, and the file beside it (the sidecar) that keeps what the service sent and the ids, so
    /// that an editor or another tool may change the first and only the changes are stored.
    /// </summary>
    internal sealed class SubmissionFile
    {
        private const string Suffix = ".baseline.json";
        private const string Format = "storeship-baseline-1";

        private SubmissionFile(string text, string? baseline, StoreIds ids)
        {
            Text = text;
            Baseline = baseline;
            Ids = ids;
        }

        /// <summary>The file as it is now.</summary>
        internal string Text { get; }

        /// <summary>What the service sent; null without a sidecar.</summary>
        internal string? Baseline { get; }

        internal StoreIds Ids { get; }

        /// <summary>Where the sidecar of a file is.</summary>
        internal static string Sidecar(string path) => path + Suffix;

        /// <summary>Reads a file and its sidecar, when there is one.</summary>
        /// <param name="path">The full path of the submission.</param>
        internal static SubmissionFile Read(string path)
        {
            string text = Utf8File.Read(path);
            string sidecar = Sidecar(path);
            if (!File.Exists(sidecar))
            {
                return new SubmissionFile(text, null, default);
            }
            Dictionary<string, string> fields = JsonFields.Of(Utf8File.Read(sidecar));
            string baseline = BaselineOf(fields) ?? throw new StoreException(
                StoreStatus.Invalid, "document.invalid", sidecar + " is not a sidecar of Export-StoreSubmission",
                "export the submission again, or move that file away");
            var ids = new StoreIds(
                JsonFields.Text(fields, "appId"), JsonFields.Text(fields, "flightId"),
                JsonFields.Text(fields, "addOnId"), JsonFields.Text(fields, "submissionId"));
            Sidecars.Add(sidecar, ids, baseline);
            return new SubmissionFile(text, baseline, ids);
        }

        /// <summary>The baseline in a file: that of a sidecar, or the whole of any other file.</summary>
        internal static string ReadBaseline(string path)
        {
            string text = Utf8File.Read(path);
            return BaselineOf(JsonFields.Of(text)) ?? new JsonRaw(text).Text;
        }

        /// <summary>Writes a file and its sidecar. The sidecar comes first: a file without one would lose its origin.</summary>
        internal static void Write(string path, string text, string baseline, StoreIds ids)
        {
            WriteSidecar(path, baseline, ids);
            Utf8File.Write(path, text);
        }

        /// <summary>
        /// Takes what the file says as what it was made of, once that is stored: else the next change of the same place
        /// would meet this one as somebody else's.
        /// </summary>
        /// <param name="path">The full path of the submission.</param>
        internal void Rebase(string path)
        {
            if (Baseline != null)
            {
                WriteSidecar(path, EditedDocument.Compare(Baseline, new PSObject(Text))["document"], Ids);
            }
        }

        private static void WriteSidecar(string path, string baseline, StoreIds ids)
        {
            string fields = new RequestText().Add("format", Format).Add("appId", ids.AppId).Add("flightId", ids.FlightId)
                .Add("addOnId", ids.AddOnId).Add("submissionId", ids.SubmissionId).AddRaw("baseline", baseline).ToString();
            string sidecar = Sidecar(path);
            Utf8File.Write(sidecar, fields);
            Sidecars.Add(sidecar, ids, baseline);
        }

        /// <summary>The submission as an object that knows what the service sent.</summary>
        internal PSObject ToObject() => StoreObject.Create(Text, "StoreShip.Submission", Ids, Baseline);

        private static string? BaselineOf(Dictionary<string, string> fields) =>
            JsonFields.Text(fields, "format") == Format ? JsonFields.Raw(fields, "baseline") : null;
    }
}
