using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets a submission of an app, a flight or an add-on.</summary>
    /// <remarks>
    /// <para>The object has the values that the service sent: dates are strings, numbers keep their decimal places, arrays
    /// stay arrays, at any depth. Edit it like any other object and pass it to Set-StoreSubmission. Do not use
    /// ConvertTo-Json on it, which truncates it; $submission.ToJson() returns its text.</para>
    /// <para>The object carries its ids and its baseline, the text that the service sent, in the member set StoreBaseline,
    /// which is not part of the document.</para>
    /// <para>A draft has a signed upload address, fileUploadUrl: whoever has it can upload to it until it expires. No view
    /// shows it, and as text ("$submission") a submission is its ids. $submission.fileUploadUrl, Format-List * and the JSON
    /// text have it; keep them out of build logs.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, a flight or an add-on, or the id of an app.</inputs>
    /// <outputs type="StoreShip.Submission">The submission, or its JSON text with -AsJson.</outputs>
    /// <example>
    /// <title>Get the current submission of an app</title>
    /// <code>Get-StoreSubmission 9NBLGGH4R315</code>
    /// <para>Gets the pending submission, or the published one if none is pending.</para>
    /// </example>
    /// <example>
    /// <title>Change a text</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $submission.listings.'en-us'.baseListing.releaseNotes = 'Faster start'
    /// $submission | Set-StoreSubmission
    /// </code>
    /// <para>Creates a draft, changes one text and stores it.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StoreSubmission")]
    [OutputType("StoreShip.Submission", "System.String")]
    public sealed class GetStoreSubmission : SubmissionCmdlet
    {
        /// <summary>Get the pending submission. If there is none, the error is submission.not_found.</summary>
        [Parameter]
        public SwitchParameter Pending { get; set; }

        /// <summary>Get the published submission, even if another one is pending.</summary>
        [Parameter]
        public SwitchParameter Published { get; set; }

        /// <summary>Return the submission as JSON text, byte for byte as the service sent it.</summary>
        [Parameter]
        public SwitchParameter AsJson { get; set; }

        /// <inheritdoc/>
        protected override void BeginProcessing()
        {
            base.BeginProcessing();
            if (Pending || Published)
            {
                CommandLineIds.Refuse(this, "leave out the id, or leave out -Pending and -Published", nameof(SubmissionId));
            }
        }

        /// <inheritdoc/>
        protected override void Process()
        {
            if (Pending && Published)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.invalid", "both -Pending and -Published are given", "give one of them");
            }
            StoreIds ids = Target();
            if (Pending || Published)
            {
                ids = ids.WithSubmission(null);
            }
            string json = Fetch(ref ids, Pending, Published);
            if (AsJson)
            {
                WriteObject(json);
                return;
            }
            WriteObject(Result(json, "StoreShip.Submission"));
        }
    }
}
