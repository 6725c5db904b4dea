namespace StoreShip.Json
{
    /// <summary>JSON text that goes into a document as it stands, after a check that it is valid.</summary>
    public sealed class JsonRaw
    {
        /// <summary>Takes one JSON value.</summary>
        /// <param name="json">The text, for example <c>1.10e2</c>.</param>
        /// <exception cref="StoreException">The text is not valid JSON.</exception>
        public JsonRaw(string json)
        {
            var reader = new JsonReader(json);
            while (reader.Read() != JsonToken.End)
            {
            }
            // A byte order mark may begin a document, not a value inside of one.
            Text = json.TrimStart('\uFEFF');
        }

        /// <summary>The text.</summary>
        public string Text { get; }

        /// <summary>The text.</summary>
        public override string ToString() => Text;
    }
}
