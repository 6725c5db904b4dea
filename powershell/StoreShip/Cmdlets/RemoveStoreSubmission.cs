using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Deletes a draft or a failed submission.</summary>
    /// <remarks>
    /// <para>A submission that is published or being processed can't be deleted. The cmdlet prompts for confirmation; use
    /// -Confirm:$false on a build agent.</para>
    /// <para>A draft that a running job works on is not deleted (submission.busy). A job of another process that has not been
    /// seen for five minutes counts as ended; -AllowBusy does not ask.</para>
    /// <para>With -WhatIf, the cmdlet makes these checks, and fails as the deletion would.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission, or an app, a flight or an add-on, which stands for its pending
    /// submission.</inputs>
    /// <outputs type="None">Nothing.</outputs>
    /// <example>
    /// <title>Delete the pending submission</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Remove-StoreSubmission 9NBLGGH4R315 -Confirm:$false
    /// </code>
    /// <para>Deletes the pending submission of the app without a prompt.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Remove, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [OutputType(typeof(void))]
    public sealed class RemoveStoreSubmission : PendingSubmissionCmdlet
    {
        /// <summary>Delete the draft even if a running job works on it.</summary>
        [Parameter]
        public SwitchParameter AllowBusy { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Pending();
            if (IsPreview)
            {
                // What the state forbids is not promised.
                Run("submission.delete", Request(ids).Add("preview", true));
            }
            if (ShouldProcess(ids.ToString(), "Delete the submission"))
            {
                Run("submission.delete", Request(ids));
                FailedChanges.Forget(Service, ids);
            }
        }

        private RequestText Request(StoreIds ids) => ids.Request().Add("allowBusy", AllowBusy ? true : (bool?)null);
    }
}
