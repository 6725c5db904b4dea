using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet for an app, a flight, an add-on or something that belongs to one.</summary>
    public abstract class TargetCmdlet : ConnectedCmdlet
    {
        /// <summary>The names of the parameters on the command line, without those bound from the pipeline.</summary>
        private HashSet<string> typed = new HashSet<string>();

        /// <summary>The ids of the flights that -FlightName was found to be, by app.</summary>
        private readonly Dictionary<string, string?> namedFlights = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);

        /// <summary>
        /// An app id, or an object that another cmdlet returned: an app, a flight, an add-on, a submission, a status or a
        /// receipt. The object carries its ids outside its document.
        /// </summary>
        [Parameter(Position = 0, ValueFromPipeline = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [Alias("Submission", "App")]
        [AllowNull]
        public virtual PSObject? InputObject { get; set; }

        /// <summary>The Store id of the app, for example 9NBLGGH4R315.</summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public string? AppId { get; set; }

        /// <summary>
        /// The app by name, instead of -AppId: its package identity name, its exact name in the Store or its Store id. The
        /// apps of the account are searched for it once for each connection.
        /// </summary>
        [Parameter]
        [AllowEmptyString]
        [AllowNull]
        public string? AppName { get; set; }

        /// <summary>
        /// The id of a package flight of the app. Without it, the app itself is meant, and everybody gets what is released. An
        /// id that is null, empty or blank is an error, also in a property of the input, for example in an empty column of a
        /// CSV file; only objects that the cmdlets returned may have a property FlightId that is null.
        /// </summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public string? FlightId { get; set; }

        /// <summary>
        /// The flight by name, instead of -FlightId, in any letter case. The flights of the app are searched for it.
        /// </summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [AllowEmptyString]
        [AllowNull]
        public string? FlightName { get; set; }

        /// <summary>The Store id of an add-on. It is used without an app id.</summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [Alias("InAppProductId")]
        [AllowEmptyString]
        [AllowNull]
        public string? AddOnId { get; set; }

        /// <inheritdoc/>
        protected override void BeginProcessing() => typed = new HashSet<string>(MyInvocation.BoundParameters.Keys);

        /// <inheritdoc/>
        protected override object? ErrorTarget => AppName != null && NamedApp == null ? "app " + AppName : BoundIds().ToString();

        /// <summary>Whether a parameter is on the command line, and not bound from the pipeline.</summary>
        private protected bool IsTyped(string parameter) => typed.Contains(parameter);

        /// <summary>The value of -SubmissionId, in the cmdlets that have this parameter.</summary>
        private protected virtual string? BoundSubmissionId => null;

        /// <summary>The value of -SummaryPath, in the cmdlets that have this parameter.</summary>
        private protected virtual string? BoundSummaryPath => null;

        /// <summary>Whether the flight of an item matters to the cmdlet.</summary>
        private protected virtual bool TakesFlight => true;

        /// <summary>Whether something else than the ids may name the product.</summary>
        private protected virtual bool IsTargetElsewhere => false;

        /// <summary>The app that -AppName names, as the service returned it; null if an id names the app.</summary>
        private protected string? NamedApp { get; private set; }

        /// <summary>
        /// The ids of the present item. Ids on the command line come first, then those that the object carries, then its
        /// properties of these names. The app of -AppName and the flight of -FlightName are looked up at the service.
        /// </summary>
        /// <exception cref="StoreException">An id is named and blank (<c>request.blank_id</c>); -AppName or -FlightName is used
        /// together with an id (<c>request.target</c>).</exception>
        private protected StoreIds Ids()
        {
            BlankIds.Refuse(MyInvocation, typed, InputObject);
            if (typed.Contains(nameof(InputObject)) && InputObject?.BaseObject is string
                && (typed.Contains(nameof(AppId)) || typed.Contains(nameof(AddOnId))))
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.target",
                    ParameterNames.AsTyped(MyInvocation, typed.Contains(nameof(AddOnId)) ? nameof(AddOnId) : nameof(AppId))
                        + " is given together with an app id as the first argument",
                    "give one of them");
            }
            if (AppName != null && NamedApp == null)
            {
                // A string as input object is an app id too.
                if (typed.Contains(nameof(AppId)) || typed.Contains(nameof(AddOnId)) || InputObject?.BaseObject is string)
                {
                    throw new StoreException(
                        StoreStatus.Invalid, "request.target", "-AppName is given together with an id of an app or an add-on", "give one of them");
                }
                NamedApp = LookUp("app.get", new RequestText().Add("appName", AppName));
            }
            StoreIds ids = WithNamedFlight(BoundIds());
            if (CarriedFlight != null && ids.AppId != null && ids.FlightId == null && ids.SubmissionId == null)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.target",
                    "the input belongs to a flight of another app than " + ids.AppId + ", so no flight is named",
                    "name the flight with -FlightId, or do not pipe an object of a flight");
            }
            return ids;
        }

        /// <summary>Looks a name up. If that fails, so does what the cmdlet is about to do, which has a summary.</summary>
        private string LookUp(string operation, RequestText request)
        {
            try
            {
                return Run(operation, request);
            }
            catch (StoreException exception) when (!string.IsNullOrEmpty(BoundSummaryPath) && !exception.Retryable)
            {
                // The plan fails for the same reason, and writes the summary.
                Run("publish.plan", request.Add("summaryPath", FilePath(BoundSummaryPath!)));
                throw;
            }
        }

        /// <summary>The ids with the flight of -FlightName.</summary>
        private StoreIds WithNamedFlight(StoreIds ids)
        {
            // A row may have both the id and the name.
            if (FlightName == null || !TakesFlight || (!typed.Contains(nameof(FlightName)) && ids.FlightId != null))
            {
                return ids;
            }
            if (typed.Contains(nameof(FlightId)) || ids.AddOnId != null)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.target",
                    "-FlightName is given together with the id of " + (ids.AddOnId != null ? "an add-on" : "a flight"), "give one of them");
            }
            if (ids.AppId == null)
            {
                // The operation says so, unless a file names the app.
                return ids;
            }
            if (!namedFlights.TryGetValue(ids.AppId, out string? flight))
            {
                LookUp("flight.get", new RequestText().Add("appId", ids.AppId).Add("flightName", FlightName));
                flight = ResultIds.FlightId;
                namedFlights[ids.AppId] = flight;
            }
            // A submission of the app or of another flight is not one of this flight.
            return flight == ids.FlightId ? ids : ids.WithFlight(flight).WithSubmission(typed.Contains("SubmissionId") ? BoundSubmissionId : null);
        }

        /// <summary>The flight of an object for which the command line names the app.</summary>
        private string? CarriedFlight =>
            (NamedApp == null && !typed.Contains(nameof(AppId))) || InputObject == null || InputObject.BaseObject is string
                ? null
                : Carried(InputObject).FlightId;

        /// <summary>The ids of the present item, without a lookup of -AppName.</summary>
        private protected StoreIds BoundIds()
        {
            if (NamedApp != null)
            {
                return Named(ItemIds.App(NamedApp).AppId, null);
            }
            if (typed.Contains(nameof(AppId)) || typed.Contains(nameof(AddOnId)))
            {
                return Named(AppId, AddOnId);
            }
            StoreIds carried = default;
            if (InputObject?.BaseObject is string appId)
            {
                carried = new StoreIds(appId, null, null, null);
            }
            else if (InputObject != null)
            {
                carried = Carried(InputObject);
            }
            if (!carried.HasTarget)
            {
                return new StoreIds(AppId, FlightId, AddOnId, BoundSubmissionId);
            }
            return new StoreIds(
                carried.AppId,
                typed.Contains(nameof(FlightId)) ? FlightId : carried.FlightId,
                carried.AddOnId,
                typed.Contains("SubmissionId") ? BoundSubmissionId : carried.SubmissionId ?? BoundSubmissionId);
        }

        /// <summary>
        /// The ids for an app or an add-on of the command line. It replaces the ids of the object, whose submission belongs to
        /// another product; only the flight of an object of the same app stays, or everybody would get the release.
        /// </summary>
        private StoreIds Named(string? appId, string? addOnId)
        {
            StoreIds carried = InputObject == null || InputObject.BaseObject is string ? default : Carried(InputObject);
            bool isSameApp = appId != null && string.Equals(StoreIds.Trimmed(appId), carried.AppId, StringComparison.OrdinalIgnoreCase);
            return new StoreIds(
                appId, typed.Contains(nameof(FlightId)) ? FlightId : isSameApp ? carried.FlightId : null, addOnId,
                typed.Contains("SubmissionId") ? BoundSubmissionId : null);
        }

        /// <summary>The ids that an object carries.</summary>
        private protected virtual StoreIds Carried(PSObject value) => StoreObject.Ids(value);

        /// <summary>The ids of the item, which must name an app, and may name a flight.</summary>
        private protected StoreIds App()
        {
            StoreIds ids = Ids();
            return ids.AppId != null && ids.AddOnId == null ? ids.WithSubmission(null) : throw new StoreException(
                StoreStatus.Invalid, "request.target", "no app is named", "give -AppId or -AppName, or pipe an object of Get-StoreApp");
        }

        /// <summary>The ids of the item, which must name an app or an add-on.</summary>
        private protected StoreIds Target()
        {
            StoreIds ids = Ids();
            if (ids.AddOnId != null && (ids.AppId != null || ids.FlightId != null))
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.target",
                    ParameterNames.AsTyped(MyInvocation, nameof(AddOnId)) + " is given together with the id of an app or a flight",
                    "give one of them: an add-on is named by its id alone");
            }
            return ids.HasTarget || IsTargetElsewhere ? ids : throw new StoreException(
                StoreStatus.Invalid, "request.target", "neither -AppId nor -AddOnId is given, and the input carries no ids",
                "give -AppId or -AppName, with -FlightId or -FlightName for a flight, or -AddOnId, or pipe an object of Get-StoreApp or Get-StoreSubmission");
        }
    }
}
