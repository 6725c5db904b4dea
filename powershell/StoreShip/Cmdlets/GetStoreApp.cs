using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets apps of the account.</summary>
    /// <remarks>
    /// <para>Without an id or a name it lists all apps that are registered in the Partner Center account, one object after
    /// the other while the list is read: Select-Object -First 3 reads no more than it needs. The objects carry their app id along, so that they can be piped to the other cmdlets.</para>
    /// </remarks>
    /// <inputs type="System.String">The id of an app.</inputs>
    /// <outputs type="StoreShip.App">The app as the service describes it: id, primaryName, packageFamilyName,
    /// pendingApplicationSubmission and lastPublishedApplicationSubmission where there are any, and so on.</outputs>
    /// <example>
    /// <title>List the apps</title>
    /// <code>Get-StoreApp</code>
    /// <para>Lists all apps with their ids and submissions.</para>
    /// </example>
    /// <example>
    /// <title>Find an app by its name</title>
    /// <code>Get-StoreApp -AppName 'Contoso sample app'</code>
    /// <para>Gets the app that has this name in the Store. The package identity name does as well.</para>
    /// </example>
    /// <example>
    /// <title>Look at what is pending</title>
    /// <code>Get-StoreApp | Where-Object pendingApplicationSubmission | Get-StoreSubmission</code>
    /// <para>Gets the pending submission of every app that has one.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StoreApp")]
    [OutputType("StoreShip.App")]
    public sealed class GetStoreApp : TargetCmdlet
    {
        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Ids();
            if (ids.HasTarget)
            {
                // Whatever was piped: only its app is asked for.
                var app = new StoreIds(ids.AppId, null, null, null);
                WriteObject(StoreObject.Create(NamedApp ?? Run("app.get", app.Request()), "StoreShip.App", app));
                return;
            }
            foreach (string app in Items("app.list", () => new RequestText()))
            {
                string? id = JsonFields.Text(JsonFields.Of(app), "id");
                WriteObject(StoreObject.Create(app, "StoreShip.App", new StoreIds(id, null, null, null)));
            }
        }
    }
}
