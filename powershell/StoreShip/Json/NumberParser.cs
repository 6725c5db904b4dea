using System;
using System.Globalization;
using System.Numerics;

namespace StoreShip.Json
{
    /// <summary>
    /// Parses JSON numbers. A whole number becomes an Int32, Int64 or BigInteger, the smallest that holds it. A number
    /// with a fraction or an exponent becomes a Decimal with the scale of the text if that is exact, otherwise the
    /// nearest Double. Every edition of PowerShell gives the same type.
    /// </summary>
    internal static class NumberParser
    {
        /// <summary>The most digits of a BigInteger. Longer whole numbers become a Double, which bounds the parsing time.</summary>
        private const int LongestInteger = 4096;

        private const int MaxScale = 28;
        private static readonly BigInteger MaxCoefficient = (BigInteger.One << 96) - 1;

        internal static object Parse(string lexeme)
        {
            if (lexeme.IndexOfAny(FractionMarks) >= 0)
            {
                return Decimal(lexeme) ?? (object)Double(lexeme);
            }
            if (int.TryParse(lexeme, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int small))
            {
                return small;
            }
            if (long.TryParse(lexeme, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long large))
            {
                return large;
            }
            return lexeme.Length <= LongestInteger
                ? BigInteger.Parse(lexeme, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
                : (object)Double(lexeme);
        }

        private static readonly char[] FractionMarks = { '.', 'e', 'E' };

        private static object? Decimal(string lexeme)
        {
            int mark = lexeme.IndexOfAny(ExponentMarks);
            string mantissa = mark < 0 ? lexeme : lexeme.Substring(0, mark);
            int exponent = 0;
            if (mark >= 0 && !int.TryParse(
                lexeme.Substring(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            {
                return null;
            }
            bool negative = mantissa[0] == '-';
            int point = mantissa.IndexOf('.');
            int decimals = point < 0 ? 0 : mantissa.Length - point - 1;
            string digits = mantissa.Replace("-", "").Replace(".", "").TrimStart('0');
            long scale = (long)decimals - exponent;
            if (digits.Length > MaxScale + 1 || scale > MaxScale || scale < -MaxScale)
            {
                return null;
            }
            BigInteger coefficient = digits.Length == 0
                ? BigInteger.Zero
                : BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
            if (scale < 0)
            {
                coefficient *= BigInteger.Pow(10, (int)-scale);
                scale = 0;
            }
            if (coefficient > MaxCoefficient)
            {
                return null;
            }
            // .NET and .NET Framework print a negative zero of Decimal differently, so its sign is dropped.
            return new decimal(
                (int)(uint)(coefficient & uint.MaxValue),
                (int)(uint)((coefficient >> 32) & uint.MaxValue),
                (int)(uint)((coefficient >> 64) & uint.MaxValue),
                negative && !coefficient.IsZero,
                (byte)scale);
        }

        private static readonly char[] ExponentMarks = { 'e', 'E' };

        private static double Double(string lexeme)
        {
            // For a number beyond the range of Double, .NET Framework fails and .NET returns an infinity.
            return double.TryParse(lexeme, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value
                : lexeme[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        }
    }
}
