using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Creates a draft, which starts as a copy of the published submission.</summary>
    /// <remarks>
    /// <para>The Store allows one pending submission for each app, flight and add-on. If there is one already, the error is
    /// submission.pending_exists: finish that submission, or delete it with Remove-StoreSubmission.</para>
    /// <para>The draft has a signed upload address, fileUploadUrl, which no view shows. Format-List * and the JSON text have
    /// it; keep them out of build logs.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, a flight or an add-on, or the id of an app.</inputs>
    /// <outputs type="StoreShip.Submission">The draft.</outputs>
    /// <example>
    /// <title>Create a draft</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// </code>
    /// <para>Creates a draft and assigns it to a variable, to edit it later.</para>
    /// </example>
    [Cmdlet(VerbsCommon.New, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Submission")]
    public sealed class NewStoreSubmission : TargetCmdlet
    {
        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Target().WithSubmission(null);
            if (!ShouldProcess(ids.ToString(), "Create a submission"))
            {
                return;
            }
            string draft = Run("submission.create", ids.Request());
            FailedChanges.Forget(Service, ids);
            WriteObject(Result(draft, "StoreShip.Submission"));
        }
    }
}
