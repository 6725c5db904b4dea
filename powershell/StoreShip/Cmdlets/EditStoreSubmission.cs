using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Files;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets a draft, runs a script block that edits it, and stores the changes.</summary>
    /// <remarks>
    /// <para>In the script block, $_ is the current draft; change it in place. As with Set-StoreSubmission, only your
    /// edits are applied to the text of the service, and an edit that looks like damage is refused. An error in the script
    /// block ends the cmdlet, and nothing is sent. Without -SubmissionId, the cmdlet edits the pending submission.</para>
    /// <para>-TextFile and -ReleaseNotesPath read files as strict UTF-8, drop a byte order mark and keep every line break,
    /// which Get-Content does not. Their texts are set before the script block runs. With -WhatIf, the cmdlet returns the
    /// edits and stores nothing.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A draft, or an app, a flight or an add-on that has one.</inputs>
    /// <outputs type="StoreShip.Submission">With -PassThru, the draft as the service stored it. With -WhatIf, a
    /// StoreShip.Plan with the edits.</outputs>
    /// <example>
    /// <title>Change a text of the pending submission</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Edit-StoreSubmission 9NBLGGH4R315 { $_.listings.'en-us'.baseListing.releaseNotes = 'Faster start' }
    /// </code>
    /// <para>Changes one text of the draft and stores it.</para>
    /// </example>
    /// <example>
    /// <title>Preview the edits of a new draft</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// (New-StoreSubmission 9NBLGGH4R315 | Edit-StoreSubmission { $_.visibility = 'Hidden' } -WhatIf).edits
    /// </code>
    /// <para>Creates a draft and returns the edits that would be stored.</para>
    /// </example>
    /// <example>
    /// <title>Set texts of a pending submission from files</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// 'Reads books.' | Out-File ./description.txt -Encoding utf8
    /// Edit-StoreSubmission 9NBLGGH4R315 -TextFile @{ '/listings/en-us/baseListing/description' = './description.txt' } -TrimFinalNewline
    /// </code>
    /// <para>Sets the description to the text of a file, without its final line break.</para>
    /// </example>
    [Cmdlet(VerbsData.Edit, "StoreSubmission", DefaultParameterSetName = "Input", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Submission", "StoreShip.Plan")]
    public sealed class EditStoreSubmission : SubmissionUpdateCmdlet
    {
        /// <summary>
        /// An app id, or an object that another cmdlet returned: an app, a flight, an add-on or a submission. The object
        /// carries its ids outside its document.
        /// </summary>
        [Parameter(ParameterSetName = "Input", ValueFromPipeline = true)]
        [Parameter(ParameterSetName = "Target", Mandatory = true, Position = 0)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [Alias("Submission", "App")]
        [AllowNull]
        public override PSObject? InputObject { get; set; }

        /// <summary>The id of the submission. The default is the pending submission.</summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public override string? SubmissionId { get; set; }

        /// <summary>The script block that edits the submission, which is $_, in place.</summary>
        [Parameter(ParameterSetName = "Input", Position = 0)]
        [Parameter(ParameterSetName = "Target", Position = 1)]
        [ValidateNotNull]
        public ScriptBlock? ScriptBlock { get; set; }

        /// <summary>
        /// Values to set to the text of files: a hashtable with a JSON Pointer as key and the path of a file as value.
        /// </summary>
        [Parameter]
        [ValidateNotNull]
        public IDictionary? TextFile { get; set; }

        /// <summary>
        /// Release notes: a hashtable with a language as key and the text as value. The submission must have a listing in
        /// each language.
        /// </summary>
        [Parameter]
        [NotText(NotTextAttribute.Notes)]
        [ValidateNotNull]
        public IDictionary? ReleaseNotes { get; set; }

        /// <summary>
        /// Release notes from files: a hashtable with a language as key and the path of a file as value.
        /// </summary>
        [Parameter]
        [ValidateNotNull]
        public IDictionary? ReleaseNotesPath { get; set; }

        /// <summary>Drop one line break at the end of each file.</summary>
        [Parameter]
        public SwitchParameter TrimFinalNewline { get; set; }

        /// <inheritdoc/>
        private protected override void Update()
        {
            if (ScriptBlock == null && TextFile == null && ReleaseNotes == null && ReleaseNotesPath == null)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.missing_field", "there is nothing to edit",
                    "give a script block that changes $_, -TextFile, -ReleaseNotes or -ReleaseNotesPath");
            }
            StoreIds ids = Target();
            RefuseUnstoredEdits();
            // Files are read first, so that a missing one fails before the service is called.
            List<KeyValuePair<string, string>> files = Texts(TextFile, true);
            List<KeyValuePair<string, string>> notes = Texts(ReleaseNotes, false);
            notes.AddRange(Texts(ReleaseNotesPath, true));
            PSObject submission = StoreObject.FromResult(Fetch(ref ids, true, false), "StoreShip.Submission", ids);
            Changing(ids);
            foreach (KeyValuePair<string, string> note in notes)
            {
                ObjectPointer.Set(submission, Listing(submission, note.Key) + "/baseListing/releaseNotes", note.Value);
            }
            foreach (KeyValuePair<string, string> file in files)
            {
                ObjectPointer.Set(submission, file.Key, file.Value);
            }
            if (ScriptBlock != null)
            {
                RunScript(ScriptBlock, submission);
            }
            Store(ids, EditedDocument.AddTo(ids.Request(), submission, null, WriteWarning), "object");
        }

        /// <summary>
        /// Refuses an input object that has edits. The cmdlet edits a fresh copy of the submission, so the edits in the
        /// object would be lost silently.
        /// </summary>
        private void RefuseUnstoredEdits()
        {
            string? baseline = InputObject == null || InputObject.BaseObject is string || NamedSubmission.Of(InputObject) != null
                ? null
                : StoreObject.Baseline(InputObject) ?? SidecarRegistry.Baseline(SidecarRegistry.IdsOf(InputObject), out _);
            if (baseline != null && EditReport.HasEdits(EditedDocument.Compare(baseline, InputObject!).Meta))
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.invalid",
                    "the object has unstored changes, which would be lost: this cmdlet edits a fresh copy of the submission",
                    "store them with Set-StoreSubmission, or make all changes in the script block");
            }
        }

        private void RunScript(ScriptBlock script, PSObject submission)
        {
            var variables = new List<PSVariable>
            {
                new PSVariable("_", submission),
                // An error must stop the script block, or half of the edits would be stored.
                new PSVariable("ErrorActionPreference", ActionPreference.Stop),
            };
            Collection<PSObject> output = script.InvokeWithContext(null, variables);
            foreach (PSObject? item in output)
            {
                if (item != null && !ReferenceEquals(item, submission))
                {
                    WriteWarning("the output of the script block is ignored: assign the changes to members of $_");
                    return;
                }
            }
        }

        /// <summary>The entries of a hashtable parameter, sorted by key.</summary>
        /// <param name="entries">The hashtable; null is an empty one.</param>
        /// <param name="areFiles">True if the values are paths of files whose text is meant.</param>
        private List<KeyValuePair<string, string>> Texts(IDictionary? entries, bool areFiles)
        {
            var texts = new List<KeyValuePair<string, string>>();
            if (entries == null)
            {
                return texts;
            }
            foreach (DictionaryEntry entry in entries)
            {
                string name = LanguagePrimitives.ConvertTo<string>(entry.Key);
                string value = LanguagePrimitives.ConvertTo<string>(entry.Value);
                texts.Add(new KeyValuePair<string, string>(name, areFiles ? FileText(value) : value));
            }
            // The order of a plain hashtable differs from process to process.
            texts.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
            return texts;
        }

        private string FileText(string path)
        {
            string text = Utf8File.Read(FilePath(path));
            if (!TrimFinalNewline || !text.EndsWith("\n", StringComparison.Ordinal))
            {
                return text;
            }
            return text.Substring(0, text.Length - (text.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1));
        }

        /// <summary>The JSON Pointer of the listing of a language. The Store ignores the letter case of languages.</summary>
        private static string Listing(PSObject submission, string language)
        {
            string? name = ObjectPointer.ExactName(submission.Properties["listings"]?.Value, language);
            return name != null ? "/listings" + JsonText.PointerStep(name) : throw new StoreException(
                StoreStatus.Invalid, "request.invalid", "the submission has no listing " + language,
                "omit its release notes; or add the language in Partner Center, or in the script block: its listing with its release notes");
        }
    }
}
