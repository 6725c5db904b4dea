using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Writes the listings of a submission into a folder: a file for each text and image.</summary>
    /// <remarks>
    /// <para>The cmdlet takes the published submission, or the pending one if none is published; -SubmissionId names another.
    /// A text is a file, a list a file with an item a line, and an image that the Store has a placeholder, since its pixels
    /// can't be read from the service. Files with an equal text stay as they are. Import-StoreListing right after it changes
    /// nothing. docs/listings.md describes the folder.</para>
    /// <para>What no file can hold is left out, with a warning. With -AddOns, the add-ons of the app are written too, each into
    /// the folder add-ons/PRODUCTID with its price and properties; Publish-StoreAddOn publishes them.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, an add-on or a submission.</inputs>
    /// <outputs type="StoreShip.ListingFiles">What was written: submissionId, written, removed, unchanged and notes.</outputs>
    /// <example>
    /// <title>Put the listings of an app into a folder</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Export-StoreListing 9NBLGGH4R315 -Path ./listings
    /// </code>
    /// <para>Writes ./listings/listings/en-us/description.txt and the like.</para>
    /// </example>
    /// <example>
    /// <title>Put the listings of an app and of its add-ons into a folder</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Export-StoreListing 9NBLGGH4R315 -Path ./listings -AddOns
    /// </code>
    /// <para>Writes ./listings/add-ons/contoso-coins/listings/en-us/title.txt and the like too.</para>
    /// </example>
    [Cmdlet(VerbsData.Export, "StoreListing", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.ListingFiles")]
    public sealed class ExportStoreListing : SubmissionCmdlet
    {
        /// <summary>The folder. It is made if it is not there.</summary>
        [Parameter(Mandatory = true)]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string Path { get; set; } = "";

        /// <summary>
        /// What pictures of the folder are that the submission does not have, beside images that no file stands for: adopt (they
        /// are the images, in their order: a placeholder is written beside each), keep (placeholders are written for the images)
        /// or exact (no placeholders). By default that is an error.
        /// </summary>
        [Parameter]
        [ValidateSet("keep", "adopt", "exact")]
        public string? Images { get; set; }

        /// <summary>Also write the listings of all add-ons of the app, into the folder add-ons.</summary>
        [Parameter]
        public SwitchParameter AddOns { get; set; }

        private readonly List<StoreException> failures = new List<StoreException>();
        private bool isItem;

        private protected override bool IsOneOfMany => isItem;

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Target();
            if (AddOns && (ids.AppId == null || ids.FlightId != null))
            {
                throw new StoreException(StoreStatus.Invalid, "request.target", "-AddOns needs an app, which has the add-ons", "name the app");
            }
            if (!ShouldProcess(Path, "Write the listings of " + ids))
            {
                return;
            }
            RequestText request = ids.Request().Add("path", FilePath(Path)).Add("images", Word(nameof(Images), Images));
            string json = Run("listing.pull", request);
            ListingNotes.Write(json, WriteWarning, WriteVerbose);
            WriteObject(Result(json, "StoreShip.ListingFiles"));
            if (!AddOns)
            {
                return;
            }
            Run("add_on.pull", ids.WithSubmission(null).Request().Add("path", FilePath(Path)));
            isItem = true;
            foreach (StoreException failure in failures)
            {
                Guard(() => throw failure);
            }
            isItem = false;
            failures.Clear();
        }

        /// <inheritdoc/>
        private protected override void Finished(StoreEvent item)
        {
            try
            {
                StoreResponse response = item.ItemResponse();
                ListingNotes.Write(response.Result, WriteWarning, WriteVerbose);
                WriteObject(StoreObject.FromResult(response.Result, "StoreShip.ListingFiles", StoreIds.OfMeta(response.Meta)));
            }
            catch (StoreException failure)
            {
                // The others go on.
                failures.Add(failure);
                WriteWarning(failure.Message);
            }
        }
    }
}
