using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet for the gradual package rollout of a submission.</summary>
    public abstract class RolloutCmdlet : SubmissionCmdlet
    {
        /// <summary>The ids, with those of the published submission when none is named: only it can have a rollout.</summary>
        private protected StoreIds Rollout()
        {
            StoreIds ids = Target();
            // Of an add-on there is none to look for; the library refuses it.
            return ids.SubmissionId != null || ids.AddOnId != null ? ids : Current(ids, pending: false, published: true);
        }

        /// <summary>Runs an operation and writes the rollout that it returns.</summary>
        private protected void Write(string operation, StoreIds ids, string? percentage = null)
        {
            string rollout = Run(operation, ids.Request().AddRaw("percentage", percentage));
            WriteObject(StoreObject.Create(rollout, "StoreShip.Rollout", ids));
        }
    }
}
