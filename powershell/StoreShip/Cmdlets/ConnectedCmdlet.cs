using System;
using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet that calls the service.</summary>
    public abstract class ConnectedCmdlet : StoreCmdlet
    {
        /// <summary>
        /// The connection to use. The default is the last one that Connect-Store made in this runspace. Any number of
        /// runspaces can use one connection; pass it to them with <c>$using:connection</c>. A job of Start-Job is another
        /// process and needs a connection of its own.
        /// </summary>
        [Parameter]
        [LiveConnection]
        public StoreConnection? Connection { get; set; }

        /// <summary>
        /// The time limit, in seconds, of each operation that the cmdlet runs. By default there is none.
        /// </summary>
        [Parameter]
        [ValidateRange(1, int.MaxValue)]
        public int TimeoutSeconds { get; set; }

        /// <summary>Runs an operation on the connection.</summary>
        /// <param name="operation">The name of the operation.</param>
        /// <param name="request">The request of the operation.</param>
        /// <returns>The result as JSON.</returns>
        private protected string Run(string operation, RequestText request) =>
            Run(Connected().Client, operation, request.Add("timeoutSeconds", TimeoutSeconds > 0 ? TimeoutSeconds : (long?)null));

        /// <summary>The items of a list, read page by page while they are enumerated.</summary>
        /// <param name="operation">The name of the operation that lists.</param>
        /// <param name="request">Creates the request of a page.</param>
        private protected IEnumerable<string> Items(string operation, Func<RequestText> request) =>
            PagedList.Items(operation, Run, request);

        /// <summary>The address of the service that the connection is to; null for the Microsoft Store, or without a connection.</summary>
        private protected string? Service => (Connection ?? StoreConnection.Default)?.ServiceUrl;

        private protected StoreConnection Connected() =>
            Connection ?? StoreConnection.Default ?? throw StoreConnection.Missing();
    }
}
