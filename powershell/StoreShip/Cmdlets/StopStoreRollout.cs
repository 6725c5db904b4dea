using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Halts a gradual package rollout, so that no more users get the new packages.</summary>
    /// <remarks>
    /// <para>Users who have the new packages keep them. A halted rollout can't be resumed; publish a new submission instead.
    /// If the rollout is not in progress, the error is rollout.state. The cmdlet prompts for confirmation; use
    /// -Confirm:$false on a build agent.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission, or an app or a flight, which stands for its published
    /// submission.</inputs>
    /// <outputs type="StoreShip.Rollout">The rollout after the change: packageRolloutStatus, packageRolloutPercentage,
    /// isPackageRollout and fallbackSubmissionId.</outputs>
    /// <example>
    /// <title>Halt a rollout</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Stop-StoreRollout 9NBLGGH4R315 -Confirm:$false
    /// </code>
    /// <para>Halts the rollout of the published submission without a prompt.</para>
    /// </example>
    [Cmdlet(VerbsLifecycle.Stop, "StoreRollout", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [OutputType("StoreShip.Rollout")]
    public sealed class StopStoreRollout : RolloutCmdlet
    {
        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Rollout();
            if (ShouldProcess(ids.ToString(), "Halt the rollout"))
            {
                Write("rollout.halt", ids);
            }
        }
    }
}
