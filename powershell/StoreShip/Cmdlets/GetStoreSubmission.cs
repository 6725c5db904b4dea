using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets a submission of an app, a flight or an add-on.</summary>
    /// <remarks>
    /// <para>The object is the submission as the service sent it: dates stay text, numbers keep their form, lists stay
    /// lists, at any depth. Change it like any other object and hand it to Set-StoreSubmission. Do not use
    /// ConvertTo-Json on it, which cuts it at its depth; $submission.ToJson() gives its text.</para>
    /// <para>The text that the service sent and the ids travel with the object in the member set StoreBaseline, outside
    /// of the document.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, a flight or an add-on, by its object or its id.</inputs>
    /// <outputs type="StoreShip.Submission">The submission, or with -AsJson its text.</outputs>
    /// <example>
    /// <title>The current submission of an app</title>
    /// <code>Get-StoreSubmission 9NBLGGH4R315</code>
    /// <para>Gets the pending submission, or the published one when none is pending.</para>
    /// </example>
    /// <example>
    /// <title>Change a text</title>
    /// <code>
    /// $submission = New-StoreSubmission 9NBLGGH4R315
    /// $submission.listings.'en-us'.baseListing.releaseNotes = 'Faster start'
    /// $submission | Set-StoreSubmission
    /// </code>
    /// <para>Starts a draft, changes one text in it and stores it.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StoreSubmission")]
    [OutputType("StoreShip.Submission", "System.String")]
    public sealed class GetStoreSubmission : SubmissionCmdlet
    {
        /// <summary>Take the pending submission only; it is an error when there is none.</summary>
        [Parameter]
        public SwitchParameter Pending { get; set; }

        /// <summary>Take the published submission, even when another one is pending.</summary>
        [Parameter]
        public SwitchParameter Published { get; set; }

        /// <summary>Return the submission as JSON text, byte for byte as the service sent it.</summary>
        [Parameter]
        public SwitchParameter AsJson { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Target();
            if (Pending || Published)
            {
                ids = ids.WithSubmission(null);
            }
            string json = Fetch(ref ids, Pending, Published);
            if (AsJson)
            {
                WriteObject(json);
                return;
            }
            WriteObject(StoreObject.Create(json, "StoreShip.Submission", ids));
        }
    }
}
