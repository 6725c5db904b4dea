using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Lists the differences between two submissions, or what was edited in one, as edits.</summary>
    /// <remarks>
    /// <para>Two submissions are given as to Compare-Object: first the old one, then the new one, which may come from the
    /// pipeline. One submission alone is compared with its baseline, the text that the service sent: the one that the object
    /// carries or the sidecar of the file. For an object that lost its baseline, the cmdlet takes the sidecar of an export of
    /// the same submission in this process.</para>
    /// <para>The result is the list of edits that make the new submission out of the old one, or that Set-StoreSubmission would
    /// store. The order of members, white space and the spelling of numbers do not count as differences. An edit that
    /// Set-StoreSubmission would refuse as damage is listed with a warning. Nothing is changed, and no connection is
    /// needed.</para>
    /// <para>A receipt, an app, a flight, an add-on or a status stands for the submission that it names, which is read from the
    /// service: a receipt for its own, an app for the pending one, or the published one if none is pending. Alone, it is
    /// compared with the published submission, without the members that the service sets (id, friendlyName, status,
    /// statusDetails, fileUploadUrl): what the release changes. A receipt may be read from a file.</para>
    /// <para>The edits are operations of JSON Patch (RFC 6902), which Invoke-StoreOperation document.patch can apply. Each
    /// has op (add, remove or replace), path (a JSON Pointer into the document after the edits before it), value (not for
    /// remove) and old (the value before the edit; not for add). Signatures of links in the values are REDACTED.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">An edited submission, or a receipt, an app, a flight or an add-on.</inputs>
    /// <outputs type="StoreShip.Edit">One object for each edit, with op, path, value and old.</outputs>
    /// <example>
    /// <title>Review your changes</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = Get-StoreSubmission 9NBLGGH4R315
    /// $submission.visibility = 'Hidden'
    /// $submission | Compare-StoreSubmission
    /// </code>
    /// <para>Lists one edit, at /visibility.</para>
    /// </example>
    /// <example>
    /// <title>Compare the draft with the published submission</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $draft = New-StoreSubmission 9NBLGGH4R315
    /// $published = Get-StoreSubmission 9NBLGGH4R315 -Published
    /// Compare-StoreSubmission $published $draft | Where-Object path -like '/listings/*'
    /// </code>
    /// <para>Lists what the draft changes in the listings.</para>
    /// </example>
    /// <example>
    /// <title>Review a release in a later job</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Publish-StoreSubmission 9NBLGGH4R315 -ReleaseNotes @{ 'en-us' = 'Faster start' } -NoCommit -Confirm:$false | ConvertTo-StoreJson -Path ./receipt.json
    /// ConvertFrom-StoreJson -Path ./receipt.json | Compare-StoreSubmission
    /// </code>
    /// <para>Lists what the draft of the release changes in the published submission.</para>
    /// </example>
    [Cmdlet(VerbsData.Compare, "StoreSubmission", DefaultParameterSetName = "Object")]
    [OutputType(EditReport.EditTypeName)]
    public sealed class CompareStoreSubmission : ConnectedCmdlet
    {
        /// <summary>
        /// The submission to compare with, whose values are the old ones: an object, JSON text, or the path of a file. The
        /// default is the baseline of the edited submission. A submission that is given alone is the edited one.
        /// </summary>
        [Parameter(Position = 0)]
        [ValidateNotNull]
        public PSObject? ReferenceObject { get; set; }

        /// <summary>The edited submission, whose values are the new ones: an object, JSON text, or the path of a file.</summary>
        [Parameter(ParameterSetName = "Object", Position = 1, ValueFromPipeline = true)]
        [Alias("InputObject", "Submission")]
        [ValidateNotNull]
        public PSObject? DifferenceObject { get; set; }

        /// <summary>The file with the edited submission.</summary>
        [Parameter(ParameterSetName = "Path", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? Path { get; set; }

        /// <inheritdoc/>
        protected override object? ErrorTarget =>
            Path ?? (DifferenceObject == null ? null : StoreObject.Ids(DifferenceObject).ToString());

        /// <inheritdoc/>
        protected override void Process()
        {
            if (Path == null && DifferenceObject == null)
            {
                DifferenceObject = ReferenceObject ?? throw new StoreException(
                    StoreStatus.Invalid, "request.missing_field", "there is no submission to compare",
                    "give an old and a new submission, or one that was edited, or pipe it");
                ReferenceObject = null;
            }
            if (DifferenceObject != null && NamedSubmission.Of(DifferenceObject) is StoreIds named)
            {
                CompareNamed(named);
                return;
            }
            PSObject edited = EditedSubmission(out string? baseline);
            string reference = ReferenceObject != null ? ReferenceText(ReferenceObject) : baseline ?? throw new StoreException(
                StoreStatus.Invalid, "request.missing_field", "the submission has no baseline to compare with",
                "give the old submission too (-ReferenceObject), for example an object of Get-StoreSubmission -Published");
            Dictionary<string, string> report = JsonFields.Of(EditedDocument.Compare(reference, edited, WriteWarning).Meta ?? "{}");
            foreach (string refusal in JsonFields.Items(JsonFields.Raw(report, "lifted") ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(refusal);
                WriteWarning(
                    "Set-StoreSubmission would refuse this edit: "
                    + JsonFields.Text(fields, "pointer") + ": " + JsonFields.Text(fields, "message"));
            }
            WriteObject(EditReport.Edits(report), true);
        }

        /// <summary>Lists what a submission of the service changes in the reference, or else in the published submission.</summary>
        /// <param name="ids">The ids of the submission, or of the app, flight or add-on.</param>
        private void CompareNamed(StoreIds ids)
        {
            string edited = Fetch(ids, published: false);
            string reference = ReferenceObject != null ? ReferenceText(ReferenceObject) : Fetch(ids.WithSubmission(null), published: true);
            Dictionary<string, string> report = JsonFields.Of(EditedDocument.Compare(reference, new PSObject(edited)).Meta ?? "{}");
            foreach (object edit in EditReport.Edits(report))
            {
                string member = ((string)((PSObject)edit).Properties["path"].Value).Split('/')[1];
                if (ReferenceObject != null || !OfService.Contains(member))
                {
                    WriteObject(edit);
                }
            }
        }

        /// <summary>The members that the service sets.</summary>
        private static readonly HashSet<string> OfService =
            new HashSet<string> { "id", "friendlyName", "status", "statusDetails", "fileUploadUrl" };

        private string Fetch(StoreIds ids, bool published)
        {
            ids = ids.SubmissionId != null ? ids : CurrentSubmission.Find(Run, ids, pending: false, published);
            return Run("submission.get", ids.Request());
        }

        /// <summary>The edited submission, as an object or as JSON text in a PSObject, with its baseline if known.</summary>
        private PSObject EditedSubmission(out string? baseline)
        {
            string? path = Path ?? PathIn(DifferenceObject!);
            if (path != null)
            {
                SubmissionFile file = SubmissionFile.Read(FilePath(path));
                baseline = file.Baseline;
                return new PSObject(file.Text);
            }
            baseline = DifferenceObject!.BaseObject is string
                ? null
                : StoreObject.Baseline(DifferenceObject) ?? SidecarBaseline(DifferenceObject);
            return DifferenceObject;
        }

        /// <summary>The baseline that a sidecar of this process holds for an object that lost its own.</summary>
        private string? SidecarBaseline(PSObject document)
        {
            string? baseline = SidecarRegistry.Baseline(SidecarRegistry.IdsOf(document), out string sidecar);
            if (baseline != null && ReferenceObject == null)
            {
                WriteVerbose("compared with the baseline in " + sidecar);
            }
            return baseline;
        }

        /// <summary>The text of the reference, with the edits that were made to it.</summary>
        private string ReferenceText(PSObject reference)
        {
            if (NamedSubmission.Of(reference) is StoreIds named)
            {
                return Fetch(named, published: false);
            }
            string? path = PathIn(reference);
            if (path != null)
            {
                return new JsonRaw(SubmissionFile.Read(FilePath(path)).Text).Text;
            }
            if (reference.BaseObject is string text)
            {
                return new JsonRaw(text).Text;
            }
            string? baseline = StoreObject.Baseline(reference);
            return baseline == null
                ? DocumentWriter.Write(reference).Json
                : EditedDocument.Compare(baseline, reference).Result;
        }

        private static string? PathIn(PSObject value)
        {
            if (value.BaseObject is System.IO.FileInfo file)
            {
                return file.FullName;
            }
            return value.BaseObject is string text && !DocumentSource.IsJson(text) ? text : null;
        }
    }
}
