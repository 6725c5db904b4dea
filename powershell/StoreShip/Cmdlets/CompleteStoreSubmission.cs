using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Commits a draft, which submits it to the Store for certification.</summary>
    /// <remarks>
    /// <para>A commit can't be undone. It is never sent twice: if the response is lost, the cmdlet reads the status of the
    /// submission instead. The cmdlet prompts for confirmation; use -Confirm:$false on a build agent. Use
    /// Wait-StoreSubmission to wait for processing or publication.</para>
    /// <para>If the last change of the draft in this process failed, the error is submission.failed_change, and nothing is
    /// committed: make the change again, or use -IgnoreFailedChange.</para>
    /// <para>The receipt of Publish-StoreSubmission -NoCommit has the hash of the draft that was looked at, with its upload. If
    /// it is piped to the cmdlet, also on another machine from a file, a draft that was changed since is refused
    /// (draft.changed). An upload that can't be read anymore, as after about a day, is not compared; -Verbose says
    /// so.</para>
    /// <para>With -WhatIf, the cmdlet refuses what it would refuse without, and commits nothing.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A draft, the receipt of one, or an app, a flight or an add-on, which stands for its
    /// pending submission.</inputs>
    /// <outputs type="StoreShip.SubmissionStatus">The status of the submission, usually CommitStarted.</outputs>
    /// <example>
    /// <title>Commit and wait</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $submission | Complete-StoreSubmission -Confirm:$false
    /// $submission | Wait-StoreSubmission -Until processing
    /// </code>
    /// <para>Commits an unchanged draft and waits until the Store has accepted it for processing.</para>
    /// </example>
    /// <example>
    /// <title>Commit just what was looked at</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Publish-StoreSubmission 9NBLGGH4R315 -Visibility Hidden -NoCommit -Confirm:$false | ConvertTo-StoreJson -Path receipt.json
    /// ConvertFrom-StoreJson -Path receipt.json | Complete-StoreSubmission -Confirm:$false
    /// </code>
    /// <para>Leaves a draft for review and saves its receipt. A later job commits the draft, unless it was changed
    /// since.</para>
    /// </example>
    [Cmdlet(VerbsLifecycle.Complete, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [OutputType("StoreShip.SubmissionStatus")]
    public sealed class CompleteStoreSubmission : PendingSubmissionCmdlet
    {
        /// <summary>
        /// Commit the draft although the last Set-StoreSubmission, Edit-StoreSubmission or Send-StorePackage for it failed.
        /// </summary>
        [Parameter]
        public SwitchParameter IgnoreFailedChange { get; set; }

        /// <summary>
        /// The draftHash of the receipt of Publish-StoreSubmission -NoCommit. A draft that was changed since, or to which other
        /// files were uploaded, is refused. A receipt in the pipeline gives its hash itself.
        /// </summary>
        [Parameter]
        [NotBlank]
        public string? DraftHash { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Pending();
            string? looked = DraftHash ?? (InputObject == null ? null : ObjectColumns.Member(InputObject, "draftHash") as string);
            if (!IgnoreFailedChange)
            {
                FailedChanges.Refuse(Service, ids, InputObject);
            }
            if (IsPreview)
            {
                Run("submission.commit", ids.Request().Add("draftHash", looked).Add("preview", true));
            }
            if (ShouldProcess(ids.ToString(), "Commit the submission, which releases it to " + Audience.Of(ids)))
            {
                string status = Run("submission.commit", ids.Request().Add("draftHash", looked));
                FailedChanges.Forget(Service, ids);
                WriteObject(Result(status, "StoreShip.SubmissionStatus"));
            }
        }
    }
}
