using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Reflection;

namespace StoreShip.Json
{
    /// <summary>
    /// Parses a JSON document into PowerShell objects. A string stays a string, even if it looks like a date; an array
    /// becomes an <c>object[]</c>, even with one element or none; an object becomes a PSCustomObject with its members in
    /// document order, or a <see cref="StoreMap"/> if a PSCustomObject cannot hold its member names.
    /// </summary>
    internal static class DocumentReader
    {
        private static readonly HashSet<string> ReservedNames = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "psobject", "psbase", "psadapted", "psextended", "pstypenames",
        };

        private sealed class Frame
        {
            internal readonly List<KeyValuePair<string, object?>>? Members;
            internal readonly List<object?>? Items;
            internal string Name = "";

            internal Frame(bool isObject)
            {
                if (isObject)
                {
                    Members = new List<KeyValuePair<string, object?>>();
                }
                else
                {
                    Items = new List<object?>();
                }
            }

            internal void Add(object? value)
            {
                if (Members != null)
                {
                    Members.Add(new KeyValuePair<string, object?>(Name, value));
                }
                else
                {
                    Items!.Add(value);
                }
            }
        }

        /// <summary>Parses a whole document.</summary>
        /// <param name="json">The document.</param>
        /// <param name="asMaps">True to turn every JSON object into a <see cref="StoreMap"/>.</param>
        internal static object? Read(string json, bool asMaps = false)
        {
            var reader = new JsonReader(json);
            var open = new Stack<Frame>();
            object? value = null;
            while (true)
            {
                bool complete = true;
                switch (reader.Read())
                {
                    case JsonToken.End:
                        return value;
                    case JsonToken.ObjectStart:
                    case JsonToken.ArrayStart:
                        open.Push(new Frame(reader.Token == JsonToken.ObjectStart));
                        complete = false;
                        break;
                    case JsonToken.Name:
                        open.Peek().Name = reader.StringValue();
                        complete = false;
                        break;
                    case JsonToken.ObjectEnd:
                        value = ObjectOf(open.Pop().Members!, asMaps);
                        break;
                    case JsonToken.ArrayEnd:
                        value = open.Pop().Items!.ToArray();
                        break;
                    case JsonToken.String:
                        value = reader.StringValue();
                        break;
                    case JsonToken.Number:
                        value = NumberParser.Parse(reader.Lexeme);
                        break;
                    case JsonToken.True:
                        value = true;
                        break;
                    case JsonToken.False:
                        value = false;
                        break;
                    default:
                        value = null;
                        break;
                }
                if (complete && open.Count > 0)
                {
                    open.Peek().Add(value);
                }
            }
        }

        private static object ObjectOf(List<KeyValuePair<string, object?>> members, bool asMap)
        {
            bool needsMap = NeedsMap(members, out bool hasTwins, out bool hasDuplicates);
            return asMap || needsMap ? MapOf(members, !hasTwins) : CustomObjectOf(members, hasDuplicates);
        }

        /// <summary>
        /// Whether a PSCustomObject cannot hold these members: a name is empty or reserved, or two names differ in
        /// letter case only (twins).
        /// </summary>
        private static bool NeedsMap(List<KeyValuePair<string, object?>> members, out bool hasTwins, out bool hasDuplicates)
        {
            var seen = new Dictionary<string, string>(members.Count, StringComparer.OrdinalIgnoreCase);
            bool needsMap = false;
            hasTwins = false;
            hasDuplicates = false;
            foreach (KeyValuePair<string, object?> member in members)
            {
                needsMap |= member.Key.Length == 0 || ReservedNames.Contains(member.Key);
                if (!seen.TryGetValue(member.Key, out string? twin))
                {
                    seen.Add(member.Key, member.Key);
                }
                else
                {
                    hasDuplicates = true;
                    hasTwins |= !string.Equals(twin, member.Key, StringComparison.Ordinal);
                }
            }
            return needsMap || hasTwins;
        }

        private static StoreMap MapOf(List<KeyValuePair<string, object?>> members, bool ignoreCase)
        {
            var map = new StoreMap(ignoreCase);
            foreach (KeyValuePair<string, object?> member in members)
            {
                map[(object)member.Key] = member.Value;
            }
            return map;
        }

        /// <summary>
        /// An empty object. PowerShell 7 has a constructor that takes the number of members. Without it, the engine
        /// keeps the members of each object in a global weak table, which costs more in garbage collection than parsing
        /// the document does.
        /// </summary>
        private static PSObject NewObject(int members) =>
            Sized == null ? new PSObject() : (PSObject)Sized.Invoke(new object[] { members });

        private static readonly ConstructorInfo? Sized = typeof(PSObject).GetConstructor(new[] { typeof(int) });

        private static PSObject CustomObjectOf(List<KeyValuePair<string, object?>> members, bool hasDuplicates)
        {
            PSObject result = NewObject(members.Count);
            foreach (KeyValuePair<string, object?> member in members)
            {
                // For a name that occurs twice, the object shows the last value; the baseline text keeps both.
                if (hasDuplicates && result.Properties[member.Key] is DocumentProperty earlier)
                {
                    earlier.Read(member.Value);
                    continue;
                }
                result.Properties.Add(new DocumentProperty(member.Key, member.Value), true);
            }
            return result;
        }
    }
}
