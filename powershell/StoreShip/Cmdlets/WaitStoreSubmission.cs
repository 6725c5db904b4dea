using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>Waits until the Store has accepted a submission for processing, or has published it.</summary>
    /// <remarks>
    /// <para>Certification takes hours or days, so a build usually waits for processing only: by then the commit has
    /// succeeded, and the Store has accepted the packages and the listings for processing. If the submission fails, the
    /// error is submission.failed with the findings of the Store. Ctrl+C ends only the waiting, not the submission.</para>
    /// <para>A submission whose publish mode is Manual or SpecificDate stays in Release after its certification. The wait
    /// is over then: the result has resting and publishMode, and a person publishes the submission in Partner Center, or
    /// its date does.</para>
    /// <para>A single answer does not end the wait: five requests in a row may be refused, and the commit counts as lost
    /// only after three polls that show a draft.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A committed submission or a receipt, or an app, a flight or an add-on, which
    /// stands for its pending submission.</inputs>
    /// <outputs type="StoreShip.SubmissionStatus">The status that was reached, with any warnings of the Store.</outputs>
    /// <example>
    /// <title>Wait until the Store has accepted a submission</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $receipt = Publish-StoreSubmission 9NBLGGH4R315 -ReleaseNotes @{ 'en-us' = 'Faster start' } -Until committed -Confirm:$false
    /// $receipt | Wait-StoreSubmission -Until processing -TimeoutSeconds 3600
    /// </code>
    /// <para>Commits a release and waits for its processing, for an hour at most.</para>
    /// </example>
    [Cmdlet(VerbsLifecycle.Wait, "StoreSubmission")]
    [OutputType("StoreShip.SubmissionStatus")]
    public sealed class WaitStoreSubmission : PendingSubmissionCmdlet
    {
        /// <summary>
        /// How far to wait: processing (until the Store has accepted the submission for processing) or published. The
        /// default is published.
        /// </summary>
        [Parameter]
        [ValidateSet("processing", "published")]
        public string? Until { get; set; }

        /// <summary>
        /// The pause between two requests for the status, in seconds. The default is 30, and 0.2 for an emulator on this
        /// machine.
        /// </summary>
        [Parameter]
        [ValidateRange(0.01, 86400.0)]
        public double PollSeconds { get; set; }

        /// <summary>
        /// How long the submission may stay in CommitStarted, in seconds, before the error submission.commit_hangs. The
        /// default is 3600.
        /// </summary>
        [Parameter]
        [ValidateRange(0.01, double.MaxValue)]
        public double CommitTimeoutSeconds { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            RequestText request = Target().Request().Add("until", Until?.ToLowerInvariant());
            request.AddRaw("pollSeconds", PollSeconds > 0 ? NumberText.Of(PollSeconds) : null);
            request.AddRaw("commitTimeoutSeconds", CommitTimeoutSeconds > 0 ? NumberText.Of(CommitTimeoutSeconds) : null);
            WriteObject(Result(Run("submission.wait", request), "StoreShip.SubmissionStatus"));
        }
    }
}
