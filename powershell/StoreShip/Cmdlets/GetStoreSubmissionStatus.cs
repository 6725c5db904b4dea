using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets the status of a submission, with its errors and warnings.</summary>
    /// <remarks>
    /// <para>Without -SubmissionId, the cmdlet takes the pending submission, or the published one if none is pending. It asks
    /// once; Wait-StoreSubmission waits until the Store has processed or published the submission.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission or a receipt, or an app, a flight or an add-on.</inputs>
    /// <outputs type="StoreShip.SubmissionStatus">The status as the service spells it, for example PreProcessing, and
    /// statusDetails with the errors, the warnings and the certification reports. The view marks warnings that nearly every
    /// submission has.</outputs>
    /// <example>
    /// <title>See how far a release is</title>
    /// <code>Get-StoreSubmissionStatus 9NBLGGH4R315</code>
    /// <para>Shows the status of the pending submission, or of the published one, with its errors and warnings.</para>
    /// </example>
    /// <example>
    /// <title>List the status of all pending submissions</title>
    /// <code>Get-StoreApp | Where-Object pendingApplicationSubmission | Get-StoreSubmissionStatus</code>
    /// <para>Shows the status of the pending submission of every app that has one.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StoreSubmissionStatus")]
    [OutputType("StoreShip.SubmissionStatus")]
    public sealed class GetStoreSubmissionStatus : SubmissionCmdlet
    {
        /// <summary>The id of the submission. The default is the pending submission, or the published one if none is pending.</summary>
        [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(Completion.IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public override string? SubmissionId { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            PSObject status = Result(Run("submission.status", Target().Request()), "StoreShip.SubmissionStatus");
            StoreObject.AttachKnownWarnings(status, Meta);
            WriteObject(status);
        }
    }
}
