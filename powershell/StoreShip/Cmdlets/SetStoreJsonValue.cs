using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>Sets one value of a document by its JSON Pointer, and leaves every other byte alone.</summary>
    /// <remarks>
    /// <para>A value that is there is replaced; a member that is missing is added; - as the last part of the pointer
    /// appends to a list. Everything above must exist. Of a file, and of text, no other byte changes; a file is replaced
    /// in one step. An object is changed in place.</para>
    /// <para>The value is written as ConvertTo-StoreJson does. For a number or a text in a spelling of your own use
    /// [StoreShip.Json.JsonRaw]'1.10e2'.</para>
    /// </remarks>
    /// <inputs type="System.String">JSON text, or an object.</inputs>
    /// <outputs type="System.String">The changed text; of a file and an object with -PassThru only.</outputs>
    /// <example>
    /// <title>Change a value in a file</title>
    /// <code>Set-StoreJsonValue /visibility Hidden -Path ./submission.json</code>
    /// <para>Writes the file with one value changed.</para>
    /// </example>
    /// <example>
    /// <title>Append to a list in text</title>
    /// <code>'{"keywords":["books"]}' | Set-StoreJsonValue /keywords/- epub</code>
    /// <para>Returns {"keywords":["books","epub"]}.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Set, "StoreJsonValue", DefaultParameterSetName = "Input", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
    [OutputType(typeof(string), typeof(PSObject))]
    public sealed class SetStoreJsonValue : JsonEditCmdlet
    {
        /// <summary>The new value: text, a number, a boolean, $null, a list or an object.</summary>
        [Parameter(Position = 1, Mandatory = true)]
        [AllowNull]
        [AllowEmptyString]
        [AllowEmptyCollection]
        public object? Value { get; set; }

        private protected override string Action => "Set the value at " + Pointer;

        private protected override string Edited(string json) => StoreClient.Offline.Call(
            "document.set", Request(json).AddRaw("value", DocumentWalker.Walk(Value).Json).ToString());

        private protected override object? Edit(PSObject? document)
        {
            // What has no JSON form is refused here, where it is known which command brought it.
            DocumentWalker.Walk(Value);
            return ObjectPointer.Set(document, Pointer, Value);
        }
    }
}
