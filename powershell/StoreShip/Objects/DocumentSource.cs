using System;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>Reads a document from a parameter that takes an object, JSON text or the path of a file.</summary>
    internal static class DocumentSource
    {
        /// <summary>
        /// The baseline that a value stands for: JSON text itself, the baseline of an object (or its own text, if it has
        /// none), the baseline in a sidecar, or the whole text of any other file.
        /// </summary>
        /// <param name="value">An object, JSON text, or a path.</param>
        /// <param name="fullPath">Resolves a path to a full path.</param>
        internal static string Baseline(PSObject value, Func<string, string> fullPath)
        {
            if (value.BaseObject is string text)
            {
                return IsJson(text) ? new JsonRaw(text).Text : SubmissionFile.ReadBaseline(fullPath(text));
            }
            if (value.BaseObject is System.IO.FileInfo file)
            {
                return SubmissionFile.ReadBaseline(file.FullName);
            }
            return StoreObject.Baseline(value) ?? DocumentWriter.Write(value).Json;
        }

        /// <summary>Whether a string is JSON rather than a path: it begins with a brace.</summary>
        internal static bool IsJson(string text) => text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n').StartsWith("{", StringComparison.Ordinal);
    }
}
