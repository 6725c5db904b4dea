using System.Collections.Generic;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>
    /// What the cmdlets return: ordinary objects of the JSON that came, and nothing else in them. The text they were
    /// made of and the ids they belong to travel apart, in the member set <c>StoreBaseline</c>: it is no property, so
    /// that it is neither printed nor sent, and it survives the pipeline, copies, CLIXML and jobs. A weak table is the
    /// second chance. Cmdlets find the ids there by taking the object itself from the pipeline, never by adding
    /// properties to the document.
    /// </summary>
    internal static class StoreObject
    {
        internal const string MemberSetName = "StoreBaseline";

        private static readonly ConditionalWeakTable<object, Origin> Origins = new ConditionalWeakTable<object, Origin>();

        private sealed class Origin
        {
            internal Origin(string? text, StoreIds ids)
            {
                Text = text;
                Ids = ids;
            }

            internal string? Text { get; }

            internal StoreIds Ids { get; }
        }

        /// <summary>Makes an object of a JSON object.</summary>
        /// <param name="json">What the library returned, verbatim.</param>
        /// <param name="typeName">The name by which the format file and the user know it, for example <c>StoreShip.App</c>.</param>
        /// <param name="ids">What it is or belongs to.</param>
        internal static PSObject Create(string json, string typeName, StoreIds ids) => Create(json, typeName, ids, json);

        /// <summary>Makes an object of a JSON object that was changed since it came.</summary>
        /// <param name="json">What it is now.</param>
        /// <param name="typeName">Its type name.</param>
        /// <param name="ids">What it is or belongs to.</param>
        /// <param name="baseline">What came; null when that is not known.</param>
        internal static PSObject Create(string json, string typeName, StoreIds ids, string? baseline)
        {
            PSObject result = PSObject.AsPSObject(DocumentReader.Read(json) ?? new PSObject());
            result.TypeNames.Insert(0, typeName);
            Attach(result, baseline, ids);
            SeenIds.Add(ids);
            return result;
        }

        /// <summary>Ties the text and the ids to an object that was made of it.</summary>
        internal static void Attach(PSObject value, string? text, StoreIds ids)
        {
            object key = Key(value);
            Origins.Remove(key);
            Origins.Add(key, new Origin(text, ids));
            // A document may have a member of one of these names; then the weak table has to do.
            if (value.Members[MemberSetName] == null)
            {
                value.Members.Add(new PSMemberSet(MemberSetName, Members(text, ids)));
            }
            if (value.Members[nameof(ToJson)] == null)
            {
                value.Members.Add(new PSCodeMethod(nameof(ToJson), typeof(StoreObject).GetMethod(nameof(ToJson))!));
            }
        }

        /// <summary>Takes what an object says now as the text that it was made of, once that is stored.</summary>
        internal static void Rebase(PSObject value)
        {
            string text = EditedDocument.Compare(Baseline(value)!, value)["document"];
            StoreIds ids = Ids(value);
            if ((value.Members[MemberSetName] as PSMemberSet)?.Members["Text"] is PSNoteProperty kept)
            {
                kept.Value = text;
            }
            Attach(value, text, ids);
        }

        /// <summary>The text that an object was made of; null when it was lost on the way.</summary>
        internal static string? Baseline(PSObject value) =>
            MemberSetText(value, "Text") ?? (Origins.TryGetValue(Key(value), out Origin? origin) ? origin.Text : null);

        /// <summary>The ids that an object carries; empty when there are none.</summary>
        internal static StoreIds Ids(PSObject value)
        {
            if (value.Members[MemberSetName] is PSMemberSet)
            {
                return new StoreIds(
                    MemberSetText(value, nameof(StoreIds.AppId)),
                    MemberSetText(value, nameof(StoreIds.FlightId)),
                    MemberSetText(value, nameof(StoreIds.AddOnId)),
                    MemberSetText(value, nameof(StoreIds.SubmissionId)));
            }
            return Origins.TryGetValue(Key(value), out Origin? origin) ? origin.Ids : default;
        }

        /// <summary>
        /// The code method of every object: the text that it was made of, with what was changed since. The built-in
        /// ConvertTo-Json would cut it at its depth.
        /// </summary>
        /// <param name="instance">The object.</param>
        /// <exception cref="StoreException">A change looks like damage (<c>document.damaged</c>).</exception>
        public static string ToJson(PSObject instance)
        {
            string? baseline = Baseline(instance);
            if (baseline == null)
            {
                return DocumentWalker.Walk(instance).Json;
            }
            return EditedDocument.Merged(baseline, instance);
        }

        /// <summary>Puts what a merge told beside the document, as <c>StoreBaseline.Report</c>.</summary>
        internal static void AttachReport(PSObject value, PSObject report) =>
            (value.Members[MemberSetName] as PSMemberSet)?.Members.Add(new PSNoteProperty("Report", report));

        private static IEnumerable<PSMemberInfo> Members(string? text, StoreIds ids)
        {
            if (text != null)
            {
                yield return new PSNoteProperty("Text", text);
            }
            foreach (KeyValuePair<string, string?> id in new Dictionary<string, string?>
            {
                [nameof(StoreIds.AppId)] = ids.AppId,
                [nameof(StoreIds.FlightId)] = ids.FlightId,
                [nameof(StoreIds.AddOnId)] = ids.AddOnId,
                [nameof(StoreIds.SubmissionId)] = ids.SubmissionId,
            })
            {
                if (id.Value != null)
                {
                    yield return new PSNoteProperty(id.Key, id.Value);
                }
            }
        }

        private static string? MemberSetText(PSObject value, string name)
        {
            object? found = (value.Members[MemberSetName] as PSMemberSet)?.Members[name]?.Value;
            return (found is PSObject wrapper ? wrapper.BaseObject : found) as string;
        }

        private static object Key(PSObject value) => value.BaseObject is PSCustomObject ? value : value.BaseObject;
    }
}
