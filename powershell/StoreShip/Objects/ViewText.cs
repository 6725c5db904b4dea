using System;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using StoreShip.Objects;

namespace StoreShip
{
    /// <summary>
    /// Makes text of the service safe for a console and a build log: control characters, which move the cursor or change
    /// what was printed, marks that reverse the direction of text, and commands that a build agent carries out when it
    /// finds them in the output of a step. Documents and properties keep the text as it came.
    /// </summary>
    public static class ViewText
    {
        /// <summary>A value as a view shows it.</summary>
        /// <param name="value">
        /// The value to show. The items of an array are shown a line each. What is neither text nor an array is returned
        /// unchanged.
        /// </param>
        internal static object? Shown(object? value)
        {
            object? bare = value is PSObject wrapper ? wrapper.BaseObject : value;
            if (bare is string text)
            {
                // A view breaks long lines, so each place may become the start of a line.
                return Escape(text, anywhere: true, lines: false);
            }
            if (bare is object[] items)
            {
                return string.Join(
                    Environment.NewLine,
                    Array.ConvertAll(items, item => Escape(Convert.ToString(item, CultureInfo.InvariantCulture) ?? "", true, false)));
            }
            return bare is IList || bare is IDictionary ? Escape(value!.ToString()!, true, false) : value;
        }

        /// <summary>
        /// The text of a submission, its method ToString: the ids. Without it, "$submission" would be all values, with the
        /// signed upload address.
        /// </summary>
        /// <param name="instance">The submission.</param>
        public static string Ids(PSObject instance)
        {
            StoreIds ids = StoreObject.Ids(instance);
            return ids.HasTarget || ids.SubmissionId != null ? ids.ToString() : "a submission";
        }

        /// <summary>One line for people: no line break stays.</summary>
        internal static string Line(string? text) => Escape(text ?? "", false, false);

        /// <summary>A text of several lines for people.</summary>
        internal static string Lines(string? text) => Escape(text ?? "", false, true);

        /// <summary>
        /// Replaces what must not reach a console with its JSON escape, such as <c>\u001b</c>, as the library does in its
        /// messages.
        /// </summary>
        /// <param name="text">The text.</param>
        /// <param name="anywhere">True if a command of a build agent is one at any place, not only at the start of a line.</param>
        /// <param name="lines">True to keep line breaks.</param>
        private static string Escape(string text, bool anywhere, bool lines)
        {
            StringBuilder? escaped = null;
            bool start = true;
            for (int i = 0; i < text.Length; i++)
            {
                char c = text[i];
                bool escape = IsHidden(text, i) ? !(c == '\t' || (c == '\n' && lines)) : IsCommand(text, i, start || anywhere);
                if (escape && escaped == null)
                {
                    escaped = new StringBuilder(text, 0, i, text.Length + 16);
                }
                if (escape)
                {
                    escaped!.Append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    escaped?.Append(c);
                }
                start = c == '\n' || c == '\r' || (start && (c == ' ' || c == '\t'));
            }
            return escaped?.ToString() ?? text;
        }

        /// <summary>
        /// Control characters, separators of lines, marks of the direction of text, and characters without a shape.
        /// </summary>
        private static bool IsHidden(string text, int at)
        {
            char c = text[at];
            if (c < '\u2000')
            {
                return c < ' ' || (c >= '\u007F' && c <= '\u009F') || c == '\u061C';
            }
            if (char.IsSurrogate(c))
            {
                // The tags, U+E0000 to U+E007F, spell a text that nobody sees.
                return c == '\uDB40' ? IsTag(text, at + 1) : at > 0 && text[at - 1] == '\uDB40' && IsTag(text, at);
            }
            return c == '\u200B' || c == '\u200E' || c == '\u200F' || (c >= '\u2028' && c <= '\u202E')
                || (c >= '\u2060' && c <= '\u206F') || c == '\uFEFF' || (c >= '\uFFF9' && c <= '\uFFFB');
        }

        private static bool IsTag(string text, int at) => at < text.Length && text[at] >= '\uDC00' && text[at] <= '\uDC7F';

        /// <summary>
        /// Whether a command of a build agent begins at a position: <c>##vso[</c> of Azure Pipelines and <c>##[</c>
        /// anywhere in a line, <c>::name</c> of GitHub Actions at its start.
        /// </summary>
        private static bool IsCommand(string text, int at, bool lineStart)
        {
            if (text[at] == '#')
            {
                return StartsWith(text, at, "##[") || StartsWith(text, at, "##vso[");
            }
            return text[at] == ':' && lineStart && at + 2 < text.Length && text[at + 1] == ':' && IsLetter(text[at + 2]);
        }

        private static bool StartsWith(string text, int at, string word) =>
            string.Compare(text, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0;

        private static bool IsLetter(char c) => (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
