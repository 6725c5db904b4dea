using System;

namespace StoreShip.Json
{
    /// <summary>A value has no JSON form. The walker adds the place.</summary>
    internal sealed class UnsupportedValueException : Exception
    {
        internal UnsupportedValueException(object value, string remedy)
            : base(remedy)
        {
            TypeName = value.GetType().FullName!;
        }

        internal string TypeName { get; }
    }
}
