using System.Text;

namespace StoreShip.Json
{
    /// <summary>Removes comments from JSON text.</summary>
    internal static class JsonComments
    {
        /// <summary>
        /// Replaces each <c>//</c> and <c>/* */</c> comment with spaces and keeps line breaks, so that lines and columns
        /// in error messages match the original text.
        /// </summary>
        internal static string ReplaceWithSpaces(string json)
        {
            var text = new StringBuilder(json);
            int at = 0;
            while (at < json.Length)
            {
                if (json[at] == '"')
                {
                    at = StringEnd(json, at + 1);
                    continue;
                }
                int end = CommentEnd(json, at);
                if (end < 0)
                {
                    at++;
                    continue;
                }
                for (; at < end; at++)
                {
                    text[at] = json[at] == '\n' || json[at] == '\r' ? json[at] : ' ';
                }
            }
            return text.ToString();
        }

        /// <summary>The end of the comment that begins at a position; -1 if no comment begins there.</summary>
        private static int CommentEnd(string json, int at)
        {
            if (json[at] != '/' || at + 1 == json.Length)
            {
                return -1;
            }
            if (json[at + 1] == '/')
            {
                int end = json.IndexOfAny(LineEnds, at);
                return end < 0 ? json.Length : end;
            }
            if (json[at + 1] != '*')
            {
                return -1;
            }
            int close = json.IndexOf("*/", at + 2, System.StringComparison.Ordinal);
            return close >= 0 ? close + 2 : throw new StoreException(
                StoreStatus.Invalid, "document.invalid", "not valid JSON: a comment is not closed", "end it with */");
        }

        private static readonly char[] LineEnds = { '\n', '\r' };

        /// <summary>The position after the closing quote; the end of the text if the string is not closed.</summary>
        private static int StringEnd(string json, int at)
        {
            while (at < json.Length)
            {
                switch (json[at])
                {
                    case '"': return at + 1;
                    case '\\': at += 2; break;
                    default: at++; break;
                }
            }
            return json.Length;
        }
    }
}
