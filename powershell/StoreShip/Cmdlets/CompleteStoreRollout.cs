using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Finalizes a rollout: everybody gets the new packages.</summary>
    /// <remarks>
    /// <para>It can't be taken back. A rollout that is not in progress is the error rollout.state. It asks before it
    /// finalizes; on a build agent use -Confirm:$false.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission; of an app or a flight its published one.</inputs>
    /// <outputs type="StoreShip.Rollout">The rollout as it is then: packageRolloutStatus, packageRolloutPercentage, isPackageRollout and
    /// fallbackSubmissionId.</outputs>
    /// <example>
    /// <title>Finalize a rollout</title>
    /// <code>Get-StoreSubmission 9NBLGGH4R315 -Published | Complete-StoreRollout -Confirm:$false</code>
    /// <para>Ends the rollout of the published submission without asking.</para>
    /// </example>
    [Cmdlet(VerbsLifecycle.Complete, "StoreRollout", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [OutputType("StoreShip.Rollout")]
    public sealed class CompleteStoreRollout : RolloutCmdlet
    {
        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Rollout();
            if (ShouldProcess(ids.ToString(), "Finalize the rollout"))
            {
                Write("rollout.finalize", ids);
            }
        }
    }
}
