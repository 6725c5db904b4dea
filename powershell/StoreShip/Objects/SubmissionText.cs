using System.IO;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>Submissions that a parameter takes as an object, as JSON text, or as the path of a file.</summary>
    internal static class SubmissionText
    {
        /// <summary>The text of a submission, with the edits that were made to an object.</summary>
        /// <param name="submission">An object, or JSON text in a PSObject.</param>
        internal static string Of(PSObject submission)
        {
            if (submission.BaseObject is string text)
            {
                return new JsonRaw(text).Text;
            }
            string? baseline = StoreObject.Baseline(submission);
            return baseline == null ? DocumentWriter.Write(submission).Json : EditedDocument.Compare(baseline, submission).Result;
        }

        /// <summary>The path that a value is, as it was given; null for a submission.</summary>
        /// <param name="value">A submission, or a path or a file object.</param>
        internal static string? PathIn(PSObject value)
        {
            if (value.BaseObject is FileSystemInfo file)
            {
                return file.FullName;
            }
            return value.BaseObject is string text && !DocumentSource.IsJson(text) ? text : null;
        }
    }
}
