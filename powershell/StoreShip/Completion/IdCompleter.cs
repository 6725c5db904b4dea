using System.Collections;
using System.Collections.Generic;
using StoreShip.Objects;

namespace StoreShip.Completion
{
    /// <summary>
    /// Completes <c>-AppId</c>, <c>-FlightId</c>, <c>-AddOnId</c>, <c>-SubmissionId</c> and <c>-GroupId</c> with ids that
    /// cmdlets of this process returned and that match the other ids on the command line.
    /// </summary>
    public sealed class IdCompleter : WordCompleter
    {
        /// <inheritdoc/>
        private protected override IEnumerable<KeyValuePair<string, string>> Words(string parameter, IDictionary bound)
        {
            if (parameter == "GroupId")
            {
                foreach (string group in IdHistory.NewestGroups())
                {
                    yield return new KeyValuePair<string, string>(group, "a group of a flight");
                }
                yield break;
            }
            foreach (StoreIds ids in IdHistory.Newest())
            {
                string? id = Id(ids, parameter);
                if (id != null && Fits(ids, bound, parameter))
                {
                    yield return new KeyValuePair<string, string>(id, ids.ToString());
                }
            }
        }

        private static bool Fits(StoreIds ids, IDictionary bound, string completed)
        {
            foreach (string name in new[] { "AppId", "FlightId", "AddOnId", "InputObject" })
            {
                if (name != completed && bound[name] is string given && given != Id(ids, name))
                {
                    return false;
                }
            }
            return true;
        }

        private static string? Id(StoreIds ids, string parameter)
        {
            switch (parameter)
            {
                case "InputObject":
                case "AppId": return ids.AppId;
                case "FlightId":
                case "RankHigherThan": return ids.FlightId;
                case "AddOnId": return ids.AddOnId;
                default: return ids.SubmissionId;
            }
        }
    }
}
