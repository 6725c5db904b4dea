using System.Globalization;
using System.Text;

namespace StoreShip.Json
{
    /// <summary>Writes JSON strings and JSON Pointers.</summary>
    internal static class JsonText
    {
        /// <summary>Appends a string: only the quote, the backslash, control characters and half surrogates are escaped.</summary>
        internal static void AppendString(StringBuilder text, string value)
        {
            text.Append('"');
            for (int i = 0; i < value.Length; i++)
            {
                char c = value[i];
                switch (c)
                {
                    case '"': text.Append("\\\""); continue;
                    case '\\': text.Append("\\\\"); continue;
                    case '\b': text.Append("\\b"); continue;
                    case '\f': text.Append("\\f"); continue;
                    case '\n': text.Append("\\n"); continue;
                    case '\r': text.Append("\\r"); continue;
                    case '\t': text.Append("\\t"); continue;
                }
                if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
                {
                    text.Append(c).Append(value[++i]);
                }
                else if (c < ' ' || char.IsSurrogate(c))
                {
                    text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    text.Append(c);
                }
            }
            text.Append('"');
        }

        internal static string Quote(string value)
        {
            var text = new StringBuilder(value.Length + 2);
            AppendString(text, value);
            return text.ToString();
        }

        /// <summary>A changed document with the white space around it that it had: the library takes and gives bare values.</summary>
        /// <param name="original">The document before.</param>
        /// <param name="changed">The document after.</param>
        internal static string WithMargins(string original, string changed)
        {
            string bare = original.Trim(' ', '\t', '\r', '\n');
            int start = original.IndexOf(bare, System.StringComparison.Ordinal);
            return original.Substring(0, start) + changed + original.Substring(start + bare.Length);
        }

        /// <summary>One step of a JSON Pointer, with its slash.</summary>
        internal static string PointerStep(string name) => "/" + name.Replace("~", "~0").Replace("/", "~1");
    }
}
