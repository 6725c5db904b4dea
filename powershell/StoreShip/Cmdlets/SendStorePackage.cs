using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Uploads the files of a draft as one ZIP archive.</summary>
    /// <remarks>
    /// <para>The Store takes all files of a submission in one ZIP archive. The archive is created while it is sent and never
    /// written to disk. Each file keeps its name in the archive; the draft must have an entry with that fileName and the
    /// fileStatus PendingUpload, and each such entry its file. Files that an earlier call has sent need not be passed again:
    /// they stay in the archive while the draft waits for them. To resume an interrupted upload, run the same command
    /// again.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A draft, or an app, a flight or an add-on, which stands for its pending
    /// submission.</inputs>
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
    public sealed class SendStorePackage : PendingSubmissionCmdlet
    {
        /// <summary>The files to upload. Each keeps its name in the archive, without its folder.</summary>
        [Parameter(Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string[] Path { get; set; } = new string[0];

        /// <inheritdoc/>
        protected override void Process() => Change(ChangeKind.Files, Upload);

        private void Upload()
        {
            // First, so that neither -WhatIf nor a question speaks of an upload that can't succeed.
            var files = new List<string>();
            foreach (string path in Path)
            {
                string full = FilePath(path);
                if (!File.Exists(full) && !Directory.Exists(full))
                {
                    throw new StoreException(StoreStatus.File, "file.not_found", "there is no file " + full, "check the path");
                }
                files.Add(new RequestText().Add("path", full).ToString());
            }
            StoreIds ids = Pending();
            Changing(ids);
            RequestText request = ids.Request().AddRaw("files", "[" + string.Join(",", files) + "]");
            if (ShouldProcess(ids.ToString(), "Upload " + string.Join(", ", Path)))
            {
                string upload = Run("package.upload", request);
                Changed(ChangeKind.Files, ids);
                WriteObject(Result(upload, "StoreShip.Upload"));
            }
        }
    }
}
