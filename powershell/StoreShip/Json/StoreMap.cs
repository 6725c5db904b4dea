using System;
using System.Collections;
using System.Collections.Specialized;

namespace StoreShip.Json
{
    /// <summary>
    /// A JSON object as an ordered dictionary. When letter case is ignored, an assignment in another letter case keeps
    /// the spelling of the existing key. OrderedDictionary would rename the key, and the service would get another
    /// member.
    /// </summary>
    public sealed class StoreMap : OrderedDictionary, IDictionary
    {
        /// <summary>Creates an empty map.</summary>
        /// <param name="ignoreCase">True to ignore letter case when looking up keys.</param>
        public StoreMap(bool ignoreCase)
            : base(ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)
        {
        }

        /// <summary>The value of a key; null if the key does not exist.</summary>
        /// <param name="key">The key, a string.</param>
        public new object? this[object key]
        {
            get => base[key];
            set
            {
                if (!Contains(key))
                {
                    Add(key, value);
                    return;
                }
                // Setting by index keeps the key; setting by key replaces it.
                base[IndexOf((string)key)] = value;
            }
        }

        private int IndexOf(string key)
        {
            int exact = -1;
            int index = 0;
            foreach (string candidate in Keys)
            {
                if (string.Equals(candidate, key, StringComparison.Ordinal))
                {
                    return index;
                }
                if (exact < 0 && string.Equals(candidate, key, StringComparison.OrdinalIgnoreCase))
                {
                    exact = index;
                }
                index++;
            }
            return exact;
        }
    }
}
