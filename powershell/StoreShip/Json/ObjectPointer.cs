using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;

namespace StoreShip.Json
{
    /// <summary>
    /// Gets, sets and removes values of PowerShell objects by JSON Pointer (RFC 6901). The rules are those of
    /// <c>document.get</c>, <c>document.set</c> and <c>document.remove</c>: member names are case-sensitive, and the
    /// object or array that holds the value must exist.
    /// </summary>
    internal static class ObjectPointer
    {
        /// <summary>The value at a pointer.</summary>
        /// <param name="root">The document.</param>
        /// <param name="pointer">The pointer; the empty one names the whole document.</param>
        /// <exception cref="StoreException">The pointer names no value (<c>document.pointer</c>).</exception>
        internal static object? Get(object? root, string pointer)
        {
            List<string> steps = Steps(pointer);
            return Resolve(root, steps, steps.Count, pointer);
        }

        /// <summary>
        /// Sets the value at a pointer: replaces a value, adds a member, or appends to an array if the pointer ends with
        /// <c>-</c>.
        /// </summary>
        /// <returns>The document; a new object only if the root itself had to be replaced.</returns>
        internal static object? Set(object? root, string pointer, object? value)
        {
            List<string> steps = Steps(pointer);
            if (steps.Count == 0)
            {
                return value;
            }
            object? container = Resolve(root, steps, steps.Count - 1, pointer);
            return Return(root, pointer, container, Put(container, steps[steps.Count - 1], value, pointer));
        }

        /// <summary>Removes the value at a pointer.</summary>
        /// <returns>The document; a new object only if the root itself had to be replaced.</returns>
        internal static object? Remove(object? root, string pointer)
        {
            List<string> steps = Steps(pointer);
            if (steps.Count == 0)
            {
                throw Error("the whole document can't be removed: the pointer must name a member");
            }
            object? container = Resolve(root, steps, steps.Count - 1, pointer);
            return Return(root, pointer, container, Cut(container, steps[steps.Count - 1], pointer));
        }

        /// <summary>The exact name of the member that matches a name in any letter case; null if none does.</summary>
        internal static string? ExactName(object? container, string name)
        {
            foreach (string candidate in Names(container))
            {
                if (string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase))
                {
                    return candidate;
                }
            }
            return null;
        }

        /// <summary>
        /// Returns the root after a change. A .NET array can't change its length, so a changed array is a new object that
        /// is put in the place of the old one.
        /// </summary>
        private static object? Return(object? root, string pointer, object? container, object? changed) =>
            ReferenceEquals(container, changed) ? root : Set(root, pointer.Substring(0, pointer.LastIndexOf('/')), changed);

        private static List<string> Steps(string pointer)
        {
            var steps = new List<string>();
            if (pointer.Length == 0)
            {
                return steps;
            }
            string rest = pointer.Replace("~0", "").Replace("~1", "");
            if (pointer[0] != '/' || rest.IndexOf('~') >= 0)
            {
                throw Error("'" + pointer + "' is not a JSON Pointer");
            }
            foreach (string step in pointer.Substring(1).Split('/'))
            {
                steps.Add(step.Replace("~1", "/").Replace("~0", "~"));
            }
            return steps;
        }

        /// <summary>Follows the first <paramref name="count"/> steps of a pointer.</summary>
        private static object? Resolve(object? root, List<string> steps, int count, string pointer)
        {
            object? value = root;
            for (int i = 0; i < count; i++)
            {
                value = Child(value, steps[i], pointer);
            }
            return value;
        }

        private static object? Child(object? container, string step, string pointer)
        {
            switch (Bare(container))
            {
                case PSCustomObject _:
                    PSPropertyInfo? member = Member((PSObject)container!, step);
                    return member != null ? member.Value : Missing(container, step, pointer);
                case IDictionary map:
                    object? key = Key(map, step);
                    return key != null ? map[key] : Missing(container, step, pointer);
                case IList list:
                    int index = Index(step);
                    return index >= 0 && index < list.Count ? list[index] : Missing(container, step, pointer);
                default:
                    return Missing(container, step, pointer);
            }
        }

