using System.Management.Automation;
using StoreShip.Files;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet that changes one value of a document.</summary>
    public abstract class JsonEditCmdlet : JsonValueCmdlet
    {
        /// <summary>Return the changed object, or the changed text of the file. Changed text from the pipeline is always returned.</summary>
        [Parameter]
        public SwitchParameter PassThru { get; set; }

        private protected abstract string Action { get; }

        /// <summary>The text with the change in it, and no other byte changed.</summary>
        private protected abstract string Edited(string json);

        /// <summary>Changes an object in place.</summary>
        /// <returns>The document; another object when its root had to be replaced.</returns>
        private protected abstract object? Edit(PSObject? document);

        private protected override void OnText(string json) => WriteObject(JsonText.WithMargins(json, Edited(json)));

        private protected override void OnFile(string path, string json, bool hasMark)
        {
            string edited = JsonText.WithMargins(json, Edited(json));
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
                    StoreStatus.Invalid, "request.invalid", "the document itself is replaced by this, which can't be done in place",
                    "use -PassThru and take what is returned");
            }
            if (PassThru)
            {
                WriteObject(changed, false);
            }
        }
    }
}
