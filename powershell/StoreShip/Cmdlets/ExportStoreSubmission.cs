using System.Management.Automation;
using StoreShip.Files;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Writes a submission to a file, byte for byte as the service sent it.</summary>
    /// <remarks>
    /// <para>Beside the file it writes a sidecar, named like the file with .baseline.json after it, which keeps what the
    /// service sent and the ids. Change the file with any editor or tool; Set-StoreSubmission -Path, Import-StoreSubmission
    /// and Compare-StoreSubmission -Path find the sidecar, so that only your changes count. Set-StoreSubmission and
    /// Compare-StoreSubmission find it also for an object that lost what the service sent, in the process that wrote or
    /// read it. An object that was changed is written with its changes.</para>
    /// <para>A draft holds the signed address for its upload (fileUploadUrl): whoever has the file can upload to it while
    /// the signature is valid. Keep the files of drafts out of repositories and of build artifacts.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission, or an app, a flight or an add-on.</inputs>
    /// <outputs type="System.IO.FileInfo">With -PassThru, the file.</outputs>
    /// <example>
    /// <title>Keep the current submission in a file</title>
    /// <code>Export-StoreSubmission 9NBLGGH4R315 -Path ./current.json -Pretty</code>
    /// <para>Writes the pending submission, or the published one when none is pending, with a line for each member.</para>
    /// </example>
    [Cmdlet(VerbsData.Export, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType(typeof(System.IO.FileInfo))]
    public sealed class ExportStoreSubmission : SubmissionCmdlet
    {
        /// <summary>The file to write. A file that is there is replaced with -Force only.</summary>
        [Parameter(Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string Path { get; set; } = "";

        /// <summary>Put every member on a line of its own. Only white space moves.</summary>
        [Parameter]
        public SwitchParameter Pretty { get; set; }

        /// <summary>Replace the file and its sidecar when they are there.</summary>
        [Parameter]
        public SwitchParameter Force { get; set; }

        /// <summary>Return the file.</summary>
        [Parameter]
        public SwitchParameter PassThru { get; set; }

        /// <inheritdoc/>
        private protected override StoreIds Carried(PSObject value) => Sidecars.IdsOf(value);

        /// <inheritdoc/>
        protected override void Process()
        {
            string path = FilePath(Path);
            Utf8File.RefuseExisting(path, Force);
            Utf8File.RefuseExisting(SubmissionFile.Sidecar(path), Force);
            string? carried = InputObject == null || InputObject.BaseObject is string ? null : StoreObject.Baseline(InputObject);
            StoreIds ids = Target();
            // One that lost its baseline has edits nevertheless, which the service's text does not have.
            bool isSubmission = ids.SubmissionId != null && InputObject != null
                && (carried != null || Sidecars.OwnId(InputObject) == ids.SubmissionId);
            string? kept = isSubmission && carried == null ? Kept(ids) : carried;
            if (!ShouldProcess(path, "Write the submission of " + ids.WithSubmission(null)))
            {
                return;
            }
            string baseline = kept ?? Fetch(ref ids, false, false);
            if (isSubmission && kept == null)
            {
                WriteVerbose("no baseline came with the submission: what the service has now stands in for it");
            }
            string text = isSubmission ? EditedDocument.Merged(baseline, InputObject!) : baseline;
            if (Pretty)
            {
                text = StoreClient.Offline.Call(
                    "document.format", new RequestText().AddRaw("document", text).Add("style", "pretty").ToString());
            }
            SubmissionFile.Write(path, text, baseline, ids);
            if (PassThru)
            {
                WriteObject(new System.IO.FileInfo(path));
            }
        }
    }
}
