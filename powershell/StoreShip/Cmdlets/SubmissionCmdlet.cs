using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet for one submission.</summary>
    public abstract class SubmissionCmdlet : TargetCmdlet
    {
        /// <summary>The id of the submission. An object of Get-StoreSubmission or New-StoreSubmission carries it.</summary>
        [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public string? SubmissionId { get; set; }

        private protected override string? GivenSubmissionId => SubmissionId;

        /// <summary>The ids, with that of a submission.</summary>
        private protected StoreIds Submission()
        {
            StoreIds ids = Target();
            return ids.SubmissionId != null ? ids : throw new StoreException(
                StoreStatus.Invalid, "request.missing_field", "no submission is named for " + ids,
                "give -SubmissionId, or pipe an object of Get-StoreSubmission or New-StoreSubmission");
        }
    }
}