        private static object? Put(object? container, string step, object? value, string pointer)
        {
            switch (Bare(container))
            {
                case PSCustomObject _:
                    PSPropertyInfo? member = Member((PSObject)container!, step);
                    if (member != null)
                    {
                        member.Value = value;
                        return container;
                    }
                    RefuseTwin(container, step, pointer);
                    // Without the check that no type in the file of types has the name.
                    ((PSObject)container!).Properties.Add(new PSNoteProperty(step, value), true);
                    return container;
                case IDictionary map:
                    object? key = Key(map, step);
                    if (key == null)
                    {
                        RefuseTwin(container, step, pointer);
                    }
                    map[key ?? step] = value;
                    return container;
                case IList list:
                    int index = step == "-" ? list.Count : Index(step);
                    if (index < 0 || index > list.Count)
                    {
                        Missing(container, step, pointer);
                    }
                    if (index < list.Count && list.GetType() == typeof(object[]))
                    {
                        list[index] = value;
                        return container;
                    }
                    var longer = new ArrayList(list);
                    if (index == list.Count)
                    {
                        longer.Add(value);
                    }
                    else
                    {
                        longer[index] = value;
                    }
                    return longer.ToArray();
                default:
                    return Missing(container, step, pointer);
            }
        }

        private static object? Cut(object? container, string step, string pointer)
        {
            switch (Bare(container))
            {
                case PSCustomObject _:
                    PSPropertyInfo? member = Member((PSObject)container!, step);
                    if (member == null)
                    {
                        Missing(container, step, pointer);
                    }
                    ((PSObject)container!).Properties.Remove(member!.Name);
                    return container;
                case IDictionary map:
                    object? key = Key(map, step);
                    if (key == null)
                    {
                        Missing(container, step, pointer);
                    }
                    map.Remove(key!);
                    return container;
                case IList list:
                    int index = Index(step);
                    if (index < 0 || index >= list.Count)
                    {
                        Missing(container, step, pointer);
                    }
                    var shorter = new ArrayList(list);
                    shorter.RemoveAt(index);
                    return shorter.ToArray();
                default:
                    return Missing(container, step, pointer);
            }
        }

        private static object? Bare(object? value) => value is PSObject wrapper ? wrapper.BaseObject : value;

        /// <summary>PSObject finds a property in any letter case; a pointer is case-sensitive.</summary>
        private static PSPropertyInfo? Member(PSObject container, string name)
        {
            PSPropertyInfo? found = name.Length == 0 ? null : container.Properties[name];
            // A property of the file of types is no member of the document.
            return found?.IsInstance == true && string.Equals(found.Name, name, StringComparison.Ordinal) ? found : null;
        }

        private static object? Key(IDictionary map, string name)
        {
            foreach (object key in map.Keys)
            {
                if (string.Equals(Bare(key) as string, name, StringComparison.Ordinal))
                {
                    return key;
                }
            }
            return null;
        }

        private static IEnumerable<string> Names(object? container)
        {
            object? bare = Bare(container);
            if (bare is PSCustomObject)
            {
                foreach (PSPropertyInfo member in ((PSObject)container!).Properties)
                {
                    yield return member.Name;
                }
            }
            else if (bare is IDictionary map)
            {
                foreach (object key in map.Keys)
                {
                    yield return Convert.ToString(Bare(key), CultureInfo.InvariantCulture) ?? "";
                }
            }
        }

        /// <summary>An array index: digits without a leading zero. -1 for anything else.</summary>
        private static int Index(string step)
        {
            bool form = step.Length > 0 && (step == "0" || step[0] != '0');
            return form && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : -1;
        }

        private static void RefuseTwin(object? container, string step, string pointer)
        {
            string? twin = ExactName(container, step);
            if (twin != null)
            {
                throw Error("there is nothing at '" + pointer + "'; the member is spelled " + twin);
            }
        }

        private static object? Missing(object? container, string step, string pointer)
        {
            RefuseTwin(container, step, pointer);
            throw Error("there is nothing at '" + pointer + "': '" + step + "' does not exist");
        }

        private static StoreException Error(string what) => new StoreException(
            StoreStatus.Invalid, "document.pointer", what,
            "write it as /listings/en-us/baseListing/title, with ~1 for a slash and ~0 for a tilde in a name");
    }
}
