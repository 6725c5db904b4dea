using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Makes a release from start to end: draft, changes, upload, commit, waiting.</summary>
    /// <remarks>
    /// <para>It starts a draft, adds the packages and the release notes, applies further edits, uploads the files,
    /// commits and waits as far as -Until says. Everything that the edits do not name stays as it is, byte for byte.
    /// What can be checked on this machine is checked before anything is sent.</para>
    /// <para>With -WhatIf nothing is changed: it returns the plan, with every edit that would be made. Ctrl+C cancels
    /// the work; a commit that was sent is not undone. On a build agent use -Confirm:$false.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, a flight or an add-on, by its object or its id.</inputs>
    /// <outputs type="StoreShip.Receipt">What was done: submissionId, status, edits, upload, steps with their times,
    /// correlationIds. With -WhatIf a StoreShip.Plan.</outputs>
    /// <example>
    /// <title>Publish a package with release notes</title>
    /// <code>Publish-StoreSubmission 9NBLGGH4R315 -PackagePath ./App.msix -ReleaseNotes @{ 'en-us' = 'Faster start'; 'de-de' = 'Startet schneller' } -Until processing -Confirm:$false</code>
    /// <para>Uploads a package and waits until the Store has taken it.</para>
    /// </example>
    /// <example>
    /// <title>See what would happen</title>
    /// <code>Publish-StoreSubmission 9NBLGGH4R315 -ReleaseNotes @{ 'en-us' = 'Faster start' } -WhatIf</code>
    /// <para>Returns the plan without a change.</para>
    /// </example>
    /// <example>
    /// <title>Change anything else</title>
    /// <code>Publish-StoreSubmission 9NBLGGH4R315 -Edit @{ '/visibility' = 'Hidden'; '/listings/en-us/baseListing/keywords' = @('books', 'epub') } -NoCommit -Confirm:$false</code>
    /// <para>Prepares a draft with two changes, without committing it.</para>
    /// </example>
    [Cmdlet(VerbsData.Publish, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [OutputType("StoreShip.Receipt", "StoreShip.Plan")]
    public sealed class PublishStoreSubmission : TargetCmdlet
    {
        /// <summary>The app packages to add: .msix, .appx, bundles, .msixupload, .appxupload.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? PackagePath { get; set; }

        /// <summary>Take the packages that are in the submission out of it.</summary>
        [Parameter]
        public SwitchParameter ReplacePackages { get; set; }

        /// <summary>The release notes: a hashtable of language and text. The languages must be in the submission.</summary>
        [Parameter]
        [ValidateNotNull]
        public IDictionary? ReleaseNotes { get; set; }

        /// <summary>Further changes: a hashtable of JSON Pointer and new value, applied in the order of the pointers,
        /// or in its own order when it is [ordered].</summary>
        [Parameter]
        [ValidateNotNull]
        public IDictionary? Edit { get; set; }

        /// <summary>JSON Pointers of what to remove.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? RemovePointer { get; set; }

        /// <summary>The price tier, for products whose price can be read only as Base.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? PriceId { get; set; }

        /// <summary>Go on although the submission has no price, which makes the product free.</summary>
        [Parameter]
        public SwitchParameter AllowFree { get; set; }

        /// <summary>What to do with a submission that is pending already: refuse (the default), adopt or delete.</summary>
        [Parameter]
        [ValidateSet("refuse", "adopt", "delete")]
        public string? Draft { get; set; }

        /// <summary>Leave the draft for a look instead of committing it.</summary>
        [Parameter]
        public SwitchParameter NoCommit { get; set; }

        /// <summary>How far to wait: committed, processing or published.</summary>
        [Parameter]
        [ValidateSet("committed", "processing", "published")]
        public string? Until { get; set; }

        /// <summary>The time between two looks while waiting, in seconds; 30 without it.</summary>
        [Parameter]
        [ValidateRange(0.01, 86400.0)]
        public double PollSeconds { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Target().WithSubmission(null);
            RequestText request = Request(ids);
            string action = "Publish" + (PackagePath == null ? "" : " " + string.Join(", ", PackagePath));
            if (ShouldProcess(action + " for " + ids, action + " for " + ids + "?", "Publish", out ShouldProcessReason reason))
            {
                string receipt = Run("publish", request);
                string? submission = JsonFields.Text(JsonFields.Of(receipt), "submissionId");
                ids = ids.WithSubmission(submission);
                Sidecars.Heard(ids, null);
                WriteObject(StoreObject.Create(receipt, "StoreShip.Receipt", ids));
            }
            else if (reason == ShouldProcessReason.WhatIf)
            {
                WriteObject(StoreObject.Create(Run("publish.plan", request), "StoreShip.Plan", ids));
            }
        }

        private RequestText Request(StoreIds ids)
        {
            RequestText request = ids.Request();
            request.AddRaw("packages", PackagePath == null ? null : DocumentWalker.Walk(Array.ConvertAll(PackagePath, FilePath)).Json);
            request.Add("replacePackages", ReplacePackages ? true : (bool?)null);
            request.AddRaw("releaseNotes", ReleaseNotes == null ? null : DocumentWalker.Walk(ReleaseNotes).Json);
            request.AddRaw("edits", Edits());
            request.Add("priceId", PriceId);
            request.Add("allowFree", AllowFree ? true : (bool?)null);
            request.Add("draft", Draft?.ToLowerInvariant());
            request.Add("commit", NoCommit ? false : (bool?)null);
            request.Add("until", Until?.ToLowerInvariant());
            return request.AddRaw("pollSeconds", PollSeconds > 0 ? NumberText.Of(PollSeconds) : null);
        }

        private string? Edits()
        {
            var edits = new List<string>();
            if (Edit != null)
            {
                // The walker sorts a plain hashtable, so that the order of the edits does not change from run to run.
                foreach (KeyValuePair<string, string> edit in JsonFields.Of(DocumentWalker.Walk(Edit).Json))
                {
                    edits.Add(new RequestText().Add("pointer", edit.Key).AddRaw("value", edit.Value).ToString());
                }
            }
            foreach (string pointer in RemovePointer ?? new string[0])
            {
                edits.Add(new RequestText().Add("pointer", pointer).Add("remove", true).ToString());
            }
            return edits.Count == 0 ? null : "[" + string.Join(",", edits) + "]";
        }
    }
}
