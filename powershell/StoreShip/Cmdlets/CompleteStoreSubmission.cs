using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Commits a draft: hands it to the Store for certification.</summary>
    /// <remarks>
    /// <para>A commit can't be taken back, and it is never sent twice: when its answer is lost, the state is looked up
    /// instead. It asks before it commits; on a build agent use -Confirm:$false. Wait-StoreSubmission waits for what
    /// comes after.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A draft.</inputs>
    /// <outputs type="StoreShip.SubmissionStatus">The state, CommitStarted as a rule.</outputs>
    /// <example>
    /// <title>Commit and wait</title>
    /// <code>
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $submission | Complete-StoreSubmission -Confirm:$false
    /// $submission | Wait-StoreSubmission -Until processing
    /// </code>
    /// <para>Commits a draft without a change and waits until the Store has taken it.</para>
    /// </example>
    [Cmdlet(VerbsLifecycle.Complete, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [OutputType("StoreShip.SubmissionStatus")]
    public sealed class CompleteStoreSubmission : SubmissionCmdlet
    {
        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Submission();
            if (ShouldProcess(ids.ToString(), "Commit the submission"))
            {
                WriteObject(StoreObject.Create(Run("submission.commit", ids.Request()), "StoreShip.SubmissionStatus", ids));
            }
        }
    }
}
