using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>A package flight as an object.</summary>
    internal static class FlightObject
    {
        /// <summary>Makes the object, with the ids of the app and the flight.</summary>
        /// <param name="json">The flight as the service describes it.</param>
        /// <param name="app">The ids of its app.</param>
        internal static PSObject Create(string json, StoreIds app)
        {
            Dictionary<string, string> fields = JsonFields.Of(json);
            foreach (string group in JsonFields.Items(JsonFields.Raw(fields, "groupIds") ?? "[]"))
            {
                IdHistory.AddGroup(JsonFields.Text(group) ?? group);
            }
            StoreIds ids = new StoreIds(app.AppId, JsonFields.Text(fields, "flightId"), null, null);
            return StoreObject.Create(json, "StoreShip.Flight", ids);
        }
    }
}
