using System.Linq;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Makes a draft that has the texts and images of a folder.</summary>
    /// <remarks>
    /// <para>The folder is compared with the published submission. If nothing differs, no draft is made. Otherwise a draft is
    /// made or gone on with, gets only what differs, and is left for review: Complete-StoreSubmission commits it. A text
    /// without a file stays as it is, an empty file clears its text, and pictures are uploaded only if the Store does not have
    /// them. docs/listings.md describes the folder.</para>
    /// <para>With -WhatIf, the cmdlet changes nothing and returns the plan: each text before and after, and each file that
    /// would be uploaded. Publish-StoreSubmission -ListingPath takes the same folder into a release.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, an add-on, the id of an app, or a draft to change.</inputs>
    /// <outputs type="StoreShip.Receipt">What was done, as Publish-StoreSubmission returns it. With -WhatIf, a
    /// StoreShip.Plan.</outputs>
    /// <example>
    /// <title>Change a description</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $null = Export-StoreListing 9NBLGGH4R315 -Path ./listings
    /// [System.IO.File]::WriteAllText("$PWD/listings/listings/en-us/description.txt", 'Reads books and comics.')
    /// Import-StoreListing 9NBLGGH4R315 -Path ./listings -WhatIf
    /// $receipt = Import-StoreListing 9NBLGGH4R315 -Path ./listings
    /// $receipt | Complete-StoreSubmission -Confirm:$false
    /// </code>
    /// <para>Looks at the change, makes a draft with it, and commits the draft.</para>
    /// </example>
    [Cmdlet(VerbsData.Import, "StoreListing", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Receipt", "StoreShip.Plan")]
    public sealed class ImportStoreListing : TargetCmdlet
    {
        /// <summary>The folder.</summary>
        [Parameter(Mandatory = true)]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string Path { get; set; } = "";

        /// <summary>
        /// What pictures of the folder are that the submission does not have, beside images that somebody else uploaded and no
        /// file stands for: keep (the pictures are added), adopt (they are the images, in their order; nothing is sent) or exact
        /// (the images are replaced). By default that is an error, since a listing could get every picture twice.
        /// </summary>
        [Parameter]
        [ValidateSet("keep", "adopt", "exact")]
        public string? Images { get; set; }

        /// <summary>Remove more than half of the images of a type because their files are gone.</summary>
        [Parameter]
        public SwitchParameter AllowImageRemoval { get; set; }

        /// <summary>Languages whose listings are removed. A language without a folder stays otherwise.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? RemoveLanguage { get; set; }

        /// <summary>Remove trailers of which the folder has no folder.</summary>
        [Parameter]
        public SwitchParameter RemoveTrailers { get; set; }

        /// <summary>
        /// What the submission was when somebody last looked: the folder of an earlier revision, such as a worktree of the last
        /// tag, or a file of Export-StoreSubmission. What others have changed since stays if the folder did not change it, and is
        /// an error otherwise.
        /// </summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? BasePath { get; set; }

        /// <summary>
        /// The fields that are overwritten although somebody else has changed them since -BasePath, as JSON Pointers, for example
        /// /listings/en-us/baseListing/description. * stands for all.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? Overwrite { get; set; }

        /// <summary>The price tier, for example Tier2. Needed if the service returns the price as Base.</summary>
        [Parameter]
        [NotBlank]
        public string? PriceId { get; set; }

        /// <summary>Make the draft even if the submission has no price, which makes the product free.</summary>
        [Parameter]
        public SwitchParameter AllowFree { get; set; }

        /// <summary>
        /// Make a draft without a price, for a person to submit in Partner Center, if the service returns the price as Base.
        /// </summary>
        [Parameter]
        public SwitchParameter LeavePriceToPartnerCenter { get; set; }

        /// <summary>Ids of rules whose errors are warnings. Invoke-StoreOperation library.checks lists the rules.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? Allow { get; set; }

        /// <summary>What to do if a draft is pending: see Publish-StoreSubmission.</summary>
        [Parameter]
        [ValidateSet("resume", "refuse", "adopt", "replace")]
        public string? Draft { get; set; }

        /// <summary>
        /// What to do while a submission is pending that may not be used: refuse (the default), wait or skip.
        /// </summary>
        [Parameter]
        [ValidateSet("refuse", "wait", "skip")]
        public string? Busy { get; set; }

        /// <summary>The id of the pending draft that is changed, whoever created it. A draft in the pipeline names itself.</summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public string? SubmissionId { get; set; }

        /// <summary>The planHash of a plan. The draft is not made if its plan is another one by now.</summary>
        [Parameter]
        [NotBlank]
        public string? PlanHash { get; set; }

        /// <summary>
        /// A file to which the receipt is appended as Markdown, such as $env:GITHUB_STEP_SUMMARY; with -WhatIf the plan, and the
        /// error if there is one.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? SummaryPath { get; set; }

        private protected override string? BoundSubmissionId => SubmissionId;

        private protected override string? BoundSummaryPath => SummaryPath;

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Target();
            if (!IsTyped(nameof(SubmissionId)) && InputObject != null && "Published".Equals(ObjectColumns.Member(InputObject, "status")))
            {
                ids = ids.WithSubmission(null);
            }
            string action = "Make a draft of " + ids + " with the listings of " + Path;
            if (ShouldProcess(action, action + "?", "Import", out ShouldProcessReason reason))
            {
                PSObject receipt = EditReport.AddMeta(Result(Run("listing.push", Request(ids)), "StoreShip.Receipt"), Meta);
                SidecarRegistry.ForgetUnlessCurrent(StoreObject.Ids(receipt), null);
                WriteObject(receipt);
            }
            else if (reason == ShouldProcessReason.WhatIf)
            {
                string json = Run("listing.plan", Request(ids));
                WriteObject(EditReport.AddMeta(StoreObject.FromResult(json, "StoreShip.Plan", ResultIds.WithSubmission(null)), Meta));
            }
        }

        private RequestText Request(StoreIds ids)
        {
            RequestText listing = new RequestText().Add("path", FilePath(Path));
            listing.Add("images", Images?.ToLowerInvariant());
            listing.Add("allowImageRemoval", AllowImageRemoval ? true : (bool?)null);
            listing.AddRaw("removeLanguages", RemoveLanguage == null ? null : DocumentWriter.Write(RemoveLanguage).Json);
            listing.Add("removeTrailers", RemoveTrailers ? true : (bool?)null);
            listing.Add("basePath", BasePath == null ? null : FilePath(BasePath));
            listing.AddRaw("overwrite", Overwrite == null ? null : DocumentWriter.Write(Overwrite).Json);
            RequestText request = ids.Request().AddRaw("listing", listing.ToString());
            request.Add("priceId", PriceId);
            request.Add("allowFree", AllowFree ? true : (bool?)null);
            request.Add("priceLeftToPartnerCenter", LeavePriceToPartnerCenter ? true : (bool?)null);
            request.AddRaw("allow", Allow == null ? null : DocumentWriter.Write(Allow).Json);
            request.Add("draft", Draft?.ToLowerInvariant());
            request.Add("busy", Busy?.ToLowerInvariant());
            request.Add("planHash", PlanHash);
            return request.Add("summaryPath", SummaryPath == null ? null : FilePath(SummaryPath));
        }
    }
}
