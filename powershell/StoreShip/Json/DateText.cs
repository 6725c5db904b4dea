using System;
using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace StoreShip.Json
{
    /// <summary>Formats dates of parameters as RFC 3339 in UTC.</summary>
    internal static class DateText
    {
        private static readonly Regex WithZone = new Regex(@"^\s*\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,7})?)?\s*([Zz]|[+-]\d\d:?\d\d)\s*$");

        /// <summary>
        /// The text of a date. A DateTime without a zone is one of this machine. A text that is no date with time and zone
        /// stays, and the library refuses it: 01/02/2030 is another day in another culture.
        /// </summary>
        /// <param name="value">A DateTimeOffset, a DateTime or a text; null stays null.</param>
        internal static string? Of(object? value)
        {
            switch (value is PSObject wrapper ? wrapper.BaseObject : value)
            {
                case null:
                    return null;
                case DateTimeOffset date:
                    return Utc(date);
                case DateTime date:
                    return Utc(new DateTimeOffset(date));
                case string text when WithZone.IsMatch(text)
                    && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset date):
                    return Utc(date);
                case object other:
                    return Convert.ToString(other, CultureInfo.InvariantCulture);
            }
        }

        private static string Utc(DateTimeOffset date) =>
            date.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
    }
}
