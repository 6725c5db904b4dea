using System;

namespace StoreShip.Json
{
    /// <summary>A value has no JSON form. <see cref="DocumentWriter"/> adds the place of the value to the message.</summary>
    internal sealed class UnsupportedValueException : Exception
    {
        internal UnsupportedValueException(object value, string remedy, string reason = "which has no JSON form")
            : base("is a " + value.GetType().FullName + ", " + reason)
        {
            Remedy = remedy;
        }

        internal string Remedy { get; }
    }
}
