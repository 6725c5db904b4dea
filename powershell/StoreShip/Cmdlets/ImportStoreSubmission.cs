using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Reads a submission from a file that Export-StoreSubmission wrote.</summary>
    /// <remarks>
    /// <para>The object has the present content of the file. It carries the ids and the baseline, the text that the service
    /// sent, from the sidecar beside the file. So Set-StoreSubmission stores only what changed since the export, and
    /// refuses damage that another tool did. Nothing is sent, and no connection is needed.</para>
    /// <para>From a file without a sidecar, the object has neither baseline nor ids. To store it, name the submission with
    /// -AppId and -SubmissionId; the cmdlet then compares the object with the submission that the service has.</para>
    /// </remarks>
    /// <inputs type="System.IO.FileInfo">A file.</inputs>
    /// <outputs type="StoreShip.Submission">The submission.</outputs>
    /// <example>
    /// <title>Change a file and list the changes</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Export-StoreSubmission 9NBLGGH4R315 -Path ./mine.json
    /// Set-StoreJsonValue /visibility Hidden -Path ./mine.json
    /// Import-StoreSubmission ./mine.json | Compare-StoreSubmission
    /// </code>
    /// <para>Lists one edit, at /visibility.</para>
    /// </example>
    [Cmdlet(VerbsData.Import, "StoreSubmission")]
    [OutputType("StoreShip.Submission")]
    public sealed class ImportStoreSubmission : StoreCmdlet
    {
        /// <summary>The file to read.</summary>
        [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [Alias("FullName")]
        [ValidateNotNullOrEmpty]
        public string Path { get; set; } = "";

        /// <inheritdoc/>
        protected override object? ErrorTarget => Path;

        /// <inheritdoc/>
        protected override void Process()
        {
            string path = FilePath(Path);
            SubmissionFile file = SubmissionFile.Read(path);
            if (file.Baseline == null)
            {
                WriteVerbose("the sidecar " + SubmissionFile.Sidecar(path) + " does not exist: the object has no baseline");
            }
            WriteObject(file.ToObject());
        }
    }
}
