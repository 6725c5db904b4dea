using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Completion;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Runs any operation of the library by its name.</summary>
    /// <remarks>
    /// <para>The raw door: what has no cmdlet of its own can be called here. The operations and their fields are what
    /// Invoke-StoreOperation library.operations returns. Operations of the nouns library, document and package (but for
    /// package.upload) need no connection.</para>
    /// </remarks>
    /// <inputs type="System.Management.Automation.PSObject">The request.</inputs>
    /// <outputs type="System.Management.Automation.PSObject">The result as an object, or with -AsJson as text.</outputs>
    /// <example>
    /// <title>The flights of an app</title>
    /// <code>(Invoke-StoreOperation app.flights @{ appId = '9NBLGGH4R315' }).value</code>
    /// <para>Lists the package flights of an app.</para>
    /// </example>
    /// <example>
    /// <title>What there is</title>
    /// <code>(Invoke-StoreOperation library.operations).operations | Select-Object name, summary</code>
    /// <para>Lists all operations. This needs no connection.</para>
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

        /// <summary>The request: a hashtable or an object, or JSON text. Without it the request is empty.</summary>
        [Parameter(Position = 1, ValueFromPipeline = true)]
        [AllowNull]
        public PSObject? Request { get; set; }

        /// <summary>Return the result as JSON text, byte for byte as the library gave it.</summary>
        [Parameter]
        public SwitchParameter AsJson { get; set; }

        /// <inheritdoc/>
        protected override object? ErrorTarget => Operation;

        /// <summary>Here the user does write the names of operations and fields.</summary>
        private protected override string? Remedy(string? hint) => hint;

        /// <inheritdoc/>
        protected override void Process()
        {
            if (!ShouldProcess(Operation, "Run the operation"))
            {
                return;
            }
            string json = Request == null ? "{}" : Request.BaseObject as string ?? DocumentWalker.Walk(Request).Json;
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
            || operation == "package.inspect"
            || operation == "package.write");
    }
}
