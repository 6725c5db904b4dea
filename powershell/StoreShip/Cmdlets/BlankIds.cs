using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>
    /// Refuses ids that are named and null, empty or blank. If such an id counted as absent, a flight id from a variable
    /// that is not set would name the app, and the release would go to everybody.
    /// </summary>
    internal static class BlankIds
    {
        /// <summary>The parameters with an id or a name, and the noun for their value.</summary>
        private static readonly KeyValuePair<string, string>[] Parameters =
        {
            new KeyValuePair<string, string>("AppId", "an app"),
            new KeyValuePair<string, string>("AppName", "an app"),
            new KeyValuePair<string, string>("FlightId", "a flight"),
            new KeyValuePair<string, string>("FlightName", "a flight"),
            new KeyValuePair<string, string>("AddOnId", "an add-on"),
            new KeyValuePair<string, string>("SubmissionId", "a submission"),
            new KeyValuePair<string, string>("PriceId", "a price tier"),
        };

        /// <summary>
        /// Refuses blank ids of the present item: on the command line, the item itself, its properties, values of script
        /// blocks.
        /// </summary>
        /// <param name="invocation">The invocation of the cmdlet.</param>
        /// <param name="typed">The names of the parameters on the command line.</param>
        /// <param name="input">The value of -InputObject.</param>
        /// <exception cref="StoreException">An id is named and blank (<c>request.blank_id</c>).</exception>
        internal static void Refuse(InvocationInfo invocation, ICollection<string> typed, PSObject? input)
        {
            bool isPiped = invocation.ExpectingInput && !typed.Contains("InputObject");
            if (typed.Contains("InputObject") && IsBlank(input))
            {
                throw Blank(
                    ParameterNames.AsTyped(invocation, "InputObject") + ", the first argument, is null, empty or blank",
                    "give an app id, or an object of Get-StoreApp or Get-StoreSubmission");
            }
            if (isPiped && IsBlank(input))
            {
                throw Blank("the input is null, empty or blank", "pipe an app id, or an object of Get-StoreApp or Get-StoreSubmission");
            }
            foreach (KeyValuePair<string, string> parameter in Parameters)
            {
                if (!invocation.BoundParameters.TryGetValue(parameter.Key, out object value) || !IsBlank(value))
                {
                    continue;
                }
                if (typed.Contains(parameter.Key))
                {
                    string shown = ParameterNames.AsTyped(invocation, parameter.Key);
                    throw Blank(
                        shown + " is null, empty or blank",
                        "give " + shown + " a value, or leave it out" + (parameter.Value == "a flight" ? ": without a flight, everybody is meant" : ""));
                }
                // On an object of the module, null means that there is no such id.
                if (Bare(value) != null || !isPiped || !input!.TypeNames.Any(name => name.Contains("StoreShip.")))
                {
                    throw Blank(
                        "the property " + parameter.Key + " of the input is null, empty or blank",
                        "give the id of " + parameter.Value + " in each item, or pipe items without the property " + parameter.Key);
                }
            }
        }

        private static object? Bare(object? value) => value is PSObject wrapper ? wrapper.BaseObject : value;

        private static bool IsBlank(object? value)
        {
            object? bare = Bare(value);
            return bare == null || (bare is string text && StoreIds.Trimmed(text) == null);
        }

        private static StoreException Blank(string message, string hint) =>
            new StoreException(StoreStatus.Invalid, "request.blank_id", message, hint);
    }
}
