using System.Management.Automation;
using StoreShip.Files;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>Writes objects as JSON, at any depth and without guessing.</summary>
    /// <remarks>
    /// <para>Unlike ConvertTo-Json it has no depth, writes the same text on every edition and in every culture, leaves
    /// out what PowerShell attaches to text and numbers, and refuses what has no certain JSON form with the place of the
    /// value. Each object of the pipeline is one document; give a list with -InputObject, because a pipeline takes lists
    /// apart.</para>
    /// </remarks>
    /// <inputs type="System.Management.Automation.PSObject">Any object.</inputs>
    /// <outputs type="System.String">JSON text; with -Path nothing.</outputs>
    /// <example>
    /// <title>Write an object</title>
    /// <code>ConvertTo-StoreJson @{ languages = @('en-us'); price = 1.5 } -Compress</code>
    /// <para>Gives {"languages":["en-us"],"price":1.5}.</para>
    /// </example>
    /// <example>
    /// <title>Write a file</title>
    /// <code>ConvertTo-StoreJson @{ languages = @('en-us') } -Path ./languages.json</code>
    /// <para>Writes UTF-8 without a byte order mark, on every edition.</para>
    /// </example>
    [Cmdlet(VerbsData.ConvertTo, "StoreJson", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
    [OutputType(typeof(string))]
    public sealed class ConvertToStoreJson : StoreCmdlet
    {
        /// <summary>The object.</summary>
        [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
        [AllowNull]
        [AllowEmptyCollection]
        [AllowEmptyString]
        public object? InputObject { get; set; }

        /// <summary>Write one line without blanks.</summary>
        [Parameter]
        public SwitchParameter Compress { get; set; }

        /// <summary>A file to write instead of returning the text. A file that is there is replaced with -Force only.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? Path { get; set; }

        /// <summary>Replace the file when it is there.</summary>
        [Parameter]
        public SwitchParameter Force { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            string json = DocumentWalker.Walk(InputObject, !Compress).Json;
            if (Path == null)
            {
                WriteObject(json);
                return;
            }
            string path = FilePath(Path);
            Utf8File.RefuseExisting(path, Force);
            if (ShouldProcess(path, "Write the JSON text"))
            {
                Utf8File.Write(path, json);
            }
        }
    }
}
