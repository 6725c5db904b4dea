using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Publishes a release: creates a draft, edits it, uploads files, commits it and waits.</summary>
    /// <remarks>
    /// <para>The cmdlet creates a draft, adds the packages and the release notes, applies further edits, uploads the files,
    /// commits the draft and waits as far as -Until says. Everything else in the submission stays unchanged, byte for byte.
    /// Packages and edits are checked on this machine before anything is sent.</para>
    /// <para>With -WhatIf, the cmdlet changes nothing and returns the plan with all edits. Ctrl+C cancels the release, but
    /// can't undo a commit that was sent. The cmdlet prompts for confirmation; use -Confirm:$false on a build agent.</para>
    /// <para>The question, the plan and the receipt say who gets the release: everybody, or a flight.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, a flight or an add-on, or the id of an app.</inputs>
    /// <outputs type="StoreShip.Receipt">What was done: submissionId, audience, status, edits, upload, steps with their durations and
    /// correlationIds. With -WhatIf, a StoreShip.Plan.</outputs>
    /// <example>
    /// <title>Publish a package with release notes</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Publish-StoreSubmission 9NBLGGH4R315 -PackagePath ./App.msix -ReleaseNotes @{ 'en-us' = 'Faster start'; 'de-de' = 'Startet schneller' } -Until processing -Confirm:$false
    /// </code>
    /// <para>Uploads a package and waits until the Store has accepted the submission for processing.</para>
    /// </example>
    /// <example>
    /// <title>Preview a release</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Publish-StoreSubmission 9NBLGGH4R315 -ReleaseNotes @{ 'en-us' = 'Faster start' } -WhatIf
    /// </code>
    /// <para>Returns the plan and changes nothing.</para>
    /// </example>
    /// <example>
    /// <title>Edit other values</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Publish-StoreSubmission 9NBLGGH4R315 -Edit @{ '/visibility' = 'Hidden'; '/listings/en-us/baseListing/keywords' = @('books', 'epub') } -NoCommit -Confirm:$false
    /// </code>
    /// <para>Creates a draft with two edits and does not commit it.</para>
    /// </example>
    /// <example>
    /// <title>Start a gradual rollout</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $rollout = '/packageDeliveryOptions/packageRollout'
    /// Publish-StoreSubmission 9NBLGGH4R315 -PackagePath ./App.msix -Edit @{ "$rollout/isPackageRollout" = $true; "$rollout/packageRolloutPercentage" = 10 } -Until published -Confirm:$false
    /// Set-StoreRollout 9NBLGGH4R315 -Percentage 50 -Confirm:$false
    /// </code>
    /// <para>Gives the package to 10 percent of the customers, then to 50. Complete-StoreRollout gives it to all,
    /// Stop-StoreRollout to no more.</para>
    /// </example>
    [Cmdlet(VerbsData.Publish, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [OutputType("StoreShip.Receipt", "StoreShip.Plan")]
    public sealed class PublishStoreSubmission : TargetCmdlet
    {
        /// <summary>
        /// The app packages to add: .msix, .appx, .msixbundle, .appxbundle, .msixupload or .appxupload files.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? PackagePath { get; set; }

        /// <summary>Remove the packages that the submission has before the release.</summary>
        [Parameter]
        public SwitchParameter ReplacePackages { get; set; }

        /// <summary>
        /// Release notes: a hashtable with a language as key and the text as value. The submission must have a listing in
        /// each language.
        /// </summary>
        [Parameter]
        [NotText(NotTextAttribute.Notes)]
        [ValidateNotNull]
        public IDictionary? ReleaseNotes { get; set; }

        /// <summary>
        /// Further edits: a hashtable with a JSON Pointer as key and the new value as value. The edits are sorted by pointer;
        /// with an [ordered] dictionary they keep its order.
        /// </summary>
        [Parameter]
        [ValidateNotNull]
        public IDictionary? Edit { get; set; }

        /// <summary>JSON Pointers of values to remove.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? RemovePointer { get; set; }

        /// <summary>
        /// The price tier, for example Tier2. Needed if the service returns the price as Base, a value that it does not
        /// accept in an update.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? PriceId { get; set; }

        /// <summary>Publish even if the submission has no price, which makes the product free.</summary>
        [Parameter]
        public SwitchParameter AllowFree { get; set; }

        /// <summary>
        /// What to do if a submission is pending already: refuse (fail; the default), adopt (publish it with the edits) or
        /// delete (delete it and create a new draft).
        /// </summary>
        [Parameter]
        [ValidateSet("refuse", "adopt", "delete")]
        public string? Draft { get; set; }

        /// <summary>
        /// With -Draft adopt: publish the draft although the last Set-StoreSubmission, Edit-StoreSubmission or
        /// Send-StorePackage for it failed.
        /// </summary>
        [Parameter]
        public SwitchParameter IgnoreFailedChange { get; set; }

        /// <summary>Leave the draft uncommitted, for review.</summary>
        [Parameter]
        public SwitchParameter NoCommit { get; set; }

        /// <summary>
        /// How far to wait: committed (do not wait after the commit), processing (until the Store has accepted the
        /// submission for processing; the default) or published.
        /// </summary>
        [Parameter]
        [ValidateSet("committed", "processing", "published")]
        public string? Until { get; set; }

        /// <summary>
        /// The pause between two requests for the status, in seconds. The default is 30, and 0.2 for an emulator on this
        /// machine.
        /// </summary>
        [Parameter]
        [ValidateRange(0.01, 86400.0)]
        public double PollSeconds { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Target().WithSubmission(null);
            if (string.Equals(Draft, "adopt", StringComparison.OrdinalIgnoreCase) && !IgnoreFailedChange)
            {
                FailedChanges.Refuse(Service, ids, InputObject);
            }
            RequestText request = Request(ids);
            string action = "Publish" + (PackagePath == null ? "" : " " + string.Join(", ", PackagePath));
            action += " for " + ids.WithFlight(null) + " to " + Audience.Of(ids);
            if (ShouldProcess(action, action + "?", "Publish", out ShouldProcessReason reason))
            {
                PSObject receipt = Result(Run("publish", request), "StoreShip.Receipt");
                FailedChanges.Forget(Service, ids);
                SidecarRegistry.ForgetUnlessCurrent(StoreObject.Ids(receipt), null);
                WriteObject(EditReport.AddMeta(receipt, Meta));
            }
            else if (reason == ShouldProcessReason.WhatIf)
            {
                PSObject plan = Result(Run("publish.plan", request), "StoreShip.Plan");
                WriteObject(EditReport.AddMeta(plan, Meta));
            }
        }

        private RequestText Request(StoreIds ids)
        {
            RequestText request = ids.Request();
            request.AddRaw("packages", PackagePath == null ? null : DocumentWriter.Write(Array.ConvertAll(PackagePath, FilePath)).Json);
            request.Add("replacePackages", ReplacePackages ? true : (bool?)null);
            request.AddRaw("releaseNotes", ReleaseNotes == null ? null : DocumentWriter.Write(ReleaseNotes).Json);
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
                // The writer sorts a plain hashtable, so that the order of the edits is the same in every process.
                foreach (KeyValuePair<string, string> edit in JsonFields.Of(DocumentWriter.Write(Edit).Json))
                {
                    // An add would insert a new element into an array, so a pointer to an element needs a replace. An add
                    // of an existing member replaces the member.
                    string op = IsElement(edit.Key) ? "replace" : "add";
                    edits.Add(new RequestText().Add("op", op).Add("path", edit.Key).AddRaw("value", edit.Value).ToString());
                }
            }
            foreach (string pointer in RemovePointer ?? new string[0])
            {
                edits.Add(new RequestText().Add("op", "remove").Add("path", pointer).ToString());
            }
            return edits.Count == 0 ? null : "[" + string.Join(",", edits) + "]";
        }

        /// <summary>Whether a pointer ends in the index of an array.</summary>
        private static bool IsElement(string pointer)
        {
            string last = pointer.Substring(pointer.LastIndexOf('/') + 1);
            return last.Length > 0 && last.All(c => c >= '0' && c <= '9');
        }
    }
}
