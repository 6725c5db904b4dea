using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Reads a submission from a file that Export-StoreSubmission wrote.</summary>
    /// <remarks>
    /// <para>The object is what the file says now, whoever changed it. It carries what the service sent and the ids, from
    /// the sidecar beside the file, so that Set-StoreSubmission stores only what was changed since, and refuses what
    /// another tool damaged. Nothing is sent.</para>
    /// <para>A file without a sidecar gives an object without a baseline and without ids: name the submission with
    /// -AppId and -SubmissionId, and what the service has then stands in for the baseline.</para>
    /// </remarks>
    /// <inputs type="System.IO.FileInfo">A file.</inputs>
    /// <outputs type="StoreShip.Submission">The submission.</outputs>
    /// <example>
    /// <title>Change a file and look at the changes</title>
    /// <code>
    /// Export-StoreSubmission 9NBLGGH4R315 -Path ./mine.json
    /// Set-StoreJsonValue /visibility Hidden -Path ./mine.json
    /// Import-StoreSubmission ./mine.json | Compare-StoreSubmission
    /// </code>
    /// <para>Shows one edit, at /visibility.</para>
    /// </example>
    [Cmdlet(VerbsData.Import, "StoreSubmission")]
    [OutputType("StoreShip.Submission")]
    public sealed class ImportStoreSubmission : StoreCmdlet
    {
        /// <summary>The file.</summary>
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
                WriteVerbose("there is no " + SubmissionFile.Sidecar(path) + ": the object does not know what the service sent");
            }
            WriteObject(file.ToObject());
        }
    }
}
