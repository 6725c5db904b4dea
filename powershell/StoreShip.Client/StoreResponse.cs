using System.Collections.Generic;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>The response of an operation that succeeded.</summary>
    public sealed class StoreResponse
    {
        private StoreResponse(string result, string? meta)
        {
            Result = result;
            Meta = meta;
        }

        /// <summary>The <c>result</c> as JSON, byte for byte as the library returned it.</summary>
        public string Result { get; }

        /// <summary>
        /// The <c>meta</c> of the response as JSON: facts about the call, such as the correlation ids of the service. Null if
        /// the response has none.
        /// </summary>
        public string? Meta { get; }

        /// <summary>Reads the response of a function of the library.</summary>
        /// <param name="status">What the function returned.</param>
        /// <param name="json">The response.</param>
        /// <exception cref="StoreException">The response is an error.</exception>
        internal static StoreResponse Of(int status, string? json)
        {
            if (json == null)
            {
                throw new StoreException(
                    status == 0 ? StoreStatus.Internal : (StoreStatus)status,
                    "internal.state",
                    "the library returned no response (status " + status + ")");
            }
            return Of((StoreStatus)status, json, JsonFields.Of(json));
        }

        /// <summary>Reads the response in the last event of a job. An event has no status, so its error names the class.</summary>
        /// <param name="json">The response.</param>
        /// <exception cref="StoreException">The response is an error.</exception>
        internal static StoreResponse OfJob(string json)
        {
            Dictionary<string, string> fields = JsonFields.Of(json);
            string? error = JsonFields.Raw(fields, "error");
            long status = error == null ? 0 : JsonFields.Number(JsonFields.Of(error), "class") ?? (long)StoreStatus.Internal;
            return Of((StoreStatus)status, json, fields);
        }

        private static StoreResponse Of(StoreStatus status, string json, Dictionary<string, string> fields)
        {
            if (status == StoreStatus.Ok && JsonFields.Raw(fields, "ok") == "true")
            {
                return new StoreResponse(
                    fields.TryGetValue("result", out string? result) ? result : "null", JsonFields.Raw(fields, "meta"));
            }
            throw StoreException.FromResponse(status, json, JsonFields.Raw(fields, "error") ?? "{}");
        }
    }
}
