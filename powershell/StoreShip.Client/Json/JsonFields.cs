using System;
using System.Collections.Generic;
using System.Globalization;

namespace StoreShip.Json
{
    /// <summary>Reads the members of an object as raw JSON, without converting them.</summary>
    internal static class JsonFields
    {
        /// <summary>
        /// The members of the object <paramref name="json"/>. If a name is repeated, the last member counts. Any depth is
        /// read: the object may be the response of an operation that was carried out.
        /// </summary>
        internal static Dictionary<string, string> Of(string json)
        {
            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            var reader = new JsonReader(json);
            if (reader.Read() != JsonToken.ObjectStart)
            {
                return fields;
            }
            while (reader.Read() == JsonToken.Name)
            {
                string name = reader.StringValue();
                reader.Read();
                int start = reader.Start;
                reader.SkipRest();
                fields[name] = json.Substring(start, reader.End - start);
            }
            return fields;
        }

        /// <summary>The items of the array <paramref name="json"/>.</summary>
        internal static List<string> Items(string json)
        {
            var items = new List<string>();
            var reader = new JsonReader(json);
            if (reader.Read() != JsonToken.ArrayStart)
            {
                return items;
            }
            while (reader.Read() != JsonToken.ArrayEnd)
            {
                int start = reader.Start;
                reader.SkipRest();
                items.Add(json.Substring(start, reader.End - start));
            }
            return items;
        }

        /// <summary>The raw JSON of a member. Null if the member is absent or <c>null</c>.</summary>
        internal static string? Raw(Dictionary<string, string> fields, string name) =>
            fields.TryGetValue(name, out string? raw) && raw != "null" ? raw : null;

        /// <summary>The value of a string member, unescaped. Null if the member is absent or not a string.</summary>
        internal static string? Text(Dictionary<string, string> fields, string name)
        {
            string? raw = Raw(fields, name);
            return raw == null ? null : Text(raw);
        }

        /// <summary>The value of the string <paramref name="json"/>, unescaped. Null if it is not a string.</summary>
        internal static string? Text(string json)
        {
            var reader = new JsonReader(json);
            return reader.Read() == JsonToken.String ? reader.StringValue() : null;
        }

        /// <summary>The value of an integer member. Null if the member is absent or not a number.</summary>
        internal static long? Number(Dictionary<string, string> fields, string name)
        {
            string? raw = Raw(fields, name);
            return raw != null && decimal.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
                && value >= long.MinValue && value <= long.MaxValue
                ? (long)value
                : (long?)null;
        }
    }
}
