using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Publishes the add-ons of an app from a tree of folders, one after another.</summary>
    /// <remarks>
    /// <para>Below the folder, add-ons has a folder of listings for each add-on, named after its product id: texts, icon, and in
    /// submission.json the price and other properties. Export-StoreListing -AddOns writes such a tree. An add-on that the app
    /// does not have is created, if the storeship.json of its folder has a productType. docs/listings.md describes the
    /// folders.</para>
    /// <para>An add-on that fails does not stop the others: a warning says so at once, and the errors are written when all others
    /// are done. The same command again does what is left: an add-on that has everything already is neither changed nor
    /// committed. The add-ons are looked up in one list, and the rate limit of the service is kept.</para>
    /// <para>With -BasePath, what somebody has changed in Partner Center since an earlier release is not overwritten unseen.
    /// -SummaryPath appends each add-on with its result to the summary of a job.</para>
    /// <para>With -WhatIf, the cmdlet changes nothing and returns the plan of each add-on.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app or the id of an app.</inputs>
    /// <outputs type="StoreShip.Receipt">A receipt for each add-on, as Publish-StoreSubmission returns it. With -WhatIf, a
    /// StoreShip.Plan.</outputs>
    /// <example>
    /// <title>Change the titles of all add-ons</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $null = Export-StoreListing 9NBLGGH4R315 -Path ./listings -AddOns
    /// [System.IO.File]::WriteAllText("$PWD/listings/add-ons/contoso-coins/listings/en-us/title.txt", 'Sack of coins')
    /// Publish-StoreAddOn 9NBLGGH4R315 -Path ./listings -Until published -Confirm:$false
    /// </code>
    /// <para>Writes the add-ons of the app as files, changes a title, and publishes the add-on that differs.</para>
    /// </example>
    [Cmdlet(VerbsData.Publish, "StoreAddOn", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [OutputType("StoreShip.Receipt", "StoreShip.Plan")]
    public sealed class PublishStoreAddOn : ReleaseCmdlet
    {
        /// <summary>The folder that has the folder add-ons in it.</summary>
        [Parameter(Mandatory = true)]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string Path { get; set; } = "";

        /// <summary>The product ids of the add-ons to publish. By default all of the tree.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? ProductId { get; set; }

        /// <summary>
        /// The tree of an earlier release, such as a worktree of the last tag: a folder that has the folder add-ons in it. What
        /// others have changed in an add-on since stays if its folder did not change it, and is an error of this add-on
        /// otherwise. An add-on that the base does not have is compared without one.
        /// </summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? BasePath { get; set; }

        /// <summary>Leave the drafts uncommitted, for review.</summary>
        [Parameter]
        public SwitchParameter NoCommit { get; set; }

        /// <summary>
        /// How far to wait after the commit of an add-on before the next one begins: committed (the default: Wait-StoreSubmission
        /// waits for all of them in one loop), processing or published.
        /// </summary>
        [Parameter]
        [ValidateSet("committed", "processing", "published")]
        public string? Until { get; set; }

        /// <inheritdoc cref="PublishStoreSubmission.PollSeconds"/>
        [Parameter]
        [ValidateRange(0.01, 86400.0)]
        public double PollSeconds { get; set; }

        private readonly List<StoreException> failures = new List<StoreException>();
        private bool isPreview;
        private bool isItem;

        private protected override bool TakesFlight => false;

        private protected override bool IsItemComplete => true;

        private protected override bool IsOneOfMany => isItem;

        /// <inheritdoc/>
        protected override void BeginProcessing()
        {
            base.BeginProcessing();
            CommandLineIds.Refuse(this, "name the app of the add-ons with -AppId or -AppName", nameof(FlightId), nameof(FlightName), nameof(AddOnId));
        }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds app = App();
            string action = "Publish the add-ons of " + app + " from " + Path + (NoCommit ? ", but leave the drafts uncommitted" : "");
            isPreview = !ShouldProcess(action, action + "?", "Publish", out ShouldProcessReason reason);
            if (!isPreview || reason == ShouldProcessReason.WhatIf)
            {
                Run("add_on.publish", Request(app));
                isItem = true;
                foreach (StoreException failure in failures)
                {
                    Guard(() => throw failure);
                }
                isItem = false;
                failures.Clear();
            }
        }

        /// <inheritdoc/>
        private protected override void Finished(StoreEvent item)
        {
            StoreResponse response;
            try
            {
                response = item.ItemResponse();
            }
            catch (StoreException failure)
            {
                failures.Add(failure);
                WriteWarning(failure.Message);
                return;
            }
            StoreIds ids = StoreIds.OfMeta(response.Meta);
            if (!isPreview)
            {
                SidecarRegistry.ForgetUnlessCurrent(ids, null);
            }
            string type = isPreview ? "StoreShip.Plan" : "StoreShip.Receipt";
            PSObject result = StoreObject.FromResult(response.Result, type, isPreview ? ids.WithSubmission(null) : ids);
            WriteObject(EditReport.AddMeta(result, response.Meta));
        }

        private RequestText Request(StoreIds app)
        {
            RequestText request = app.Request().Add("path", FilePath(Path));
            request.AddRaw("productIds", ProductId == null ? null : DocumentWriter.Write(ProductId).Json);
            request.Add("preview", isPreview ? true : (bool?)null);
            AddTerms(request);
            request.Add("basePath", BasePath == null ? null : FilePath(BasePath));
            request.AddRaw("overwrite", Overwrite == null ? null : DocumentWriter.Write(Overwrite).Json);
            WithSummary(request);
            request.Add("commit", NoCommit ? false : (bool?)null);
            request.Add("until", Word(nameof(Until), Until));
            return request.AddRaw("pollSeconds", PollSeconds > 0 ? NumberText.Of(PollSeconds) : null);
        }
    }
}
