using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using StoreShip.Files;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>
    /// Reads release notes from what people have: a text, its lines, a hashtable or an object with a text for each language,
    /// or files.
    /// </summary>
    internal static class ReleaseNotes
    {
        /// <summary>The release notes as JSON: a text for all languages, or an object with a text for each.</summary>
        /// <param name="value">A text, its lines, or a hashtable or an object with the languages.</param>
        /// <param name="source">What the value is from, for errors: the parameter, or the path of a file.</param>
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

        /// <summary>
        /// The release notes in a text file, a JSON file, or a folder that has a text file for each language, such as
        /// <c>en-us.txt</c>.
        /// </summary>
        /// <param name="path">The full path.</param>
        /// <exception cref="StoreException">A file can't be read, is empty, or is no such file.</exception>
        internal static string OfPath(string path)
        {
            if (!Directory.Exists(path))
            {
                return Path.GetExtension(path).ToLowerInvariant() == ".json" ? OfJson(path) : JsonText.Quote(OfFile(path));
            }
            // A pattern would find "*.txt2" on Windows, and not "*.TXT" elsewhere.
            string[] files = Directory.GetFiles(path).Where(file => Path.GetExtension(file).ToLowerInvariant() == ".txt").ToArray();
            if (files.Length == 0)
            {
                throw new StoreException(
                    StoreStatus.File, "file.no_match", "there are no release notes in " + path,
                    "the folder needs a text file for each language, such as en-us.txt, or default.txt for all others");
            }
            System.Array.Sort(files, string.CompareOrdinal);
            var notes = new RequestText();
            foreach (string file in files)
            {
                notes.Add(Path.GetFileNameWithoutExtension(file), OfFile(file));
            }
            return notes.ToString();
        }

        private static string OfFile(string path)
        {
            // An editor ends the last line; the text of a listing has no such end.
            string text = Utf8File.Read(path).TrimEnd('\r', '\n');
            return text.Trim().Length > 0 ? text : throw new StoreException(
                StoreStatus.File, "file.empty", path + " is empty", "write the release notes to it, or leave the file out");
        }

        private static string OfJson(string path)
        {
            object? value;
            try
            {
                value = DocumentReader.Read(Utf8File.Read(path));
            }
            catch (StoreException exception) when (exception.Status == StoreStatus.Invalid && !exception.Message.Contains(path))
            {
                throw new StoreException(
                    exception.Status, exception.Code, path + ": " + exception.Message,
                    "the file needs one object with a text for each language, such as {\"en-us\":\"Faster start\"}");
            }
            return Of(value ?? throw Invalid(path, "null is no text", "write an object with a text for each language"), path);
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
