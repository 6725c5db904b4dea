using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Reflection;
using System.Text;
using StoreShip.Objects;

namespace StoreShip.Json
{
    /// <summary>The JSON text of an object tree, and notes on facts about its values that the text does not show.</summary>
    internal sealed class WrittenDocument
    {
        internal WrittenDocument(string json, List<ValueNote> notes, ICollection<object> shared)
        {
            Json = json;
            Notes = notes;
            Shared = shared;
        }

        internal string Json { get; }

        internal List<ValueNote> Notes { get; }

        /// <summary>Objects and arrays that are at more than one place of a tree that was written for a merge.</summary>
        internal ICollection<object> Shared { get; }
    }

    /// <summary>
    /// Serializes PowerShell objects to JSON. A value is treated the same whether or not a PSObject wraps it. Note
    /// properties are data on a PSCustomObject only; on any other value they are left out. No script block runs and no
    /// type data is consulted, so that the same object gives the same text in every session. The object tree is
    /// walked with an explicit stack, so depth is not limited by the thread's stack. A value that has no unambiguous
    /// JSON form is an error that names its place.
    /// </summary>
    internal sealed class DocumentWriter
    {
        /// <summary>Properties that a job or a remote session adds to the root of each object it returns.</summary>
        private static readonly HashSet<string> JobMembers = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "PSComputerName", "RunspaceId", "PSShowComputerName", "PSSourceJobInstanceId",
        };

        private sealed class Frame
        {
            internal Frame(object identity, List<KeyValuePair<string, object?>>? members, IList? items)
            {
                Identity = identity;
                Members = members;
                Items = items;
            }

            internal object Identity { get; }

            internal List<KeyValuePair<string, object?>>? Members { get; }

            internal IList? Items { get; }

            internal int Next { get; set; }

            internal int Count => Members?.Count ?? Items!.Count;

            internal string Step =>
                Members != null ? JsonText.PointerStep(Members[Next - 1].Key)
                : "/" + (Next - 1).ToString(CultureInfo.InvariantCulture);
        }

        private readonly StringBuilder text = new StringBuilder();
        private readonly List<ValueNote> notes = new List<ValueNote>();
        private readonly List<Frame> open = new List<Frame>();
        private readonly Stack<List<KeyValuePair<string, object?>>> spare = new Stack<List<KeyValuePair<string, object?>>>();
        private readonly HashSet<object> ancestors = new HashSet<object>(ReferenceComparer.Instance);
        private readonly HashSet<object> seen = new HashSet<object>(ReferenceComparer.Instance);
        private readonly HashSet<object> shared = new HashSet<object>(ReferenceComparer.Instance);
        private readonly bool indented;
        private readonly bool forMerge;

        private DocumentWriter(bool indented, bool forMerge)
        {
            this.indented = indented;
            this.forMerge = forMerge;
        }

        /// <summary>Serializes a value.</summary>
        /// <param name="value">Any value.</param>
        /// <param name="indented">True to indent by two spaces a level, false to write one line.</param>
        /// <param name="forMerge">
        /// True when the text goes into a merge with the document it was read from; this changes how floating point
        /// numbers are written, see <see cref="ScalarText"/>.
        /// </param>
        /// <exception cref="StoreException">A value in the tree has no JSON form (<c>document.unsupported_value</c>).</exception>
        internal static WrittenDocument Write(object? value, bool indented = false, bool forMerge = false)
        {
            var writer = new DocumentWriter(indented, forMerge);
            try
            {
                writer.Run(value);
            }
            catch (UnsupportedValueException exception)
            {
                throw writer.Refusal(exception.Message, exception.Remedy);
            }
            return new WrittenDocument(writer.text.ToString(), writer.notes, writer.shared);
        }

        private void Run(object? value)
        {
            WriteValue(value);
            while (open.Count > 0)
            {
                Frame frame = open[open.Count - 1];
                if (frame.Next == frame.Count)
                {
                    Close(frame);
                    continue;
                }
                if (frame.Next > 0)
                {
                    text.Append(',');
                }
                NewLine();
                int index = frame.Next++;
                if (frame.Members == null)
                {
                    WriteValue(frame.Items![index]);
                    continue;
                }
                JsonText.AppendString(text, frame.Members[index].Key);
                text.Append(indented ? ": " : ":");
                WriteValue(frame.Members[index].Value);
            }
        }

