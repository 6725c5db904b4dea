using System;
using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet for something that belongs to an app, a flight or an add-on.</summary>
    public abstract class TargetCmdlet : ConnectedCmdlet
    {
        private HashSet<string> typed = new HashSet<string>();

        /// <summary>
        /// An app id, or an object that another cmdlet returned: an app, a flight, an add-on, a submission, a state or
        /// a receipt. It carries its ids along, outside of its document.
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
        /// In place of -AppId: the package identity name, the exact name in the Store or the Store id of the app. The apps
        /// of the account are looked through for it once a connection.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? AppName { get; set; }

        /// <summary>The id of a package flight of the app.</summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [AllowEmptyString]
        [AllowNull]
        public string? FlightId { get; set; }

        /// <summary>The id of an add-on; it stands alone, without an app.</summary>
        [Parameter(ValueFromPipelineByPropertyName = true)]
        [ArgumentCompleter(typeof(IdCompleter))]
        [Alias("InAppProductId")]
        [AllowEmptyString]
        [AllowNull]
        public string? AddOnId { get; set; }

        /// <inheritdoc/>
        protected override void BeginProcessing() => typed = new HashSet<string>(MyInvocation.BoundParameters.Keys);

        /// <inheritdoc/>
        protected override object? ErrorTarget => AppName != null && NamedApp == null ? "app " + AppName : Given().ToString();

        /// <summary>The id of a submission, in the cmdlets that have such a parameter.</summary>
        private protected virtual string? GivenSubmissionId => null;

        /// <summary>The app that -AppName means, as the service describes it; null when an id names the app.</summary>
        private protected string? NamedApp { get; private set; }

        /// <summary>
        /// The ids of the present item: those that the user typed, else those the object carries, else those that are
        /// properties of it. A name is looked up, so that whatever comes of it carries the id.
        /// </summary>
        private protected StoreIds Ids()
        {
            if (AppName != null && NamedApp == null)
            {
                // An id in the place of the object names another app just as well.
                if (typed.Contains(nameof(AppId)) || typed.Contains(nameof(AddOnId)) || InputObject?.BaseObject is string)
                {
                    throw new StoreException(
                        StoreStatus.Invalid, "request.target", "-AppName is given together with an id of an app or an add-on", "give one of them");
                }
                NamedApp = Run("app.get", new RequestText().Add("appName", AppName));
            }
            return Given();
        }

        private StoreIds Given()
        {
            if (NamedApp != null)
            {
                return new StoreIds(
                    JsonFields.Text(JsonFields.Of(NamedApp), "id"), typed.Contains(nameof(FlightId)) ? FlightId : null, null,
                    typed.Contains("SubmissionId") ? GivenSubmissionId : null);
            }
            if (typed.Contains(nameof(AppId)) || typed.Contains(nameof(AddOnId)))
            {
                // A typed target replaces the object's altogether: its submission is of another product.
                return new StoreIds(
                    AppId, typed.Contains(nameof(FlightId)) ? FlightId : null, AddOnId,
                    typed.Contains("SubmissionId") ? GivenSubmissionId : null);
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
                return new StoreIds(AppId, FlightId, AddOnId, GivenSubmissionId);
            }
            return new StoreIds(
                carried.AppId,
                typed.Contains(nameof(FlightId)) ? FlightId : carried.FlightId,
                carried.AddOnId,
                typed.Contains("SubmissionId") ? GivenSubmissionId : carried.SubmissionId ?? GivenSubmissionId);
        }

        /// <summary>The ids that an object carries.</summary>
        private protected virtual StoreIds Carried(PSObject value) => StoreObject.Ids(value);

        /// <summary>The ids of the app, with the flight when one is named.</summary>
        private protected StoreIds App()
        {
            StoreIds ids = Ids();
            return ids.AppId != null && ids.AddOnId == null ? ids.WithSubmission(null) : throw new StoreException(
                StoreStatus.Invalid, "request.target", "the input names no app", "give -AppId or -AppName, or pipe an object of Get-StoreApp");
        }

        /// <summary>The ids, with at least an app or an add-on.</summary>
        private protected StoreIds Target()
        {
            StoreIds ids = Ids();
            return ids.HasTarget ? ids : throw new StoreException(
                StoreStatus.Invalid, "request.target", "neither -AppId nor -AddOnId is given, and the input carries no ids",
                "give -AppId or -AppName, with -FlightId for a flight, or -AddOnId, or pipe an object of Get-StoreApp or Get-StoreSubmission");
        }
    }
}
