using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Creates an add-on of an app.</summary>
    /// <remarks>
    /// <para>The add-on has no submission yet: New-StoreSubmission starts the first one, with price, listings and the
    /// rest. Product id and type can't be changed afterwards.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, by its object or its id.</inputs>
    /// <outputs type="StoreShip.AddOn">The add-on.</outputs>
    /// <example>
    /// <title>Create an add-on and its first submission</title>
    /// <code>
    /// $addOn = New-StoreAddOn 9NBLGGH4R315 -ProductId 'contoso-hat' -ProductType Durable
    /// $submission = $addOn | New-StoreSubmission
    /// </code>
    /// <para>Creates an add-on that is bought once, and starts the draft to describe it.</para>
    /// </example>
    [Cmdlet(VerbsCommon.New, "StoreAddOn", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.AddOn")]
    public sealed class NewStoreAddOn : TargetCmdlet
    {
        /// <summary>The id by which the app's code asks for the add-on.</summary>
        [Parameter(Position = 1, Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string ProductId { get; set; } = "";

        /// <summary>Durable is bought once, Consumable again and again.</summary>
        [Parameter(Position = 2, Mandatory = true)]
        [ValidateSet("Durable", "Consumable")]
        public string ProductType { get; set; } = "";

        /// <inheritdoc/>
        protected override void Process()
        {
            string appId = App().AppId!;
            // The service knows the two words in this spelling only.
            string type = ProductType.Substring(0, 1).ToUpperInvariant() + ProductType.Substring(1).ToLowerInvariant();
            RequestText request = new RequestText().Add("productId", ProductId).Add("productType", type);
            request.AddRaw("applicationIds", DocumentWalker.Walk(new[] { appId }).Json);
            if (ShouldProcess("app " + appId, "Create the add-on " + ProductId))
            {
                string addOn = Run("add_on.create", request);
                var ids = new StoreIds(null, null, JsonFields.Text(JsonFields.Of(addOn), "id"), null);
                WriteObject(StoreObject.Create(addOn, "StoreShip.AddOn", ids));
            }
        }
    }
}
