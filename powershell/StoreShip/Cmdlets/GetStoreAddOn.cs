using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets the add-ons of the account or of an app.</summary>
    /// <remarks>
    /// <para>Without an id, the cmdlet lists all add-ons of the account. With an app, it lists the add-ons of that app;
    /// with -AddOnId, it gets one add-on. Lists are read page by page: each object is written as soon as its page has
    /// arrived, and Select-Object -First stops the reading. The objects carry the id of the add-on and can be piped to the
    /// cmdlets for submissions.</para>
    /// </remarks>
    /// <inputs type="StoreShip.App">An app or the id of an app.</inputs>
    /// <outputs type="StoreShip.AddOn">The add-on as the service returned it: id, productId, productType, applications and,
    /// if they exist, pendingInAppProductSubmission and lastPublishedInAppProductSubmission.</outputs>
    /// <example>
    /// <title>List all add-ons</title>
    /// <code>Get-StoreAddOn</code>
    /// <para>Lists the add-ons of all apps of the account.</para>
    /// </example>
    /// <example>
    /// <title>Get the published submissions</title>
    /// <code>Get-StoreAddOn 9NBLGGH4R315 | Where-Object lastPublishedInAppProductSubmission | Get-StoreSubmission -Published</code>
    /// <para>Gets the published submission of each add-on of an app.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StoreAddOn")]
    [OutputType(TypeName)]
    public sealed class GetStoreAddOn : TargetCmdlet
    {
        private const string TypeName = "StoreShip.AddOn";
        private readonly List<string> account = new List<string>();
        private IEnumerator<string>? rest;

        /// <inheritdoc/>
        protected override void BeginProcessing()
        {
            base.BeginProcessing();
            CommandLineIds.Refuse(this, "an app has add-ons, and a flight has none: leave the flight out", nameof(FlightId));
        }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreIds ids = Ids();
            if (ids.AddOnId != null)
            {
                Get(ids.AddOnId);
            }
            else if (ids.AppId == null)
            {
                foreach (string addOn in Account())
                {
                    Write(addOn);
                }
            }
            else
            {
                WriteAddOnsOf(new StoreIds(ids.AppId, null, null, null));
            }
        }

        /// <summary>
        /// Writes the add-ons of an app. The service returns only their ids, so the add-ons themselves are taken from the
        /// list of the account, which needs fewer calls than one for each add-on.
        /// </summary>
        private void WriteAddOnsOf(StoreIds app)
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
                if (wanted.Remove(ItemIds.AddOn(addOn).AddOnId ?? ""))
                {
                    Write(addOn);
                }
                if (wanted.Count == 0)
                {
                    return;
                }
            }
            wanted.ForEach(Get);
        }

        /// <summary>
        /// The add-ons of the account: first the ones that were read for an earlier app of the pipeline, then the remaining
        /// pages.
        /// </summary>
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

        private void Get(string id) => Write(Run("add_on.get", new StoreIds(null, null, id, null).Request()));

        private void Write(string addOn) => WriteObject(StoreObject.FromResult(addOn, TypeName, ItemIds.AddOn(addOn)));
    }
}
