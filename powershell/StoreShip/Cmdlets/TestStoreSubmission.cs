using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Checks a submission, a folder of listings, a release and packages before anything is sent.</summary>
    /// <remarks>
    /// <para>The cmdlet returns one object for each finding: what the Store would refuse is an Error, what certification may
    /// dislike is a Warning. It sends nothing and needs no connection and no credential, so that a pull request of anybody can
    /// be checked. The rules are in docs/checks.md; Invoke-StoreOperation library.checks lists them. A finding is not an error of
    /// the cmdlet: use -Quiet to stop a build.</para>
    /// <para>What is given is checked together: the languages of the packages with those of the listings, the texts of a folder
    /// with the submission that it changes. With -ReferenceObject, texts that the submission there has already are found only
    /// where the service itself would refuse them, and as warnings.</para>
    /// <para>The folder of an app is checked with those of its add-ons, whose findings have a ProductId, and with the changelog
    /// that its storeship.json names: the section of the version has the release notes.</para>
    /// <para>A rule is switched off with -Allow, or for good in the file storeship.json of the folder, which says why:
    /// {"allow":[{"id":"T12","reason":"the joiner is part of the name"}]}</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission, JSON text, the path of a file with a submission, or that of a folder of
    /// listings.</inputs>
    /// <outputs type="StoreShip.StoreFinding">One object for each finding, the gravest first, with Severity, Id, Place, Message,
    /// File, Line, Column, Pointer, ProductId, Language, Found, Allowed, Remedy and Source. With -Quiet, True if there is no
    /// error.</outputs>
    /// <example>
    /// <title>Check a submission and its packages</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Get-StoreSubmission 9NBLGGH4R315 | Test-StoreSubmission -PackagePath ./App.msix | Format-List
    /// </code>
    /// <para>Shows each finding with its place and its remedy.</para>
    /// </example>
    /// <example>
    /// <title>Stop a build</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// if (-not (Test-StoreSubmission -PackagePath ./App.msix -Annotations gitHub -Quiet)) { throw 'the Store would refuse this' }
    /// </code>
    /// <para>Writes the findings as annotations of the build, and stops it for an error.</para>
    /// </example>
    /// <example>
    /// <title>Write a file for code scanning</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $findings = Test-StoreSubmission -PackagePath ./App.msix -Allow P06 -SarifPath ./storeship.sarif
    /// </code>
    /// <para>Writes SARIF, which GitHub shows beside the code. The findings of rules that are off are suppressed in it.</para>
    /// </example>
    [Cmdlet(VerbsDiagnostic.Test, "StoreSubmission")]
    [OutputType(typeof(StoreFinding), typeof(bool))]
    public sealed class TestStoreSubmission : StoreCmdlet
    {
        /// <summary>
        /// The submission: an object, JSON text, or the path of a file; or the path of a folder of listings.
        /// </summary>
        [Parameter(Position = 0, ValueFromPipeline = true)]
        [Alias("InputObject", "Path")]
        [ValidateNotNull]
        public PSObject? Submission { get; set; }

        /// <summary>
        /// The submission that is there already: an object, JSON text, or the path of a file. By default a folder of listings is
        /// compared with -Submission.
        /// </summary>
        [Parameter]
        [ValidateNotNull]
        public PSObject? ReferenceObject { get; set; }

        /// <summary>A folder of listings.</summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? ListingPath { get; set; }

        /// <summary>The file of a release, as Publish-StoreSubmission takes it.</summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? ReleasePath { get; set; }

        /// <summary>
        /// The version whose section of a changelog has the release notes. By default that of the release or of the packages.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? ReleaseNotesVersion { get; set; }

        /// <summary>App packages: paths, wildcards and folders.</summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string[]? PackagePath { get; set; }

        /// <summary>
        /// Read the packages wholly, and compare each file in them with the block map, and the block map with the signature; and
        /// look at the pixels of pictures.
        /// </summary>
        [Parameter]
        public SwitchParameter Full { get; set; }

        /// <summary>
        /// Files of pictures and videos that the submission names: paths, or a hashtable with the fileName of the picture as key
        /// and the path of the file as value.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public object[]? File { get; set; }

        /// <summary>The reserved names of the product. A title must be one of them then.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? ReservedName { get; set; }

        /// <summary>
        /// A text file with words that no text may have, one a line; lines that begin with # are comments.
        /// </summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? WordsPath { get; set; }

        /// <summary>Rules to switch off, by their ids, such as T19.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? Allow { get; set; }

        /// <summary>The SARIF file to write, for code scanning.</summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? SarifPath { get; set; }

        /// <summary>
        /// The build service whose annotations are written to the host, beside the objects: gitHub or azure.
        /// </summary>
        [Parameter]
        [ValidateSet("gitHub", "azure")]
        public string? Annotations { get; set; }

        /// <summary>Return only True or False: whether there is no error.</summary>
        [Parameter]
        public SwitchParameter Quiet { get; set; }

        /// <inheritdoc/>
        protected override object? ErrorTarget =>
            ListingPath ?? ReleasePath ?? (Submission == null ? null : StoreObject.Ids(Submission).ToString());

        /// <inheritdoc/>
        protected override void Process()
        {
            var request = new RequestText();
            string? folder = ListingPath == null ? null : FilePath(ListingPath);
            if (Submission != null)
            {
                string? path = PathIn(Submission);
                if (path == null)
                {
                    request.AddRaw("document", SubmissionText.Of(Submission));
                }
                else if (folder == null && Directory.Exists(path))
                {
                    folder = path;
                }
                else
                {
                    request.Add("documentPath", path);
                }
            }
            if (ReferenceObject != null)
            {
                string? path = PathIn(ReferenceObject);
                request.Add("basePath", path).AddRaw("base", path == null ? SubmissionText.Of(ReferenceObject) : null);
            }
            request.Add("listingPath", folder);
            request.AddRelease(ReleasePath, PackagePath, FilePath);
            request.Add("releaseNotesVersion", ReleaseNotesVersion);
            request.Add("full", Full ? true : (bool?)null);
            request.AddRaw("files", NamedFiles.Json(File, FilePath));
            request.AddRaw("reservedNames", ReservedName == null ? null : DocumentWriter.Write(ReservedName).Json);
            request.Add("wordsPath", WordsPath == null ? null : FilePath(WordsPath));
            request.AddRaw("allow", Allow == null ? null : DocumentWriter.Write(Allow).Json);
            request.Add("rootPath", SessionState.Path.CurrentFileSystemLocation.ProviderPath);
            request.Add("sarifPath", SarifPath == null ? null : FilePath(SarifPath));
            request.Add("annotations", Word(nameof(Annotations), Annotations));
            Report(JsonFields.Of(StoreClient.Offline.Call("submission.check", request.ToString())));
        }

        private void Report(Dictionary<string, string> result)
        {
            foreach (string line in JsonFields.Items(JsonFields.Raw(result, "annotations") ?? "[]"))
            {
                // The build service reads what the host writes, and a pipeline gets only objects.
                WriteInformation(new HostInformationMessage { Message = JsonFields.Text(line) ?? "" }, new[] { "PSHOST" });
            }
            if (Quiet)
            {
                Dictionary<string, string> counts = JsonFields.Of(JsonFields.Raw(result, "counts") ?? "{}");
                WriteObject(JsonFields.Raw(counts, "error") == "0");
                return;
            }
            foreach (string finding in JsonFields.Items(JsonFields.Raw(result, "findings") ?? "[]"))
            {
                WriteObject(StoreFinding.Of(finding));
            }
        }

        /// <summary>The full path that a value is; null for a document.</summary>
        private string? PathIn(PSObject value) => SubmissionText.PathIn(value) is string path ? FilePath(path) : null;
    }
}
