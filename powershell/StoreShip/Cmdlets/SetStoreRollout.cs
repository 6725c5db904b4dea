using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Changes the share of users who get the packages of a rollout.</summary>
    /// <remarks>
    /// <para>The rollout must be in progress: the submission is published, and the rollout was neither stopped nor
    /// completed. Anything else is the error rollout.state. With 100 it is still in progress: Complete-StoreRollout ends
    /// it.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission; of an app or a flight its published one.</inputs>
    /// <outputs type="StoreShip.Rollout">The rollout as it is then: packageRolloutStatus, packageRolloutPercentage, isPackageRollout and
    /// fallbackSubmissionId.</outputs>
    /// <example>
    /// <title>Give the packages to half of the users</title>
    /// <code>Set-StoreRollout 9NBLGGH4R315 -Percentage 50</code>
    /// <para>Changes the rollout of the published submission.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Set, "StoreRollout", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Rollout")]
    public sealed class SetStoreRollout : RolloutCmdlet
    {
        /// <summary>The share of users, 0 to 100.</summary>
        [Parameter(Mandatory = true)]
        public double Percentage { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Rollout();
            string percentage = NumberText.Of(Percentage);
            if (ShouldProcess(ids.ToString(), "Set the rollout to " + percentage + " percent"))
            {
                Write("rollout.set", ids, percentage);
            }
        }
    }
}
