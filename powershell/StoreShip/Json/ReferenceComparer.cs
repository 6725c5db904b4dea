using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace StoreShip.Json
{
    /// <summary>Compares objects by reference and ignores their own Equals.</summary>
    internal sealed class ReferenceComparer : IEqualityComparer<object>
    {
        internal static readonly ReferenceComparer Instance = new ReferenceComparer();

        bool IEqualityComparer<object>.Equals(object? a, object? b) => ReferenceEquals(a, b);

        int IEqualityComparer<object>.GetHashCode(object value) => RuntimeHelpers.GetHashCode(value);
    }
}
