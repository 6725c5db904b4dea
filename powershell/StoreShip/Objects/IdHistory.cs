using System.Collections.Generic;

namespace StoreShip.Objects
{
    /// <summary>The ids that went by in this process, for completion: the network is never asked for it.</summary>
    internal static class SeenIds
    {
        private const int Limit = 1000;
        private static readonly List<StoreIds> Seen = new List<StoreIds>();
        private static readonly List<string> Groups = new List<string>();

        internal static void Add(StoreIds ids)
        {
            if (ids.HasTarget)
            {
                Add(Seen, ids);
            }
        }

        /// <summary>A group of testers that a flight names.</summary>
        internal static void AddGroup(string id) => Add(Groups, id);

        /// <summary>What was seen, the newest first.</summary>
        internal static List<StoreIds> Newest() => Newest(Seen);

        /// <summary>The groups that were seen, the newest first.</summary>
        internal static List<string> NewestGroups() => Newest(Groups);

        private static void Add<T>(List<T> list, T item)
        {
            lock (list)
            {
                if (list.Contains(item))
                {
                    return;
                }
                if (list.Count == Limit)
                {
                    list.RemoveAt(0);
                }
                list.Add(item);
            }
        }

        private static List<T> Newest<T>(List<T> list)
        {
            lock (list)
            {
                var copy = new List<T>(list);
                copy.Reverse();
                return copy;
            }
        }
    }
}
