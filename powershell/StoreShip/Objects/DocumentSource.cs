using System;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>A document that a parameter names in any of the ways a user has it.</summary>
    internal static class DocumentSource
    {
        /// <summary>The text that the service sent, of what an object was made of, of a file or of JSON text.</summary>
        /// <param name="value">An object of a cmdlet, JSON text, or a path.</param>
        /// <param name="fullPath">Makes a path a full one.</param>
        internal static string Text(PSObject value, Func<string, string> fullPath)
        {
            if (value.BaseObject is string text)
            {
                return IsJson(text) ? new JsonRaw(text).Text : SubmissionFile.ReadBaseline(fullPath(text));
            }
            if (value.BaseObject is System.IO.FileInfo file)
            {
                return SubmissionFile.ReadBaseline(file.FullName);
            }
            return StoreObject.Baseline(value) ?? DocumentWalker.Walk(value).Json;
        }

        /// <summary>Whether a text is a document rather than a path: no path begins with a brace.</summary>
        internal static bool IsJson(string text) => text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n').StartsWith("{", StringComparison.Ordinal);
    }
}
