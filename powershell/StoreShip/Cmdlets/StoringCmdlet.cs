using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet that stores a changed submission: the library merges, guards and sends.</summary>
    public abstract class StoringCmdlet : SubmissionCmdlet
    {
        /// <summary>
        /// Guards to lift, by the name or id that an error document.damaged tells, such as caseTwin. The names complete;
        /// (Invoke-StoreOperation library.guards).guards shows all of them with what they refuse.
        /// </summary>
        [Parameter]
        [ArgumentCompleter(typeof(GuardCompleter))]
        [ValidateNotNullOrEmpty]
        public string[]? Force { get; set; }

        /// <summary>Store it although it has no price, which makes the product free.</summary>
        [Parameter]
        public SwitchParameter AllowFree { get; set; }

        /// <summary>Return the draft as the service stored it. What was edited is in its StoreBaseline.Report.</summary>
        [Parameter]
        public SwitchParameter PassThru { get; set; }

        /// <summary>Stores the document of a request, or with -WhatIf returns the edits.</summary>
        /// <param name="ids">The draft.</param>
        /// <param name="request">The request, with the edited document in it.</param>
        /// <param name="baseline">Where the baseline came from; null when there is none.</param>
        /// <returns>Whether it was stored.</returns>
        private protected bool Store(StoreIds ids, RequestText request, string? baseline)
        {
            if (baseline == null)
            {
                WriteVerbose("no baseline came with the submission: what the service has now stands in for it");
            }
            request.Add("allowFree", AllowFree ? true : (bool?)null);
            request.AddRaw("force", Force == null ? null : DocumentWalker.Walk(Force).Json);
            string action = "Store the content of " + ids;
            if (ShouldProcess(action, action + "?", "Set", out ShouldProcessReason reason))
            {
                string stored = Run("submission.update", request);
                Sidecars.Heard(ids, stored);
                PSObject report = EditObjects.Report(Meta ?? "{}", baseline ?? "service", ids);
                Tell();
                if (PassThru)
                {
                    PSObject result = StoreObject.Create(stored, "StoreShip.Submission", ids);
                    StoreObject.AttachReport(result, report);
                    WriteObject(result);
                }
                return true;
            }
            if (reason == ShouldProcessReason.WhatIf)
            {
                Run("submission.update", request.Add("preview", true));
                WriteObject(EditObjects.Report(Meta ?? "{}", baseline ?? "service", ids));
            }
            return false;
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
    }
}
