using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Stores the content of a draft.</summary>
    /// <remarks>
    /// <para>Take the object that Get-StoreSubmission or New-StoreSubmission returned, change it, and hand it over. Only
    /// what you changed is cut into the service's text; every other byte stays. What somebody else changed meanwhile
    /// stays too, unless it is at the same place: that is the error document.conflict. The object can be changed and stored
    /// again.</para>
    /// <para>What looks like damage that PowerShell is known to do is refused with its place and its remedy, and nothing
    /// is sent: a list that became a single item or nothing, an object that became text, a value that has no certain
    /// JSON form. -Force lifts a guard by its name when it is meant. A submission without a price would make the product
    /// free and is refused, unless -AllowFree says so. With -WhatIf it returns the edits and stores nothing.</para>
    /// <para>When the object has lost what the service sent (Select-Object and ConvertTo-Json do that), give it with
    /// -Baseline. Without that, the sidecar counts that Export-StoreSubmission wrote of the same submission in this
    /// process, unless the service was heard to have another text since. Else what the service has now stands in for it,
    /// and what somebody else changed meanwhile can't be told from your own changes. The verbose stream and the result
    /// (baseline: object, parameter, sidecar or service) tell which one it was.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A changed submission.</inputs>
    /// <outputs type="StoreShip.Submission">With -PassThru, the draft as the service stored it; with -WhatIf a
    /// StoreShip.Plan with the edits.</outputs>
    /// <example>
    /// <title>Hide an app</title>
    /// <code>
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $submission.visibility = 'Hidden'
    /// $submission | Set-StoreSubmission
    /// </code>
    /// <para>Starts a draft, changes one value and stores the draft. It is not committed yet.</para>
    /// </example>
    /// <example>
    /// <title>See the edits first</title>
    /// <code>
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $submission.listings.'en-us'.baseListing.keywords += 'epub'
    /// ($submission | Set-StoreSubmission -WhatIf).edits
    /// </code>
    /// <para>Shows what would be stored, as operations of JSON Patch.</para>
    /// </example>
    /// <example>
    /// <title>Store a file that an editor changed</title>
    /// <code>
    /// New-StoreSubmission 9NBLGGH4R315 | Export-StoreSubmission -Path ./draft.json
    /// Set-StoreJsonValue /visibility Hidden -Path ./draft.json
    /// Set-StoreSubmission -Path ./draft.json
    /// </code>
    /// <para>Keeps a draft in a file, changes the file and stores what changed.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Set, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Submission", "StoreShip.Plan")]
    public sealed class SetStoreSubmission : StoringCmdlet
    {
        /// <summary>The submission as JSON text, prepared elsewhere; instead of an object.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? Json { get; set; }

        /// <summary>
        /// A file with the submission, changed by hand or by another tool; instead of an object. The sidecar that
        /// Export-StoreSubmission wrote beside it tells what the service sent, and the ids. Once the file is stored, the
        /// sidecar takes what it says, so that it can be changed and stored again.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? Path { get; set; }

        /// <summary>
        /// What the service sent before the changes: the path of a file (a sidecar too), JSON text, or an object of
        /// Get-StoreSubmission. Without it the one that came with the object, else the sidecar of -Path or that of an
        /// export of the same submission in this process, else what the service has now.
        /// </summary>
        [Parameter]
        [ValidateNotNull]
        public PSObject? Baseline { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            PSObject document = Document(out string? baseline, out string? source);
            StoreIds ids = Submission();
            if (Baseline != null)
            {
                baseline = DocumentSource.Text(Baseline, FilePath);
                source = "parameter";
            }
            else if (source == null)
            {
                baseline = Kept(ids);
                source = baseline == null ? null : "sidecar";
            }
            if (!Store(ids, EditedDocument.AddTo(ids.Request(), document, baseline), source))
            {
                return;
            }
            if (source == "object")
            {
                // Else the next change of the same place would meet this one as somebody else's.
                StoreObject.Rebase(document);
            }
            file?.Rebase(FilePath(Path!));
        }

        /// <inheritdoc/>
        private protected override StoreIds Carried(PSObject value) => Sidecars.IdsOf(value);

        private SubmissionFile? file;

        private PSObject Document(out string? baseline, out string? source)
        {
            baseline = null;
            source = null;
            if (Json != null && Path != null)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.invalid", "both -Json and -Path are given", "give one of them");
            }
            if (Json != null)
            {
                return new PSObject(Json);
            }
            if (Path != null)
            {
                file = SubmissionFile.Read(FilePath(Path));
                // The ids of the file are found like those of any object.
                InputObject = InputObject ?? file.ToObject();
                baseline = file.Baseline;
                source = baseline == null ? null : "sidecar";
                return new PSObject(file.Text);
            }
            if (InputObject == null || InputObject.BaseObject is string)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.missing_field", "there is no submission to store",
                    "pipe an object of Get-StoreSubmission or New-StoreSubmission, or give -Json or -Path");
            }
            source = StoreObject.Baseline(InputObject) == null ? null : "object";
            return InputObject;
        }
    }
}
