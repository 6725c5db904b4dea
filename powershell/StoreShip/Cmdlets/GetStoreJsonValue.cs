using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets one value of a document by its JSON Pointer.</summary>
    /// <remarks>
    /// <para>The document is JSON text, a file or an object. A place where nothing is, is the error document.pointer; a
    /// null that stands there is returned as nothing. A list comes out as one object.</para>
    /// </remarks>
    /// <inputs type="System.String">JSON text, or an object.</inputs>
    /// <outputs type="System.Management.Automation.PSObject">The value, or with -AsJson its text.</outputs>
    /// <example>
    /// <title>One value of a file</title>
    /// <code>Get-StoreJsonValue /visibility -Path ./submission.json</code>
    /// <para>Returns the text of one member.</para>
    /// </example>
    /// <example>
    /// <title>A number as it is written</title>
    /// <code>'{"pricing":{"rate":1.50}}' | Get-StoreJsonValue /pricing/rate -AsJson</code>
    /// <para>Returns 1.50.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StoreJsonValue", DefaultParameterSetName = "Input")]
    [OutputType(typeof(PSObject), typeof(string))]
    public sealed class GetStoreJsonValue : JsonValueCmdlet
    {
        /// <summary>Return the value as JSON text; of text and files exactly as it is written there.</summary>
        [Parameter]
        public SwitchParameter AsJson { get; set; }

        private protected override void OnText(string json)
        {
            string value = StoreClient.Offline.Call("document.get", Request(json).ToString());
            WriteObject(AsJson ? value : DocumentReader.Read(value), false);
        }

        private protected override void OnFile(string path, string json, bool hasMark) => OnText(json);

        private protected override void OnObject(PSObject? document)
        {
            object? value = ObjectPointer.Get(document, Pointer);
            WriteObject(AsJson ? DocumentWalker.Walk(value).Json : value, false);
        }
    }
}
