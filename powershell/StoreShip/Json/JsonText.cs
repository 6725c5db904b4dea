using System.Globalization;
using System.Text;

namespace StoreShip.Json
{
    /// <summary>Writes JSON strings and JSON Pointers.</summary>
    internal static class JsonText
    {
        /// <summary>
        /// Appends a JSON string. Only the quote, the backslash, control characters and unpaired surrogates are escaped.
        /// </summary>
        internal static void AppendString(StringBuilder text, string value)
        {
            text.Append('"');
            // Characters that need no escape, which are nearly all, are appended in runs.
            int run = 0;
            for (int i = 0; i < value.Length; i++)
            {
                char c = value[i];
                if (c >= ' ' && c != '"' && c != '\\' && (c < '\uD800' || c > '\uDFFF'))
                {
                    continue;
                }
                if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
                {
                    i++;
                    continue;
                }
                text.Append(value, run, i - run);
                AppendEscape(text, c);
                run = i + 1;
            }
            text.Append(value, run, value.Length - run).Append('"');
        }

        private static void AppendEscape(StringBuilder text, char c)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                default: text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)); break;
            }
        }

        /// <summary>A value as a JSON string, with its quotes.</summary>
        internal static string Quote(string value)
        {
            var text = new StringBuilder(value.Length + 2);
            AppendString(text, value);
            return text.ToString();
        }

        /// <summary>
        /// Puts the white space that surrounded a document back around its changed text. The library returns documents
        /// without it.
        /// </summary>
        /// <param name="original">The document before the change.</param>
        /// <param name="changed">The document after the change, as the library returned it.</param>
        internal static string WithSurroundingWhiteSpace(string original, string changed)
        {
            string bare = original.Trim(' ', '\t', '\r', '\n');
            int start = original.IndexOf(bare, System.StringComparison.Ordinal);
            return original.Substring(0, start) + changed + original.Substring(start + bare.Length);
        }

        /// <summary>One reference token of a JSON Pointer, escaped and with its leading slash.</summary>
        internal static string PointerStep(string name) => "/" + name.Replace("~", "~0").Replace("/", "~1");
    }
}
