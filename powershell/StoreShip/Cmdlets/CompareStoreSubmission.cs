using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Lists the differences between two submissions, or what was edited in one, as edits.</summary>
    /// <remarks>
    /// <para>Two submissions are given as to Compare-Object: first the old one, then the new one, which may come from the
    /// pipeline. One submission alone is compared with its baseline, the text that the service sent: the one that the object
    /// carries or the sidecar of the file. For an object that lost its baseline, the cmdlet takes the sidecar of an export of
    /// the same submission in this process.</para>
    /// <para>The result is the list of edits that make the new submission out of the old one, or that Set-StoreSubmission would
    /// store. The order of members, white space and the spelling of numbers do not count as differences. An edit that
    /// Set-StoreSubmission would refuse as damage is listed with a warning. Nothing is changed, and no connection is
    /// needed.</para>
    /// <para>A receipt, an app, a flight, an add-on or a status stands for the submission that it names, which is read from the
    /// service: a receipt for its own, an app for the pending one, or the published one if none is pending. Alone, it is
    /// compared with the published submission, without the members that the service sets (id, friendlyName, status,
    /// statusDetails, fileUploadUrl): what the release changes. A receipt may be read from a file.</para>
    /// <para>The edits are operations of JSON Patch (RFC 6902), which Invoke-StoreOperation document.patch can apply. Each
    /// has op (add, remove or replace), path (a JSON Pointer into the document after the edits before it), value (not for
    /// remove) and old (the value before the edit; not for add). Signatures of links in the values are REDACTED.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">An edited submission, or a receipt, an app, a flight or an add-on.</inputs>
    /// <outputs type="StoreShip.Edit">One object for each edit, with op, path, value and old.</outputs>
    /// <example>
    /// <title>Review your changes</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = Get-StoreSubmission 9NBLGGH4R315
    /// $submission.visibility = 'Hidden'
    /// $submission | Compare-StoreSubmission
    /// </code>
    /// <para>Lists one edit, at /visibility.</para>
    /// </example>
    /// <example>
    /// <title>Compare the draft with the published submission</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $draft = New-StoreSubmission 9NBLGGH4R315
    /// $published = Get-StoreSubmission 9NBLGGH4R315 -Published
    /// Compare-StoreSubmission $published $draft | Where-Object path -like '/listings/*'
    /// </code>
    /// <para>Lists what the draft changes in the listings.</para>
    /// </example>
    /// <example>
    /// <title>Review a release in a later job</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Publish-StoreSubmission 9NBLGGH4R315 -ReleaseNotes @{ 'en-us' = 'Faster start' } -NoCommit -Confirm:$false | ConvertTo-StoreJson -Path ./receipt.json
    /// ConvertFrom-StoreJson -Path ./receipt.json | Compare-StoreSubmission
    /// </code>
    /// <para>Lists what the draft of the release changes in the published submission.</para>
    /// </example>
    [Cmdlet(VerbsData.Compare, "StoreSubmission", DefaultParameterSetName = "Object")]
    [OutputType(EditReport.EditTypeName)]
    public sealed class CompareStoreSubmission : ComparisonCmdlet
    {
        /// <summary>The members that the service sets.</summary>
        private static readonly HashSet<string> OfService =
            new HashSet<string> { "id", "friendlyName", "status", "statusDetails", "fileUploadUrl" };

        /// <inheritdoc/>
        private protected override void Compare(PSObject edited, string? reference)
        {
            if (reference == null)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.missing_field", "the submission has no baseline to compare with",
                    "give the old submission too (-ReferenceObject), for example an object of Get-StoreSubmission -Published");
            }
            Dictionary<string, string> report = JsonFields.Of(EditedDocument.Compare(reference, edited, WriteWarning).Meta ?? "{}");
            foreach (string refusal in JsonFields.Items(JsonFields.Raw(report, "lifted") ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(refusal);
                WriteWarning(
                    "Set-StoreSubmission would refuse this edit: "
                    + JsonFields.Text(fields, "pointer") + ": " + JsonFields.Text(fields, "message"));
            }
            WriteObject(EditReport.Edits(report), true);
        }

        /// <inheritdoc/>
        private protected override void CompareNamed(string edited, string reference)
        {
            Dictionary<string, string> report = JsonFields.Of(EditedDocument.Compare(reference, new PSObject(edited)).Meta ?? "{}");
            foreach (object edit in EditReport.Edits(report))
            {
                string member = ((string)((PSObject)edit).Properties["path"].Value).Split('/')[1];
                if (ReferenceObject != null || !OfService.Contains(member))
                {
                    WriteObject(edit);
                }
            }
        }
    }
}
