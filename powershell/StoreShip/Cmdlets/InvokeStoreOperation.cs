using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>Runs an operation of the library by its name.</summary>
    /// <remarks>
    /// <para>Use this cmdlet for operations that have no cmdlet of their own. Invoke-StoreOperation library.operations
    /// returns all operations with their fields. The operations library.*, document.*, listing.read, listing.write,
    /// package.inspect and package.write need no connection.</para>
    /// </remarks>
    /// <inputs type="System.Management.Automation.PSObject">The request.</inputs>
    /// <outputs type="System.Management.Automation.PSObject">The result as an object, or its JSON text with -AsJson.</outputs>
    /// <example>
    /// <title>List the flights of an app</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// (Invoke-StoreOperation app.flights @{ appId = '9NBLGGH4R315' }).value
    /// </code>
    /// <para>Returns the package flights of an app.</para>
    /// </example>
    /// <example>
    /// <title>List the operations</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// (Invoke-StoreOperation library.operations).operations | Select-Object name, summary
    /// </code>
    /// <para>Lists all operations with a summary of each. No connection is needed.</para>
    /// </example>
    [Cmdlet(VerbsLifecycle.Invoke, "StoreOperation", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType(typeof(PSObject), typeof(string))]
    public sealed class InvokeStoreOperation : ConnectedCmdlet
    {
        /// <summary>The name of the operation, for example app.get.</summary>
        [Parameter(Position = 0, Mandatory = true)]
        [ArgumentCompleter(typeof(OperationCompleter))]
        [ValidateNotNullOrEmpty]
        public string Operation { get; set; } = "";

        /// <summary>The request: a hashtable, an object or JSON text. The default is an empty request.</summary>
        [Parameter(Position = 1, ValueFromPipeline = true)]
        [AllowNull]
        public PSObject? Request { get; set; }

        /// <summary>Return the result as JSON text, byte for byte as the library returned it.</summary>
        [Parameter]
        public SwitchParameter AsJson { get; set; }

        /// <inheritdoc/>
        protected override object? ErrorTarget => Operation;

        /// <summary>The hint as it is: the user of this cmdlet knows the names of operations and fields.</summary>
        private protected override string? Remedy(string? hint) => hint;

        /// <inheritdoc/>
        private protected override RequestWords? Words => null;

        /// <inheritdoc/>
        protected override void Process()
        {
            if (!ShouldProcess(Operation, "Run the operation"))
            {
                return;
            }
            string json = Request == null ? "{}" : Request.BaseObject as string ?? DocumentWriter.Write(Request).Json;
            string result = NeedsConnection(Operation)
                ? Run(Operation, Fields(json))
                : StoreClient.Offline.Call(Operation, json);
            if (AsJson)
            {
                WriteObject(result);
                return;
            }
            object? value = DocumentReader.Read(result);
            WriteObject(value, false);
        }

        private static RequestText Fields(string json)
        {
            var request = new RequestText();
            foreach (KeyValuePair<string, string> field in JsonFields.Of(json))
            {
                request.AddRaw(field.Key, field.Value);
            }
            return request;
        }

        private static bool NeedsConnection(string operation) =>
            !(operation.StartsWith("library.", System.StringComparison.Ordinal)
            || operation.StartsWith("document.", System.StringComparison.Ordinal)
            || operation == "listing.read"
            || operation == "listing.write"
            || operation == "package.inspect"
            || operation == "package.write");
    }
}
