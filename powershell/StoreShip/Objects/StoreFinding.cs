using System.Collections.Generic;
using System.Globalization;
using StoreShip.Cmdlets;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>A finding of Test-StoreSubmission.</summary>
    public sealed class StoreFinding
    {
        private StoreFinding(Dictionary<string, string> fields)
        {
            string? Text(string name) => JsonFields.Text(fields, name) is string text ? ViewText.Line(text) : null;
            int? Number(string name) =>
                JsonFields.Raw(fields, name) is string raw ? int.Parse(raw, CultureInfo.InvariantCulture) : (int?)null;
            string severity = Text("severity") ?? "";
            Severity = severity.Length == 0 ? "" : char.ToUpperInvariant(severity[0]) + severity.Substring(1);
            Id = Text("id") ?? "";
            Message = Text("message") ?? "";
            File = Text("file");
            Line = Number("line");
            Column = Number("column");
            Pointer = Text("pointer");
            ProductId = Text("productId");
            Language = Text("language");
            Found = Text("found");
            Allowed = Text("allowed");
            Remedy = CmdletRemedy.Translate(Text("remedy"));
            Source = Text("source");
        }

        /// <summary><c>Error</c>, <c>Warning</c> or <c>Information</c>.</summary>
        public string Severity { get; }

        /// <summary>The id of the rule: <c>T01</c>.</summary>
        public string Id { get; }

        /// <summary>Where it is: the file and the line, or the place in the submission.</summary>
        public string Place => File == null ? Pointer ?? Language ?? "" : Line == null ? File : File + ":" + Line;

        /// <summary>What was found, in one sentence.</summary>
        public string Message { get; }

        /// <summary>The file, from the current folder if it is in it; null if it is about no file.</summary>
        public string? File { get; }

        /// <summary>The line in the file, from 1.</summary>
        public int? Line { get; }

        /// <summary>The column in the file, from 1.</summary>
        public int? Column { get; }

        /// <summary>The JSON Pointer of the place in the submission.</summary>
        public string? Pointer { get; }

        /// <summary>The product id of the add-on, in the folder of an app with those of its add-ons.</summary>
        public string? ProductId { get; }

        /// <summary>The language of the listing.</summary>
        public string? Language { get; }

        /// <summary>What is there, where the rule compares it with something.</summary>
        public string? Found { get; }

        /// <summary>What is allowed.</summary>
        public string? Allowed { get; }

        /// <summary>What to do.</summary>
        public string? Remedy { get; }

        /// <summary>The page that says so; null where the rule is the judgement of StoreShip.</summary>
        public string? Source { get; }

        internal static StoreFinding Of(string json) => new StoreFinding(JsonFields.Of(json));
    }
}
