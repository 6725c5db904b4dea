using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Waits until the Store has processed or published a submission.</summary>
    /// <remarks>
    /// <para>Certification takes hours to days, so that a build usually waits for processing only: from then on the
    /// package itself is accepted. A failure is the error submission.failed, with what the Store found. Ctrl+C ends the
    /// waiting and nothing else.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A committed submission.</inputs>
    /// <outputs type="StoreShip.SubmissionStatus">The state that was reached, with warnings.</outputs>
    /// <example>
    /// <title>Wait until the Store has accepted the package</title>
    /// <code>
    /// $receipt = Publish-StoreSubmission 9NBLGGH4R315 -ReleaseNotes @{ 'en-us' = 'Faster start' } -Until committed -Confirm:$false
    /// $receipt | Wait-StoreSubmission -Until processing -TimeoutSeconds 3600
    /// </code>
    /// <para>Publishes, and waits for processing for an hour at most.</para>
    /// </example>
    [Cmdlet(VerbsLifecycle.Wait, "StoreSubmission")]
    [OutputType("StoreShip.SubmissionStatus")]
    public sealed class WaitStoreSubmission : SubmissionCmdlet
    {
        /// <summary>How far: processing (the Store has taken the packages) or published. The default is published.</summary>
        [Parameter]
        [ValidateSet("processing", "published")]
        public string? Until { get; set; }

        /// <summary>The time between two looks, in seconds; 30 without it.</summary>
        [Parameter]
        [ValidateRange(0.01, 86400.0)]
        public double PollSeconds { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Submission();
            RequestText request = ids.Request().Add("until", Until?.ToLowerInvariant());
            request.AddRaw("pollSeconds", PollSeconds > 0 ? NumberText.Of(PollSeconds) : null);
            WriteObject(StoreObject.Create(Run("submission.wait", request), "StoreShip.SubmissionStatus", ids));
        }
    }
}
