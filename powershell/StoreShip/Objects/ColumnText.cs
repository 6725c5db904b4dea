using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip
{
    /// <summary>
    /// The text of a column of a view: of the property with the name of the column, made safe to show. Views call nothing
    /// else, so that they fail neither in strict mode nor in Constrained Language Mode.
    /// </summary>
    public static class ColumnText
    {
        /// <summary>
        /// The longest line of a value, in characters: 80 columns hold it behind the longest label of a list. PowerShell breaks
        /// what is longer, in most languages inside words.
        /// </summary>
        private const int LineLength = 62;

        /// <summary>The longest line of the message of a check, which is in the last column of a table.</summary>
        private const int CheckLength = 52;

        /// <summary>How much of a value of a document is shown, in characters.</summary>
        private const int ValueLength = 120;

        /// <summary>The method <c>Column</c> of the objects of the module, which the format file calls.</summary>
        /// <param name="instance">The object.</param>
        /// <param name="name">The name of the column.</param>
        public static object? Column(PSObject instance, string name)
        {
            object? value = Text(instance, name);
            object? shown = ViewText.Shown(value);
            bool isCheck = StoreObject.TypeOf(instance) == "StoreCheck";
            return shown is string text ? WordWrap.At(text, isCheck ? CheckLength : LineLength, value is object[] ? "  " : "") : shown;
        }

        private static object? Text(PSObject instance, string name)
        {
            object? value = instance.Properties[name]?.Value;
            switch (StoreObject.TypeOf(instance) + "." + name)
            {
                case "Submission.Packages":
                    return Joined(value, package => Of(package, "fileName") + " (" + Of(package, "fileStatus") + ")");
                case "Plan.Draft":
                    return Fate(value, instance);
                case "Plan.Packages":
                case "Receipt.Packages":
                    return Lines(value, package => Of(package, "fileName") + ", version " + Of(package, "version") + " "
                        + Joined(ObjectColumns.Member(package, "architectures"), Scalar));
                case "Plan.OldPackages":
                case "Receipt.OldPackages":
                    return Lines(value, PlanText.OldPackage);
                case "Plan.OpenRollout":
                case "Receipt.OpenRollout":
                    return PlanText.OpenRollout(value);
                case "Plan.Files":
                    return Lines(value, file => Of(file, "name") + ", " + Of(file, "bytes") + " bytes");
                case "Plan.LeftOut":
                    return Lines(value, file => Of(file, "path") + ": " + Of(file, "reason"));
                case "Plan.Findings":
                case "Receipt.Findings":
                    return Lines(value, finding => Of(finding, "id") + " " + Of(finding, "message") + "; " + Of(finding, "remedy"));
                case "Plan.Warnings":
                case "Receipt.Warnings":
                    return Lines(value, Scalar);
                case "Plan.Rollout":
                case "Receipt.Rollout":
                    return (value is IConvertible number && !(value is string)
                        ? number.ToDouble(CultureInfo.InvariantCulture).ToString("0.####", CultureInfo.InvariantCulture)
                        : Scalar(value)) + " % of the customers";
                case "Plan.UploadBytes":
                    return Scalar(value) + " bytes";
                case "Receipt.Changed":
                    return value == null ? null : true.Equals(value) ? "yes" : "no, there was nothing to do";
                case "Package.Capabilities":
                    return Joined(value, capability => Of(capability, "name"));
                case "Package.Packages":
                    return Joined(value, package => Of(package, "fileName"));
                case "Package.DeviceFamilies":
                    return Joined(value, family => Of(family, "name"));
                case "Package.Size":
                    return value == null ? null : Scalar(value) + " bytes";
                case "Edit.Value":
                case "Edit.Old":
                    return instance.Properties[name]?.IsInstance == true ? Json(value) : null;
                case "Plan.Edits":
                    return Lines(value, edit => Of(edit, "op") + " " + Of(edit, "path")
                        + (Has(edit, "old") ? " " + Json(ObjectColumns.Member(edit, "old")) + (Of(edit, "op") == "remove" ? "" : " ->") : "")
                        + (Of(edit, "op") == "remove" ? "" : " " + Json(ObjectColumns.Member(edit, "value"))));
                case "Plan.Upload":
                    return value == null ? null : Json(value);
                case "Plan.Steps":
                    return Joined(value, step => ObjectColumns.Member(step, "name") is object known ? Scalar(known) : Json(step));
                case "Receipt.Edits":
                    return Lines(value, edit => Of(edit, "op") + " " + Of(edit, "path"));
                case "Receipt.Upload":
                    return value == null ? null : Of(value, "bytes") + " bytes, " + Of(value, "bytesPerSecond") + " a second; "
                        + Of(value, "resumedBytes") + " were there, " + Of(value, "repeatedBytes") + " were sent again";
                case "Receipt.Steps":
                    return Joined(value, step => Of(step, "name") + " " + Of(step, "elapsedMs") + " ms");
                case "StoreCheck.Message":
                    string? remedy = Of(instance, "Remedy");
                    return string.IsNullOrEmpty(remedy) ? value : new object[] { Scalar(value), "Remedy: " + remedy };
                case "SubmissionStatus.Errors":
                    return Lines(value, detail => Of(detail, "code") + ": " + Of(detail, "details"));
                case "SubmissionStatus.Warnings":
                    string[] known = ObjectColumns.KnownWarnings(instance);
                    return Lines(value, detail => Of(detail, "code") + ": " + Of(detail, "details")
                        + (known.Contains(Of(detail, "code")) ? " (known: nearly every submission has it)" : ""));
                case "SubmissionStatus.Resting":
                    return ObjectColumns.RestingText(instance);
                default:
                    return ObjectColumns.Items(value).Any() ? Joined(value, Scalar) : value;
            }
        }

        /// <summary>What becomes of the pending submission.</summary>
        private static string Fate(object? draft, PSObject plan)
        {
            string pending = Of(plan, "pendingSubmissionId");
            switch (draft as string)
            {
                case "replace": return "replace: deletes pending submission " + pending;
                case "adopt": return "adopt: adds to pending submission " + pending;
                case "resume": return "resume: goes on with draft " + pending + " of an earlier run";
                case "wait": return "wait: an earlier run has committed submission " + pending;
                case "none": return "none: everything is published already";
                default: return Scalar(draft) + (pending.Length > 0 ? ": draft " + pending : "");
            }
        }

        private static bool Has(object? document, string name) => (document as PSObject)?.Properties[name]?.IsInstance == true;

        private static string Of(object? document, string name) => Scalar(ObjectColumns.Member(document, name));

        private static string Scalar(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

        private static string Joined(object? items, Func<object?, string> text) =>
            string.Join(", ", ObjectColumns.Items(items).Select(text));

        private static object[] Lines(object? items, Func<object?, string> text) =>
            ObjectColumns.Items(items).Select(item => (object)text(item)).ToArray();

        /// <summary>The beginning of the JSON text of a value.</summary>
        private static string Json(object? value)
        {
            string text;
            try
            {
                text = DocumentWriter.Write(value).Json;
            }
            catch (StoreException)
            {
                // The copy of a job may hold what has no JSON form.
                text = Scalar(value);
            }
            return text.Length <= ValueLength ? text : text.Substring(0, ValueLength) + "...";
        }
    }
}
