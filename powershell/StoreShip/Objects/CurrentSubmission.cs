using System;
using System.Collections.Generic;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>Finds the pending or the published submission of an app, a flight or an add-on.</summary>
    internal static class CurrentSubmission
    {
        /// <summary>
        /// The ids of the current submission: the pending one, or the published one if none is pending.
        /// </summary>
        /// <param name="run">Runs an operation and returns its result.</param>
        /// <param name="ids">The ids of the app, flight or add-on.</param>
        /// <param name="pending">True to take only the pending submission.</param>
        /// <param name="published">True to take only the published submission.</param>
        /// <exception cref="StoreException">There is no such submission (<c>submission.not_found</c>).</exception>
        internal static StoreIds Find(Func<string, RequestText, string> run, StoreIds ids, bool pending, bool published)
        {
            string operation = ids.AddOnId != null ? "add_on.get" : ids.FlightId != null ? "flight.get" : "app.get";
            string kind = ids.AddOnId != null ? "InAppProduct" : ids.FlightId != null ? "Flight" : "Application";
            StoreIds parent = ids.WithSubmission(null);
            Dictionary<string, string> fields = JsonFields.Of(run(operation, parent.Request()));
            string? draft = Reference(fields, "pending" + kind + "Submission");
            string? last = Reference(fields, "lastPublished" + kind + "Submission");
            string? found = published ? last : pending ? draft : draft ?? last;
            string wanted = published ? "published" : pending ? "pending" : "pending or published";
            return parent.WithSubmission(found ?? throw new StoreException(
                StoreStatus.Service, "submission.not_found", parent + " has no " + wanted + " submission",
                published ? "leave -Published out to get the draft, or publish it first" : "create one with New-StoreSubmission"));
        }

        private static string? Reference(Dictionary<string, string> fields, string name)
        {
            string? reference = JsonFields.Raw(fields, name);
            return reference == null ? null : JsonFields.Text(JsonFields.Of(reference), "id");
        }
    }
}
