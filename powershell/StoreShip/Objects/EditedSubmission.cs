using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>What a submission object says to <c>submission.update</c>.</summary>
    internal static class EditedSubmission
    {
        /// <summary>Adds the fields that carry the document to a request.</summary>
        internal static RequestText AddTo(RequestText request, PSObject submission)
        {
            if (submission.BaseObject is string text)
            {
                return request.AddRaw("submission", new JsonRaw(text).Text);
            }
            return request.AddRaw("submission", DocumentWalker.Walk(submission).Json);
        }
    }
}
