using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;
using StoreShip.Objects;

namespace StoreShip.Completion
{
    /// <summary>Completes <c>-AppId</c>, <c>-FlightId</c>, <c>-AddOnId</c> and <c>-SubmissionId</c> with ids seen in this process.</summary>
    public sealed class IdCompleter : IArgumentCompleter
    {
        /// <summary>The ids that begin with the word and fit the other ids of the command.</summary>
        /// <param name="commandName">The command.</param>
        /// <param name="parameterName">One of the four parameters.</param>
        /// <param name="wordToComplete">What is typed so far.</param>
        /// <param name="commandAst">Not used.</param>
        /// <param name="fakeBoundParameters">The parameters given so far.</param>
        public IEnumerable<CompletionResult> CompleteArgument(
            string commandName,
            string parameterName,
            string wordToComplete,
            CommandAst commandAst,
            IDictionary fakeBoundParameters)
        {
            var offered = new HashSet<string>(StringComparer.Ordinal);
            string word = wordToComplete.Trim('\'', '"');
            foreach (StoreIds ids in SeenIds.Newest())
            {
                string? id = Id(ids, parameterName);
                if (id == null
                    || !id.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                    || !Fits(ids, fakeBoundParameters, parameterName)
                    || !offered.Add(id))
                {
                    continue;
                }
                yield return new CompletionResult(id, id, CompletionResultType.ParameterValue, ids.ToString());
            }
        }

        private static bool Fits(StoreIds ids, IDictionary bound, string completed)
        {
            foreach (string name in new[] { "AppId", "FlightId", "AddOnId" })
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
                case "AppId": return ids.AppId;
                case "FlightId":
                case "RankHigherThan": return ids.FlightId;
                case "AddOnId": return ids.AddOnId;
                default: return ids.SubmissionId;
            }
        }
    }
}
