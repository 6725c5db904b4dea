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
            if (ids.AddOnId != null && ids.SubmissionId == null)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.target", "add-ons have no package rollout", "name an app or a flight: give -AppId, and -FlightId for a flight");
            }
            return ids.SubmissionId != null ? ids : Current(ids, pending: false, published: true);
        }

        /// <summary>Runs an operation and writes the rollout that it returns.</summary>
        private protected void Write(string operation, StoreIds ids, string? percentage = null)
        {
            string rollout = Run(operation, ids.Request().AddRaw("percentage", percentage));
            WriteObject(Result(rollout, "StoreShip.Rollout"));
        }
    }
}
