using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Deletes an add-on that was never published.</summary>
    /// <remarks>
    /// <para>An add-on that is published or being processed can't be deleted; the error is add_on.not_deletable. The cmdlet
    /// prompts for confirmation; use -Confirm:$false on a build agent.</para>
    /// </remarks>
    /// <inputs type="StoreShip.AddOn">An add-on.</inputs>
    /// <outputs type="None">Nothing.</outputs>
    /// <example>
    /// <title>Delete a new add-on</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $addOn = New-StoreAddOn 9NBLGGH4R315 -ProductId 'contoso-hat' -ProductType Durable
    /// $addOn | Remove-StoreAddOn -Confirm:$false
    /// </code>
    /// <para>Creates an add-on and deletes it without a prompt.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Remove, "StoreAddOn", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
    [OutputType(typeof(void))]
    public sealed class RemoveStoreAddOn : TargetCmdlet
    {
        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Ids();
            if (ids.AddOnId == null)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.missing_field", "no add-on is named for " + ids,
                    "give -AddOnId, or pipe an object of Get-StoreAddOn");
            }
            var addOn = new StoreIds(null, null, ids.AddOnId, null);
            if (ShouldProcess(addOn.ToString(), "Delete the add-on"))
            {
                Run("add_on.delete", addOn.Request());
            }
        }
    }
}
