using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>Removes one value of a JSON document by its JSON Pointer and changes no other byte.</summary>
    /// <remarks>
    /// <para>Removes a member or an array element. If the pointer names no value, the error is document.pointer. In text and
    /// files, all other bytes stay the same. A file is replaced atomically. An object is changed in place.</para>
    /// </remarks>
    /// <inputs type="System.String">JSON text, or an object.</inputs>
    /// <outputs type="System.String">The changed text; for a file or an object only with -PassThru.</outputs>
    /// <example>
    /// <title>Remove a listing from an object</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = Get-StoreSubmission 9NBLGGH4R315
    /// $submission | Remove-StoreJsonValue /listings/de-de
    /// </code>
    /// <para>Changes the object. Use Set-StoreSubmission to store it.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Remove, "StoreJsonValue", DefaultParameterSetName = "Input", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
    [OutputType(typeof(string), typeof(PSObject))]
    public sealed class RemoveStoreJsonValue : JsonEditCmdlet
    {
        private protected override string Action => "Remove the value at " + Pointer;

        private protected override string Edited(string json) =>
            StoreClient.Offline.Call("document.remove", Request(json).ToString());

        private protected override object? Edit(PSObject? document) => ObjectPointer.Remove(document, Pointer);
    }
}
