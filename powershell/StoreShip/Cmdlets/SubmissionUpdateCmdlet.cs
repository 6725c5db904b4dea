using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet that stores an edited submission. The library merges the edits, checks them and sends them.</summary>
    public abstract class SubmissionUpdateCmdlet : SubmissionCmdlet
    {
        /// <summary>
        /// Guards to lift, by the name or the id that the error document.damaged shows, such as caseTwin. Tab completion
        /// offers the names; (Invoke-StoreOperation library.guards).guards describes the guards.
        /// </summary>
        [Parameter]
        [ArgumentCompleter(typeof(GuardCompleter))]
        [ValidateNotNullOrEmpty]
        public string[]? Force { get; set; }

        /// <summary>Store the submission even if it has no price, which makes the product free.</summary>
        [Parameter]
        public SwitchParameter AllowFree { get; set; }

        /// <summary>Return the draft as the service stored it. Its StoreBaseline.Report lists the edits.</summary>
        [Parameter]
        public SwitchParameter PassThru { get; set; }

        /// <inheritdoc/>
        protected sealed override void Process() => Change(ChangeKind.Content, Update);

        /// <summary>Updates the draft of one item of the pipeline.</summary>
        private protected abstract void Update();

        /// <summary>Stores the edited document of a request. With -WhatIf, writes the edits instead.</summary>
        /// <param name="ids">The ids of the draft.</param>
        /// <param name="request">The request with the edited document.</param>
        /// <param name="baseline">The source of the baseline: object, parameter or sidecar; null without one.</param>
        /// <returns>Whether the document was stored.</returns>
        private protected bool Store(StoreIds ids, RequestText request, string? baseline)
        {
            if (baseline == null)
            {
                WriteVerbose(NoBaseline);
            }
            request.Add("allowFree", AllowFree ? true : (bool?)null);
            request.AddRaw("force", Force == null ? null : DocumentWriter.Write(Force).Json);
            string action = "Store the content of " + ids;
            if (ShouldProcess(action, action + "?", "Set", out ShouldProcessReason reason))
            {
                string stored = Run("submission.update", request);
                Changed(ChangeKind.Content, ids);
                SidecarRegistry.ForgetUnlessCurrent(ids, stored);
                PSObject report = EditReport.Create(Meta ?? "{}", baseline ?? "service", ids);
                WriteVerboseReport();
                if (PassThru)
                {
                    PSObject result = StoreObject.FromResult(stored, "StoreShip.Submission", ids);
                    StoreObject.AttachReport(result, report);
                    WriteObject(result);
                }
                return true;
            }
            if (reason == ShouldProcessReason.WhatIf)
            {
                Run("submission.update", request.Add("preview", true));
                WriteObject(EditReport.Create(Meta ?? "{}", baseline ?? "service", ids));
            }
            return false;
        }

        /// <summary>Writes the edits and the remarks of the merge to the verbose stream.</summary>
        private void WriteVerboseReport()
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
    }
}
