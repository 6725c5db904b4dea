using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <content>The parameters of a release, and its request.</content>
    public sealed partial class PublishStoreSubmission
    {
        /// <summary>
        /// A JSON file that describes the release, such as release.json: its app, flight or add-on, and what the other parameters
        /// say. Paths in it start from its folder. A parameter on the command line comes before the field of the file; but the
        /// two must not name different products.
        /// </summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? ReleasePath { get; set; }

        /// <summary>
        /// The app packages to add: .msix, .appx, .msixbundle, .appxbundle, .msixupload or .appxupload files. A wildcard such
        /// as ./out/*.msixupload or a folder stands for the packages there: of upload archives, bundles and packages only the
        /// first kind is taken, the folders Dependencies are left out, and several versions of one package are refused.
        /// </summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string[]? PackagePath { get; set; }

        /// <summary>
        /// What happens to the packages that the submission has: replace (those go that a new package takes the place of, of
        /// the same architecture and device family; the default), keepAll or removeAll.
        /// </summary>
        [Parameter]
        [ValidateSet("replace", "keepAll", "removeAll")]
        public string? OldPackages { get; set; }

        /// <summary>
        /// How many of the packages that a new one takes the place of stay, the newest first, for customers who can't run the
        /// new one. The default is 0.
        /// </summary>
        [Parameter]
        [ValidateRange(0, int.MaxValue)]
        public int KeepPackages { get; set; }

        /// <summary>
        /// Further files to upload, such as screenshots: a hashtable with the name in the archive, which is the fileName of the
        /// entry in the submission, as key, and the path of the file as value; or paths of files that keep their names. The
        /// entries themselves are edits: see -Edit.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public object[]? File { get; set; }

        /// <summary>
        /// Release notes: one text for all languages, also as an array of its lines, or a hashtable or an object with a language
        /// as key and the text as value. The key default stands for all languages that are not named. The submission must have
        /// a listing in each language.
        /// </summary>
        [Parameter]
        [ValidateNotNull]
        public object? ReleaseNotes { get; set; }

        /// <summary>
        /// Release notes from files: a text file for all languages, a .json file with an object as in -ReleaseNotes, or a folder
        /// with a text file for each language, such as en-us.txt or en-us/release_notes.txt, and default.txt for all others. Of
        /// a changelog, a file named CHANGELOG.md or any text file with -ReleaseNotesVersion, the section of the version is
        /// taken.
        /// </summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? ReleaseNotesPath { get; set; }

        /// <summary>
        /// The version whose section of a changelog has the release notes, for example 1.2.3. By default that of the packages.
        /// The changelog is -ReleaseNotesPath, or the one that storeship.json in the folder of -ListingPath names.
        /// </summary>
        [Parameter]
        [NotBlank]
        public string? ReleaseNotesVersion { get; set; }

        /// <summary>
        /// A folder of listings, as Export-StoreListing writes it: the submission gets its texts and images. What the other
        /// parameters say comes before what the folder says, and what the folder does not have stays as it is.
        /// </summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? ListingPath { get; set; }

        /// <summary>
        /// What happens to release notes in a language in which the submission has no listing: refuse (the default), or skip
        /// with a warning.
        /// </summary>
        [Parameter]
        [ValidateSet("refuse", "skip")]
        public string? MissingLanguages { get; set; }

        /// <summary>
        /// Further edits: a hashtable with a JSON Pointer as key and the new value as value. The edits are sorted by pointer;
        /// with an [ordered] dictionary they keep its order. In a pipeline a script block gives those of each item, for example
        /// { @{ '/listings/en-us/title' = $_.Title } }.
        /// </summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ValidateNotNull]
        public IDictionary? Edit { get; set; }

        /// <summary>JSON Pointers of values to remove.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? RemovePointer { get; set; }

        /// <summary>The visibility in the Store: Public, Private or Hidden.</summary>
        [Parameter]
        [ValidateSet("Public", "Private", "Hidden")]
        public string? Visibility { get; set; }

        /// <summary>
        /// When the submission is published after certification: Immediate, Manual (when somebody publishes it in Partner
        /// Center) or SpecificDate (with -PublishDate). By default as the published submission says.
        /// </summary>
        [Parameter]
        [ValidateSet("Immediate", "Manual", "SpecificDate")]
        public string? PublishMode { get; set; }

        /// <summary>
        /// The date of the publication: a DateTime, a DateTimeOffset, or a text with time and zone, such as
        /// 2030-01-31T09:00:00Z. A DateTime without a zone is one of this machine. A date that is another one in each run, such
        /// as (Get-Date).AddDays(3), makes each run another release.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public object? PublishDate { get; set; }

        /// <summary>Notes for the testers of the Store, such as a test account.</summary>
        [Parameter]
        [ValidateNotNull]
        public string? NotesForCertification { get; set; }

        /// <summary>
        /// The percentage of customers who get the packages at first, more than 0 and at most 100. Without it there is no
        /// rollout, also if the published submission has one. Set-StoreRollout raises it later.
        /// </summary>
        [Parameter]
        [ValidateNotNull]
        public double? Rollout { get; set; }

        /// <summary>
        /// Makes the packages a mandatory update from this date on; see -PublishDate for its forms. Without it the update is
        /// not mandatory.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public object? MandatoryUpdate { get; set; }

        /// <summary>
        /// What happens to a rollout of the published submission that is in progress, which blocks a new submission: refuse
        /// (fail; the default), finalize (all customers get its packages) or halt (no more customers do).
        /// </summary>
        [Parameter]
        [ValidateSet("refuse", "finalize", "halt")]
        public string? OpenRollout { get; set; }

        /// <summary>
        /// The price tier, for example Tier2. Needed if the service returns the price as Base, a value that it does not
        /// accept in an update. A row of a CSV file or an object of your own can have it as the property PriceId. An object of
        /// StoreShip, such as a plan, does not give it.
        /// </summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [AllowEmptyString]
        [AllowNull]
        public string? PriceId { get; set; }

        /// <summary>
        /// Publish a draft that is adopted or named although the last Set-StoreSubmission, Edit-StoreSubmission or
        /// Send-StorePackage for it failed.
        /// </summary>
        [Parameter]
        public SwitchParameter IgnoreFailedChange { get; set; }

        /// <summary>
        /// Leave the draft uncommitted, for review. Later releases refuse it, and add to it if they name it. The receipt has a
        /// draftHash, by which Complete-StoreSubmission knows the draft again.
        /// </summary>
        [Parameter]
        public SwitchParameter NoCommit { get; set; }

        /// <summary>
        /// How far to wait: committed (do not wait after the commit), processing (until the Store has accepted the
        /// submission for processing; the default) or published (until it is in the Store; or certified, if a person or a date
        /// publishes it: then the receipt says so in reached.resting, and a warning that somebody has to).
        /// </summary>
        [Parameter]
        [ValidateSet("committed", "processing", "published")]
        public string? Until { get; set; }

        /// <summary>Do not wait after the commit: the same as -Until committed.</summary>
        [Parameter]
        public SwitchParameter NoWait { get; set; }

        /// <summary>
        /// The pause between two requests for the status, in seconds. The default is 30, and 0.2 for an emulator on this
        /// machine.
        /// </summary>
        [Parameter]
        [ValidateRange(0.01, 86400.0)]
        public double PollSeconds { get; set; }

        private RequestText Request(StoreIds ids, string? planHash)
        {
            RequestText request = ids.Request();
            request.AddRelease(ReleasePath, PackagePath, FilePath);
            request.Add("flightName", ids.AppId == null ? FlightName : null);
            request.Add("oldPackages", Word(nameof(OldPackages), OldPackages));
            request.Add("keepPackages", IsTyped(nameof(KeepPackages)) ? KeepPackages : (long?)null);
            request.AddRaw("files", NamedFiles.Json(File, FilePath));
            request.AddRaw("releaseNotes", ReleaseNotes == null ? null : Objects.ReleaseNotes.Of(ReleaseNotes, ParameterNames.AsTyped(MyInvocation, nameof(ReleaseNotes))));
            request.Add("releaseNotesPath", ReleaseNotesPath == null ? null : FilePath(ReleaseNotesPath));
            request.Add("releaseNotesVersion", ReleaseNotesVersion);
            request.AddRaw("listing", ListingPath == null ? null : Listing(ListingPath));
            request.Add("missingLanguages", Word(nameof(MissingLanguages), MissingLanguages));
            AddLanguages(request);
            Promote(request);
            request.AddRaw("edits", Edits());
            request.Add("visibility", Word(nameof(Visibility), Visibility));
            request.Add("publishMode", Word(nameof(PublishMode), PublishMode));
            request.Add("publishDate", DateText.Of(PublishDate));
            request.Add("notesForCertification", NotesForCertification);
            request.AddRaw("rollout", Rollout == null ? null : NumberText.Of(Rollout.Value));
            request.Add("mandatoryUpdate", DateText.Of(MandatoryUpdate));
            request.Add("openRollout", Word(nameof(OpenRollout), OpenRollout));
            request.Add("priceId", IsOfObject(nameof(PriceId)) ? null : PriceId);
            AddDraft(request);
            request.Add("planHash", planHash);
            request.Add("commit", IsTyped(nameof(NoCommit)) ? !NoCommit.IsPresent : (bool?)null);
            request.Add("until", NoWait ? "committed" : Word(nameof(Until), Until));
            return request.AddRaw("pollSeconds", PollSeconds > 0 ? NumberText.Of(PollSeconds) : null);
        }

        /// <exception cref="StoreException">Two parameters contradict each other (<c>request.invalid</c>).</exception>
        private void RefuseContradictions()
        {
            if (ReleaseNotes != null && ReleaseNotesPath != null)
            {
                throw Contradiction("-ReleaseNotes and -ReleaseNotesPath are given together");
            }
            if (NoWait && Until != null && Word(nameof(Until), Until) != "committed")
            {
                throw Contradiction("-NoWait and -Until " + Until + " are given together");
            }
            if (IsTyped(nameof(SubmissionId)) && Draft != null && Word(nameof(Draft), Draft) != "adopt")
            {
                throw Contradiction("-SubmissionId, which adds to a draft, and -Draft " + Draft + " are given together");
            }
            if (ListingPath == null && ListingOption is string option)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.invalid", "-" + option + " is about a folder of listings, and -ListingPath is not given",
                    "give -ListingPath too, or leave out -" + option
                        + (ReleasePath == null ? "" : "; for the folder that the file of the release names, its field listing says so"));
            }
        }

        private static StoreException Contradiction(string message) =>
            new StoreException(StoreStatus.Invalid, "request.invalid", message, "give one of them");

        /// <summary>
        /// Whether the value of a parameter is a property of an object of the module, which says what that object is, and not
        /// what to release.
        /// </summary>
        private bool IsOfObject(string parameter) =>
            !IsTyped(parameter) && !IsTyped(nameof(InputObject)) && !CommandLineIds.IsRow(InputObject);

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
