using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Uploads the files of a draft as one ZIP archive.</summary>
    /// <remarks>
    /// <para>The Store takes all files of a submission in one ZIP archive, so pass all packages, images and trailers in one
    /// call. The archive is created while it is sent and never written to disk. Each file keeps its name in the archive;
    /// the draft must have an entry with that fileName and the fileStatus PendingUpload. To resume an interrupted upload,
    /// run the same command again.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A draft.</inputs>
    /// <outputs type="StoreShip.Upload">What was sent: bytes, blocks and entries.</outputs>
    /// <example>
    /// <title>Upload a package</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $submission.applicationPackages += @{ fileName = 'App.msix'; fileStatus = 'PendingUpload' }
    /// $submission | Set-StoreSubmission
    /// $submission | Send-StorePackage -Path ./App.msix
    /// </code>
    /// <para>Adds a package to a draft and uploads it.</para>
    /// </example>
    [Cmdlet(VerbsCommunications.Send, "StorePackage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Upload")]
    public sealed class SendStorePackage : SubmissionCmdlet
    {
        /// <summary>The files to upload. Each keeps its name in the archive, without its folder.</summary>
        [Parameter(Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string[] Path { get; set; } = new string[0];

        /// <inheritdoc/>
        protected override void Process() => Change(ChangeKind.Files, Upload);

        private void Upload()
        {
            var items = new List<string>();
            foreach (string path in Path)
            {
                items.Add(new RequestText().Add("path", FilePath(path)).ToString());
            }
            string files = "[" + string.Join(",", items) + "]";
            // First, so that neither -WhatIf nor a question speaks of an upload that can't succeed.
            StoreClient.Offline.Call("package.write", new RequestText().AddRaw("files", files).ToString());
            StoreIds ids = Submission();
            RequestText request = ids.Request().AddRaw("files", files);
            if (ShouldProcess(ids.ToString(), "Upload " + string.Join(", ", Path)))
            {
                string upload = Run("package.upload", request);
                Changed(ChangeKind.Files, ids);
                WriteObject(Result(upload, "StoreShip.Upload"));
            }
        }
    }
}
