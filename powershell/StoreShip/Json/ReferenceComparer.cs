using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace StoreShip.Json
{
    /// <summary>Tells objects apart by what they are, whatever they say about being equal.</summary>
    internal sealed class ReferenceComparer : IEqualityComparer<object>
    {
        internal static readonly ReferenceComparer Instance = new ReferenceComparer();

        bool IEqualityComparer<object>.Equals(object? a, object? b) => ReferenceEquals(a, b);

        int IEqualityComparer<object>.GetHashCode(object value) => RuntimeHelpers.GetHashCode(value);
    }
}
