using System.Text.RegularExpressions;

namespace StoreShip.Cmdlets
{
    /// <summary>
    /// What to do about a parameter whose value the library refuses. A parameter is only left out where its product has no such
    /// thing, or where another parameter excludes it: elsewhere the release would go on without what the user asked for.
    /// </summary>
    internal static class ParameterRemedies
    {
        /// <summary>A message of the library, and the remedy; {0} is the parameter.</summary>
        private static readonly string[,] Remedies =
        {
            { "^(?:add-ons|flights) have no |^only app submissions have |^only without ", "leave out {0}" },
            { "^only an app ", "use {0} for a release of the app itself, without a flight and an add-on" },
            { "^only with `(\\w+)` set to `(\\w+)`", "give `$1` with the value $2 too" },
            { "^only with (`\\w+`)", "give $1 too" },
            { "^`\\w+` needs (`\\w+`)", "give $1 too" },
            { " are needed in (`\\w+`)", "give $1 too" },
            { "^there is no new package ", "give `packages` too, or leave out {0}" },
        };

        /// <summary>The remedy, with fields in backticks where it names other parameters.</summary>
        /// <param name="message">The message of the library.</param>
        /// <param name="parameter">The parameter that it is about, with its dash.</param>
        internal static string Of(string message, string parameter)
        {
            for (int i = 0; i < Remedies.GetLength(0); i++)
            {
                Match match = Regex.Match(message, Remedies[i, 0]);
                if (match.Success)
                {
                    return match.Result(Remedies[i, 1]).Replace("{0}", parameter);
                }
            }
            return "correct the value of " + parameter;
        }
    }
}
