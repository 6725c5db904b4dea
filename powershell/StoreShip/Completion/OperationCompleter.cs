using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;
using StoreShip.Json;

namespace StoreShip.Completion
{
    /// <summary>Completes the name of an operation from the library's own table.</summary>
    public sealed class OperationCompleter : IArgumentCompleter
    {
        /// <summary>The operations that begin with the word, with what they do.</summary>
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
            Dictionary<string, string> result = JsonFields.Of(StoreClient.Offline.Call("library.operations"));
            foreach (string item in JsonFields.Items(JsonFields.Raw(result, "operations") ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(item);
                string? name = JsonFields.Text(fields, "name");
                if (name != null && name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
                {
                    yield return new CompletionResult(
                        name, name, CompletionResultType.ParameterValue, JsonFields.Text(fields, "summary") ?? name);
                }
            }
        }
    }
}
