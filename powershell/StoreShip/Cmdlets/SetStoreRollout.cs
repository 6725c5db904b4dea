using System;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Sets the percentage of users who get the packages of a gradual rollout, once or step by step.</summary>
    /// <remarks>
    /// <para>The rollout must be in progress: the submission is published, and the rollout is neither halted nor finalized.
    /// Otherwise the error is rollout.state. A rollout at 100 percent is still in progress; use Complete-StoreRollout or
    /// -Finalize to finalize it.</para>
    /// <para>With -Step, the cmdlet raises the percentage step by step and pauses after each step. It begins with the first
    /// step above the present percentage, so the same command continues a rollout that another process has begun. Without
    /// -BeganAt it first waits the pause of the present step in full. Ctrl+C leaves the rollout at its present percentage.
    /// If somebody halts or lowers the rollout during a pause, the error is rollout.state.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission, or an app or a flight, which stands for its published
    /// submission.</inputs>
    /// <outputs type="StoreShip.Rollout">The rollout after the change: packageRolloutStatus, packageRolloutPercentage,
    /// isPackageRollout and fallbackSubmissionId. With -Step: packageRolloutStatus, packageRolloutPercentage, and steps with
    /// the percentage and beganAt of each step that was taken.</outputs>
    /// <example>
    /// <title>Roll out to half of the users</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Set-StoreRollout 9NBLGGH4R315 50
    /// </code>
    /// <para>Sets the percentage for the published submission.</para>
    /// </example>
    /// <example>
    /// <title>Roll out by a schedule</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Set-StoreRollout 9NBLGGH4R315 -Step 25, 50, 100 -PauseSeconds 1 -Finalize
    /// </code>
    /// <para>Gives the packages to a quarter, to half and to all of the users, with a pause after each step, and finalizes
    /// the rollout. A real pause is a day (86400) or longer.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Set, "StoreRollout", DefaultParameterSetName = OneStep, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Rollout")]
    public sealed class SetStoreRollout : RolloutCmdlet
    {
        private const string OneStep = "Percentage";
        private const string Steps = "Step";

        /// <summary>The id of the submission. The default is the published submission.</summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public override string? SubmissionId { get; set; }

        /// <summary>The percentage of users, from 0 to 100.</summary>
        [Parameter(ParameterSetName = OneStep, Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
        public double Percentage { get; set; }

        /// <summary>The percentages of a schedule, each more than the one before.</summary>
        [Parameter(ParameterSetName = Steps, Mandatory = true, ValueFromPipelineByPropertyName = true)]
        [ValidateNotNullOrEmpty]
        public double[] Step { get; set; } = new double[0];

        /// <summary>
        /// How long the rollout stays at each step, in seconds: one number for all steps, or one for each. After the last
        /// step only -Finalize waits. The default is no pause.
        /// </summary>
        [Parameter(ParameterSetName = Steps, ValueFromPipelineByPropertyName = true)]
        [ValidateNotNullOrEmpty]
        public double[] PauseSeconds { get; set; } = { 0 };

        /// <summary>Finalize the rollout after the pause of the last step: all users get the packages.</summary>
        [Parameter(ParameterSetName = Steps)]
        public SwitchParameter Finalize { get; set; }

        /// <summary>
        /// When the rollout came to its present percentage: the beganAt of the last step of an earlier result. Without it,
        /// the pause of the present step is waited in full.
        /// </summary>
        [Parameter(ParameterSetName = Steps, ValueFromPipelineByPropertyName = true)]
        [ValidateNotNull]
        public DateTimeOffset? BeganAt { get; set; }

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
            if (ParameterSetName == Steps)
            {
                Ramp();
                return;
            }
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

        private void Ramp()
        {
            if (PauseSeconds.Length != 1 && PauseSeconds.Length != Step.Length)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.invalid",
                    "-PauseSeconds has " + PauseSeconds.Length + " numbers, and -Step has " + Step.Length,
                    "give one pause for all steps, or one for each step");
            }
            StoreIds ids = Rollout();
            string[] steps = Step.Select((percentage, index) => new RequestText()
                .AddRaw("percentage", NumberText.Of(percentage))
                .AddRaw("pauseSeconds", NumberText.Of(PauseSeconds[PauseSeconds.Length == 1 ? 0 : index]))
                .ToString()).ToArray();
            RequestText request = ids.Request().AddRaw("steps", "[" + string.Join(",", steps) + "]");
            request.Add("finalize", Finalize ? true : (bool?)null);
            request.Add("beganAt", BeganAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            string action = "Raise the rollout to " + string.Join(", ", Step.Select(NumberText.Of)) + " percent"
                + (Finalize ? " and finalize it" : "");
            if (ShouldProcess(ids.ToString(), action))
            {
                WriteObject(Result(Run("rollout.ramp", request), "StoreShip.Rollout"));
            }
        }
    }
}
