namespace StoreShip.Objects
{
    /// <summary>The guards of a merge, by the names that lift them.</summary>
    internal static class GuardNames
    {
        /// <summary>In the order of their ids, K1 to K11.</summary>
        internal static readonly string[] All =
        {
            "truncated", "enveloped", "dateForm", "kindChanged", "membersMissing", "caseTwin", "typeChanged", "encoding",
            "dateRewritten", "nulled", "jobMembers",
        };

        /// <summary>What each of them refuses, in the same order.</summary>
        internal static readonly string[] Meanings =
        {
            "an object or a list that became text, as ConvertTo-Json prints it below its depth",
            "a value that became an object around the value",
            "a date in the form /Date(n)/",
            "a value that became another kind of value, such as text for a list",
            "members that are missing",
            "a new name that differs from another one in letter case only",
            "a number, a text or a boolean that became one of the others",
            "text that was read or written in a wrong encoding",
            "a date that is spelled differently although the time is the same",
            "an object or a list that became null",
            "members that a job or a remote session added",
        };
    }
}
