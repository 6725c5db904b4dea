using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>
    /// Reads release notes from what people have: a text, its lines, a hashtable or an object with a text for each language.
    /// </summary>
    internal static class ReleaseNotes
    {
        /// <summary>The release notes as JSON: a text for all languages, or an object with a text for each.</summary>
        /// <param name="value">A text, its lines, or a hashtable or an object with the languages.</param>
        /// <param name="source">The parameter, for errors.</param>
        /// <exception cref="StoreException">It is something else, or empty.</exception>
        internal static string Of(object value, string source)
        {
            if (Text(value) is string text)
            {
                return text.Trim().Length > 0 ? JsonText.Quote(text) : throw Invalid(
                    source, "the text is empty", "write the text, or leave " + source + " out");
            }
            var notes = new RequestText();
            List<KeyValuePair<string, object?>>? languages = Languages(value);
            if (languages == null || languages.Count == 0)
            {
                throw Invalid(
                    source, languages == null ? "a " + TypeOf(value) + " is no text" : "there is no language",
                    "give one text for all languages, or one for each: @{ 'en-us' = 'Faster start' }");
            }
            foreach (KeyValuePair<string, object?> language in languages)
            {
                notes.Add(language.Key, Text(language.Value) ?? throw Invalid(
                    source, "the text of " + language.Key + " is " + (language.Value == null ? "null" : "a " + TypeOf(language.Value)),
                    "give a text, or its lines"));
            }
            return notes.ToString();
        }

        /// <summary>A text, or lines as one text; null for anything else.</summary>
        private static string? Text(object? value)
        {
            switch (value is PSObject wrapper ? wrapper.BaseObject : value)
            {
                case string text:
                    return text;
                case IList lines when lines.Count > 0 && lines.Cast<object?>().All(line => (line is PSObject wrapped ? wrapped.BaseObject : line) is string):
                    return string.Join("\n", lines.Cast<object>());
                default:
                    return null;
            }
        }

        /// <summary>The members of a hashtable or an object; null for anything else.</summary>
        private static List<KeyValuePair<string, object?>>? Languages(object value)
        {
            object bare = value is PSObject wrapper ? wrapper.BaseObject : value;
            if (bare is IDictionary map)
            {
                return map.Keys.Cast<object>().Select(key => Pair(LanguagePrimitives.ConvertTo<string>(key), map[key])).ToList();
            }
            return value is PSObject custom && bare is PSCustomObject
                ? custom.Properties.Where(property => property.MemberType == PSMemberTypes.NoteProperty).Select(property => Pair(property.Name, property.Value)).ToList()
                : null;
        }

        private static KeyValuePair<string, object?> Pair(string language, object? text) => new KeyValuePair<string, object?>(language, text);

        private static string TypeOf(object value) => (value is PSObject wrapper ? wrapper.BaseObject : value).GetType().ToString();

        private static StoreException Invalid(string source, string message, string remedy) =>
            new StoreException(StoreStatus.Invalid, "request.invalid", source + ": " + message, remedy);
    }
}
