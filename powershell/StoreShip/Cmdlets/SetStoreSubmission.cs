using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Stores the content of a draft.</summary>
    /// <remarks>
    /// <para>The whole content is replaced, so take the object that Get-StoreSubmission or New-StoreSubmission returned
    /// and change it. A value that has no certain JSON form is an error that names its place; nothing is sent then. A
    /// submission without a price would make the product free and is refused, unless -AllowFree says that it is
    /// meant.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Submission">A changed submission.</inputs>
    /// <outputs type="StoreShip.Submission">With -PassThru, the draft as the service stored it.</outputs>
    /// <example>
    /// <title>Hide an app</title>
    /// <code>
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $submission.visibility = 'Hidden'
    /// $submission | Set-StoreSubmission
    /// </code>
    /// <para>Starts a draft, changes one value and stores the draft. It is not committed yet.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Set, "StoreSubmission", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Submission")]
    public sealed class SetStoreSubmission : SubmissionCmdlet
    {
        /// <summary>The submission as JSON text, prepared elsewhere; instead of an object.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? Json { get; set; }

        /// <summary>Store it although it has no price, which makes the product free.</summary>
        [Parameter]
        public SwitchParameter AllowFree { get; set; }

        /// <summary>Return the draft as the service stored it.</summary>
        [Parameter]
        public SwitchParameter PassThru { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Submission();
            RequestText request = EditedSubmission.AddTo(ids.Request(), Document());
            request.Add("allowFree", AllowFree ? true : (bool?)null);
            if (!ShouldProcess(ids.ToString(), "Store the content"))
            {
                return;
            }
            string stored = Run("submission.update", request);
            if (PassThru)
            {
                WriteObject(StoreObject.Create(stored, "StoreShip.Submission", ids));
            }
        }

        private PSObject Document()
        {
            if (Json != null)
            {
                return new PSObject(Json);
            }
            return InputObject != null && !(InputObject.BaseObject is string) ? InputObject : throw new StoreException(
                StoreStatus.Invalid, "request.missing_field", "there is no submission to store",
                "pipe an object of Get-StoreSubmission or New-StoreSubmission, or give -Json");
        }
    }
}
