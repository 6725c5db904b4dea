using System.Management.Automation;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets the gradual package rollout of a submission.</summary>
    /// <remarks>
    /// <para>During a rollout, a percentage of the users gets the packages of the submission; the others keep the packages
    /// of the fallback submission. Without -SubmissionId, the cmdlet takes the published submission. Add-ons have no
    /// rollout.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission, or an app or a flight, which stands for its published
    /// submission.</inputs>
    /// <outputs type="StoreShip.Rollout">The rollout: packageRolloutStatus, packageRolloutPercentage, isPackageRollout and
    /// fallbackSubmissionId.</outputs>
    /// <example>
    /// <title>Get the state of a rollout</title>
    /// <code>Get-StoreRollout 9NBLGGH4R315</code>
    /// <para>Shows the status and the percentage of the rollout of the published submission.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StoreRollout")]
    [OutputType("StoreShip.Rollout")]
    public sealed class GetStoreRollout : RolloutCmdlet
    {
        /// <inheritdoc/>
        protected override void Process() => Write("rollout.get", Rollout());
    }
}
