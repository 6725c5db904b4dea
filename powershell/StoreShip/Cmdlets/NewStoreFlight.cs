using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Creates a package flight of an app.</summary>
    /// <remarks>
    /// <para>A flight distributes other packages to the members of its flight groups. Create the groups in Partner Center;
    /// the API can't. The service creates the first submission together with the flight, a draft: publish it with
    /// Publish-StoreSubmission -Draft adopt, or get it with Get-StoreSubmission, edit it and commit it.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app or the id of an app, or an object with the properties AppId, FriendlyName or Name,
    /// and the others, such as a row of Import-Csv.</inputs>
    /// <outputs type="StoreShip.Flight">The new flight, with its pending submission.</outputs>
    /// <example>
    /// <title>Create a flight for a group</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $flight = New-StoreFlight 9NBLGGH4R315 -FriendlyName 'Nightly' -GroupId 1152921504606962205
    /// $submission = $flight | Get-StoreSubmission
    /// </code>
    /// <para>Creates a flight that ranks above all others and gets its first draft.</para>
    /// </example>
    /// <example>
    /// <title>Create a flight and publish a package to it</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $flight = New-StoreFlight 9NBLGGH4R315 -FriendlyName 'Weekly' -GroupId 1152921504606962205
    /// $flight | Publish-StoreSubmission -PackagePath ./App.msix -Draft adopt -Confirm:$false
    /// </code>
    /// <para>The first release of a flight goes into the draft that came with it.</para>
    /// </example>
    [Cmdlet(VerbsCommon.New, "StoreFlight", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.Flight")]
    public sealed class NewStoreFlight : TargetCmdlet
    {
        /// <summary>The name of the flight, unique within the app.</summary>
        [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
        [Alias("Name")]
        [ValidateNotNullOrEmpty]
        public string FriendlyName { get; set; } = "";

        /// <summary>
        /// The ids of the flight groups that get the packages. Partner Center shows the ids. Without a group, nobody gets the
        /// packages of the flight.
        /// </summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [NotBlank]
        public string[]? GroupId { get; set; }

        /// <summary>
        /// The id of the flight that ranks directly below the new one. By default, the new flight ranks above all others.
        /// </summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [NotBlank]
        public string? RankHigherThan { get; set; }

        private HashSet<string> typed = new HashSet<string>();

        private protected override bool TakesFlight => false;

        /// <inheritdoc/>
        protected override void BeginProcessing()
        {
            base.BeginProcessing();
            CommandLineIds.Refuse(
                this, "name the app of the new flight with -AppId or -AppName; the service makes the id of the flight",
                nameof(FlightId), nameof(FlightName), nameof(AddOnId));
            typed = new HashSet<string>(MyInvocation.BoundParameters.Keys);
        }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds app = App().WithFlight(null);
            string name = Own(FriendlyName, nameof(FriendlyName)) ?? throw new StoreException(
                StoreStatus.Invalid, "request.missing_field", "the new flight has no name", "give -FriendlyName");
            string[]? groups = Own(GroupId, nameof(GroupId));
            RequestText request = app.Request().Add("friendlyName", name);
            request.Add("rankHigherThan", StoreIds.Trimmed(Own(RankHigherThan, nameof(RankHigherThan))));
            request.AddRaw("groupIds", groups == null ? null : DocumentWriter.Write(System.Array.ConvertAll(groups, StoreIds.Trimmed)).Json);
            if (ShouldProcess(app.ToString(), "Create the flight " + name))
            {
                WriteObject(FlightObject.FromResult(Run("flight.create", request), ResultIds));
                if (groups == null || groups.Length == 0)
                {
                    WriteWarning("the flight " + name + " has no group, so nobody gets its packages until one is added in Partner Center");
                }
            }
        }

        private T? Own<T>(T? value, string name)
            where T : class => CommandLineIds.Value(value, name, typed, InputObject);
    }
}
