using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Creates a package flight of an app.</summary>
    /// <remarks>
    /// <para>A flight gives other packages to the members of its groups. The groups are made in Partner Center; the API
    /// can't. The service starts a first submission of the flight at once: Get-StoreSubmission gets it, to add packages
    /// and commit it.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, by its object or its id.</inputs>
    /// <outputs type="StoreShip.Flight">The flight, with its pending submission.</outputs>
    /// <example>
    /// <title>Create a flight for a group</title>
    /// <code>
    /// $flight = New-StoreFlight 9NBLGGH4R315 -FriendlyName 'Nightly' -GroupId 1152921504606962205
    /// $submission = $flight | Get-StoreSubmission
    /// </code>
    /// <para>Creates a flight above all others and gets the draft that comes with it.</para>
    /// </example>
    [Cmdlet(VerbsCommon.New, "StoreFlight", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Flight")]
    public sealed class NewStoreFlight : TargetCmdlet
    {
        /// <summary>The name that people see. Each flight of an app has a name of its own.</summary>
        [Parameter(Position = 1, Mandatory = true)]
        [Alias("Name")]
        [ValidateNotNullOrEmpty]
        public string FriendlyName { get; set; } = "";

        /// <summary>The ids of the flight groups that get the packages, as Partner Center shows them.</summary>
        [Parameter]
        [ArgumentCompleter(typeof(IdCompleter))]
        [ValidateNotNullOrEmpty]
        public string[]? GroupId { get; set; }

        /// <summary>The flight that comes right below this one. Without it the new flight ranks above all others.</summary>
        [Parameter]
        [ArgumentCompleter(typeof(IdCompleter))]
        [ValidateNotNullOrEmpty]
        public string? RankHigherThan { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds app = App().WithFlight(null);
            RequestText request = app.Request().Add("friendlyName", FriendlyName).Add("rankHigherThan", RankHigherThan);
            request.AddRaw("groupIds", GroupId == null ? null : DocumentWalker.Walk(GroupId).Json);
            if (ShouldProcess(app.ToString(), "Create the flight " + FriendlyName))
            {
                WriteObject(FlightObject.Create(Run("flight.create", request), app));
            }
        }
    }
}