        private void WriteValue(object? value)
        {
            if (value == null)
            {
                text.Append("null");
                return;
            }
            if (ReferenceEquals(value, AutomationNull.Value))
            {
                Note(ValueNote.AutoNull);
                text.Append("null");
                return;
            }
            PSObject? wrapper = value as PSObject;
            if (wrapper != null)
            {
                wrapper = Innermost(wrapper);
                value = wrapper.BaseObject;
                if (ReferenceEquals(value, AutomationNull.Value))
                {
                    Note(ValueNote.AutoNull);
                    text.Append("null");
                    return;
                }
                if (value is PSCustomObject)
                {
                    Open(wrapper, CustomMembers(wrapper), null);
                    return;
                }
                NoteMembers(wrapper);
            }
            if (value is string line)
            {
                JsonText.AppendString(text, line);
                return;
            }
            string? scalar = ScalarText.Of(value, forMerge, out string? note);
            if (note != null)
            {
                Note(note);
            }
            if (scalar != null)
            {
                text.Append(scalar);
                return;
            }
            ScalarText.RefuseOpaque(value);
            List<KeyValuePair<string, object?>>? members = DictionaryMembers(value);
            if (members != null)
            {
                Open(value, members, null);
                return;
            }
            if (!(value is IEnumerable items))
            {
                throw new UnsupportedValueException(value, "make a hashtable or a [pscustomobject] of the members that you need");
            }
            Open(value, null, items as IList ?? ToList(items));
        }

        private static List<object?> ToList(IEnumerable items)
        {
            var list = new List<object?>();
            foreach (object? item in items)
            {
                list.Add(item);
            }
            return list;
        }

        private void Open(object identity, List<KeyValuePair<string, object?>>? members, IList? items)
        {
            if (!ancestors.Add(identity))
            {
                throw Refusal("contains itself", "remove the member that refers back to the object");
            }
            if (open.Count >= JsonReader.MaxDepth)
            {
                throw Refusal("is nested deeper than " + JsonReader.MaxDepth + " levels", "make the document flatter");
            }
            if (forMerge && (members?.Count ?? items!.Count) > 0 && !seen.Add(identity))
            {
                shared.Add(identity);
            }
            text.Append(members != null ? '{' : '[');
            open.Add(new Frame(identity, members, items));
        }

        private void Close(Frame frame)
        {
            open.RemoveAt(open.Count - 1);
            ancestors.Remove(frame.Identity);
            if (frame.Count > 0)
            {
                NewLine();
            }
            text.Append(frame.Members != null ? '}' : ']');
            if (frame.Members != null)
            {
                frame.Members.Clear();
                spare.Push(frame.Members);
            }
        }

        /// <summary>
        /// An empty list of members. Lists are reused: a document has many objects, but only a few are open at once.
        /// </summary>
        private List<KeyValuePair<string, object?>> NewMembers() =>
            spare.Count > 0 ? spare.Pop() : new List<KeyValuePair<string, object?>>();

        private void NewLine()
        {
            if (indented)
            {
                text.Append('\n').Append(' ', 2 * open.Count);
            }
        }

        private List<KeyValuePair<string, object?>> CustomMembers(PSObject value)
        {
            bool root = open.Count == 0;
            bool isKnown = false;
            List<KeyValuePair<string, object?>> members = NewMembers();
            // All properties of a PSCustomObject are extended properties. value.Properties lists the same ones but takes
            // twice the time, because the engine first builds all four views of the object.
            var extended = (PSMemberSet)value.Members["psextended"];
            foreach (PSPropertyInfo property in extended.Properties)
            {
                if (!property.IsInstance)
                {
                    continue;
                }
                if (property.MemberType != PSMemberTypes.NoteProperty)
                {
                    throw Refusal(
                        "has the member " + property.Name + ", a " + property.MemberType + ", which is code and not data",
                        "remove the member, or assign its value to a note property");
                }
                isKnown |= property is DocumentProperty;
                members.Add(new KeyValuePair<string, object?>(property.Name, property.Value));
            }
            bool deserialized = (root || !isKnown) && NoteOrigin(value);
            if (root && deserialized && members.RemoveAll(member => JobMembers.Contains(member.Key)) > 0)
            {
                Note(ValueNote.MembersDropped);
            }
            if (root && deserialized)
            {
                StoreObject.RemoveColumns(value, members);
            }
            return members;
        }

