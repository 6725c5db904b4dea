using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace StoreShip.Json
{
    /// <summary>
    /// Finds members with the same name in one object of a text that a person may have typed. Only one of the values could
    /// be kept, so such a text is refused. What the service sends is kept as it is.
    /// </summary>
    internal sealed class TwinNames
    {
        private sealed class Frame
        {
            internal readonly Dictionary<string, List<Value>>? Members;
            internal string Name = "";
            internal int Index;

            internal Frame(bool isObject) => Members = isObject ? new Dictionary<string, List<Value>>(StringComparer.Ordinal) : null;

            internal string Step => Members != null ? JsonText.PointerStep(Name) : "/" + Index.ToString(CultureInfo.InvariantCulture);
        }

        private readonly struct Value
        {
            internal Value(int name, int start, int end)
            {
                Name = name;
                Start = start;
                End = end;
            }

            internal int Name { get; }

            internal int Start { get; }

            internal int End { get; }
        }

        private readonly string text;
        private readonly List<Frame> open = new List<Frame>();

        /// <summary>The values of each name that an object has more than once, by the pointer of the member.</summary>
        private readonly SortedDictionary<string, List<Value>> twins = new SortedDictionary<string, List<Value>>(StringComparer.Ordinal);

        private TwinNames(string text) => this.text = text;

        /// <summary>Refuses a text in which an object has a name twice.</summary>
        /// <param name="json">The text.</param>
        /// <param name="baseline">
        /// The text that the service sent, if the text is known to be an edited copy of it; else null. A name that is twice
        /// in it too, with the same values, is not refused.
        /// </param>
        /// <param name="file">The file that the text is from; null if it is from no file.</param>
        /// <exception cref="StoreException">
        /// An object has a name twice (<c>document.duplicate_name</c>), or the text is not valid JSON.
        /// </exception>
        internal static void Refuse(string json, string? baseline, string? file)
        {
            TwinNames found = Of(json);
            if (found.twins.Count == 0)
            {
                return;
            }
            TwinNames? sent = baseline == null ? null : Of(baseline);
            foreach (KeyValuePair<string, List<Value>> twin in found.twins)
            {
                if (sent == null || found.ValuesOf(twin.Key) != sent.ValuesOf(twin.Key))
                {
                    throw found.Error(twin.Key, twin.Value[1].Name, file);
                }
            }
        }

        private static TwinNames Of(string text)
        {
            var twins = new TwinNames(text);
            twins.Scan();
            return twins;
        }

        private void Scan()
        {
            var reader = new JsonReader(text, JsonReader.MaxDepth);
            var starts = new Stack<int>();
            var names = new Stack<int>();
            while (reader.Read() != JsonToken.End)
            {
                switch (reader.Token)
                {
                    case JsonToken.Name:
                        open[open.Count - 1].Name = reader.StringValue();
                        names.Push(reader.Start);
                        break;
                    case JsonToken.ObjectStart:
                    case JsonToken.ArrayStart:
                        starts.Push(reader.Start);
                        open.Add(new Frame(reader.Token == JsonToken.ObjectStart));
                        break;
                    case JsonToken.ObjectEnd:
                    case JsonToken.ArrayEnd:
                        Close();
                        Complete(names, starts.Pop(), reader.End);
                        break;
                    default:
                        Complete(names, reader.Start, reader.End);
                        break;
                }
            }
        }

        /// <summary>Takes a complete value into the object or array that holds it.</summary>
        private void Complete(Stack<int> names, int start, int end)
        {
            Frame? frame = open.Count == 0 ? null : open[open.Count - 1];
            if (frame?.Members == null)
            {
                if (frame != null)
                {
                    frame.Index++;
                }
                return;
            }
            if (!frame.Members.TryGetValue(frame.Name, out List<Value>? values))
            {
                frame.Members.Add(frame.Name, values = new List<Value>(1));
            }
            values.Add(new Value(names.Pop(), start, end));
        }

        private void Close()
        {
            Frame closed = open[open.Count - 1];
            open.RemoveAt(open.Count - 1);
            if (closed.Members == null)
            {
                return;
            }
            foreach (KeyValuePair<string, List<Value>> member in closed.Members)
            {
                if (member.Value.Count > 1)
                {
                    string pointer = Pointer() + JsonText.PointerStep(member.Key);
                    // Objects that are twins themselves have the same pointer.
                    if (!twins.ContainsKey(pointer))
                    {
                        twins.Add(pointer, member.Value);
                    }
                }
            }
        }

        private string Pointer()
        {
            var pointer = new StringBuilder();
            foreach (Frame frame in open)
            {
                pointer.Append(frame.Step);
            }
            return pointer.ToString();
        }

        /// <summary>The values of a name without the white space between their tokens; null if the name is there once.</summary>
        private string? ValuesOf(string pointer)
        {
            if (!twins.TryGetValue(pointer, out List<Value>? values))
            {
                return null;
            }
            var all = new StringBuilder();
            foreach (Value value in values)
            {
                var reader = new JsonReader(text.Substring(value.Start, value.End - value.Start));
                while (reader.Read() != JsonToken.End)
                {
                    all.Append(reader.Lexeme.Trim()).Append(' ');
                }
                all.Append('\n');
            }
            return all.ToString();
        }

        private StoreException Error(string pointer, int at, string? file)
        {
            int line = 1;
            int lineStart = 0;
            for (int i = 0; i < at; i++)
            {
                if (text[i] == '\n')
                {
                    line++;
                    lineStart = i + 1;
                }
            }
            return new StoreException(
                StoreStatus.Invalid, "document.duplicate_name",
                string.Format(
                    CultureInfo.InvariantCulture, "{0}the member {1} is there twice, the second time in line {2}, column {3}",
                    file == null ? "" : file + ": ", pointer, line, at - lineStart + 1),
                "remove one of the two, since only one value can be kept");
        }
    }
}
