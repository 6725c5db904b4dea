using System.Management.Automation;
using StoreShip.Files;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Writes a submission to a file, byte for byte as the service sent it.</summary>
    /// <remarks>
    /// <para>The cmdlet also writes a second file, the sidecar, with the same name followed by .baseline.json. The sidecar
    /// holds the ids and the text that the service sent (the baseline). You can change the first file with any editor or
    /// tool: Set-StoreSubmission -Path, Import-StoreSubmission and Compare-StoreSubmission -Path read the sidecar, so that
    /// only your changes count. In the process that wrote or read the sidecar, Set-StoreSubmission and
    /// Compare-StoreSubmission also use it for an object that lost its baseline. An edited object is written with its
    /// edits.</para>
    /// <para>A draft contains a signed upload address (fileUploadUrl). Anyone who has the file can upload to that address
    /// until the signature expires. Keep the files of drafts out of repositories and build artifacts.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission, or an app, a flight or an add-on.</inputs>
    /// <outputs type="System.IO.FileInfo">With -PassThru, the file.</outputs>
    /// <example>
    /// <title>Export the current submission</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Export-StoreSubmission 9NBLGGH4R315 -Path ./current.json -Pretty
    /// </code>
    /// <para>Writes the pending submission, or the published one if none is pending, with one member a line.</para>
    /// </example>
    [Cmdlet(VerbsData.Export, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType(typeof(System.IO.FileInfo))]
    public sealed class ExportStoreSubmission : SubmissionCmdlet
    {
        /// <summary>The file to write. An existing file is an error without -Force.</summary>
        [Parameter(Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string Path { get; set; } = "";

        /// <summary>Write one member a line. Only white space differs from the text of the service.</summary>
        [Parameter]
        public SwitchParameter Pretty { get; set; }

        /// <summary>Replace an existing file and its sidecar.</summary>
        [Parameter]
        public SwitchParameter Force { get; set; }

        /// <summary>Return the file.</summary>
        [Parameter]
        public SwitchParameter PassThru { get; set; }

        /// <inheritdoc/>
        private protected override StoreIds Carried(PSObject value) => SidecarRegistry.IdsOf(value);

        /// <inheritdoc/>
        protected override void Process()
        {
            string path = FilePath(Path);
            Utf8File.RefuseNew(path, Force);
            Utf8File.RefuseNew(SubmissionFile.Sidecar(path), Force);
            string? carried = InputObject == null || InputObject.BaseObject is string ? null : StoreObject.Baseline(InputObject);
            StoreIds ids = Target();
            // A submission without a baseline may still have edits, so it is not replaced with the text of the service.
            bool isSubmission = ids.SubmissionId != null && InputObject != null
                && (carried != null || SidecarRegistry.IdMember(InputObject) == ids.SubmissionId);
            string? known = isSubmission && carried == null ? SidecarBaseline(ids) : carried;
            if (!ShouldProcess(path, "Write the submission of " + ids.WithSubmission(null)))
            {
                return;
            }
            string baseline = known ?? Fetch(ref ids, false, false);
            if (isSubmission && known == null)
            {
                WriteVerbose(NoBaseline);
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
