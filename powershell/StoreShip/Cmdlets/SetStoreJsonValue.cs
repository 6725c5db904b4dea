using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>Sets one value of a JSON document by its JSON Pointer and changes no other byte.</summary>
    /// <remarks>
    /// <para>Replaces an existing value or adds a member. A pointer that ends with /- appends to an array. The object or
    /// array that holds the value must exist. In text and files, all other bytes stay the same. A file is replaced
    /// atomically. An object is changed in place.</para>
    /// <para>The value is converted as ConvertTo-StoreJson does it. To write a value in a spelling of your own, pass
    /// [StoreShip.Json.JsonRaw]'1.10e2'.</para>
    /// </remarks>
    /// <inputs type="System.String">JSON text, or an object.</inputs>
    /// <outputs type="System.String">The changed text; for a file or an object only with -PassThru.</outputs>
    /// <example>
    /// <title>Change a value in a file</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Set-StoreJsonValue /visibility Hidden -Path ./submission.json
    /// </code>
    /// <para>Changes one value of the file.</para>
    /// </example>
    /// <example>
    /// <title>Append to an array in text</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// '{"keywords":["books"]}' | Set-StoreJsonValue /keywords/- epub
    /// </code>
    /// <para>Returns {"keywords":["books","epub"]}.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Set, "StoreJsonValue", DefaultParameterSetName = "Input", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
    [OutputType(typeof(string), typeof(PSObject))]
    public sealed class SetStoreJsonValue : JsonEditCmdlet
    {
        /// <summary>The new value: a string, a number, a boolean, $null, an array or an object.</summary>
        [Parameter(Position = 1, Mandatory = true)]
        [AllowNull]
        [AllowEmptyString]
        [AllowEmptyCollection]
        public object? Value { get; set; }

        private protected override string Action => "Set the value at " + Pointer;

        private protected override string Edited(string json) => StoreClient.Offline.Call(
            "document.set", Request(json).AddRaw("value", DocumentWriter.Write(Value).Json).ToString());

        private protected override object? Edit(PSObject? document)
        {
            // A value without a JSON form is refused here rather than when the object is stored later.
            DocumentWriter.Write(Value);
            return ObjectPointer.Set(document, Pointer, Value);
        }
    }
}
