using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet for the gradual package rollout of a submission.</summary>
    public abstract class RolloutCmdlet : SubmissionCmdlet
    {
        /// <summary>
        /// The ids, completed with the published submission if none is named: no other submission can have a rollout.
        /// </summary>
        private protected StoreIds Rollout()
        {
            StoreIds ids = Target();
            // An add-on has no rollout; the library refuses the request.
            return ids.SubmissionId != null || ids.AddOnId != null ? ids : Current(ids, pending: false, published: true);
        }

        /// <summary>Runs an operation and writes the rollout that it returns.</summary>
        private protected void Write(string operation, StoreIds ids, string? percentage = null)
        {
            string rollout = Run(operation, ids.Request().AddRaw("percentage", percentage));
            WriteObject(Result(rollout, "StoreShip.Rollout"));
        }
    }
}
