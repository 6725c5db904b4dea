using System.Management.Automation;
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
    public sealed class ImportStoreListing : DraftCmdlet
    {
        /// <summary>The folder.</summary>
        [Parameter(Mandatory = true)]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string Path { get; set; } = "";

        /// <summary>
        /// The version whose section of the changelog that storeship.json names has the release notes. Without it they stay as
        /// they are.
        /// </summary>
        [Parameter]
        [NotBlank]
        public string? ReleaseNotesVersion { get; set; }

        /// <summary>The price tier, for example Tier2. Needed if the service returns the price as Base.</summary>
        [Parameter]
        [NotBlank]
        public string? PriceId { get; set; }

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
                PSObject receipt = Described(Result(Run("listing.push", Request(ids)), "StoreShip.Receipt"));
                SidecarRegistry.ForgetUnlessCurrent(StoreObject.Ids(receipt), null);
                WriteObject(receipt);
            }
            else if (reason == ShouldProcessReason.WhatIf)
            {
                WriteObject(PlanOf(Run("listing.plan", Request(ids))));
            }
        }

        private RequestText Request(StoreIds ids)
        {
            RequestText request = ids.Request().AddRaw("listing", Listing(Path)).Add("priceId", PriceId);
            request.Add("releaseNotesVersion", ReleaseNotesVersion);
            AddDraft(request);
            return WithSummary(request.Add("planHash", PlanHash));
        }
    }
}
