using System.Management.Automation;
using StoreShip.Files;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet that changes one value of a document.</summary>
    public abstract class JsonEditCmdlet : JsonValueCmdlet
    {
        /// <summary>
        /// Return the changed object or the changed text of the file. If the input is text, the changed text is always
        /// returned.
        /// </summary>
        [Parameter]
        public SwitchParameter PassThru { get; set; }

        /// <summary>The action as ShouldProcess shows it.</summary>
        private protected abstract string Action { get; }

        /// <summary>The text after the change. No other byte differs.</summary>
        private protected abstract string Edited(string json);

        /// <summary>Changes an object in place.</summary>
        /// <returns>The document; a new object if its root had to be replaced.</returns>
        private protected abstract object? Edit(PSObject? document);

        private protected override void OnText(string json) => WriteObject(JsonText.WithSurroundingWhiteSpace(json, Edited(json)));

        private protected override void OnFile(string path, string json, bool hasMark)
        {
            string edited = JsonText.WithSurroundingWhiteSpace(json, Edited(json));
            if (!ShouldProcess(path, Action))
            {
                return;
            }
            if (edited != json)
            {
                Utf8File.Write(path, edited, hasMark);
            }
            if (PassThru)
            {
                WriteObject(edited);
            }
        }

        private protected override void OnObject(PSObject? document)
        {
            if (!ShouldProcess("the object", Action))
            {
                return;
            }
            object? changed = Edit(document);
            if (!ReferenceEquals(changed, document) && !PassThru)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "request.invalid", "this replaces the root of the document, which can't be done in place",
                    "use -PassThru, and use the returned object");
            }
            if (PassThru)
            {
                WriteObject(changed, false);
            }
        }
    }
}
