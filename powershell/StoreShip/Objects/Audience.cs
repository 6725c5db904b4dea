using System.Collections.Generic;

namespace StoreShip.Objects
{
    /// <summary>Who gets a release, for messages.</summary>
    internal static class Audience
    {
        private const int Limit = 1000;

        /// <summary>The names of the flights that cmdlets of this process returned, by id.</summary>
        private static readonly Dictionary<string, string> FlightNames = new Dictionary<string, string>();

        /// <summary>Remembers the name of a flight.</summary>
        internal static void Add(string? flightId, string? name)
        {
            if (flightId == null || string.IsNullOrWhiteSpace(name))
            {
                return;
            }
            lock (FlightNames)
            {
                if (FlightNames.Count == Limit)
                {
                    FlightNames.Clear();
                }
                FlightNames[flightId] = name!;
            }
        }

        /// <summary>Everybody, or the flight with its name, if it is known, and its id.</summary>
        /// <param name="ids">The ids of the app, flight or add-on.</param>
        internal static string Of(StoreIds ids)
        {
            if (ids.FlightId == null)
            {
                return "everybody";
            }
            string id = ViewText.Line(ids.FlightId);
            lock (FlightNames)
            {
                return FlightNames.TryGetValue(ids.FlightId, out string name)
                    ? "the flight " + ViewText.Line(name) + " (" + id + ")"
                    : "the flight " + id;
            }
        }
    }
}
