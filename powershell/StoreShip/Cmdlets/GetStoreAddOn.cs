using System;
using System.Collections.Generic;
using System.Linq;
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

        private protected override bool TakesFlight => false;

        /// <inheritdoc/>
        protected override void BeginProcessing()
        {
            base.BeginProcessing();
            CommandLineIds.Refuse(this, "an app has add-ons, and a flight has none: leave the flight out", nameof(FlightId), nameof(FlightName));
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
        /// list of the account, whose items name their apps; that needs fewer calls than one for each add-on. Of the ids, one
        /// page is read: it says whether the app exists, and where the search may end.
        /// </summary>
        private void WriteAddOnsOf(StoreIds app)
        {
            Dictionary<string, string> page = JsonFields.Of(Run("app.add_ons", app.Request().Add("top", PagedList.PageSize)));
            string? next = JsonFields.Text(page, "next");
            HashSet<string> missing = Ids(JsonFields.Items(JsonFields.Raw(page, "value") ?? "[]"));
            var written = new HashSet<string>(StringComparer.Ordinal);
            if (missing.Count == 0 && next == null)
            {
                return;
            }
            foreach (string addOn in Account())
            {
                string id = ItemIds.AddOn(addOn).AddOnId ?? "";
                if (missing.Remove(id) || IsOf(app.AppId!, addOn))
                {
                    written.Add(id);
                    Write(addOn);
                }
                if (missing.Count == 0 && next == null)
                {
                    return;
                }
            }
            if (next != null && written.Count < JsonFields.Number(page, "totalCount"))
            {
                missing.UnionWith(Ids(PagedList.Items("app.add_ons", Run, app.Request, next)));
                missing.ExceptWith(written);
            }
            foreach (string id in missing)
            {
                Get(id);
            }
        }

        private static HashSet<string> Ids(IEnumerable<string> references) => new HashSet<string>(
            references.Select(item => JsonFields.Text(JsonFields.Of(item), "inAppProductId") ?? ""), StringComparer.Ordinal);

        /// <summary>Whether an add-on of the account names an app.</summary>
        private static bool IsOf(string appId, string addOn)
        {
            Dictionary<string, string> apps = JsonFields.Of(JsonFields.Raw(JsonFields.Of(addOn), "applications") ?? "{}");
            return JsonFields.Items(JsonFields.Raw(apps, "value") ?? "[]").Exists(
                app => string.Equals(JsonFields.Text(JsonFields.Of(app), "id"), appId, StringComparison.OrdinalIgnoreCase));
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
