using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Stores the content of a draft.</summary>
    /// <remarks>
    /// <para>Take the object that Get-StoreSubmission or New-StoreSubmission returned, change it, and hand it over. Only
    /// what you changed is cut into the service's text; every other byte stays. What somebody else changed meanwhile
    /// stays too, unless it is at the same place: that is the error document.conflict.</para>
    /// <para>What looks like damage that PowerShell is known to do is refused with its place and its remedy, and nothing
    /// is sent: a list that became a single item or nothing, an object that became text, a value that has no certain
    /// JSON form. -Force lifts a guard by its name when it is meant. A submission without a price would make the product
    /// free and is refused, unless -AllowFree says so. With -WhatIf it returns the edits and stores nothing.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A changed submission.</inputs>
    /// <outputs type="StoreShip.Submission">With -PassThru, the draft as the service stored it; with -WhatIf a
    /// StoreShip.Plan with the edits.</outputs>
    /// <example>
    /// <title>Hide an app</title>
    /// <code>
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $submission.visibility = 'Hidden'
    /// $submission | Set-StoreSubmission
    /// </code>
    /// <para>Starts a draft, changes one value and stores the draft. It is not committed yet.</para>
    /// </example>
    /// <example>
    /// <title>See the edits first</title>
    /// <code>
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $submission.listings.'en-us'.baseListing.keywords += 'epub'
    /// ($submission | Set-StoreSubmission -WhatIf).edits
    /// </code>
    /// <para>Shows what would be stored, as operations of JSON Patch.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Set, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Submission", "StoreShip.Plan")]
    public sealed class SetStoreSubmission : SubmissionCmdlet
    {
        /// <summary>The submission as JSON text, prepared elsewhere; instead of an object.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? Json { get; set; }

        /// <summary>Guards to lift, by the name or id that an error document.damaged tells, for example caseTwin or K6.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? Force { get; set; }

        /// <summary>Store it although it has no price, which makes the product free.</summary>
        [Parameter]
        public SwitchParameter AllowFree { get; set; }

        /// <summary>Return the draft as the service stored it.</summary>
        [Parameter]
        public SwitchParameter PassThru { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Submission();
            RequestText request = EditedDocument.AddTo(ids.Request(), Document());
            request.Add("allowFree", AllowFree ? true : (bool?)null);
            request.AddRaw("force", Force == null ? null : DocumentWalker.Walk(Force).Json);
            string action = "Store the content of " + ids;
            if (ShouldProcess(action, action + "?", "Set", out ShouldProcessReason reason))
            {
                string stored = Run("submission.update", request);
                Tell();
                if (PassThru)
                {
                    WriteObject(StoreObject.Create(stored, "StoreShip.Submission", ids));
                }
            }
            else if (reason == ShouldProcessReason.WhatIf)
            {
                Run("submission.update", request.Add("preview", true));
                WriteObject(StoreObject.Create(Meta ?? "{}", "StoreShip.Plan", ids));
            }
        }

        private void Tell()
        {
            Dictionary<string, string> report = JsonFields.Of(Meta ?? "{}");
            foreach (string edit in JsonFields.Items(JsonFields.Raw(report, "edits") ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(edit);
                WriteVerbose(JsonFields.Text(fields, "op") + " " + JsonFields.Text(fields, "path"));
            }
            foreach (string remark in JsonFields.Items(JsonFields.Raw(report, "remarks") ?? "[]"))
            {
                Dictionary<string, string> fields = JsonFields.Of(remark);
                WriteVerbose(JsonFields.Text(fields, "pointer") + ": " + JsonFields.Text(fields, "kind"));
            }
        }

        private PSObject Document()
        {
            if (Json != null)
            {
                return new PSObject(Json);
            }
            return InputObject != null && !(InputObject.BaseObject is string) ? InputObject : throw new StoreException(
                StoreStatus.Invalid, "request.missing_field", "there is no submission to store",
                "pipe an object of Get-StoreSubmission or New-StoreSubmission, or give -Json");
        }
    }
}
