using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets the apps of the account.</summary>
    /// <remarks>
    /// <para>Without an id or a name, the cmdlet lists all apps that are registered in the Partner Center account. The list
    /// is read page by page: each object is written as soon as its page has arrived, and Select-Object -First stops the
    /// reading. The objects carry their app id and can be piped to the other cmdlets.</para>
    /// </remarks>
    /// <inputs type="System.String">The id of an app.</inputs>
    /// <outputs type="StoreShip.App">The app as the service returned it: id, primaryName, packageFamilyName and more and,
    /// if they exist, pendingApplicationSubmission and lastPublishedApplicationSubmission.</outputs>
    /// <example>
    /// <title>List the apps</title>
    /// <code>Get-StoreApp</code>
    /// <para>Lists all apps with their ids and submissions.</para>
    /// </example>
    /// <example>
    /// <title>Find an app by its name</title>
    /// <code>Get-StoreApp -AppName 'Contoso sample app'</code>
    /// <para>Gets the app with this name in the Store. The package identity name works too.</para>
    /// </example>
    /// <example>
    /// <title>Get the pending submissions</title>
    /// <code>Get-StoreApp | Where-Object pendingApplicationSubmission | Get-StoreSubmission</code>
    /// <para>Gets the pending submission of every app that has one.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StoreApp")]
    [OutputType("StoreShip.App")]
    public sealed class GetStoreApp : TargetCmdlet
    {
        private protected override bool TakesFlight => false;

        /// <inheritdoc/>
        protected override void BeginProcessing()
        {
            base.BeginProcessing();
            CommandLineIds.Refuse(this, "use Get-StoreFlight for a flight and Get-StoreAddOn for an add-on", nameof(FlightId), nameof(FlightName), nameof(AddOnId));
        }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Ids();
            if (ids.HasTarget)
            {
                // The input may be a flight or a submission; only its app is wanted here.
                string json = NamedApp ?? Run("app.get", new StoreIds(ids.AppId, null, null, null).Request());
                WriteObject(StoreObject.FromResult(json, "StoreShip.App", ItemIds.App(json)));
                return;
            }
            foreach (string app in Items("app.list", () => new RequestText()))
            {
                WriteObject(StoreObject.FromResult(app, "StoreShip.App", ItemIds.App(app)));
            }
        }
    }
}
