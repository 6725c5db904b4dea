using System.Collections.Generic;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>
    /// The objects that cmdlets return. Their properties are exactly the members of the JSON document. The text of the
    /// document (the baseline) and its ids are kept in the member set <c>StoreBaseline</c>. A member set is not a
    /// property, so it is neither printed nor sent, and it survives the pipeline, copies, CLIXML and jobs. A weak table
    /// holds the same for documents that have a member of that name. Cmdlets bind the whole object from the pipeline and
    /// read the ids from there, so that no id has to be added to the document.
    /// </summary>
    internal static class StoreObject
    {
        internal const string MemberSetName = "StoreBaseline";

        /// <summary>The type name that all objects have after their own, for the file of types.</summary>
        internal const string TypeName = "StoreShip.Object";

        private const string SubmissionTypeName = "StoreShip.Submission";

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

        /// <summary>Creates an object from a result of the library, which is also its baseline.</summary>
        /// <param name="json">The result, byte for byte.</param>
        /// <param name="typeName">The type name for the format file, for example <c>StoreShip.App</c>.</param>
        /// <param name="ids">The ids of the object.</param>
        internal static PSObject FromResult(string json, string typeName, StoreIds ids) =>
            Create(json, typeName, ids, json);

        /// <summary>Creates an object from JSON text that may have been edited.</summary>
        /// <param name="json">The text of the object.</param>
        /// <param name="typeName">The type name for the format file, for example <c>StoreShip.App</c>.</param>
        /// <param name="ids">The ids of the object.</param>
        /// <param name="baseline">The text before the edits; null if it is unknown.</param>
        internal static PSObject Create(string json, string typeName, StoreIds ids, string? baseline)
        {
            PSObject result = PSObject.AsPSObject(DocumentReader.Read(json) ?? new PSObject());
            result.TypeNames.Insert(0, TypeName);
            result.TypeNames.Insert(0, typeName);
            if (typeName == SubmissionTypeName)
            {
                // The file of types has the same method, but only where there is a runspace.
                result.Members.Add(new PSCodeMethod(nameof(ToString), typeof(ViewText).GetMethod(nameof(ViewText.Ids))!), true);
            }
            Attach(result, baseline, ids);
            IdHistory.Add(ids);
            return result;
        }

        /// <summary>Attaches a baseline and ids to an object, and the method ToJson.</summary>
        internal static void Attach(PSObject value, string? text, StoreIds ids)
        {
            object key = Key(value);
            Origins.Remove(key);
            Origins.Add(key, new Origin(text, ids));
            // If the document has a member of one of these names, only the weak table holds the baseline.
            if (value.Members[MemberSetName] == null)
            {
                value.Members.Add(new PSMemberSet(MemberSetName, Members(text, ids)));
            }
            if (value.Members[nameof(ToJson)] == null)
            {
                value.Members.Add(new PSCodeMethod(nameof(ToJson), typeof(StoreObject).GetMethod(nameof(ToJson))!));
            }
        }

        /// <summary>Makes the present content of an object its baseline, after that content was stored.</summary>
        internal static void Rebase(PSObject value)
        {
            string text = EditedDocument.Compare(Baseline(value)!, value).Result;
            StoreIds ids = Ids(value);
            if ((value.Members[MemberSetName] as PSMemberSet)?.Members["Text"] is PSNoteProperty kept)
            {
                kept.Value = text;
            }
            Attach(value, text, ids);
        }

        /// <summary>The baseline of an object; null if it has none or lost it.</summary>
        internal static string? Baseline(PSObject value) =>
            MemberSetText(value, "Text") ?? (Origins.TryGetValue(Key(value), out Origin? origin) ? origin.Text : null);

        /// <summary>The ids that an object carries; empty if it carries none.</summary>
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
        /// The type of an object of the module without its namespace, such as <c>Receipt</c>, also for the copy of a job and
        /// after <c>Select-Object -First</c>, which puts a name before it; empty for other objects.
        /// </summary>
        internal static string TypeOf(PSObject value)
        {
            foreach (string name in value.TypeNames)
            {
                if (name.StartsWith("StoreShip.", System.StringComparison.Ordinal) || name.StartsWith("Deserialized.StoreShip.", System.StringComparison.Ordinal))
                {
                    return name.Substring(name.LastIndexOf('.') + 1);
                }
            }
            return "";
        }

        /// <summary>
        /// The JSON text of an object: its baseline with the edits applied. Every object has this as a code method,
        /// because ConvertTo-Json truncates deep documents.
        /// </summary>
        /// <param name="instance">The object.</param>
        /// <exception cref="StoreException">An edit looks like damage (<c>document.damaged</c>).</exception>
        public static string ToJson(PSObject instance)
        {
            string? baseline = Baseline(instance);
            if (baseline == null)
            {
                return DocumentWriter.Write(instance).Json;
            }
            return EditedDocument.Merged(baseline, instance);
        }

        /// <summary>
        /// Removes what a job made of the hidden properties in the file of types: columns of views, and documented members
        /// that the document does not have, which are null. Neither is part of the document.
        /// </summary>
        /// <param name="value">An object that was deserialized.</param>
        /// <param name="members">Its members.</param>
        internal static void RemoveColumns(PSObject value, List<KeyValuePair<string, object?>> members)
        {
            if (!value.TypeNames.Contains("Deserialized." + TypeName))
            {
                return;
            }
            Dictionary<string, string> document = JsonFields.Of(Baseline(value) ?? "{}");
            bool isSubmission = value.TypeNames.Contains("Deserialized." + SubmissionTypeName);
            members.RemoveAll(member => !document.ContainsKey(member.Key)
                && (ObjectColumns.Has(member.Key) || (member.Value == null && (!isSubmission || IsOfView(member.Key)))));
        }

        /// <summary>Whether the view of a submission has a column for a member of its document.</summary>
        private static bool IsOfView(string name) => name == "status" || name == "visibility";

        /// <summary>Attaches the report of a merge to a document, as <c>StoreBaseline.Report</c>.</summary>
        internal static void AttachReport(PSObject value, PSObject report) =>
            (value.Members[MemberSetName] as PSMemberSet)?.Members.Add(new PSNoteProperty("Report", report));

        /// <summary>Attaches the codes of the known warnings of a status, as <c>StoreBaseline.KnownWarnings</c>.</summary>
        /// <param name="status">The status, whose document is that of the service and has no such member.</param>
        /// <param name="meta">The meta of the response; null if it has none.</param>
        internal static void AttachKnownWarnings(PSObject status, string? meta)
        {
            if (JsonFields.Of(meta ?? "{}").TryGetValue("knownWarnings", out string? codes))
            {
                (status.Members[MemberSetName] as PSMemberSet)?.Members.Add(new PSNoteProperty(nameof(KnownWarnings), DocumentReader.Read(codes)));
            }
        }

        /// <summary>What <see cref="AttachKnownWarnings"/> has attached; null if it has not.</summary>
        internal static object? KnownWarnings(PSObject status) =>
            (status.Members[MemberSetName] as PSMemberSet)?.Members[nameof(KnownWarnings)]?.Value;

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

        /// <summary>What stands for an object in a weak table: the PSObject of a custom object may not be made again.</summary>
        internal static object Key(PSObject value) => value.BaseObject is PSCustomObject ? value : value.BaseObject;
    }
}
