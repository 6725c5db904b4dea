using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets the package flights of an app.</summary>
    /// <remarks>
    /// <para>Without -FlightId and -FlightName, the cmdlet lists all flights of the app, page by page. The objects carry the
    /// ids of the app and the flight and can be piped to Get-StoreSubmission or New-StoreSubmission.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app or the id of an app, or an object that belongs to a flight.</inputs>
    /// <outputs type="StoreShip.Flight">The flight as the service returned it: flightId, friendlyName, groupIds,
    /// rankHigherThan and, if they exist, pendingFlightSubmission and lastPublishedFlightSubmission.</outputs>
    /// <example>
    /// <title>List the flights of all apps</title>
    /// <code>Get-StoreApp | Get-StoreFlight</code>
    /// <para>Lists the flights of each app of the account.</para>
    /// </example>
    /// <example>
    /// <title>Publish to a flight</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $flight = Get-StoreFlight 9NBLGGH4R315 -FlightName Insiders
    /// $flight | Publish-StoreSubmission -PackagePath ./App.msix -Until processing -Confirm:$false
    /// </code>
    /// <para>Finds a flight by its name and publishes a package to its groups.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StoreFlight")]
    [OutputType("StoreShip.Flight")]
    public sealed class GetStoreFlight : TargetCmdlet
    {
        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = App();
            if (ids.FlightId != null)
            {
                WriteObject(FlightObject.FromResult(Run("flight.get", ids.Request()), ResultIds));
                return;
            }
            foreach (string flight in Items("app.flights", ids.Request))
            {
                WriteObject(FlightObject.FromResult(flight, ItemIds.Flight(flight, ids)));
            }
        }
    }
}
