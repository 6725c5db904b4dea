namespace StoreShip.Json
{
    /// <summary>
    /// A fact about a value that its JSON text does not show and that a merge needs: the field <c>notes</c> of
    /// <c>document.merge</c>.
    /// </summary>
    internal readonly struct ValueNote
    {
        /// <summary>The value is AutomationNull: the result of a command that returned nothing.</summary>
        internal const string AutoNull = "autonull";

        /// <summary>The value was a DateTime or DateTimeOffset, so its text may be spelled differently than before.</summary>
        internal const string DateTime = "datetime";

        /// <summary>A scalar, array or dictionary had note properties, which are not written.</summary>
        internal const string MembersDropped = "members-dropped";

        /// <summary>Select-Object made this object, so members may be missing.</summary>
        internal const string Selected = "selected";

        /// <summary>The object came through CLIXML or a job, which cut deep objects.</summary>
        internal const string Deserialized = "deserialized";

        /// <summary>The value is one object with that of another place, so a change of one is a change of both.</summary>
        internal const string Shared = "shared";

        internal ValueNote(string pointer, string kind)
        {
            Pointer = pointer;
            Kind = kind;
        }

        /// <summary>The JSON Pointer (RFC 6901) of the value.</summary>
        internal string Pointer { get; }

        /// <summary>One of the constants of this type.</summary>
        internal string Kind { get; }
    }
}
