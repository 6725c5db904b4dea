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
    /// <summary>Changes a draft in one step: gets it, lets you edit it, and stores what changed.</summary>
    /// <remarks>
    /// <para>In the script block $_ is the draft as it is now; change it in place. Then only what you changed is cut
    /// into the service's text, every other byte stays, and what looks like damage is refused with its place, as
    /// Set-StoreSubmission does. Any error in the script block ends the command, and nothing is sent. Without
    /// -SubmissionId the pending submission is taken.</para>
    /// <para>Texts from files go in as they are, which Get-Content does not do: -TextFile and -ReleaseNotesPath read
    /// strict UTF-8 without its byte order mark and keep every line end. They are put in before the script block
    /// runs. With -WhatIf it returns the edits and stores nothing.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A draft, or an app, a flight or an add-on that has one.</inputs>
    /// <outputs type="StoreShip.Submission">With -PassThru, the draft as the service stored it; with -WhatIf a
    /// StoreShip.Plan with the edits.</outputs>
    /// <example>
    /// <title>Change a text of the pending submission</title>
    /// <code>Edit-StoreSubmission 9NBLGGH4R315 { $_.listings.'en-us'.baseListing.releaseNotes = 'Faster start' }</code>
    /// <para>Changes one text in the draft that is there, and stores it.</para>
    /// </example>
    /// <example>
    /// <title>Look at the edits of a new draft first</title>
    /// <code>(New-StoreSubmission 9NBLGGH4R315 | Edit-StoreSubmission { $_.visibility = 'Hidden' } -WhatIf).edits</code>
    /// <para>Starts a draft and returns what would be changed in it.</para>
    /// </example>
    /// <example>
    /// <title>Take texts of a pending submission from files</title>
    /// <code>
    /// 'Reads books.' | Out-File ./description.txt -Encoding utf8
    /// Edit-StoreSubmission 9NBLGGH4R315 -TextFile @{ '/listings/en-us/baseListing/description' = './description.txt' } -TrimFinalNewline
    /// </code>
    /// <para>Puts the text of a file in, without its last line end.</para>
    /// </example>
    [Cmdlet(VerbsData.Edit, "StoreSubmission", DefaultParameterSetName = "Input", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Submission", "StoreShip.Plan")]
    public sealed class EditStoreSubmission : StoringCmdlet
    {
        /// <summary>
        /// An app id, or an object that another cmdlet returned: an app, a flight, an add-on or a submission. It carries
        /// its ids along, outside of its document.
        /// </summary>
        [Parameter(ParameterSetName = "Input", ValueFromPipeline = true)]
        [Parameter(ParameterSetName = "Target", Mandatory = true, Position = 0)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [Alias("Submission", "App")]
        [AllowNull]
        public override PSObject? InputObject { get; set; }

        /// <summary>The id of the submission; without it the pending one is taken.</summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public override string? SubmissionId { get; set; }

        /// <summary>The changes: $_ is the submission, to be changed in place.</summary>
        [Parameter(ParameterSetName = "Input", Position = 0)]
        [Parameter(ParameterSetName = "Target", Position = 1)]
        [ValidateNotNull]
        public ScriptBlock? ScriptBlock { get; set; }

        /// <summary>Texts from files: a hashtable of JSON Pointer and path.</summary>
        [Parameter]
        [ValidateNotNull]
        public IDictionary? TextFile { get; set; }

        /// <summary>The release notes: a hashtable of language and text. The languages must be in the submission.</summary>
        [Parameter]
        [ValidateNotNull]
        public IDictionary? ReleaseNotes { get; set; }

        /// <summary>The release notes from files: a hashtable of language and path.</summary>
        [Parameter]
        [ValidateNotNull]
        public IDictionary? ReleaseNotesPath { get; set; }

        /// <summary>Leave out the line end that the last line of a file has, one at most.</summary>
        [Parameter]
        public SwitchParameter TrimFinalNewline { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            if (ScriptBlock == null && TextFile == null && ReleaseNotes == null && ReleaseNotesPath == null)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.missing_field", "there is nothing to edit",
                    "give a script block that changes $_, -TextFile, -ReleaseNotes or -ReleaseNotesPath");
            }
            StoreIds ids = Target();
            RefuseOwnEdits();
            // Files are read first: a missing one should not cost a call.
            List<KeyValuePair<string, string>> files = Texts(TextFile, true);
            List<KeyValuePair<string, string>> notes = Texts(ReleaseNotes, false);
            notes.AddRange(Texts(ReleaseNotesPath, true));
            PSObject submission = StoreObject.Create(Fetch(ref ids, true, false), "StoreShip.Submission", ids);
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
            Store(ids, EditedDocument.AddTo(ids.Request(), submission), "object");
        }

        /// <summary>The submission is got anew, so that changes of the object at hand would be lost without a word.</summary>
        private void RefuseOwnEdits()
        {
            string? baseline = InputObject == null || InputObject.BaseObject is string
                ? null
                : StoreObject.Baseline(InputObject) ?? Sidecars.Baseline(Sidecars.IdsOf(InputObject), out _);
            if (baseline != null && JsonFields.Raw(EditedDocument.Compare(baseline, InputObject!), "edits") != "[]")
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.invalid", "the object has changes that are not stored, and this edits the submission of the service",
                    "store them with Set-StoreSubmission, or make all changes in the script block");
            }
        }

        private void RunScript(ScriptBlock script, PSObject submission)
        {
            var variables = new List<PSVariable>
            {
                new PSVariable("_", submission),
                // Half of an edit must not be sent because the other half failed.
                new PSVariable("ErrorActionPreference", ActionPreference.Stop),
            };
            Collection<PSObject> output = script.InvokeWithContext(null, variables);
            foreach (PSObject? item in output)
            {
                if (item != null && !ReferenceEquals(item, submission))
                {
                    WriteWarning("the script block returned something, which is not used: assign the changes to members of $_");
                    return;
                }
            }
        }

        private List<KeyValuePair<string, string>> Texts(IDictionary? given, bool files)
        {
            var texts = new List<KeyValuePair<string, string>>();
            if (given == null)
            {
                return texts;
            }
            foreach (DictionaryEntry entry in given)
            {
                string name = LanguagePrimitives.ConvertTo<string>(entry.Key);
                string value = LanguagePrimitives.ConvertTo<string>(entry.Value);
                texts.Add(new KeyValuePair<string, string>(name, files ? FileText(value) : value));
            }
            // A plain hashtable has another order in every process.
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

        /// <summary>The pointer of a language's listing: the Store does not tell en-US from en-us.</summary>
        private static string Listing(PSObject submission, string language)
        {
            string? name = ObjectPointer.Spelling(submission.Properties["listings"]?.Value, language);
            return name != null ? "/listings" + JsonText.PointerStep(name) : throw new StoreException(
                StoreStatus.Invalid, "request.invalid", "the submission has no listing " + language,
                "add the language in Partner Center or in the script block, or leave its release notes out");
        }
    }
}
