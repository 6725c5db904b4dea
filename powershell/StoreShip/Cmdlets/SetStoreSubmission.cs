using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Stores the edits of a draft.</summary>
    /// <remarks>
    /// <para>Edit the object that Get-StoreSubmission or New-StoreSubmission returned and pass it to this cmdlet. Only your
    /// edits are applied to the text that the service has; every other byte stays. Changes that another client made in the
    /// meantime stay too, unless they are to the same value: then the error is document.conflict. The object can be edited
    /// and stored again.</para>
    /// <para>Edits that look like known damage by PowerShell are refused, with their place and a remedy, and nothing is
    /// sent: an array that became a single item or null, an object that became text, a value without an unambiguous JSON
    /// form. Use -Force with the name of a guard if such an edit is intended. A submission without a price would make the
    /// product free and is refused without -AllowFree. With -WhatIf, the cmdlet returns the edits and stores nothing.</para>
    /// <para>To find your edits, the cmdlet compares the object with its baseline, the text that the service sent.
    /// Select-Object and ConvertTo-Json drop the baseline; then pass it with -Baseline. Without -Baseline, the cmdlet takes
    /// the sidecar that Export-StoreSubmission wrote for this submission in this process, unless the service has returned a
    /// newer text since. Without a sidecar, it compares with the submission that the service has now, and can't tell the
    /// changes of other clients from your edits. The verbose stream and the member baseline of the result (object,
    /// parameter, sidecar or service) show which baseline was used.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">An edited submission, or an object with the property Path or Json, such as a file or
    /// a row of Import-Csv.</inputs>
    /// <outputs type="StoreShip.Submission">With -PassThru, the draft as the service stored it. With -WhatIf, a
    /// StoreShip.Plan with the edits.</outputs>
    /// <example>
    /// <title>Hide an app</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $submission.visibility = 'Hidden'
    /// $submission | Set-StoreSubmission
    /// </code>
    /// <para>Creates a draft, changes one value and stores it. The draft is not committed.</para>
    /// </example>
    /// <example>
    /// <title>Preview the edits</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $submission.listings.'en-us'.baseListing.keywords += 'epub'
    /// ($submission | Set-StoreSubmission -WhatIf).edits
    /// </code>
    /// <para>Returns the edits as operations of JSON Patch and stores nothing.</para>
    /// </example>
    /// <example>
    /// <title>Add a language</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $listing = @{ baseListing = @{ title = 'Contoso'; description = 'Une application.' } }
    /// $submission.listings | Add-Member 'fr-fr' $listing
    /// $submission | Set-StoreSubmission
    /// </code>
    /// <para>Adds a listing. An assignment sets only members that exist, so that a misspelled name is an error.</para>
    /// </example>
    /// <example>
    /// <title>Store a changed file</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// New-StoreSubmission 9NBLGGH4R315 | Export-StoreSubmission -Path ./draft.json
    /// Set-StoreJsonValue /visibility Hidden -Path ./draft.json
    /// Set-StoreSubmission -Path ./draft.json
    /// </code>
    /// <para>Exports a draft to a file, changes one value of the file and stores the change.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Set, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Submission", "StoreShip.Plan")]
    public sealed class SetStoreSubmission : SubmissionUpdateCmdlet
    {
        /// <summary>The edited submission as JSON text, instead of an object.</summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ValidateNotNullOrEmpty]
        public string? Json { get; set; }

        /// <summary>
        /// A file with the edited submission, instead of an object. The baseline and the ids come from the sidecar that
        /// Export-StoreSubmission wrote beside it. After the file was stored, the sidecar is updated, so that the file can
        /// be changed and stored again.
        /// </summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [Alias("FullName")]
        [ValidateNotNullOrEmpty]
        public string? Path { get; set; }

        /// <summary>
        /// The submission before the edits: the path of a file or a sidecar, JSON text, or an object of
        /// Get-StoreSubmission. The default is the baseline of the object or the sidecar of -Path; then the sidecar of an
        /// export of the same submission in this process; then the submission that the service has now.
        /// </summary>
        [Parameter]
        [ValidateNotNull]
        public PSObject? Baseline { get; set; }

        /// <inheritdoc/>
        private protected override void Update()
        {
            PSObject document = Document(out string? baseline, out string? source);
            StoreIds ids = Submission();
            if (Baseline != null)
            {
                baseline = DocumentSource.Baseline(Baseline, FilePath);
                source = "parameter";
            }
            else if (source == null)
            {
                baseline = SidecarBaseline(ids);
                source = baseline == null ? null : "sidecar";
            }
            if (!Store(ids, EditedDocument.AddTo(ids.Request(), document, baseline, WriteWarning), source))
            {
                return;
            }
            if (source == "object")
            {
                // Otherwise the next edit of the same value would conflict with this one.
                StoreObject.Rebase(document);
            }
            file?.Rebase(FilePath(Path!));
        }

        /// <inheritdoc/>
        private protected override StoreIds Carried(PSObject value) => SidecarRegistry.IdsOf(value);

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
                // As the input object, the file supplies its ids like any other object.
                InputObject = InputObject == null || CommandLineIds.IsRow(InputObject) ? file.ToObject() : InputObject;
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
