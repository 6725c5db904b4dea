using System.Collections;
using System.Collections.Generic;
using StoreShip.Json;

namespace StoreShip.Completion
{
    /// <summary>Completes the name of an operation; the tooltip is its summary.</summary>
    public sealed class OperationCompleter : WordCompleter
    {
        /// <inheritdoc/>
        private protected override IEnumerable<KeyValuePair<string, string>> Words(string parameter, IDictionary bound)
        {
            Dictionary<string, string> result = JsonFields.Of(StoreClient.Offline.Call("library.operations"));
            foreach (string item in JsonFields.Items(JsonFields.Raw(result, "operations") ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(item);
                if (JsonFields.Text(fields, "name") is string name)
                {
                    yield return new KeyValuePair<string, string>(name, JsonFields.Text(fields, "summary") ?? name);
                }
            }
        }
    }
}
