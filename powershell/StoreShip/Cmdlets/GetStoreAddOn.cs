using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets add-ons of the account or of an app.</summary>
    /// <remarks>
    /// <para>Without an id it lists all add-ons of the account; with an app those of the app; with -AddOnId that one. A
    /// list is read page by page, as its objects are taken. The objects carry the id of the add-on along, so that they can be piped to the cmdlets for submissions.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app, by its object or its id.</inputs>
    /// <outputs type="StoreShip.AddOn">The add-on as the service describes it: id, productId, productType, applications,
    /// pendingInAppProductSubmission and lastPublishedInAppProductSubmission where there are any.</outputs>
    /// <example>
    /// <title>List all add-ons</title>
    /// <code>Get-StoreAddOn</code>
    /// <para>Lists the add-ons of all apps of the account.</para>
    /// </example>
    /// <example>
    /// <title>Look at what is published</title>
    /// <code>Get-StoreAddOn 9NBLGGH4R315 | Where-Object lastPublishedInAppProductSubmission | Get-StoreSubmission -Published</code>
    /// <para>Gets the published submission of each add-on of an app.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StoreAddOn")]
    [OutputType("StoreShip.AddOn")]
    public sealed class GetStoreAddOn : TargetCmdlet
    {
        private readonly List<string> account = new List<string>();
        private IEnumerator<string>? rest;

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Ids();
            if (ids.AddOnId != null)
            {
                Write(ids.AddOnId);
            }
            else if (ids.AppId == null)
            {
                foreach (string addOn in Account())
                {
                    Write(addOn, Id(addOn));
                }
            }
            else
            {
                WriteOf(new StoreIds(ids.AppId, null, null, null));
            }
        }

        /// <summary>The service tells no more than the ids of an app's add-ons; one list is cheaper than a call for each.</summary>
        private void WriteOf(StoreIds app)
        {
            var wanted = new List<string>();
            foreach (string item in Items("app.add_ons", app.Request))
            {
                wanted.Add(JsonFields.Text(JsonFields.Of(item), "inAppProductId") ?? "");
            }
            if (wanted.Count == 0)
            {
                return;
            }
            foreach (string addOn in Account())
            {
                string id = Id(addOn);
                if (wanted.Remove(id))
                {
                    Write(addOn, id);
                }
                if (wanted.Count == 0)
                {
                    return;
                }
            }
            wanted.ForEach(Write);
        }

        /// <summary>The add-ons of the account: what was read for an app before, then page after page.</summary>
        private IEnumerable<string> Account()
        {
            rest = rest ?? Items("add_on.list", () => new RequestText()).GetEnumerator();
            for (int i = 0; ; i++)
            {
                if (i == account.Count)
                {
                    if (!rest.MoveNext())
                    {
                        yield break;
                    }
                    account.Add(rest.Current);
                }
                yield return account[i];
            }
        }

        private static string Id(string addOn) => JsonFields.Text(JsonFields.Of(addOn), "id") ?? "";

        private void Write(string id) =>
            Write(Run("add_on.get", new StoreIds(null, null, id, null).Request()), id);

        private void Write(string addOn, string id) =>
            WriteObject(StoreObject.Create(addOn, "StoreShip.AddOn", new StoreIds(null, null, id, null)));
    }
}
