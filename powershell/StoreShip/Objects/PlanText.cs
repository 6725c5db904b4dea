using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace StoreShip.Objects
{
    /// <summary>What a plan says, as text for the question and for the view.</summary>
    internal static class PlanText
    {
        /// <summary>
        /// What else a release does, for the question: it ends an open rollout, changes the price, removes packages. Empty if it
        /// does nothing of it, or without a plan.
        /// </summary>
        internal static string Consequences(PSObject? plan)
        {
            var said = new List<string>();
            switch (plan == null ? null : ObjectColumns.Member(plan, "openRollout"))
            {
                case "finalize":
                    said.Add("after giving the packages of the open rollout to all customers");
                    break;
                case "halt":
                    said.Add("after halting the open rollout");
                    break;
            }
            if (plan != null && ObjectColumns.Member(plan, "priceIdBefore") is string before)
            {
                said.Add("changing the price from " + before + " to " + ObjectColumns.Member(plan, "priceId"));
            }
            string[] going = ObjectColumns.Items(plan == null ? null : ObjectColumns.Member(plan, "oldPackages"))
                .Where(package => !true.Equals(ObjectColumns.Member(package, "stays"))).Select(Name).ToArray();
            if (going.Length > 0)
            {
                said.Add("removing " + string.Join(", ", going));
            }
            return string.Concat(said.Select(text => ", " + ViewText.Line(text)));
        }

        /// <summary>An old package, with what becomes of it.</summary>
        internal static string OldPackage(object? package) =>
            (true.Equals(ObjectColumns.Member(package, "stays")) ? "stays: " : "goes: ") + Name(package)
            + ", because " + ObjectColumns.Member(package, "reason");

        /// <summary>What happens to the open rollout of the published submission.</summary>
        internal static string? OpenRollout(object? end) =>
            "finalize".Equals(end) ? "finalize: all customers get its packages"
            : "halt".Equals(end) ? "halt: no more customers get its packages"
            : end as string;

        private static string Name(object? package) =>
            ObjectColumns.Member(package, "fileName") + (ObjectColumns.Member(package, "version") is string version ? " (" + version + ")" : "");
    }
}
