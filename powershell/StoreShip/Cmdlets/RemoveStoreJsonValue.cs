using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>Removes one value of a document by its JSON Pointer, and leaves every other byte alone.</summary>
    /// <remarks>
    /// <para>It takes out a member or an item of a list, with one comma. Nothing there is the error document.pointer. Of
    /// a file, and of text, no other byte changes; a file is replaced in one step. An object is changed in place.</para>
    /// </remarks>
    /// <inputs type="System.String">JSON text, or an object.</inputs>
    /// <outputs type="System.String">The changed text; of a file and an object with -PassThru only.</outputs>
    /// <example>
    /// <title>Take a listing out of an object</title>
    /// <code>
    /// $submission = Get-StoreSubmission 9NBLGGH4R315
    /// $submission | Remove-StoreJsonValue /listings/de-de
    /// </code>
    /// <para>Changes the object; Set-StoreSubmission would store it.</para>
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
