using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet for one submission, which is the pending one if only an app, a flight or an add-on is named.</summary>
    public abstract class PendingSubmissionCmdlet : SubmissionCmdlet
    {
        /// <summary>
        /// The id of the submission. Objects of Get-StoreSubmission and New-StoreSubmission carry it. The default is the
        /// pending submission.
        /// </summary>
        [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public override string? SubmissionId { get; set; }

        /// <summary>
        /// The ids of the item. The pending submission is looked up before the user is asked, so that the question names it.
        /// </summary>
        private protected StoreIds Pending()
        {
            StoreIds ids = Target();
            return ids.SubmissionId != null ? ids : Current(ids, pending: true, published: false);
        }
    }
}
