using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>Creates the object of a package flight, and records its name for messages and its flight groups for tab completion.</summary>
    internal static class FlightObject
    {
        /// <summary>Creates the object.</summary>
        /// <param name="json">The flight, as the service returned it.</param>
        /// <param name="ids">The ids of the flight.</param>
        internal static PSObject FromResult(string json, StoreIds ids)
        {
            foreach (string group in JsonFields.Items(JsonFields.Raw(JsonFields.Of(json), "groupIds") ?? "[]"))
            {
                IdHistory.AddGroup(JsonFields.Text(group) ?? group);
            }
            Audience.Add(ids.FlightId, JsonFields.Text(JsonFields.Of(json), "friendlyName"));
            return StoreObject.FromResult(json, "StoreShip.Flight", ids);
        }
    }
}
