using System;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace StoreShip.Cmdlets
{
    /// <summary>The names of parameters in messages.</summary>
    internal static class ParameterNames
    {
        /// <summary>A parameter as the user typed it, with its dash.</summary>
        /// <param name="invocation">The invocation of the cmdlet.</param>
        /// <param name="parameter">The name of the parameter.</param>
        internal static string AsTyped(InvocationInfo invocation, string parameter)
        {
            if (!IsIn(invocation.Line, parameter) && invocation.MyCommand?.Parameters != null
                && invocation.MyCommand.Parameters.TryGetValue(parameter, out ParameterMetadata data))
            {
                foreach (string alias in data.Aliases)
                {
                    if (IsIn(invocation.Line, alias))
                    {
                        return "-" + alias;
                    }
                }
            }
            return "-" + parameter;
        }

        private static bool IsIn(string? line, string name) =>
            line != null && Regex.IsMatch(line, "-" + Regex.Escape(name) + @"\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }
}
