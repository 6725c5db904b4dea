using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>Turns the report of a merge, and each edit in it, into PowerShell objects.</summary>
    internal static class EditReport
    {
        /// <summary>The type name of an edit, for the format file and <c>OutputType</c>.</summary>
        internal const string EditTypeName = "StoreShip.Edit";

        /// <summary>
        /// The edits of a report: operations of JSON Patch (RFC 6902), each with <c>op</c>, <c>path</c>, <c>value</c> and
        /// <c>old</c>, the value before the edit.
        /// </summary>
        /// <param name="report">The fields of the report, as the library returned it.</param>
        internal static object[] Edits(Dictionary<string, string> report)
        {
            var edits = new List<object>();
            foreach (string json in JsonFields.Items(JsonFields.Raw(report, "edits") ?? "[]"))
            {
                edits.Add(Edit(JsonFields.Of(json)));
            }
            return edits.ToArray();
        }

        /// <summary>A report as a <c>StoreShip.Plan</c>, with its edits and the source of the baseline.</summary>
        /// <param name="json">The report, as the library returned it.</param>
        /// <param name="baseline">The source of the baseline: object, parameter, sidecar or service.</param>
        /// <param name="ids">The submission that the report is about.</param>
        internal static PSObject Create(string json, string baseline, StoreIds ids)
        {
            PSObject report = StoreObject.FromResult(json, "StoreShip.Plan", ids);
            Replace(report, "edits", Edits(JsonFields.Of(json)));
            Replace(report, "baseline", baseline);
            return report;
        }

        /// <summary>
        /// Adds the edits, the correlation ids and the ids of the target in the meta of a response to its result, as the
        /// properties <c>edits</c>, <c>correlationIds</c>, <c>appId</c>, <c>flightId</c> and <c>addOnId</c>. With the ids, a
        /// receipt in a file leads to its submission.
        /// </summary>
        /// <param name="result">The result.</param>
        /// <param name="meta">The meta, as the library returned it; null if there is none.</param>
        internal static PSObject AddMeta(PSObject result, string? meta)
        {
            Dictionary<string, string> fields = JsonFields.Of(meta ?? "{}");
            Replace(result, "edits", Edits(fields));
            if (fields.TryGetValue("correlationIds", out string? ids))
            {
                Replace(result, "correlationIds", DocumentReader.Read(ids)!);
            }
            StoreIds target = StoreIds.OfMeta(meta);
            AddId(result, "appId", target.AppId);
            AddId(result, "flightId", target.FlightId);
            AddId(result, "addOnId", target.AddOnId);
            return result;
        }

        /// <summary>Whether the meta of a merge has edits.</summary>
        internal static bool HasEdits(string? meta) => Edits(JsonFields.Of(meta ?? "{}")).Length > 0;

        private static PSObject Edit(Dictionary<string, string> fields)
        {
            var edit = new PSObject();
            string op = JsonFields.Text(fields, "op") ?? "";
            string path = JsonFields.Text(fields, "path") ?? "";
            edit.Properties.Add(new PSNoteProperty("op", op));
            edit.Properties.Add(new PSNoteProperty("path", path));
            // A removal has no value and an addition has no old value. The property is left out, because null would be a value.
            AddValue(edit, fields, "value");
            AddValue(edit, fields, "old");
            edit.TypeNames.Insert(0, StoreObject.TypeName);
            edit.TypeNames.Insert(0, EditTypeName);
            return edit;
        }

        private static void AddValue(PSObject edit, Dictionary<string, string> fields, string name)
        {
            if (fields.TryGetValue(name, out string? json))
            {
                edit.Properties.Add(new PSNoteProperty(name, DocumentReader.Read(json)));
            }
        }

        private static void AddId(PSObject result, string name, string? id)
        {
            if (id != null)
            {
                Replace(result, name, id);
            }
        }

        /// <summary>Sets a property of a result, in place of one that it has.</summary>
        internal static void Replace(PSObject report, string name, object value)
        {
            report.Properties.Remove(name);
            // Without the check that no type in the file of types has the name.
            report.Properties.Add(new PSNoteProperty(name, value), true);
        }
    }
}
