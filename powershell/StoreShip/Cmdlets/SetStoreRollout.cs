using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Sets the percentage of users who get the packages of a gradual rollout.</summary>
    /// <remarks>
    /// <para>The rollout must be in progress: the submission is published, and the rollout is neither halted nor finalized.
    /// Otherwise the error is rollout.state. A rollout at 100 percent is still in progress; use Complete-StoreRollout to
    /// finalize it.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission, or an app or a flight, which stands for its published
    /// submission.</inputs>
    /// <outputs type="StoreShip.Rollout">The rollout after the change: packageRolloutStatus, packageRolloutPercentage,
    /// isPackageRollout and fallbackSubmissionId.</outputs>
    /// <example>
    /// <title>Roll out to half of the users</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Set-StoreRollout 9NBLGGH4R315 -Percentage 50
    /// </code>
    /// <para>Sets the percentage for the published submission.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Set, "StoreRollout", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Rollout")]
    public sealed class SetStoreRollout : RolloutCmdlet
    {
        /// <summary>The percentage of users, from 0 to 100.</summary>
        [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
        public double Percentage { get; set; }

        private bool isTyped;

        /// <inheritdoc/>
        protected override void BeginProcessing()
        {
            base.BeginProcessing();
            isTyped = MyInvocation.BoundParameters.ContainsKey(nameof(Percentage));
        }

        /// <inheritdoc/>
        protected override void Process()
        {
            if (!isTyped && !CommandLineIds.IsRow(InputObject))
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.missing_field", "no percentage is given: the one of the input is that of its rollout",
                    "give -Percentage");
            }
            StoreIds ids = Rollout();
            string percentage = NumberText.Of(Percentage);
            if (ShouldProcess(ids.ToString(), "Set the rollout to " + percentage + " percent"))
            {
                Write("rollout.set", ids, percentage);
            }
        }
    }
}
