using System;
using System.Collections.Generic;
using System.Globalization;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>The library's own list of error codes, read once.</summary>
    internal static class StoreErrors
    {
        private static readonly Lazy<Dictionary<string, StoreStatus>> Codes =
            new Lazy<Dictionary<string, StoreStatus>>(ReadCodes);

        /// <summary>The class of a code; <see cref="StoreStatus.Internal"/> for an unknown one.</summary>
        internal static StoreStatus StatusOf(string code) =>
            Codes.Value.TryGetValue(code, out StoreStatus status) ? status : StoreStatus.Internal;

        private static Dictionary<string, StoreStatus> ReadCodes()
        {
            var codes = new Dictionary<string, StoreStatus>(StringComparer.Ordinal);
            Dictionary<string, string> result = JsonFields.Of(StoreClient.Offline.Call("library.errors"));
            foreach (string item in JsonFields.Items(JsonFields.Raw(result, "errors") ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(item);
                string? code = JsonFields.Text(fields, "code");
                long? number = JsonFields.Number(fields, "class");
                if (code != null && number != null)
                {
                    codes[code] = (StoreStatus)number.Value;
                }
            }
            return codes;
        }
    }
}
