using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets package flights of an app.</summary>
    /// <remarks>
    /// <para>Without -FlightId it lists all flights of the app, one object after the other while the list is read.
    /// The objects carry app and flight id along: pipe them to Get-StoreSubmission or New-StoreSubmission to work on what they contain.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, by its object or its id; or anything of a flight, for that flight.</inputs>
    /// <outputs type="StoreShip.Flight">The flight as the service describes it: flightId, friendlyName, groupIds,
    /// rankHigherThan, pendingFlightSubmission and lastPublishedFlightSubmission where there are any.</outputs>
    /// <example>
    /// <title>List the flights of all apps</title>
    /// <code>Get-StoreApp | Get-StoreFlight</code>
    /// <para>Lists the flights of each app of the account.</para>
    /// </example>
    /// <example>
    /// <title>A release to one flight</title>
    /// <code>
    /// $flight = Get-StoreFlight 9NBLGGH4R315 | Where-Object friendlyName -eq 'Insiders'
    /// $flight | Publish-StoreSubmission -PackagePath ./App.msix -Until processing -Confirm:$false
    /// </code>
    /// <para>Finds a flight by its name and publishes a package to it.</para>
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
                WriteObject(FlightObject.Create(Run("flight.get", ids.Request()), ids));
                return;
            }
            foreach (string flight in Items("app.flights", ids.Request))
            {
                WriteObject(FlightObject.Create(flight, ids));
            }
        }
    }
}
