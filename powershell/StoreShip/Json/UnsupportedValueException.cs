using System;

namespace StoreShip.Json
{
    /// <summary>A value has no JSON form. The walker adds the place.</summary>
    internal sealed class UnsupportedValueException : Exception
    {
        internal UnsupportedValueException(object value, string remedy, string why = "which has no JSON form")
            : base("is a " + value.GetType().FullName + ", " + why)
        {
            Remedy = remedy;
        }

        internal string Remedy { get; }
    }
}
