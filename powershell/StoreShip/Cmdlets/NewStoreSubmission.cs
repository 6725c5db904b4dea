using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Starts a draft: a copy of the published submission.</summary>
    /// <remarks>
    /// <para>The Store allows one pending submission for an app, a flight or an add-on. When there is one already, this
    /// is the error submission.pending_exists: finish it, or delete it with Remove-StoreSubmission.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, a flight or an add-on, by its object or its id.</inputs>
    /// <outputs type="StoreShip.Submission">The draft.</outputs>
    /// <example>
    /// <title>Start a draft</title>
    /// <code>$submission = New-StoreSubmission 9NBLGGH4R315</code>
    /// <para>Starts a draft and keeps it to change it.</para>
    /// </example>
    [Cmdlet(VerbsCommon.New, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Submission")]
    public sealed class NewStoreSubmission : TargetCmdlet
    {
        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Target().WithSubmission(null);
            if (!ShouldProcess(ids.ToString(), "Start a submission"))
            {
                return;
            }
            string submission = Run("submission.create", ids.Request());
            ids = ids.WithSubmission(JsonFields.Text(JsonFields.Of(submission), "id"));
            WriteObject(StoreObject.Create(submission, "StoreShip.Submission", ids));
        }
    }
}
