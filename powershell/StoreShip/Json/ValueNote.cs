namespace StoreShip.Json
{
    /// <summary>Something about a value that its JSON text does not show, and that a merge has to know.</summary>
    internal readonly struct WalkNote
    {
        /// <summary>A command without output, where a literal kept it (P1a).</summary>
        internal const string AutoNull = "autonull";

        /// <summary>The text was made from a DateTime or DateTimeOffset (M4).</summary>
        internal const string DateTime = "datetime";

        /// <summary>A scalar, array or dictionary carried members of its own, which were left out (P27).</summary>
        internal const string MembersDropped = "members-dropped";

        /// <summary>Select-Object made this object (P28).</summary>
        internal const string Selected = "selected";

        /// <summary>The object came through CLIXML or a job (P28).</summary>
        internal const string Deserialized = "deserialized";

        internal WalkNote(string pointer, string kind)
        {
            Pointer = pointer;
            Kind = kind;
        }

        /// <summary>RFC 6901.</summary>
        internal string Pointer { get; }

        internal string Kind { get; }
    }
}
