using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>The edits of a merge as objects: operations of JSON Patch with what stood there before.</summary>
    internal static class EditObjects
    {
        internal const string TypeName = "StoreShip.Edit";

        /// <summary>One object an edit, each with <c>op</c>, <c>path</c>, <c>value</c> and <c>old</c>.</summary>
        /// <param name="report">A report of the library.</param>
        internal static object[] Of(Dictionary<string, string> report)
        {
            var edits = new List<object>();
            foreach (string json in JsonFields.Items(JsonFields.Raw(report, "edits") ?? "[]"))
            {
                edits.Add(One(JsonFields.Of(json)));
            }
            return edits.ToArray();
        }

        /// <summary>A report as an object, with its edits and where its baseline came from.</summary>
        /// <param name="json">A report of the library.</param>
        /// <param name="baseline">Where the baseline came from.</param>
        /// <param name="ids">What it is about.</param>
        internal static PSObject Report(string json, string baseline, StoreIds ids)
        {
            PSObject report = StoreObject.Create(json, "StoreShip.Plan", ids);
            Replace(report, "edits", Of(JsonFields.Of(json)));
            Replace(report, "baseline", baseline);
            return report;
        }

        private static PSObject One(Dictionary<string, string> fields)
        {
            var edit = new PSObject();
            string op = JsonFields.Text(fields, "op") ?? "";
            string path = JsonFields.Text(fields, "path") ?? "";
            edit.Properties.Add(new PSNoteProperty("op", op));
            edit.Properties.Add(new PSNoteProperty("path", path));
            // A removal has no value and an addition no old one; op tells them from null.
            edit.Properties.Add(new PSNoteProperty("value", Value(fields, "value")));
            edit.Properties.Add(new PSNoteProperty("old", Value(fields, "old")));
            edit.TypeNames.Insert(0, TypeName);
            return edit;
        }

        private static object? Value(Dictionary<string, string> fields, string name) =>
            fields.TryGetValue(name, out string? json) ? DocumentReader.Read(json) : null;

        private static void Replace(PSObject report, string name, object value)
        {
            report.Properties.Remove(name);
            report.Properties.Add(new PSNoteProperty(name, value));
        }
    }
}
