using System.Management.Automation;
using System.Text;
using StoreShip.Files;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>A cmdlet for one value of a document; the document is text, a file or an object.</summary>
    public abstract class JsonValueCmdlet : StoreCmdlet
    {
        private readonly StringBuilder text = new StringBuilder();
        private bool any;

        /// <summary>
        /// The JSON Pointer (RFC 6901) of the value, for example /listings/en-us/baseListing/keywords/0. Within a name,
        /// write ~1 for a slash and ~0 for a tilde. Names are case-sensitive.
        /// </summary>
        [Parameter(Position = 0, Mandatory = true)]
        [AllowEmptyString]
        public string Pointer { get; set; } = "";

        /// <summary>An object, or JSON text. Several lines of text from the pipeline are joined.</summary>
        [Parameter(ParameterSetName = "Input", Mandatory = true, ValueFromPipeline = true)]
        [Alias("Json")]
        [AllowNull]
        [AllowEmptyString]
        public PSObject? InputObject { get; set; }

        /// <summary>A file with JSON in UTF-8.</summary>
        [Parameter(ParameterSetName = "Path", Mandatory = true)]
        public string Path { get; set; } = "";

        /// <inheritdoc/>
        protected override object? ErrorTarget => Pointer;

        /// <inheritdoc/>
        protected override void Process()
        {
            if (ParameterSetName == "Path")
            {
                string path = FilePath(Path);
                OnFile(path, Utf8File.Read(path, out bool hasMark), hasMark);
            }
            else if (InputObject?.BaseObject is string line)
            {
                text.Append(any ? "\n" : "").Append(line);
                any = true;
            }
            else
            {
                OnObject(InputObject);
            }
        }

        /// <inheritdoc/>
        protected override void EndProcessing()
        {
            if (any)
            {
                Guard(() => OnText(text.ToString()));
            }
        }

        /// <summary>Handles JSON text.</summary>
        private protected abstract void OnText(string json);

        /// <summary>Handles a file with JSON text, which may begin with a byte order mark.</summary>
        private protected abstract void OnFile(string path, string json, bool hasMark);

        /// <summary>Handles an object.</summary>
        private protected abstract void OnObject(PSObject? document);

        /// <summary>A request of a <c>document.*</c> operation, with the document and the pointer.</summary>
        private protected RequestText Request(string json) =>
            new RequestText().AddRaw("document", new JsonRaw(json).Text).Add("pointer", Pointer);
    }
}
