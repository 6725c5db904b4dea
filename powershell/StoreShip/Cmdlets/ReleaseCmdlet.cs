using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet that brings something into the Store: what it may do, and where it writes what it did.</summary>
    public abstract class ReleaseCmdlet : TargetCmdlet
    {
        /// <summary>
        /// The fields that are overwritten although somebody else has changed them since -BasePath, as JSON Pointers, for example
        /// /listings/en-us/baseListing/description, or /listings/en-us/description of an add-on. A pointer to a language, and *
        /// for all, decide the conflicts there for the folder; what the folder did not change stays.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? Overwrite { get; set; }

        /// <summary>Go on even if the submission has no price, which makes the product free.</summary>
        [Parameter]
        public SwitchParameter AllowFree { get; set; }

        /// <summary>
        /// Ids of rules whose errors are warnings, for example P02. Invoke-StoreOperation library.checks lists the rules.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? Allow { get; set; }

        /// <summary>
        /// What to do if a draft is pending: resume (go on with the draft of an earlier run of the same command, replace what
        /// another release left behind, and refuse anybody else's; the default), refuse (any draft), adopt (add to it, whoever
        /// created it) or replace (delete it and create another).
        /// </summary>
        [Parameter]
        [ValidateSet("resume", "refuse", "adopt", "replace")]
        public string? Draft { get; set; }

        /// <summary>
        /// What to do while a submission is pending that may not be used, such as one in certification or a draft that was left
        /// for review: refuse (fail; the default), wait (until it is gone) or skip (end without a change; the receipt says why in
        /// skipped).
        /// </summary>
        [Parameter]
        [ValidateSet("refuse", "wait", "skip")]
        public string? Busy { get; set; }

        /// <summary>
        /// A file to which the receipt is appended as Markdown, for the summary of a job, such as $env:GITHUB_STEP_SUMMARY; with
        /// -WhatIf the plan, and the error if there is one. It is made if it is not there. An empty text, such as that of a
        /// variable that is not set, writes none.
        /// </summary>
        [Parameter]
        [Paths]
        [AllowEmptyString]
        public string? SummaryPath { get; set; }

        private protected override string? BoundSummaryPath => SummaryPath;

        /// <summary>Adds the price, the rules and the policy of drafts to a request.</summary>
        private protected void AddTerms(RequestText request)
        {
            request.Add("allowFree", Given(nameof(AllowFree), AllowFree));
            request.AddRaw("allow", Allow == null ? null : DocumentWriter.Write(Allow).Json);
            request.Add("draft", Word(nameof(Draft), Draft));
            request.Add("busy", Word(nameof(Busy), Busy));
        }

        /// <summary>Adds the file of the summary. An empty path counts too: the file of a release may name another one.</summary>
        private protected RequestText WithSummary(RequestText request) =>
            request.Add("summaryPath", string.IsNullOrEmpty(SummaryPath) ? SummaryPath : FilePath(SummaryPath!));

        /// <summary>A switch, if it is on the command line: <c>-AllowFree:$false</c> counts against the file of a release.</summary>
        private protected bool? Given(string parameter, SwitchParameter value) => IsTyped(parameter) ? value.IsPresent : (bool?)null;
    }
}
