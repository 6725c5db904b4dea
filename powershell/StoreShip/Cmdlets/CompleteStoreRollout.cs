using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Finalizes a gradual package rollout, so that all users get the new packages.</summary>
    /// <remarks>
    /// <para>Finalizing can't be undone. If the rollout is not in progress, the error is rollout.state. The cmdlet prompts
    /// for confirmation; use -Confirm:$false on a build agent.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission, or an app or a flight, which stands for its published
    /// submission.</inputs>
    /// <outputs type="StoreShip.Rollout">The rollout after the change: packageRolloutStatus, packageRolloutPercentage,
    /// isPackageRollout and fallbackSubmissionId.</outputs>
    /// <example>
    /// <title>Finalize a rollout</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Get-StoreSubmission 9NBLGGH4R315 -Published | Complete-StoreRollout -Confirm:$false
    /// </code>
    /// <para>Finalizes the rollout of the published submission without a prompt.</para>
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
