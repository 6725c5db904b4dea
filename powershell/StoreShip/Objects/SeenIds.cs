using System.Collections.Generic;

namespace StoreShip.Objects
{
    /// <summary>The ids that went by in this process, for completion: the network is never asked for it.</summary>
    internal static class SeenIds
    {
        private const int Limit = 1000;
        private static readonly List<StoreIds> Seen = new List<StoreIds>();

        internal static void Add(StoreIds ids)
        {
            lock (Seen)
            {
                if (!ids.HasTarget || Seen.Contains(ids))
                {
                    return;
                }
                if (Seen.Count == Limit)
                {
                    Seen.RemoveAt(0);
                }
                Seen.Add(ids);
            }
        }

        /// <summary>What was seen, the newest first.</summary>
        internal static List<StoreIds> Newest()
        {
            lock (Seen)
            {
                var copy = new List<StoreIds>(Seen);
                copy.Reverse();
                return copy;
            }
        }
    }
}
