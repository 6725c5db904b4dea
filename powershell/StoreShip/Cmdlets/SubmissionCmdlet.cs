using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet for one submission.</summary>
    public abstract class SubmissionCmdlet : TargetCmdlet
    {
        /// <summary>The verbose message of cmdlets that compare a submission without a baseline.</summary>
        private protected const string NoBaseline =
            "the submission has no baseline: it is compared with the submission that the service has now";

        /// <summary>The id of the submission. Objects of Get-StoreSubmission and New-StoreSubmission carry it.</summary>
        [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public virtual string? SubmissionId { get; set; }

        private protected override string? BoundSubmissionId => SubmissionId;

        /// <summary>The ids of the draft that the item changes, once they are known.</summary>
        private StoreIds changing;

        /// <summary>Whether the change of the item succeeded. Errors of later cmdlets of the pipeline come back to this one.</summary>
        private bool isChanged;

        /// <summary>
        /// Changes a draft. If that fails, the cmdlets that commit refuse the draft; see <see cref="FailedChanges"/>.
        /// </summary>
        /// <param name="kind">The kind of the change.</param>
        /// <param name="change">The change, which calls <see cref="Changed"/> once it has succeeded.</param>
        private protected void Change(ChangeKind kind, System.Action change)
        {
            changing = default;
            isChanged = false;
            try
            {
                change();
            }
            catch (System.Exception exception) when (!isChanged && !IsPreview)
            {
                string failure = MyInvocation.MyCommand.Name + " failed"
                    + (exception is StoreException error ? " with " + error.Code : ": " + exception.Message);
                FailedChanges.Add(Service, changing.HasTarget ? changing : BoundIds(), InputObject, kind, failure);
                throw;
            }
        }

        /// <summary>Sets the ids of the draft that is changed, if the item names only its app, flight or add-on.</summary>
        private protected void Changing(StoreIds ids) => changing = ids;

        /// <summary>Records that the change has succeeded.</summary>
        private protected void Changed(ChangeKind kind, StoreIds ids)
        {
            isChanged = true;
            FailedChanges.Remove(Service, ids, InputObject, kind);
        }

        /// <summary>The ids of the item, which must name a submission.</summary>
        private protected StoreIds Submission()
        {
            StoreIds ids = Target();
            return ids.SubmissionId != null ? ids : throw new StoreException(
                StoreStatus.Invalid, "request.missing_field", "no submission is named for " + ids,
                "give -SubmissionId, or pipe an object of Get-StoreSubmission or New-StoreSubmission");
        }

        /// <summary>
        /// The ids of the current submission of an app, a flight or an add-on: the pending one, or the published one if
        /// none is pending.
        /// </summary>
        /// <param name="ids">The ids of the app, flight or add-on.</param>
        /// <param name="pending">True to take only the pending submission.</param>
        /// <param name="published">True to take only the published submission.</param>
        /// <exception cref="StoreException">There is no such submission (<c>submission.not_found</c>).</exception>
        private protected StoreIds Current(StoreIds ids, bool pending, bool published) =>
            CurrentSubmission.Find(Run, ids, pending, published);

        /// <summary>Gets the submission that the ids name, or else the current one; see <see cref="Current"/>.</summary>
        /// <param name="ids">The ids of the item; set to the ids of the submission.</param>
        /// <param name="pending">True to take only the pending submission.</param>
        /// <param name="published">True to take only the published submission.</param>
        /// <returns>The submission as JSON.</returns>
        private protected string Fetch(ref StoreIds ids, bool pending, bool published)
        {
            ids = ids.SubmissionId != null ? ids : Current(ids, pending, published);
            string json = Run("submission.get", ids.Request());
            SidecarRegistry.ForgetUnlessCurrent(ids, json);
            return json;
        }

        /// <summary>The baseline that a sidecar of this process holds for a submission; null if none does.</summary>
        private protected string? SidecarBaseline(StoreIds ids)
        {
            string? baseline = SidecarRegistry.Baseline(ids, out string sidecar);
            if (baseline != null)
            {
                WriteVerbose("the submission has no baseline: it is compared with the one in " + sidecar);
            }
            return baseline;
        }
    }
}
