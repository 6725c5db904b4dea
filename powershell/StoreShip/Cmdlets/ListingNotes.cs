using System;
using System.Collections.Generic;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>The notes in the result of an operation that wrote a folder of listings.</summary>
    internal static class ListingNotes
    {
        /// <summary>Writes what was left out, and what a push would add again, as warnings, and the other notes as verbose text.</summary>
        internal static void Write(string result, Action<string> warning, Action<string> verbose)
        {
            foreach (string note in JsonFields.Items(JsonFields.Raw(JsonFields.Of(result), "notes") ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(note);
                string place = JsonFields.Text(fields, "file") ?? JsonFields.Text(fields, "pointer") ?? "";
                string message = ViewText.Line(place + ": " + JsonFields.Text(fields, "message"));
                bool isGrave = JsonFields.Text(fields, "kind") is "leftOut" or "notSent";
                (isGrave ? warning : verbose)(message);
            }
        }
    }
}
