using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Deletes a package flight with its submissions.</summary>
    /// <remarks>
    /// <para>The members of its groups get the packages of the flight below it from then on. While one of its
    /// submissions is being processed this is the error flight.not_deletable. It asks before it deletes; on a build agent use
    /// -Confirm:$false.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Flight">A flight.</inputs>
    /// <outputs type="None">Nothing.</outputs>
    /// <example>
    /// <title>Delete a flight by its name</title>
    /// <code>Get-StoreFlight 9NBLGGH4R315 | Where-Object friendlyName -eq 'Insiders' | Remove-StoreFlight -Confirm:$false</code>
    /// <para>Deletes the flight without asking.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Remove, "StoreFlight", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [OutputType(typeof(void))]
    public sealed class RemoveStoreFlight : TargetCmdlet
    {
        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = App();
            if (ids.FlightId == null)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.missing_field", "no flight is named for " + ids,
                    "give -FlightId, or pipe an object of Get-StoreFlight");
            }
            if (ShouldProcess(ids.ToString(), "Delete the flight"))
            {
                Run("flight.delete", ids.Request());
            }
        }
    }
}
