using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>The files of a request that have another name in the archive than on the disk.</summary>
    internal static class NamedFiles
    {
        /// <summary>The entries of a request, in the order of the names: that of a plain hashtable differs from process to process.</summary>
        /// <param name="files">The name in the archive as key, and the path as value.</param>
        /// <param name="fullPath">Resolves a path to a full path.</param>
        internal static List<string> Of(IDictionary files, Func<string, string> fullPath)
        {
            var named = new List<string>();
            foreach (DictionaryEntry entry in files)
            {
                string name = LanguagePrimitives.ConvertTo<string>(entry.Key);
                object? value = entry.Value is PSObject wrapper ? wrapper.BaseObject : entry.Value;
                named.Add(Of(fullPath(PathOf(value)), name));
            }
            named.Sort(string.CompareOrdinal);
            return named;
        }

        /// <summary>The entries of paths and of hashtables with names in the archive.</summary>
        /// <param name="files">Paths, file objects and hashtables.</param>
        /// <param name="fullPath">Resolves a path to a full path.</param>
        internal static IEnumerable<string> Of(object[] files, Func<string, string> fullPath)
        {
            foreach (object file in files)
            {
                if ((file is PSObject wrapper ? wrapper.BaseObject : file) is IDictionary named)
                {
                    foreach (string entry in Of(named, fullPath))
                    {
                        yield return entry;
                    }
                    continue;
                }
                yield return Of(fullPath(PathOf(file)), null);
            }
        }

        /// <summary>The field <c>files</c> of a request, as JSON; null if no files are given.</summary>
        /// <param name="files">Paths, file objects and hashtables.</param>
        /// <param name="fullPath">Resolves a path to a full path.</param>
        internal static string? Json(object[]? files, Func<string, string> fullPath) =>
            files == null ? null : "[" + string.Join(",", Of(files, fullPath)) + "]";

        /// <summary>The entry of a file.</summary>
        /// <param name="path">The full path.</param>
        /// <param name="name">The name in the archive; null for the name of the file.</param>
        internal static string Of(string path, string? name) => new RequestText().Add("path", path).Add("name", name).ToString();

        /// <summary>A path, also of a file object: its text is only the name of the file on Windows PowerShell.</summary>
        internal static string PathOf(object? value)
        {
            object? bare = value is PSObject wrapper ? wrapper.BaseObject : value;
            return bare is System.IO.FileSystemInfo file ? file.FullName : LanguagePrimitives.ConvertTo<string>(bare);
        }
    }
}
