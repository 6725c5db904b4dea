using System;
using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet that talks to the service.</summary>
    public abstract class ConnectedCmdlet : StoreCmdlet
    {
        /// <summary>
        /// The connection to use. Without it, the last one that Connect-Store made in this runspace. Pass it on to
        /// other runspaces, for example with <c>$using:</c>: one connection serves them all.
        /// </summary>
        [Parameter]
        public StoreConnection? Connection { get; set; }

        /// <summary>The longest time the whole call may take, in seconds. Without it there is no limit of its own.</summary>
        [Parameter]
        [ValidateRange(1, int.MaxValue)]
        public int TimeoutSeconds { get; set; }

        /// <summary>Runs an operation on the connection.</summary>
        /// <param name="operation">The operation.</param>
        /// <param name="request">Its request.</param>
        /// <returns>The result as JSON.</returns>
        private protected string Run(string operation, RequestText request) =>
            Run(Connected().Client, operation, request.Add("timeoutSeconds", TimeoutSeconds > 0 ? TimeoutSeconds : (long?)null));

        /// <summary>The items of a list, page by page.</summary>
        /// <param name="operation">The operation that lists.</param>
        /// <param name="request">Makes its request.</param>
        private protected IEnumerable<string> Items(string operation, Func<RequestText> request) =>
            StorePages.Items(operation, Run, request);

        private protected StoreConnection Connected() =>
            Connection ?? StoreConnection.Default ?? throw StoreConnection.Missing();
    }
}
