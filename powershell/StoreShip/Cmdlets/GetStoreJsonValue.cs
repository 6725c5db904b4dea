using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>Gets one value of a JSON document by its JSON Pointer.</summary>
    /// <remarks>
    /// <para>The document is JSON text, a file or an object. If the pointer names no value, the error is document.pointer.
    /// An array is written to the pipeline as one object, and null as $null.</para>
    /// </remarks>
    /// <inputs type="System.String">JSON text, or an object.</inputs>
    /// <outputs type="System.Management.Automation.PSObject">The value, or its JSON text with -AsJson.</outputs>
    /// <example>
    /// <title>Read a value from a file</title>
    /// <code>Get-StoreJsonValue /visibility -Path ./submission.json</code>
    /// <para>Returns the value of the member visibility.</para>
    /// </example>
    /// <example>
    /// <title>Keep the spelling of a number</title>
    /// <code>'{"pricing":{"rate":1.50}}' | Get-StoreJsonValue /pricing/rate -AsJson</code>
    /// <para>Returns 1.50.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StoreJsonValue", DefaultParameterSetName = "Input")]
    [OutputType(typeof(PSObject), typeof(string))]
    public sealed class GetStoreJsonValue : JsonValueCmdlet
    {
        /// <summary>Return the value as JSON text. From text and files, it is returned exactly as spelled there.</summary>
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
            WriteObject(AsJson ? DocumentWriter.Write(value).Json : value, false);
        }
    }
}
