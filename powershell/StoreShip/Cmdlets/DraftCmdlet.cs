using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet that fills a draft: what it takes of a folder of listings, and which draft it may use.</summary>
    public abstract class DraftCmdlet : ReleaseCmdlet
    {
        /// <summary>
        /// What pictures of the folder of listings are that the submission does not have, beside images that somebody else
        /// uploaded and no file stands for: keep (the pictures are added), adopt (they are the images, in their order; nothing is
        /// sent) or exact (the images are replaced). By default that is an error, since a listing could get every picture twice.
        /// </summary>
        [Parameter]
        [ValidateSet("keep", "adopt", "exact")]
        public string? Images { get; set; }

        /// <summary>Remove more than half of the images of a type because their files in the folder of listings are gone.</summary>
        [Parameter]
        public SwitchParameter AllowImageRemoval { get; set; }

        /// <summary>
        /// Languages whose listings are removed. A language without a folder in the folder of listings stays otherwise.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? RemoveLanguage { get; set; }

        /// <summary>Remove trailers of which the folder of listings has no folder.</summary>
        [Parameter]
        public SwitchParameter RemoveTrailers { get; set; }

        /// <summary>
        /// What the submission was when somebody last looked: the folder of listings of an earlier revision, such as a worktree of
        /// the last tag, a file of Export-StoreSubmission, or the receipt of the last Export-StoreListing, Import-StoreListing or
        /// Publish-StoreSubmission, saved by ConvertTo-StoreJson -Path. What others have changed since stays if the folder did
        /// not change it, and is an error otherwise.
        /// </summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? BasePath { get; set; }

        /// <summary>
        /// Make a draft without a price, for a person to submit in Partner Center, if the service returns the price as Base. The
        /// draft is not committed, and Complete-StoreSubmission and later releases refuse it. That its price stays as Partner
        /// Center has it is known from one project only: look at it there before you submit the draft.
        /// </summary>
        [Parameter]
        public SwitchParameter LeavePriceToPartnerCenter { get; set; }

        /// <summary>
        /// The id of the pending draft that is added to, whoever created it. Another one that is pending is refused. A draft in
        /// the pipeline names itself.
        /// </summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public string? SubmissionId { get; set; }

        /// <summary>
        /// The planHash of a plan. The command is refused if its plan is another one by now. A plan in the pipeline of
        /// Publish-StoreSubmission gives its hash itself.
        /// </summary>
        [Parameter]
        [NotBlank]
        public string? PlanHash { get; set; }

        private protected override string? BoundSubmissionId => SubmissionId;

        /// <summary>The field <c>listing</c> of a request.</summary>
        /// <param name="path">The folder of listings.</param>
        private protected string Listing(string path)
        {
            RequestText listing = new RequestText().Add("path", FilePath(path));
            listing.Add("images", Word(nameof(Images), Images));
            listing.Add("allowImageRemoval", Given(nameof(AllowImageRemoval), AllowImageRemoval));
            listing.AddRaw("removeLanguages", RemoveLanguage == null ? null : DocumentWriter.Write(RemoveLanguage).Json);
            listing.Add("removeTrailers", Given(nameof(RemoveTrailers), RemoveTrailers));
            listing.Add("basePath", BasePath == null ? null : FilePath(BasePath));
            listing.AddRaw("overwrite", Overwrite == null ? null : DocumentWriter.Write(Overwrite).Json);
            return listing.ToString();
        }

        /// <summary>The first parameter on the command line that is about a folder of listings; null if there is none.</summary>
        private protected string? ListingOption =>
            System.Array.Find(
                new[] { nameof(Images), nameof(AllowImageRemoval), nameof(RemoveLanguage), nameof(RemoveTrailers), nameof(BasePath), nameof(Overwrite) },
                IsTyped);

        /// <summary>Adds the price, the rules and the draft to a request.</summary>
        private protected void AddDraft(RequestText request)
        {
            AddTerms(request);
            request.Add("priceLeftToPartnerCenter", Given(nameof(LeavePriceToPartnerCenter), LeavePriceToPartnerCenter));
        }

        /// <summary>A plan or a receipt with the edits and the ids.</summary>
        private protected PSObject Described(PSObject result) => EditReport.AddMeta(result, Meta);

        /// <summary>The plan of a result, whose ids name no submission.</summary>
        private protected PSObject PlanOf(string json) =>
            Described(StoreObject.FromResult(json, "StoreShip.Plan", ResultIds.WithSubmission(null)));
    }
}
