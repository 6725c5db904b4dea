using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace StoreShip.Json
{
    internal enum JsonToken
    {
        None,
        ObjectStart,
        ObjectEnd,
        ArrayStart,
        ArrayEnd,
        Name,
        String,
        Number,
        True,
        False,
        Null,
        End,
    }

    /// <summary>
    /// A strict pull reader for RFC 8259. It has the position of every token, so that parts of the text can be passed on
    /// without being serialized again. It does not recurse: each level of nesting costs one byte.
    /// </summary>
    internal sealed class JsonReader
    {
        /// <summary>
        /// The deepest nesting of a text that a person or a program gives. What the library returns has no limit: the
        /// operation was carried out, and its result must be readable.
        /// </summary>
        internal const int MaxDepth = 10_000;

        private enum Expect : byte
        {
            Value,
            FirstItem,
            FirstName,
            Name,
            CommaOrEnd,
            Done,
        }

        private readonly string text;
        private readonly int maxDepth;
        private readonly List<bool> inObject = new List<bool>();
        private Expect expect = Expect.Value;
        private int position;
        private int nameEnd;

        /// <summary>A reader at the start of a text.</summary>
        /// <param name="text">The text.</param>
        /// <param name="maxDepth">The deepest nesting that is accepted; by default any.</param>
        internal JsonReader(string text, int maxDepth = int.MaxValue)
        {
            this.text = text;
            this.maxDepth = maxDepth;
            if (text.Length > 0 && text[0] == '\uFEFF')
            {
                position = 1;
            }
        }

        /// <summary>The kind of the last token.</summary>
        internal JsonToken Token { get; private set; }

        /// <summary>The position of the last token.</summary>
        internal int Start { get; private set; }

        /// <summary>The position after the last token; after a name, the position after its colon.</summary>
        internal int End => position;

        /// <summary>How many containers are open.</summary>
        internal int Depth => inObject.Count;

        /// <summary>The text of the last token, unchanged.</summary>
        internal string Lexeme => text.Substring(Start, position - Start);

        /// <summary>Reads the next token. After the document it is <see cref="JsonToken.End"/>.</summary>
        internal JsonToken Read()
        {
            SkipBlanks();
            if (expect == Expect.CommaOrEnd)
            {
                SeparatorOrEnd();
                if (Token == JsonToken.ObjectEnd || Token == JsonToken.ArrayEnd)
                {
                    return Token;
                }
            }
            Start = position;
            if (expect == Expect.Done)
            {
                if (position < text.Length)
                {
                    throw Error("nothing may follow the document", position);
                }
                return Token = JsonToken.End;
            }
            if (position >= text.Length)
            {
                throw Error(Depth == 0 ? "the document is empty" : "the document ends too early", position);
            }
            char c = text[position];
            if (expect == Expect.FirstName || expect == Expect.Name)
            {
                if (c == '}' && expect == Expect.FirstName)
                {
                    return Close(JsonToken.ObjectEnd);
                }
                if (c != '"')
                {
                    throw Error("a member name in double quotes is missing", position);
                }
                SkipString();
                int end = position;
                SkipBlanks();
                if (position >= text.Length || text[position] != ':')
                {
                    throw Error("a colon is missing after the member name", position);
                }
                // The colon is consumed with the name.
                nameEnd = end;
                position++;
                expect = Expect.Value;
                return Token = JsonToken.Name;
            }
            if (c == ']' && expect == Expect.FirstItem)
            {
                return Close(JsonToken.ArrayEnd);
            }
            return ReadValue(c);
        }

        /// <summary>The last string or name, unescaped. Lone surrogates are kept.</summary>
        internal string StringValue()
        {
            int end = (Token == JsonToken.Name ? nameEnd : position) - 1;
            int from = Start + 1;
            int escape = text.IndexOf('\\', from, end - from);
            if (escape < 0)
            {
                return text.Substring(from, end - from);
            }
            var result = new StringBuilder(end - from);
            int i = from;
            while (i < end)
            {
                char c = text[i++];
                if (c != '\\')
                {
                    result.Append(c);
                    continue;
                }
                c = text[i++];
                switch (c)
                {
                    case 'b': result.Append('\b'); break;
                    case 'f': result.Append('\f'); break;
                    case 'n': result.Append('\n'); break;
                    case 'r': result.Append('\r'); break;
                    case 't': result.Append('\t'); break;
                    case 'u':
                        result.Append((char)int.Parse(
                            text.Substring(i, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                        i += 4;
                        break;
                    default: result.Append(c); break;
                }
            }
            return result.ToString();
        }

        /// <summary>Skips the rest of the value whose first token was just read.</summary>
        internal void SkipRest()
        {
            if (Token != JsonToken.ObjectStart && Token != JsonToken.ArrayStart)
            {
                return;
            }
            int outside = Depth - 1;
            while (Depth > outside)
            {
                Read();
            }
        }

        private JsonToken ReadValue(char c)
        {
            switch (c)
            {
                case '{': return Open(JsonToken.ObjectStart, true);
                case '[': return Open(JsonToken.ArrayStart, false);
                case '"':
                    SkipString();
                    return Scalar(JsonToken.String);
                case 't': return Word("true", JsonToken.True);
                case 'f': return Word("false", JsonToken.False);
                case 'n': return Word("null", JsonToken.Null);
                default:
                    if (c == '-' || (c >= '0' && c <= '9'))
                    {
                        SkipNumber();
                        return Scalar(JsonToken.Number);
                    }
                    throw Error("a value is missing", position);
            }
        }

        private JsonToken Open(JsonToken token, bool isObject)
        {
            if (Depth >= maxDepth)
            {
                throw Error("the document is nested deeper than " + maxDepth + " levels", position);
            }
            inObject.Add(isObject);
            position++;
            expect = isObject ? Expect.FirstName : Expect.FirstItem;
            return Token = token;
        }

        private JsonToken Close(JsonToken token)
        {
            Start = position++;
            inObject.RemoveAt(inObject.Count - 1);
            return Scalar(token);
        }

        private JsonToken Scalar(JsonToken token)
        {
            expect = Depth == 0 ? Expect.Done : Expect.CommaOrEnd;
            return Token = token;
        }

        private JsonToken Word(string word, JsonToken token)
        {
            if (string.CompareOrdinal(text, position, word, 0, word.Length) != 0)
            {
                throw Error("a value is missing", position);
            }
            position += word.Length;
            return Scalar(token);
        }

        private void SeparatorOrEnd()
        {
            bool isObject = inObject[inObject.Count - 1];
            Token = JsonToken.None;
            char c = position < text.Length ? text[position] : '\0';
            if (c == ',')
            {
                position++;
                SkipBlanks();
                expect = isObject ? Expect.Name : Expect.Value;
            }
            else if (c == (isObject ? '}' : ']') && position < text.Length)
            {
                Close(isObject ? JsonToken.ObjectEnd : JsonToken.ArrayEnd);
            }
            else if (position >= text.Length)
            {
                throw Error("the document ends too early", position);
            }
            else
            {
                throw Error(isObject ? "a comma or a closing brace is missing" : "a comma or a closing bracket is missing", position);
            }
        }

        private void SkipBlanks()
        {
            while (position < text.Length)
            {
                char c = text[position];
                if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
                {
                    return;
                }
                position++;
            }
        }

        private void SkipString()
        {
            int i = position + 1;
            while (i < text.Length)
            {
                char c = text[i];
                if (c == '"')
                {
                    position = i + 1;
                    return;
                }
                if (c < ' ')
                {
                    throw Error("a control character in a string must be escaped", i);
                }
                i++;
                if (c == '\\')
                {
                    i = SkipEscape(i);
                }
            }
            throw Error("a string is not closed", position);
        }

        private int SkipEscape(int i)
        {
            char c = i < text.Length ? text[i] : '\0';
            if (c == 'u')
            {
                for (int digit = 1; digit <= 4; digit++)
                {
                    if (i + digit >= text.Length || !IsHex(text[i + digit]))
                    {
                        throw Error("\\u needs four hexadecimal digits", i - 1);
                    }
                }
                return i + 5;
            }
            if (c == '\0' || "\"\\/bfnrt".IndexOf(c) < 0)
            {
                throw Error("an unknown escape in a string", i - 1);
            }
            return i + 1;
        }

        private void SkipNumber()
        {
            int i = position;
            if (text[i] == '-')
            {
                i++;
            }
            int whole = i;
            i = SkipDigits(i);
            if (i - whole > 1 && text[whole] == '0')
            {
                throw Error("a number must not begin with a zero", whole);
            }
            if (i < text.Length && text[i] == '.')
            {
                i = SkipDigits(i + 1);
            }
            if (i < text.Length && (text[i] == 'e' || text[i] == 'E'))
            {
                i++;
                if (i < text.Length && (text[i] == '+' || text[i] == '-'))
                {
                    i++;
                }
                i = SkipDigits(i);
            }
            position = i;
        }

        private int SkipDigits(int i)
        {
            int first = i;
            while (i < text.Length && text[i] >= '0' && text[i] <= '9')
            {
                i++;
            }
            if (i == first)
            {
                throw Error("a digit is missing in a number", i);
            }
            return i;
        }

        private static bool IsHex(char c) =>
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');

        private StoreException Error(string what, int at)
        {
            int line = 1;
            int lineStart = 0;
            for (int i = 0; i < at && i < text.Length; i++)
            {
                if (text[i] == '\n')
                {
                    line++;
                    lineStart = i + 1;
                }
            }
            return new StoreException(
                StoreStatus.Invalid,
                "document.invalid",
                string.Format(CultureInfo.InvariantCulture, "not valid JSON: {0}, line {1}, column {2}", what, line, at - lineStart + 1),
                "correct the text at this place; comments, trailing commas and single quotes are not JSON");
        }
    }
}
