using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Creates an add-on of an app.</summary>
    /// <remarks>
    /// <para>A new add-on has no submission. Use New-StoreSubmission to create the first one, which holds the price and the
    /// listings. The product id and the product type can't be changed later.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app or the id of an app, or an object with the properties AppId, ProductId and
    /// ProductType, such as a row of Import-Csv.</inputs>
    /// <outputs type="StoreShip.AddOn">The new add-on.</outputs>
    /// <example>
    /// <title>Create an add-on and publish it</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $addOn = New-StoreAddOn 9NBLGGH4R315 -ProductId 'contoso-hat' -ProductType Durable
    /// $submission = $addOn | New-StoreSubmission
    /// $submission.pricing.priceId = 'Tier2'
    /// $submission.listings | Add-Member 'en-us' @{ title = 'Hat'; description = 'A hat for the hero.' }
    /// $submission | Set-StoreSubmission
    /// $submission | Complete-StoreSubmission -Confirm:$false
    /// </code>
    /// <para>Creates an add-on that a user buys once. Its first submission needs a price and a listing.</para>
    /// </example>
    [Cmdlet(VerbsCommon.New, "StoreAddOn", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.AddOn")]
    public sealed class NewStoreAddOn : TargetCmdlet
    {
        /// <summary>The product id, by which the code of the app refers to the add-on.</summary>
        [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
        [ValidateNotNullOrEmpty]
        public string ProductId { get; set; } = "";

        /// <summary>The product type: Durable for an add-on that a user buys once, Consumable for one to buy repeatedly.</summary>
        [Parameter(Position = 2, Mandatory = true, ValueFromPipelineByPropertyName = true)]
        [ValidateSet("Durable", "Consumable")]
        public string ProductType { get; set; } = "";

        private protected override bool TakesFlight => false;

        /// <inheritdoc/>
        protected override void BeginProcessing()
        {
            base.BeginProcessing();
            CommandLineIds.Refuse(this, "name the app of the new add-on with -AppId or -AppName", nameof(FlightId), nameof(FlightName), nameof(AddOnId));
        }

        /// <inheritdoc/>
        protected override void Process()
        {
            string appId = App().AppId!;
            // The service accepts the two values in this letter case only.
            string type = ProductType.Substring(0, 1).ToUpperInvariant() + ProductType.Substring(1).ToLowerInvariant();
            RequestText request = new RequestText().Add("productId", ProductId).Add("productType", type);
            request.AddRaw("applicationIds", DocumentWriter.Write(new[] { appId }).Json);
            if (ShouldProcess("app " + appId, "Create the add-on " + ProductId))
            {
                WriteObject(Result(Run("add_on.create", request), "StoreShip.AddOn"));
            }
        }
    }
}
