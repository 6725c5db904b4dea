using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets the gradual package rollout of a submission.</summary>
    /// <remarks>
    /// <para>A submission with a rollout gives its packages to a share of the users when it is published; the others keep
    /// those of the fallback submission. Without -SubmissionId it is that of the published submission. Add-ons have no
    /// rollout.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission; of an app or a flight its published one.</inputs>
    /// <outputs type="StoreShip.Rollout">The rollout: packageRolloutStatus, packageRolloutPercentage, isPackageRollout and
    /// fallbackSubmissionId.</outputs>
    /// <example>
    /// <title>How far a rollout is</title>
    /// <code>Get-StoreRollout 9NBLGGH4R315</code>
    /// <para>Shows state and percentage of the rollout of the published submission.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StoreRollout")]
    [OutputType("StoreShip.Rollout")]
    public sealed class GetStoreRollout : RolloutCmdlet
    {
        /// <inheritdoc/>
        protected override void Process() => Write("rollout.get", Rollout());
    }
}
