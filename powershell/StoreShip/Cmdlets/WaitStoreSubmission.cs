using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Waits until the Store has accepted submissions for processing, or has published them.</summary>
    /// <remarks>
    /// <para>Certification takes hours or days, so a build usually waits for processing only: by then the commit has
    /// succeeded, and the Store has accepted the packages and the listings for processing. If the submission fails, the
    /// error is submission.failed with the findings of the Store. Ctrl+C ends only the waiting, not the submission.</para>
    /// <para>A submission whose publish mode is Manual or SpecificDate stays in Release after its certification. The wait
    /// is over then: the result has resting and publishMode, and a person publishes the submission in Partner Center, or
    /// its date does.</para>
    /// <para>All submissions of the pipeline are waited for at once, in one loop. It makes half of the calls that the rate
    /// limit of the tenant allows, so that hundreds of add-ons do not hold up a release. The result of each submission is
    /// written when its wait is over; a submission that fails is an error and does not end the wait for the others.
    /// -TimeoutSeconds limits the time for all of them.</para>
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
    /// <example>
    /// <title>Wait for many submissions</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $pending = Get-StoreAddOn | Where-Object pendingInAppProductSubmission
    /// $pending | Complete-StoreSubmission -Confirm:$false | Wait-StoreSubmission -TimeoutSeconds 7200
    /// </code>
    /// <para>Commits the drafts of all add-ons and waits until they are published, for two hours at most.</para>
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

        /// <inheritdoc cref="PublishStoreSubmission.PollSeconds"/>
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

        private readonly List<StoreIds> waitedFor = new List<StoreIds>();
        private StoreIds? finished;

        private protected override bool IsItemComplete => true;

        /// <inheritdoc/>
        protected override object? ErrorTarget => finished?.ToString() ?? base.ErrorTarget;

        /// <inheritdoc/>
        protected override void Process() => waitedFor.Add(Target());

        /// <inheritdoc/>
        protected override void EndProcessing()
        {
            if (waitedFor.Count == 1)
            {
                Guard(() => WriteObject(Result(Run("submission.wait", Terms(waitedFor[0].Request())), "StoreShip.SubmissionStatus")));
            }
            else if (waitedFor.Count > 1)
            {
                string submissions = "[" + string.Join(",", waitedFor.Select(ids => ids.Request().ToString())) + "]";
                Guard(() => Run("submission.wait_all", Terms(new RequestText().AddRaw("submissions", submissions))));
            }
        }

        /// <inheritdoc/>
        private protected override void Finished(StoreEvent item)
        {
            finished = waitedFor[(int)item.Index!.Value];
            Guard(() =>
            {
                StoreResponse response = item.ItemResponse();
                WriteObject(StoreObject.FromResult(response.Result, "StoreShip.SubmissionStatus", StoreIds.OfMeta(response.Meta)));
            });
            finished = null;
        }

        private RequestText Terms(RequestText request)
        {
            request.Add("until", Until?.ToLowerInvariant());
            request.AddRaw("pollSeconds", PollSeconds > 0 ? NumberText.Of(PollSeconds) : null);
            return request.AddRaw("commitTimeoutSeconds", CommitTimeoutSeconds > 0 ? NumberText.Of(CommitTimeoutSeconds) : null);
        }
    }
}
