using System.Collections.Generic;

namespace StoreShip.Objects
{
    /// <summary>
    /// The ids that cmdlets of this process returned, for tab completion. Completion never calls the service.
    /// </summary>
    internal static class IdHistory
    {
        private const int Limit = 1000;
        private static readonly List<StoreIds> Ids = new List<StoreIds>();
        private static readonly List<string> Groups = new List<string>();

        /// <summary>Adds the ids of an object that a cmdlet returns.</summary>
        internal static void Add(StoreIds ids)
        {
            if (ids.HasTarget)
            {
                Add(Ids, ids);
            }
        }

        /// <summary>Adds the id of a flight group.</summary>
        internal static void AddGroup(string id) => Add(Groups, id);

        /// <summary>The ids of objects, newest first.</summary>
        internal static List<StoreIds> Newest() => Newest(Ids);

        /// <summary>The ids of flight groups, newest first.</summary>
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
