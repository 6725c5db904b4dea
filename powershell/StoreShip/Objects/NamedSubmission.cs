using System.Management.Automation;

namespace StoreShip.Objects
{
    /// <summary>
    /// Tells objects that name a submission, such as a receipt or an app, from those that are one. A receipt may have been
    /// read from a file; then its ids are members of its document.
    /// </summary>
    internal static class NamedSubmission
    {
        /// <summary>The ids in an object that is no submission but names one; null for any other object.</summary>
        /// <param name="value">The object.</param>
        /// <returns>The ids of the submission, or of the app, flight or add-on.</returns>
        internal static StoreIds? Of(PSObject value)
        {
            StoreIds carried = StoreObject.Ids(value);
            string type = StoreObject.TypeOf(value);
            if (carried.HasTarget)
            {
                return type.Length > 0 && type != "Submission" ? carried : (StoreIds?)null;
            }
            var ids = new StoreIds(Text(value, "appId"), Text(value, "flightId"), Text(value, "addOnId"), Text(value, "submissionId"));
            return ids.HasTarget && ids.SubmissionId != null ? ids : (StoreIds?)null;
        }

        private static string? Text(PSObject value, string name) => ObjectColumns.Member(value, name) as string;
    }
}
