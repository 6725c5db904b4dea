using System.Text;

namespace StoreShip.Json
{
    /// <summary>Takes the comments out of files that people write.</summary>
    internal static class JsonComments
    {
        /// <summary>
        /// The text with blanks in the place of <c>//</c> and <c>/* */</c> comments. Line ends stay, so that places in
        /// later errors are places in the file.
        /// </summary>
        internal static string Blank(string json)
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

        /// <summary>Where a comment that begins here ends; -1 when none does.</summary>
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

        /// <summary>After the closing quote, or the end of a string that does not close.</summary>
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
