using System;
using System.Collections;
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
    /// written to disk. The draft must have an entry with the fileStatus PendingUpload for each file: -Path takes a file
    /// whose entry has its name, -File one whose entry has another, such as en-us/01.png. Files that an earlier call has
    /// sent need not be passed again: they stay in the archive while the draft waits for them. To resume an interrupted
    /// upload, run the same command again.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A draft or a receipt, or an app, a flight or an add-on, which stands for its pending
    /// submission.</inputs>
    /// <outputs type="StoreShip.Upload">What was sent: the bytes, how many of them were there already or were sent again, the speed,
    /// and each file with its SHA-256.</outputs>
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
    /// <example>
    /// <title>Replace a screenshot</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $listing = $submission.listings.'en-us'.baseListing
    /// foreach ($image in $listing.images) { $image.fileStatus = 'PendingDelete' }
    /// $listing.images += @{ fileName = 'en-us/02.png'; fileStatus = 'PendingUpload'; imageType = 'Screenshot' }
    /// $submission | Set-StoreSubmission
    /// $submission | Send-StorePackage -File @{ 'en-us/02.png' = './02.png' }
    /// </code>
    /// <para>Replaces all images of a language by one. An image goes when its fileStatus is PendingDelete; one that is only
    /// left out of the list stays.</para>
    /// </example>
    [Cmdlet(VerbsCommunications.Send, "StorePackage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Upload")]
    public sealed class SendStorePackage : PendingSubmissionCmdlet
    {
        /// <summary>
        /// The files to upload. Wildcards are expanded. Each file keeps its name in the archive, without its folder.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? Path { get; set; }

        /// <summary>
        /// Files to upload under another name: a hashtable with the name in the archive, which is the fileName of the entry in
        /// the draft, as key, and the path of the file as value.
        /// </summary>
        [Parameter]
        [ValidateNotNull]
        public IDictionary? File { get; set; }

        /// <inheritdoc/>
        protected override void Process() => Change(ChangeKind.Files, Upload);

        private void Upload()
        {
            string files = "[" + string.Join(",", Files()) + "]";
            // First, so that neither -WhatIf nor a question speaks of an upload that can't succeed.
            StoreClient.Offline.Call("package.write", new RequestText().AddRaw("files", files).ToString());
            StoreIds ids = Pending();
            Changing(ids);
            RequestText request = ids.Request().AddRaw("files", files);
            if (ShouldProcess(ids.ToString(), "Upload " + string.Join(", ", Names())))
            {
                string upload = Run("package.upload", request);
                Changed(ChangeKind.Files, ids);
                WriteObject(Result(upload, "StoreShip.Upload"));
            }
        }

        /// <summary>The files as they were given, for a question.</summary>
        private IEnumerable<string> Names()
        {
            foreach (string path in Path ?? new string[0])
            {
                yield return path;
            }
            foreach (DictionaryEntry entry in File ?? new Hashtable())
            {
                yield return LanguagePrimitives.ConvertTo<string>(entry.Key);
            }
        }

        /// <summary>The files of the request.</summary>
        private List<string> Files()
        {
            var files = new List<string>();
            foreach (string path in Path ?? new string[0])
            {
                foreach (string full in Expanded(path))
                {
                    files.Add(NamedFiles.Of(full, null));
                }
            }
            files.AddRange(NamedFiles.Of(File ?? new Hashtable(), FilePath));
            return files.Count > 0 ? files : throw new StoreException(
                StoreStatus.Invalid, "request.missing_field", "there is no file to upload", "give -Path or -File");
        }

        /// <summary>The files that a path names, in the order of their names.</summary>
        private List<string> Expanded(string path)
        {
            string full = FilePath(path);
            if (!WildcardPattern.ContainsWildcardCharacters(path) || System.IO.File.Exists(full))
            {
                return new List<string> { full };
            }
            var found = new List<string>(SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _));
            found.RemoveAll(Directory.Exists);
            found.Sort(string.CompareOrdinal);
            return found.Count > 0 ? found : throw new StoreException(
                StoreStatus.File, "file.no_match", "no file matches " + path, "check the path; wildcards are * and ?");
        }
    }
}
