using System.Collections.Generic;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>
    /// The ids of an item of a list. The meta of a response has the ids of what its result is about, but not those of each
    /// item, so they are read from the item, where the service names them differently.
    /// </summary>
    internal static class ItemIds
    {
        /// <summary>The ids of an app.</summary>
        internal static StoreIds App(string json) => new StoreIds(Member(json, "id"), null, null, null);

        /// <summary>The ids of a flight.</summary>
        /// <param name="json">The flight.</param>
        /// <param name="app">The ids of the request, which name the app.</param>
        internal static StoreIds Flight(string json, StoreIds app) =>
            new StoreIds(app.AppId, Member(json, "flightId"), null, null);

        /// <summary>The ids of an add-on.</summary>
        internal static StoreIds AddOn(string json) => new StoreIds(null, null, Member(json, "id"), null);

        private static string? Member(string json, string name)
        {
            Dictionary<string, string> fields = JsonFields.Of(json);
            return JsonFields.Text(fields, name);
        }
    }
}
