using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Reflection;
using System.Text;

namespace StoreShip.Json
{
    /// <summary>The JSON text of an object tree, with what the text does not show.</summary>
    internal sealed class WalkResult
    {
        internal WalkResult(string json, List<WalkNote> notes)
        {
            Json = json;
            Notes = notes;
        }

        internal string Json { get; }

        internal List<WalkNote> Notes { get; }
    }

    /// <summary>
    /// Turns PowerShell objects into JSON under one table. Any value may come wrapped in a PSObject or not; only of a
    /// PSCustomObject are the members data, and only its note properties. No script runs, no type data is asked, and
    /// the walk keeps its own stack. What has no certain JSON form is an error that names the place.
    /// </summary>
    internal sealed class DocumentWalker
    {
        /// <summary>Members that a job puts on the root of what it returns.</summary>
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
        private readonly List<WalkNote> notes = new List<WalkNote>();
        private readonly List<Frame> open = new List<Frame>();
        private readonly Stack<List<KeyValuePair<string, object?>>> spare = new Stack<List<KeyValuePair<string, object?>>>();
        private readonly HashSet<object> ancestors = new HashSet<object>(ReferenceComparer.Instance);
        private readonly bool indented;
        private readonly bool forMerge;

        private DocumentWalker(bool indented, bool forMerge)
        {
            this.indented = indented;
            this.forMerge = forMerge;
        }

        /// <summary>The JSON text of a value.</summary>
        /// <param name="value">Any value.</param>
        /// <param name="indented">True for two blanks a level, false for one line.</param>
        /// <param name="forMerge">True when the text is merged into the one that was read, see <see cref="ScalarText"/>.</param>
        /// <exception cref="StoreException">A value in the tree has no JSON form (<c>document.unsupported_value</c>).</exception>
        internal static WalkResult Walk(object? value, bool indented = false, bool forMerge = false)
        {
            var walker = new DocumentWalker(indented, forMerge);
            try
            {
                walker.Run(value);
            }
            catch (UnsupportedValueException exception)
            {
                throw walker.Refusal(exception.Message, exception.Remedy);
            }
            return new WalkResult(walker.text.ToString(), walker.notes);
        }

        private void Run(object? value)
        {
            Write(value);
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
                    Write(frame.Items![index]);
                    continue;
                }
                JsonText.AppendString(text, frame.Members[index].Key);
                text.Append(indented ? ": " : ":");
                Write(frame.Members[index].Value);
            }
        }

        private void Write(object? value)
        {
            if (value == null)
            {
                text.Append("null");
                return;
            }
            if (ReferenceEquals(value, AutomationNull.Value))
            {
                Note(WalkNote.AutoNull);
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
                    Note(WalkNote.AutoNull);
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
                throw new UnsupportedValueException(value, "make a hashtable or a [pscustomobject] of the members that are meant");
            }
            Open(value, null, items as IList ?? Listed(items));
        }

        private static List<object?> Listed(IEnumerable items)
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
                throw Refusal("contains itself", "remove the reference to the object from inside of it");
            }
            if (open.Count >= JsonReader.MaxDepth)
            {
                throw Refusal("is nested deeper than " + JsonReader.MaxDepth + " levels", "make the document flatter");
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

        /// <summary>An empty list of members; a document has as many objects, but few at once.</summary>
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
            // What was added to the object, which is all there is to a PSCustomObject. The other way to the same members,
            // value.Properties, costs twice the time: it makes all four views of the object first.
            var added = (PSMemberSet)value.Members["psextended"];
            foreach (PSPropertyInfo property in added.Properties)
            {
                if (!property.IsInstance)
                {
                    continue;
                }
                if (property.MemberType != PSMemberTypes.NoteProperty)
                {
                    throw Refusal(
                        "has the member " + property.Name + ", a " + property.MemberType + " that would have to run to have a value",
                        "remove it, or assign its value to a plain property");
                }
                isKnown |= property is DocumentMember;
                members.Add(new KeyValuePair<string, object?>(property.Name, property.Value));
            }
            bool deserialized = (root || !isKnown) && NoteOrigin(value);
            if (root && deserialized && members.RemoveAll(member => JobMembers.Contains(member.Key)) > 0)
            {
                Note(WalkNote.MembersDropped);
            }
            return members;
        }

        /// <summary>Notes what Select-Object, CLIXML and jobs leave in the type names; true when deserialized.</summary>
        private bool NoteOrigin(PSObject value)
        {
            bool deserialized = false;
            bool isData = false;
            foreach (string name in value.TypeNames)
            {
                if (name.StartsWith("Selected.", StringComparison.Ordinal))
                {
                    Note(WalkNote.Selected);
                }
                if (name.StartsWith("Deserialized.", StringComparison.Ordinal))
                {
                    deserialized = true;
                    isData |= name.EndsWith(".PSCustomObject", StringComparison.Ordinal);
                }
            }
            if (deserialized && !isData)
            {
                // A copy of a file, a process, ...: a bag of properties that nobody meant as data.
                throw Refusal("is a " + value.TypeNames[0] + ", which has no JSON form", "take the members that are meant");
            }
            if (deserialized)
            {
                Note(WalkNote.Deserialized);
            }
            return deserialized;
        }

        private void NoteMembers(PSObject wrapper)
        {
            foreach (PSMemberInfo member in wrapper.Members.Match("*", PSMemberTypes.NoteProperty))
            {
                if (member.IsInstance)
                {
                    Note(WalkNote.MembersDropped);
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
                    // Its own order changes from process to process.
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

        /// <summary>Whether a type maps strings without being an IDictionary, as ExpandoObject does.</summary>
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
                    "the keys of a JSON object are strings: quote it"));
        }

        private static PSObject Innermost(PSObject wrapper)
        {
            while (wrapper.ImmediateBaseObject is PSObject inner)
            {
                wrapper = inner;
            }
            return wrapper;
        }

        private void Note(string kind) => notes.Add(new WalkNote(Pointer(), kind));

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
