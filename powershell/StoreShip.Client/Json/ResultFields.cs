using System;
using System.Collections.Generic;
using System.Globalization;

namespace StoreShip.Json
{
    /// <summary>The members of a result, by type. One that is absent, null or of another type is null or an empty list.</summary>
    internal sealed class ResultFields
    {
        private readonly Dictionary<string, string> fields;

        internal ResultFields(string json)
        {
            fields = JsonFields.Of(json);
        }

        internal string? Text(string name) => JsonFields.Text(fields, name);

        internal long? Number(string name) => JsonFields.Number(fields, name);

        internal double? Real(string name) =>
            JsonFields.Raw(fields, name) is string raw
            && double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value
                : (double?)null;

        internal bool? Flag(string name)
        {
            switch (JsonFields.Raw(fields, name))
            {
                case "true":
                    return true;
                case "false":
                    return false;
                default:
                    return null;
            }
        }

        /// <summary>The member as JSON, or null.</summary>
        internal string? Json(string name) => JsonFields.Raw(fields, name);

        internal T? Object<T>(string name, Func<string, T> parse)
            where T : class =>
            JsonFields.Raw(fields, name) is string raw && raw[0] == '{' ? parse(raw) : null;

        internal IReadOnlyList<T> List<T>(string name, Func<string, T> parse)
        {
            var list = new List<T>();
            foreach (string item in Items(name))
            {
                list.Add(parse(item));
            }
            return list;
        }

        internal IReadOnlyList<string> Texts(string name)
        {
            var list = new List<string>();
            foreach (string item in Items(name))
            {
                if (JsonFields.Text(item) is string text)
                {
                    list.Add(text);
                }
            }
            return list;
        }

        private List<string> Items(string name) =>
            JsonFields.Raw(fields, name) is string raw ? JsonFields.Items(raw) : new List<string>();
    }
}
