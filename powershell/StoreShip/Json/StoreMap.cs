using System;
using System.Collections;
using System.Collections.Specialized;

namespace StoreShip.Json
{
    /// <summary>
    /// An ordered map of a JSON object. With an ignore-case comparer a write in another letter case keeps the
    /// spelling of the key that is there; OrderedDictionary would rename it, and the service would get another key.
    /// </summary>
    public sealed class StoreMap : OrderedDictionary, IDictionary
    {
        /// <summary>Makes an empty map.</summary>
        /// <param name="ignoreCase">True to find keys in any letter case.</param>
        public StoreMap(bool ignoreCase)
            : base(ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)
        {
        }

        /// <summary>The value of a key; null when there is none.</summary>
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
                // Only the setter by position leaves the key alone.
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
