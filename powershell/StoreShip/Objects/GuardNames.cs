using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>The guards of a merge, as the library lists them. The list is read once per process, at the first use.</summary>
    internal static class GuardNames
    {
        // A failure is not cached, because the library may be found later.
        private static readonly Lazy<KeyValuePair<string, string>[]> Table =
            new Lazy<KeyValuePair<string, string>[]>(Read, LazyThreadSafetyMode.PublicationOnly);

        /// <summary>The names that lift guards, in the order of the ids.</summary>
        /// <exception cref="DllNotFoundException">The library can't be loaded.</exception>
        internal static string[] All => Meanings.Select(guard => guard.Key).ToArray();

        /// <summary>The same names, each with what its guard refuses.</summary>
        /// <exception cref="DllNotFoundException">The library can't be loaded.</exception>
        internal static IReadOnlyList<KeyValuePair<string, string>> Meanings => Table.Value;

        private static KeyValuePair<string, string>[] Read()
        {
            var guards = new List<KeyValuePair<string, string>>();
            Dictionary<string, string> result = JsonFields.Of(StoreClient.Offline.Call("library.guards"));
            foreach (string item in JsonFields.Items(JsonFields.Raw(result, "guards") ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(item);
                if (JsonFields.Text(fields, "name") is string name)
                {
                    guards.Add(new KeyValuePair<string, string>(name, JsonFields.Text(fields, "meaning") ?? name));
                }
            }
            return guards.ToArray();
        }
    }
}
