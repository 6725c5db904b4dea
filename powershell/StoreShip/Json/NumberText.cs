using System;
using System.Globalization;

namespace StoreShip.Json
{
    /// <summary>
    /// Formats numbers as JSON. A floating point number gets the fewest digits that parse to the same value, in the
    /// notation of ECMAScript. The formats "R" and "G" are not used, because .NET and .NET Framework give different text.
    /// </summary>
    internal static class NumberText
    {
        internal static string Of(double value)
        {
            for (int digits = 1; digits < 17; digits++)
            {
                string text = Scientific(value, digits);
                if (double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) == value)
                {
                    return Layout(text);
                }
            }
            return Layout(Scientific(value, 17));
        }

        internal static string Of(float value)
        {
            for (int digits = 1; digits < 9; digits++)
            {
                string text = Scientific(value, digits);
                if (float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) == value)
                {
                    return Layout(text);
                }
            }
            return Layout(Scientific(value, 9));
        }

        internal static string Of(decimal value)
        {
            // A negative zero prints as "-0" on some editions.
            string text = value.ToString(CultureInfo.InvariantCulture);
            return value == 0 && text[0] == '-' ? text.Substring(1) : text;
        }

        private static string Scientific(IFormattable value, int digits) =>
            value.ToString("E" + (digits - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

        /// <summary>
        /// Turns <c>-1.23E+004</c> into <c>-12300</c>. Below 1e-6 and from 1e21 on, the number keeps an exponent.
        /// </summary>
        private static string Layout(string scientific)
        {
            int mark = scientific.IndexOf('E');
            int exponent = int.Parse(scientific.Substring(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            string sign = scientific[0] == '-' ? "-" : "";
            string digits = scientific.Substring(sign.Length, mark - sign.Length).Replace(".", "").TrimEnd('0');
            if (digits.Length == 0)
            {
                return "0";
            }
            int whole = exponent + 1;
            if (whole > 21 || whole < -5)
            {
                string fraction = digits.Length == 1 ? "" : "." + digits.Substring(1);
                return sign + digits[0] + fraction + "e" + (exponent < 0 ? "" : "+") + exponent.ToString(CultureInfo.InvariantCulture);
            }
            if (whole <= 0)
            {
                return sign + "0." + new string('0', -whole) + digits;
            }
            return whole >= digits.Length
                ? sign + digits + new string('0', whole - digits.Length)
                : sign + digits.Substring(0, whole) + "." + digits.Substring(whole);
        }
    }
}
