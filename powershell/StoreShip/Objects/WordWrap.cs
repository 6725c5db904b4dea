using System;
using System.Text;

namespace StoreShip.Objects
{
    /// <summary>Breaks long lines at blanks.</summary>
    internal static class WordWrap
    {
        /// <summary>The text with lines that are no longer than a length, unless a single word is.</summary>
        /// <param name="text">The text, which may have several lines.</param>
        /// <param name="length">The longest line, in characters.</param>
        /// <param name="indent">What a line begins with that continues the line before.</param>
        internal static string At(string text, int length, string indent)
        {
            if (text.Length <= length)
            {
                return text;
            }
            var wrapped = new StringBuilder();
            foreach (string line in text.Split(new[] { Environment.NewLine }, StringSplitOptions.None))
            {
                wrapped.Append(wrapped.Length == 0 ? "" : Environment.NewLine);
                int start = 0;
                while (Break(line, start, length - (start == 0 ? 0 : indent.Length)) is int end)
                {
                    wrapped.Append(start == 0 ? "" : indent).Append(line, start, end - start).Append(Environment.NewLine);
                    start = end + 1;
                }
                wrapped.Append(start == 0 ? "" : indent).Append(line, start, line.Length - start);
            }
            return wrapped.ToString();
        }

        /// <summary>The blank at which a line is broken; null if its rest is short enough or one word.</summary>
        private static int? Break(string line, int start, int length)
        {
            if (line.Length - start <= length)
            {
                return null;
            }
            int blank = line.LastIndexOf(' ', start + length, length);
            blank = blank > start ? blank : line.IndexOf(' ', start + length);
            return blank < 0 ? (int?)null : blank;
        }
    }
}
