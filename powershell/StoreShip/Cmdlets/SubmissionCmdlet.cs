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

        /// <summary>The id of the submission that a product has: the pending one, else the published one.</summary>
        /// <param name="ids">The app, flight or add-on.</param>
        /// <param name="pending">Only the pending one.</param>
        /// <param name="published">Only the published one.</param>
        private protected string Current(StoreIds ids, bool pending = false, bool published = false)
        {
            string operation = ids.AddOnId != null ? "add_on.get" : ids.FlightId != null ? "flight.get" : "app.get";
            string kind = ids.AddOnId != null ? "InAppProduct" : ids.FlightId != null ? "Flight" : "Application";
            StoreIds parent = ids.WithSubmission(null);
            Dictionary<string, string> fields = JsonFields.Of(Run(operation, parent.Request()));
            string? begun = Reference(fields, "pending" + kind + "Submission");
            string? last = Reference(fields, "lastPublished" + kind + "Submission");
            string? found = published ? last : pending ? begun : begun ?? last;
            string wanted = published ? "published" : pending ? "pending" : "pending or published";
            return found ?? throw new StoreException(
                StoreStatus.Service, "submission.not_found", parent + " has no " + wanted + " submission",
                "New-StoreSubmission starts one");
        }

        private static string? Reference(Dictionary<string, string> fields, string name)
        {
            string? reference = JsonFields.Raw(fields, name);
            return reference == null ? null : JsonFields.Text(JsonFields.Of(reference), "id");
        }
    }
}
