using System;
using System.Collections.Generic;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>
    /// Reads a list of the service page by page while its items are enumerated. The first item is available before the
    /// last page is read, and pages that are not needed are not read.
    /// </summary>
    internal static class PagedList
    {
        /// <summary>The number of items a page: the most that the service is known to return.</summary>
        internal const int PageSize = 100;

        /// <summary>The items of a list, byte for byte as the service sent them.</summary>
        /// <param name="operation">The name of the operation that lists.</param>
        /// <param name="run">Runs an operation.</param>
        /// <param name="request">Creates a request without the fields for paging.</param>
        /// <param name="after">The link of a page that was read; null to begin with the first page.</param>
        /// <exception cref="StoreException">A page links to an earlier one (<c>service.repeated_link</c>).</exception>
        internal static IEnumerable<string> Items(
            string operation, Func<string, RequestText, string> run, Func<RequestText> request, string? after = null)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            RequestText pageRequest = after == null ? request().Add("top", PageSize) : request().Add("next", after);
            if (after != null)
            {
                seen.Add(after);
            }
            while (true)
            {
                Dictionary<string, string> page = JsonFields.Of(run(operation, pageRequest));
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
                        "page " + (seen.Count + 1) + " of " + operation + " links to a page that was read before",
                        "run again; give Microsoft's support the correlation id if it stays");
                }
                pageRequest = request().Add("next", next);
            }
        }
    }
}
