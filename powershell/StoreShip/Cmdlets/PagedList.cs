using System;
using System.Collections.Generic;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>
    /// A list of the service, read page by page as its items are taken: the first one is there before the last page is
    /// read, and nobody reads a page that nobody takes.
    /// </summary>
    internal static class StorePages
    {
        /// <summary>What the service gives by itself.</summary>
        private const int PageSize = 10;

        /// <summary>The items as the service wrote them.</summary>
        /// <param name="operation">The operation that lists.</param>
        /// <param name="run">Runs an operation.</param>
        /// <param name="request">Makes the request of a page, without the page.</param>
        /// <exception cref="StoreException">A page leads to one that came already (<c>service.repeated_link</c>).</exception>
        internal static IEnumerable<string> Items(string operation, Func<string, RequestText, string> run, Func<RequestText> request)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            RequestText ask = request().Add("top", PageSize);
            while (true)
            {
                Dictionary<string, string> page = JsonFields.Of(run(operation, ask));
                foreach (string item in JsonFields.Items(JsonFields.Raw(page, "value") ?? "[]"))
                {
                    yield return item;
                }
                string? next = JsonFields.Text(page, "next");
                if (next == null)
                {
                    yield break;
                }
                if (!seen.Add(next))
                {
                    throw new StoreException(
                        StoreStatus.Service, "service.repeated_link",
                        "page " + (seen.Count + 1) + " of " + operation + " leads to a page that came already",
                        "run again; give Microsoft's support the correlation id if it stays");
                }
                ask = request().Add("next", next);
            }
        }
    }
}