        /// <summary>
        /// Notes whether Select-Object, CLIXML or a job made the object, which its type names tell. Returns true for a
        /// deserialized object.
        /// </summary>
        private bool NoteOrigin(PSObject value)
        {
            bool deserialized = false;
            bool isData = false;
            foreach (string name in value.TypeNames)
            {
                if (name.StartsWith("Selected.", StringComparison.Ordinal))
                {
                    Note(ValueNote.Selected);
                }
                if (name.StartsWith("Deserialized.", StringComparison.Ordinal))
                {
                    deserialized = true;
                    isData |= name.EndsWith(".PSCustomObject", StringComparison.Ordinal);
                }
            }
            if (deserialized && !isData)
            {
                // A deserialized file, process or other .NET object: its properties are not data of the user.
                throw Refusal(
                    "is a " + value.TypeNames[0] + ", which has no JSON form", "build an object of the members that you need");
            }
            if (deserialized)
            {
                Note(ValueNote.Deserialized);
            }
            return deserialized;
        }

        private void NoteMembers(PSObject wrapper)
        {
            foreach (PSMemberInfo member in wrapper.Members.Match("*", PSMemberTypes.NoteProperty))
            {
                if (member.IsInstance)
                {
                    Note(ValueNote.MembersDropped);
                    return;
                }
            }
        }

        private List<KeyValuePair<string, object?>>? DictionaryMembers(object value)
        {
            if (value is IDictionary dictionary)
            {
                List<KeyValuePair<string, object?>> members = NewMembers();
                IDictionaryEnumerator entries = dictionary.GetEnumerator();
                while (entries.MoveNext())
                {
                    members.Add(new KeyValuePair<string, object?>(Key(entries.Key), entries.Value));
                }
                if (value.GetType() == typeof(Hashtable))
                {
                    // The order of a plain hashtable differs from process to process.
                    members.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
                }
                return members;
            }
            if (!IsGenericMap(value.GetType()))
            {
                return null;
            }
            List<KeyValuePair<string, object?>> pairs = NewMembers();
            foreach (object entry in (IEnumerable)value)
            {
                Type pair = entry.GetType();
                pairs.Add(new KeyValuePair<string, object?>(
                    (string)pair.GetProperty("Key")!.GetValue(entry)!, pair.GetProperty("Value")!.GetValue(entry)));
            }
            return pairs;
        }

        /// <summary>Whether a type is a dictionary with string keys but not an IDictionary, such as ExpandoObject.</summary>
        private static bool IsGenericMap(Type type)
        {
            foreach (Type face in type.GetInterfaces())
            {
                if (face.IsGenericType
                    && (face.GetGenericTypeDefinition() == typeof(IDictionary<,>) || face.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
                    && face.GenericTypeArguments[0] == typeof(string))
                {
                    return true;
                }
            }
            return false;
        }

        private string Key(object key)
        {
            object bare = key is PSObject wrapper ? wrapper.BaseObject : key;
            return bare as string ?? (bare is char character
                ? character.ToString()
                : throw Refusal(
                    "has the key " + Convert.ToString(bare, CultureInfo.InvariantCulture) + ", a " + bare.GetType().FullName,
                    "the keys of a JSON object are strings: put the key in quotes"));
        }

        private static PSObject Innermost(PSObject wrapper)
        {
            while (wrapper.ImmediateBaseObject is PSObject inner)
            {
                wrapper = inner;
            }
            return wrapper;
        }

        private void Note(string kind) => notes.Add(new ValueNote(Pointer(), kind));

        private string Pointer()
        {
            var pointer = new StringBuilder();
            foreach (Frame frame in open)
            {
                pointer.Append(frame.Step);
            }
            return pointer.ToString();
        }

        private StoreException Refusal(string what, string remedy)
        {
            string pointer = Pointer();
            return new StoreException(
                StoreStatus.Invalid,
                "document.unsupported_value",
                "the value at " + (pointer.Length == 0 ? "the root" : pointer) + " " + what,
                remedy);
        }
    }
}
