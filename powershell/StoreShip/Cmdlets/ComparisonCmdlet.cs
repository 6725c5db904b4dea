using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet that compares two submissions, or an edited submission with its baseline.</summary>
    public abstract class ComparisonCmdlet : ConnectedCmdlet
    {
        /// <summary>
        /// The submission to compare with, whose values are the old ones: an object, JSON text, the path of a file, or the id of
        /// an app. The default is the baseline of the edited submission. A submission that is given alone is the edited one.
        /// </summary>
        [Parameter(Position = 0)]
        [ValidateNotNull]
        public PSObject? ReferenceObject { get; set; }

        /// <summary>
        /// The edited submission, whose values are the new ones: an object, JSON text, the path of a file, or the id of an app.
        /// </summary>
        [Parameter(ParameterSetName = "Object", Position = 1, ValueFromPipeline = true)]
        [Alias("InputObject", "Submission")]
        [ValidateNotNull]
        public PSObject? DifferenceObject { get; set; }

        /// <summary>The file with the edited submission.</summary>
        [Parameter(ParameterSetName = "Path", Mandatory = true)]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? Path { get; set; }

        /// <inheritdoc/>
        protected override object? ErrorTarget =>
            Path ?? (DifferenceObject == null ? null : StoreObject.Ids(DifferenceObject).ToString());

        /// <summary>Compares an edited submission with the reference.</summary>
        /// <param name="edited">The edited submission: an object, or JSON text in a PSObject.</param>
        /// <param name="reference">The text of the reference or the baseline; null if neither is known.</param>
        private protected abstract void Compare(PSObject edited, string? reference);

        /// <summary>Compares a submission of the service with the reference, or else with the published submission.</summary>
        /// <param name="edited">The submission of the service.</param>
        /// <param name="reference">The text to compare with.</param>
        private protected abstract void CompareNamed(string edited, string reference);

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
            if (DifferenceObject != null && Named(DifferenceObject) is StoreIds named)
            {
                string fetched = Fetch(named, published: false);
                CompareNamed(fetched, ReferenceObject != null ? ReferenceText(ReferenceObject) : Fetch(named.WithSubmission(null), published: true));
                return;
            }
            PSObject edited = EditedSubmission(out string? baseline);
            Compare(edited, ReferenceObject != null ? ReferenceText(ReferenceObject) : baseline);
        }

        /// <summary>
        /// The ids that a value names: those of an object that is no submission, or the id of an app, where no file has that name.
        /// </summary>
        private StoreIds? Named(PSObject value) =>
            value.BaseObject is string text && StoreIds.IsStoreId(text) && !System.IO.File.Exists(FilePath(text))
                ? new StoreIds(text.Trim(), null, null, null)
                : NamedSubmission.Of(value);

        private string Fetch(StoreIds ids, bool published)
        {
            ids = ids.SubmissionId != null ? ids : CurrentSubmission.Find(Run, ids, pending: false, published);
            return Run("submission.get", ids.Request());
        }

        /// <summary>The edited submission, as an object or as JSON text in a PSObject, with its baseline if known.</summary>
        private PSObject EditedSubmission(out string? baseline)
        {
            string? path = Path ?? SubmissionText.PathIn(DifferenceObject!);
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

        private string ReferenceText(PSObject reference)
        {
            if (Named(reference) is StoreIds named)
            {
                return Fetch(named, published: false);
            }
            string? path = SubmissionText.PathIn(reference);
            if (path != null)
            {
                return new JsonRaw(SubmissionFile.Read(FilePath(path)).Text).Text;
            }
            return SubmissionText.Of(reference);
        }
    }
}
