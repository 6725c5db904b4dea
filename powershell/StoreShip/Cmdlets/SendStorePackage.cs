using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Uploads files for a draft as one ZIP.</summary>
    /// <remarks>
    /// <para>One ZIP holds all files of a submission, so name them all in one call: packages, images, trailers. It is
    /// made on the way and never written to disk. Each file stands in it under its own name, which must be the fileName
    /// of an entry with the status PendingUpload in the draft. An upload that was interrupted goes on where it was when
    /// the same command runs again.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A draft.</inputs>
    /// <outputs type="StoreShip.Upload">What was sent: bytes, blocks, entries.</outputs>
    /// <example>
    /// <title>Upload a package</title>
    /// <code>
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
        /// <summary>The files. They stand in the ZIP under their own names.</summary>
        [Parameter(Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string[] Path { get; set; } = new string[0];

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Submission();
            var files = new List<string>();
            foreach (string path in Path)
            {
                files.Add(new RequestText().Add("path", FilePath(path)).ToString());
            }
            RequestText request = ids.Request().AddRaw("files", "[" + string.Join(",", files) + "]");
            if (ShouldProcess(ids.ToString(), "Upload " + string.Join(", ", Path)))
            {
                WriteObject(StoreObject.Create(Run("package.upload", request), "StoreShip.Upload", ids));
            }
        }
    }
}
