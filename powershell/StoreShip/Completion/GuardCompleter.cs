using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;
using StoreShip.Objects;

namespace StoreShip.Completion
{
    /// <summary>Completes the name of a guard, with what it refuses.</summary>
    public sealed class GuardCompleter : IArgumentCompleter
    {
        /// <summary>The guards that begin with the word.</summary>
        /// <param name="commandName">The command.</param>
        /// <param name="parameterName">The parameter.</param>
        /// <param name="wordToComplete">What is typed so far.</param>
        /// <param name="commandAst">Not used.</param>
        /// <param name="fakeBoundParameters">Not used.</param>
        public IEnumerable<CompletionResult> CompleteArgument(
            string commandName,
            string parameterName,
            string wordToComplete,
            CommandAst commandAst,
            IDictionary fakeBoundParameters)
        {
            for (int i = 0; i < GuardNames.All.Length; i++)
            {
                string name = GuardNames.All[i];
                if (name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
                {
                    yield return new CompletionResult(name, name, CompletionResultType.ParameterValue, GuardNames.Meanings[i]);
                }
            }
        }
    }
}
