using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Shows what is different: the edits that make one submission of another.</summary>
    /// <remarks>
    /// <para>Without -ReferenceObject it compares an object with what the service sent when it was got (for one that
    /// lost it, the sidecar of an export of the same submission in this process), and a file with its sidecar: these are the edits that Set-StoreSubmission would store. The order of members, white space and the
    /// spelling of numbers are no difference. What Set-StoreSubmission would refuse as damage is a warning here. Nothing
    /// is sent; no connection is needed.</para>
    /// <para>Each edit has op (add, remove, replace), path (a JSON Pointer into the document as the edits before left
    /// it), value and old, the value that stood there before. The edits are operations of JSON Patch:
    /// Invoke-StoreOperation document.patch applies them.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A changed submission.</inputs>
    /// <outputs type="StoreShip.Edit">One object for each edit, with op, path, value and old.</outputs>
    /// <example>
    /// <title>What did I change?</title>
    /// <code>
    /// $submission = Get-StoreSubmission 9NBLGGH4R315
    /// $submission.visibility = 'Hidden'
    /// $submission | Compare-StoreSubmission
    /// </code>
    /// <para>Shows one edit, at /visibility.</para>
    /// </example>
    /// <example>
    /// <title>The draft against the published submission</title>
    /// <code>
    /// $draft = New-StoreSubmission 9NBLGGH4R315
    /// Compare-StoreSubmission $draft -ReferenceObject (Get-StoreSubmission 9NBLGGH4R315 -Published) | Where-Object path -like '/listings/*'
    /// </code>
    /// <para>Shows the changes of the texts only.</para>
    /// </example>
    [Cmdlet(VerbsData.Compare, "StoreSubmission", DefaultParameterSetName = "Object")]
    [OutputType(EditObjects.TypeName)]
    public sealed class CompareStoreSubmission : StoreCmdlet
    {
        /// <summary>The changed submission: an object, JSON text, or the path of a file.</summary>
        [Parameter(ParameterSetName = "Object", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [Alias("InputObject", "Submission")]
        [ValidateNotNull]
        public PSObject? DifferenceObject { get; set; }

        /// <summary>The changed submission as a file.</summary>
        [Parameter(ParameterSetName = "Path", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? Path { get; set; }

        /// <summary>
        /// The submission before: an object, JSON text, or the path of a file. Without it, what the service sent when the
        /// other one was got.
        /// </summary>
        [Parameter(Position = 1)]
        [ValidateNotNull]
        public PSObject? ReferenceObject { get; set; }

        /// <inheritdoc/>
        protected override object? ErrorTarget =>
            Path ?? (DifferenceObject == null ? null : StoreObject.Ids(DifferenceObject).ToString());

        /// <inheritdoc/>
        protected override void Process()
        {
            PSObject after = After(out string? baseline);
            string before = ReferenceObject != null ? Before(ReferenceObject) : baseline ?? throw new StoreException(
                StoreStatus.Invalid, "request.missing_field", "it is not known what this submission was made of",
                "give -ReferenceObject, for example an object of Get-StoreSubmission");
            Dictionary<string, string> report = EditedDocument.Compare(before, after);
            foreach (string trip in JsonFields.Items(JsonFields.Raw(report, "lifted") ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(trip);
                WriteWarning("would be refused: " + JsonFields.Text(fields, "pointer") + ": " + JsonFields.Text(fields, "message"));
            }
            WriteObject(EditObjects.Of(report), true);
        }

        private PSObject After(out string? baseline)
        {
            string? path = Path ?? PathIn(DifferenceObject!);
            if (path != null)
            {
                SubmissionFile file = SubmissionFile.Read(FilePath(path));
                baseline = file.Baseline;
                return new PSObject(file.Text);
            }
            baseline = DifferenceObject!.BaseObject is string ? null : StoreObject.Baseline(DifferenceObject) ?? Kept(DifferenceObject);
            return DifferenceObject;
        }

        /// <summary>What a sidecar of this process says of an object that lost its baseline.</summary>
        private string? Kept(PSObject document)
        {
            string? baseline = Sidecars.Baseline(Sidecars.IdsOf(document), out string sidecar);
            if (baseline != null && ReferenceObject == null)
            {
                WriteVerbose("compared with what " + sidecar + " keeps");
            }
            return baseline;
        }

        /// <summary>What the reference says now, with the changes that were made to it.</summary>
        private string Before(PSObject reference)
        {
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
                ? DocumentWalker.Walk(reference).Json
                : EditedDocument.Compare(baseline, reference)["document"];
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
