using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;

namespace StoreShip.Json
{
    /// <summary>
    /// An object or array that is at several places of a document, as after
    /// <c>$s.listings.'fr-fr' = $s.listings.'en-us'</c>. A change that a script makes at one of the places is at all of
    /// them, since there is only one object.
    /// </summary>
    internal sealed class SharedValue
    {
        private SharedValue(object value) => Value = value;

        /// <summary>The object or array.</summary>
        internal object Value { get; }

        /// <summary>Its places, as JSON Pointers, in the order of the document.</summary>
        internal List<string> Places { get; } = new List<string>();

        /// <summary>
        /// Whether a script assigned it to each of its places. Then no place got the changes of another one unseen.
        /// </summary>
        internal bool IsAssignedEverywhere { get; private set; } = true;

        /// <summary>
        /// Whether it is known to be a part of a document that was read, and not an object that a script made.
        /// </summary>
        internal bool IsOfDocument { get; private set; }

        /// <summary>The shared values of a tree, with their places. Values inside of a shared value are not looked at.</summary>
        /// <param name="root">The tree.</param>
        /// <param name="shared">The objects that <see cref="DocumentWriter"/> met more than once.</param>
        internal static List<SharedValue> Find(object root, ICollection<object> shared)
        {
            var found = new List<SharedValue>();
            var byIdentity = new Dictionary<object, SharedValue>(ReferenceComparer.Instance);
            var left = new Stack<Place>();
            left.Push(new Place(root, "", false, false));
            while (left.Count > 0)
            {
                Place place = left.Pop();
                object? bare = Bare(place.Value, out PSObject? wrapper);
                object? identity = bare is PSCustomObject ? wrapper : bare;
                if (identity != null && shared.Contains(identity))
                {
                    if (!byIdentity.TryGetValue(identity, out SharedValue? value))
                    {
                        byIdentity.Add(identity, value = new SharedValue(identity));
                        found.Add(value);
                    }
                    value.Add(place);
                    continue;
                }
                PushChildren(left, place, bare, wrapper);
            }
            return found;
        }

        private void Add(Place place)
        {
            Places.Add(place.Pointer);
            IsAssignedEverywhere &= place.IsAssigned;
            IsOfDocument |= place.IsRead || (Value is PSObject custom && custom.Properties.GetEnumerator() is IEnumerator<PSPropertyInfo> members
                && members.MoveNext() && members.Current is DocumentProperty);
        }

        private static void PushChildren(Stack<Place> left, Place place, object? bare, PSObject? wrapper)
        {
            var children = new List<Place>();
            if (bare is PSCustomObject)
            {
                foreach (PSPropertyInfo property in wrapper!.Properties)
                {
                    if (property.IsInstance && property.MemberType == PSMemberTypes.NoteProperty)
                    {
                        bool isRead = property is DocumentProperty known && !known.IsAssigned;
                        children.Add(new Place(property.Value, place.Pointer + JsonText.PointerStep(property.Name), !isRead, isRead));
                    }
                }
            }
            else if (bare is IDictionary map)
            {
                foreach (DictionaryEntry entry in map)
                {
                    // Whether a member of a StoreMap was read or assigned is not known.
                    string name = System.Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "";
                    children.Add(new Place(entry.Value, place.Pointer + JsonText.PointerStep(name), !(map is StoreMap), false));
                }
            }
            else if (bare is IList list)
            {
                for (int i = 0; i < list.Count; i++)
                {
                    children.Add(new Place(list[i], place.Pointer + "/" + i.ToString(CultureInfo.InvariantCulture), false, false));
                }
            }
            // Pushed in reverse, so that the places come in the order of the document.
            for (int i = children.Count - 1; i >= 0; i--)
            {
                left.Push(children[i]);
            }
        }

        private static object? Bare(object? value, out PSObject? wrapper)
        {
            wrapper = value as PSObject;
            while (wrapper?.ImmediateBaseObject is PSObject inner)
            {
                wrapper = inner;
            }
            return wrapper == null ? value : wrapper.BaseObject;
        }

        private readonly struct Place
        {
            internal Place(object? value, string pointer, bool isAssigned, bool isRead)
            {
                Value = value;
                Pointer = pointer;
                IsAssigned = isAssigned;
                IsRead = isRead;
            }

            internal object? Value { get; }

            internal string Pointer { get; }

            internal bool IsAssigned { get; }

            internal bool IsRead { get; }
        }
    }
}
