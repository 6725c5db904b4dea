using System.Collections.Generic;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>
    /// The ids of a result of the library: those of the request, with the id that the result itself has. The service
    /// names the id differently in each kind of document; this is the only place that knows the names.
    /// </summary>
    internal static class ResultIds
    {
        /// <summary>The ids of a result or of an item of a list.</summary>
        /// <param name="json">The result.</param>
        /// <param name="typeName">The type name of the object that it becomes, for example <c>StoreShip.App</c>.</param>
        /// <param name="requested">The ids of the request.</param>
        internal static StoreIds Of(string json, string typeName, StoreIds requested)
        {
            switch (typeName)
            {
                case "StoreShip.App":
                    return new StoreIds(Member(json, "id"), null, null, null);
                case "StoreShip.Flight":
                    return new StoreIds(requested.AppId, Member(json, "flightId"), null, null);
                case "StoreShip.AddOn":
                    return new StoreIds(null, null, Member(json, "id"), null);
                case "StoreShip.Submission":
                    return requested.WithSubmission(Member(json, "id") ?? requested.SubmissionId);
                case "StoreShip.Receipt":
                    return requested.WithSubmission(Member(json, "submissionId"));
                default:
                    return requested;
            }
        }

        private static string? Member(string json, string name)
        {
            Dictionary<string, string> fields = JsonFields.Of(json);
            return JsonFields.Text(fields, name);
        }
    }
}
