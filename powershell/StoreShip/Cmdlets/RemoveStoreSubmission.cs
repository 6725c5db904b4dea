using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Deletes a draft or a failed submission.</summary>
    /// <remarks>
    /// <para>A published submission and one that is under way cannot be deleted. It asks before it deletes; in a
    /// pipeline of a build agent use -Confirm:$false, and run PowerShell with -NonInteractive.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A submission.</inputs>
    /// <outputs type="None">Nothing.</outputs>
    /// <example>
    /// <title>Give up what is pending</title>
    /// <code>Get-StoreSubmission 9NBLGGH4R315 -Pending | Remove-StoreSubmission -Confirm:$false</code>
    /// <para>Deletes the pending submission of the app without asking.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Remove, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [OutputType(typeof(void))]
    public sealed class RemoveStoreSubmission : SubmissionCmdlet
    {
        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Submission();
            if (ShouldProcess(ids.ToString(), "Delete the submission"))
            {
                Run("submission.delete", ids.Request());
            }
        }
    }
}
