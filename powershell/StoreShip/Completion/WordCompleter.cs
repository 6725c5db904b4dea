using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace StoreShip.Completion
{
    /// <summary>Completes a prefix with the words of a list that begin with it, ignoring letter case.</summary>
    public abstract class WordCompleter : IArgumentCompleter
    {
        /// <summary>The words of the list that begin with the typed text, each once.</summary>
        /// <param name="commandName">The command.</param>
        /// <param name="parameterName">The parameter.</param>
        /// <param name="wordToComplete">The text typed so far.</param>
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
            string typed = wordToComplete.Trim('\'', '"');
            foreach (KeyValuePair<string, string> word in Known(parameterName, fakeBoundParameters))
            {
                if (word.Key.StartsWith(typed, StringComparison.OrdinalIgnoreCase) && offered.Add(word.Key))
                {
                    yield return new CompletionResult(word.Key, word.Key, CompletionResultType.ParameterValue, word.Value);
                }
            }
        }

        /// <summary>The words, or none when the library that lists them can't be loaded: completion must not fail.</summary>
        private List<KeyValuePair<string, string>> Known(string parameter, IDictionary bound)
        {
            try
            {
                return new List<KeyValuePair<string, string>>(Words(parameter, bound));
            }
            catch (Exception exception) when (exception is DllNotFoundException || exception is StoreException)
            {
                return new List<KeyValuePair<string, string>>();
            }
        }

        /// <summary>The words to choose from, each with its description for the tooltip.</summary>
        /// <param name="parameter">The parameter.</param>
        /// <param name="bound">The parameters given so far.</param>
        private protected abstract IEnumerable<KeyValuePair<string, string>> Words(string parameter, IDictionary bound);
    }
}
