using System.Diagnostics;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Writes a page that shows a submission as a customer will see it, beside the submission that it replaces.</summary>
    /// <remarks>
    /// <para>The page is one HTML file without scripts that loads nothing: it can be an artifact of a build, which a colleague
    /// opens and approves. It shows the listing of each language in the order of a product page, with the pictures, the
    /// lengths of the texts and what changed, and the packages, the price and all other values.</para>
    /// <para>The submissions are given as to Compare-StoreSubmission: first the old one, then the new one. One submission alone
    /// is compared with its baseline, the text that the service sent, or is shown without a comparison if it has none. A
    /// receipt, an app, a flight or an add-on stands for the submission that it names, which is read from the service and
    /// compared with the published one.</para>
    /// <para>With -ListingPath the page shows what a folder of listings makes of the submission, and what the check finds in it:
    /// a review without credentials, when the submission is a file. With -ReleasePath or -PackagePath it shows the plan of a
    /// release too: the packages that are added, stay and go, the rollout, the price, the dates, and the planHash that the
    /// release has if the submission is still the published one.</para>
    /// <para>The service gives no addresses of the pictures that it has, so the page shows those whose files are given.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission, or a receipt, an app or its id, a flight or an add-on.</inputs>
    /// <outputs type="StoreShip.Page">With -OutputPath, what the page shows: its path as output, counts, and the planHash of a
    /// release.</outputs>
    /// <example>
    /// <title>Show what a release changes</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = Get-StoreSubmission 9NBLGGH4R315
    /// $submission.listings.'en-us'.baseListing.description = 'Reads your books aloud.'
    /// $submission | Show-StoreSubmission -OutputPath ./preview.html
    /// </code>
    /// <para>Writes the page, with the old description beside the new one.</para>
    /// </example>
    /// <example>
    /// <title>Show the draft of a release in a later job</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $receipt = Publish-StoreSubmission 9NBLGGH4R315 -ReleaseNotes 'Faster start' -NoCommit -Confirm:$false
    /// $receipt | Show-StoreSubmission -OutputPath ./preview.html
    /// </code>
    /// <para>Compares the draft with the published submission.</para>
    /// </example>
    /// <example>
    /// <title>Show what a release would do</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Get-StoreSubmission 9NBLGGH4R315 -Published | Show-StoreSubmission -PackagePath ./App.msix -OutputPath ./preview.html
    /// </code>
    /// <para>Shows which packages are added, stay and go, with everything else that changes.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Show, "StoreSubmission", DefaultParameterSetName = "Object")]
    [OutputType("StoreShip.Page")]
    public sealed class ShowStoreSubmission : ComparisonCmdlet
    {
        /// <summary>The HTML file to write. By default a file in the folder for temporary files is written and opened.</summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? OutputPath { get; set; }

        /// <summary>The name of the product, for the title of the page. By default the name in English, or in the first language
        /// that has one.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? ProductName { get; set; }

        /// <summary>
        /// The files of the pictures: paths, or a hashtable with the name in the ZIP as key and the path as value.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public object[]? File { get; set; }

        /// <summary>
        /// A folder of listings: the page shows what it makes of the submission, with the pictures of the folder.
        /// </summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? ListingPath { get; set; }

        /// <summary>
        /// The file of a release, as Publish-StoreSubmission takes it: the page shows what the release makes of the submission,
        /// and what it would do with packages, rollout, price and dates. -ListingPath comes before the folder that it names.
        /// </summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? ReleasePath { get; set; }

        /// <summary>App packages of a release, in place of those of its file: paths, wildcards and folders.</summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string[]? PackagePath { get; set; }

        /// <inheritdoc/>
        private protected override void Compare(PSObject edited, string? reference) => Show(SubmissionText.Of(edited), reference);

        /// <inheritdoc/>
        private protected override void CompareNamed(string edited, string reference) => Show(edited, reference);

        private void Show(string document, string? reference)
        {
            string output = OutputPath != null
                ? FilePath(OutputPath)
                : System.IO.Path.Combine(System.IO.Path.GetTempPath(), "storeship-" + System.Guid.NewGuid().ToString("n") + ".html");
            RequestText request = new RequestText()
                .AddRaw("document", document)
                .AddRaw("base", reference)
                .AddRaw("files", NamedFiles.Json(File, FilePath))
                .AddRaw("listing", ListingPath == null ? null : new RequestText().Add("path", FilePath(ListingPath)).ToString())
                .AddRelease(ReleasePath, PackagePath, FilePath)
                .Add("product", ProductName)
                .Add("output", output);
            string page = StoreClient.Offline.Call("submission.preview", request.ToString());
            if (OutputPath != null)
            {
                WriteObject(StoreObject.FromResult(page, "StoreShip.Page", default));
                return;
            }
            WriteVerbose("the page is " + output);
            System.Diagnostics.Process.Start(new ProcessStartInfo(output) { UseShellExecute = true })?.Dispose();
        }
    }
}
