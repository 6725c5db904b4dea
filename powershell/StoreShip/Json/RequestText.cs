using System.Globalization;
using System.Text;

namespace StoreShip.Json
{
    /// <summary>Builds the JSON object of a request. A null value leaves its field out.</summary>
    internal sealed class RequestText
    {
        private readonly StringBuilder text = new StringBuilder("{");

        internal RequestText Add(string name, string? value) => AddRaw(name, value == null ? null : JsonText.Quote(value));

        internal RequestText Add(string name, bool? value) =>
            AddRaw(name, value == null ? null : value.Value ? "true" : "false");

        internal RequestText Add(string name, long? value) => AddRaw(name, value?.ToString(CultureInfo.InvariantCulture));

        /// <summary>Adds a field whose value is JSON text.</summary>
        internal RequestText AddRaw(string name, string? json)
        {
            if (json == null)
            {
                return this;
            }
            if (text.Length > 1)
            {
                text.Append(',');
            }
            JsonText.AppendString(text, name);
            text.Append(':').Append(json);
            return this;
        }

        /// <summary>The request with the fields added so far.</summary>
        public override string ToString() => text.ToString() + "}";
    }
}
