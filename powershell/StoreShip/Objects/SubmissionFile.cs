using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using StoreShip.Files;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>
    /// A submission in a file, with a second file beside it, the sidecar, that holds the baseline and the ids. Any tool
    /// may change the first file; with the sidecar, only the changes are stored.
    /// </summary>
    internal sealed class SubmissionFile
    {
        private const string Suffix = ".baseline.json";
        private const string Format = "storeship-baseline-1";

        private SubmissionFile(string text, string? baseline, StoreIds ids)
        {
            Text = text;
            Baseline = baseline;
            Ids = ids;
        }

        /// <summary>The content of the file.</summary>
        internal string Text { get; }

        /// <summary>The text that the service sent; null if the file has no sidecar.</summary>
        internal string? Baseline { get; }

        /// <summary>The ids of the submission; empty if the file has no sidecar.</summary>
        internal StoreIds Ids { get; }

        /// <summary>The path of the sidecar of a file.</summary>
        internal static string Sidecar(string path) => path + Suffix;

        /// <summary>Reads a file, and its sidecar if there is one.</summary>
        /// <param name="path">The full path of the submission.</param>
        /// <exception cref="StoreException">
        /// The file or its sidecar can't be read, or an object in the file has a name twice and the baseline has not.
        /// </exception>
        internal static SubmissionFile Read(string path)
        {
            string text = Utf8File.Read(path);
            string sidecar = Sidecar(path);
            if (!File.Exists(sidecar))
            {
                TwinNames.Refuse(text, null, path);
                return new SubmissionFile(text, null, default);
            }
            Dictionary<string, string> fields = JsonFields.Of(Utf8File.Read(sidecar));
            string baseline = BaselineOf(fields) ?? throw new StoreException(
                StoreStatus.Invalid, "document.invalid", sidecar + " is not a sidecar of Export-StoreSubmission",
                "export the submission again, or move that file to another folder");
            var ids = new StoreIds(
                JsonFields.Text(fields, "appId"), JsonFields.Text(fields, "flightId"),
                JsonFields.Text(fields, "addOnId"), JsonFields.Text(fields, "submissionId"));
            TwinNames.Refuse(text, baseline, path);
            SidecarRegistry.Add(sidecar, ids, baseline);
            return new SubmissionFile(text, baseline, ids);
        }

        /// <summary>The baseline in a sidecar, or the whole text of any other file.</summary>
        internal static string ReadBaseline(string path)
        {
            string text = Utf8File.Read(path);
            return BaselineOf(JsonFields.Of(text)) ?? new JsonRaw(text).Text;
        }

        /// <summary>
        /// Writes a file and its sidecar. The sidecar is written first, so that no failure leaves the file without one.
        /// </summary>
        internal static void Write(string path, string text, string baseline, StoreIds ids)
        {
            WriteSidecar(path, baseline, ids);
            Utf8File.Write(path, text);
        }

        /// <summary>
        /// Makes the content of the file the baseline in the sidecar, after that content was stored. Otherwise the next
        /// edit of the same member would conflict with this one.
        /// </summary>
        /// <param name="path">The full path of the submission.</param>
        internal void Rebase(string path)
        {
            if (Baseline != null)
            {
                WriteSidecar(path, EditedDocument.Compare(Baseline, new PSObject(Text)).Result, Ids);
            }
        }

        private static void WriteSidecar(string path, string baseline, StoreIds ids)
        {
            string fields = new RequestText().Add("format", Format).Add("appId", ids.AppId).Add("flightId", ids.FlightId)
                .Add("addOnId", ids.AddOnId).Add("submissionId", ids.SubmissionId).AddRaw("baseline", baseline).ToString();
            string sidecar = Sidecar(path);
            Utf8File.Write(sidecar, fields);
            SidecarRegistry.Add(sidecar, ids, baseline);
        }

        /// <summary>The submission as an object with its baseline and ids.</summary>
        internal PSObject ToObject() => StoreObject.Create(Text, "StoreShip.Submission", Ids, Baseline);

        private static string? BaselineOf(Dictionary<string, string> fields) =>
            JsonFields.Text(fields, "format") == Format ? JsonFields.Raw(fields, "baseline") : null;
    }
}
