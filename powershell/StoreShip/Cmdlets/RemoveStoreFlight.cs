using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Deletes a package flight and its submissions.</summary>
    /// <remarks>
    /// <para>After that, the members of its flight groups get the packages of the next flight in rank, or those of the app.
    /// While a submission of the flight is being processed, the error is flight.not_deletable. The cmdlet prompts for
    /// confirmation; use -Confirm:$false on a build agent.</para>
    /// </remarks>
    /// <inputs type="StoreShip.Flight">A flight.</inputs>
    /// <outputs type="None">Nothing.</outputs>
    /// <example>
    /// <title>Delete a flight by its name</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Remove-StoreFlight 9NBLGGH4R315 -FlightName Insiders -Confirm:$false
    /// </code>
    /// <para>Deletes the flight without a prompt.</para>
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
                    "give -FlightId or -FlightName, or pipe an object of Get-StoreFlight");
            }
            if (ShouldProcess(ids.ToString(), "Delete the flight"))
            {
                Run("flight.delete", ids.Request());
            }
        }
    }
}
