namespace StoreShip.Json
{
    /// <summary>A JSON value that is written to a document exactly as spelled here.</summary>
    public sealed class JsonRaw
    {
        /// <summary>Checks that the text is one JSON value and keeps it.</summary>
        /// <param name="json">The text, for example <c>1.10e2</c>.</param>
        /// <exception cref="StoreException">The text is not valid JSON.</exception>
        public JsonRaw(string json)
        {
            var reader = new JsonReader(json, JsonReader.MaxDepth);
            while (reader.Read() != JsonToken.End)
            {
            }
            // A byte order mark is allowed at the start of a document, not before a value inside one.
            Text = json.TrimStart('\uFEFF');
        }

        /// <summary>The JSON text.</summary>
        public string Text { get; }

        /// <inheritdoc cref="Text"/>
        public override string ToString() => Text;
    }
}
