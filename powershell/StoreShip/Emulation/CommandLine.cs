using System.Collections.Generic;
using System.Text;

namespace StoreShip.Emulation
{
    /// <summary>
    /// Joins arguments to one command line, which the program splits into the same arguments. Windows passes a program one
    /// text, which it splits by the rules of CommandLineToArgvW; .NET splits by the same rules on other systems.
    /// </summary>
    internal static class CommandLine
    {
        internal static string Of(IEnumerable<string> arguments)
        {
            var line = new StringBuilder();
            foreach (string argument in arguments)
            {
                line.Append(line.Length == 0 ? "" : " ");
                AppendQuoted(line, argument);
            }
            return line.ToString();
        }

        /// <summary>
        /// Appends an argument in quotes. Backslashes are literal, except before a quote: there two stand for one, and one
        /// makes the quote literal.
        /// </summary>
        private static void AppendQuoted(StringBuilder line, string argument)
        {
            line.Append('"');
            int backslashes = 0;
            foreach (char c in argument)
            {
                if (c == '"')
                {
                    line.Append('\\', backslashes + 1);
                }
                backslashes = c == '\\' ? backslashes + 1 : 0;
                line.Append(c);
            }
            line.Append('\\', backslashes).Append('"');
        }
    }
}
