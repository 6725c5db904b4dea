using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Halts a rollout: nobody else gets the new packages.</summary>
    /// <remarks>
    /// <para>Who has the new packages keeps them; a halted rollout can't be taken up again, but a new submission can be
    /// published. A rollout that is not in progress is the error rollout.state. It asks before it halts; on a build agent
    /// use -Confirm:$false.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission; of an app or a flight its published one.</inputs>
    /// <outputs type="StoreShip.Rollout">The rollout as it is then: packageRolloutStatus, packageRolloutPercentage, isPackageRollout and
    /// fallbackSubmissionId.</outputs>
    /// <example>
    /// <title>Halt a rollout</title>
    /// <code>Stop-StoreRollout 9NBLGGH4R315 -Confirm:$false</code>
    /// <para>Halts the rollout of the published submission without asking.</para>
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
