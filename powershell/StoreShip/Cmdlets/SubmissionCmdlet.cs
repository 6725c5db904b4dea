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
        /// <summary>The id of the submission. An object of Get-StoreSubmission or New-StoreSubmission carries it.</summary>
        [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public virtual string? SubmissionId { get; set; }

        private protected override string? GivenSubmissionId => SubmissionId;

        /// <summary>The ids, with that of a submission.</summary>
        private protected StoreIds Submission()
        {
            StoreIds ids = Target();
            return ids.SubmissionId != null ? ids : throw new StoreException(
                StoreStatus.Invalid, "request.missing_field", "no submission is named for " + ids,
                "give -SubmissionId, or pipe an object of Get-StoreSubmission or New-StoreSubmission");
        }

        /// <summary>The ids with those of a submission that the app, flight or add-on has now.</summary>
        /// <param name="ids">Whose submission.</param>
        /// <param name="pending">The pending one only.</param>
        /// <param name="published">The published one only; without either the pending one comes first.</param>
        private protected StoreIds Current(StoreIds ids, bool pending, bool published)
        {
            string operation = ids.AddOnId != null ? "add_on.get" : ids.FlightId != null ? "flight.get" : "app.get";
            string kind = ids.AddOnId != null ? "InAppProduct" : ids.FlightId != null ? "Flight" : "Application";
            StoreIds parent = ids.WithSubmission(null);
            Dictionary<string, string> fields = JsonFields.Of(Run(operation, parent.Request()));
            string? draft = Reference(fields, "pending" + kind + "Submission");
            string? last = Reference(fields, "lastPublished" + kind + "Submission");
            string? found = published ? last : pending ? draft : draft ?? last;
            string wanted = published ? "published" : pending ? "pending" : "pending or published";
            return parent.WithSubmission(found ?? throw new StoreException(
                StoreStatus.Service, "submission.not_found", parent + " has no " + wanted + " submission",
                "New-StoreSubmission starts one"));
        }

        /// <summary>Gets a submission: that of the ids, or one that the app, flight or add-on has now.</summary>
        /// <param name="ids">Whose submission; after it those of the submission.</param>
        /// <param name="pending">The pending one only.</param>
        /// <param name="published">The published one only; without either the pending one comes first.</param>
        private protected string Fetch(ref StoreIds ids, bool pending, bool published)
        {
            ids = ids.SubmissionId != null ? ids : Current(ids, pending, published);
            string json = Run("submission.get", ids.Request());
            Sidecars.Heard(ids, json);
            return json;
        }

        /// <summary>What a sidecar of this process keeps of a submission that lost its baseline; null when none does.</summary>
        private protected string? Kept(StoreIds ids)
        {
            string? baseline = Sidecars.Baseline(ids, out string sidecar);
            if (baseline != null)
            {
                WriteVerbose("no baseline came with the submission: that of " + sidecar + " stands in for it");
            }
            return baseline;
        }

        private static string? Reference(Dictionary<string, string> fields, string name)
        {
            string? reference = JsonFields.Raw(fields, name);
            return reference == null ? null : JsonFields.Text(JsonFields.Of(reference), "id");
        }
    }
}
