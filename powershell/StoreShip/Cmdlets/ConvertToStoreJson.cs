using System.Management.Automation;
using StoreShip.Files;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>Converts objects to JSON at any depth.</summary>
    /// <remarks>
    /// <para>Unlike ConvertTo-Json, this cmdlet has no depth limit that truncates, and writes the same text on every
    /// edition and in every culture. It leaves out the properties that PowerShell attaches to strings and numbers. A value
    /// without an unambiguous JSON form is an error that names its place. Each object from the pipeline becomes one
    /// document. Pass an array with -InputObject, because the pipeline enumerates arrays.</para>
    /// </remarks>
    /// <inputs type="System.Management.Automation.PSObject">Any object.</inputs>
    /// <outputs type="System.String">JSON text; nothing with -Path.</outputs>
    /// <example>
    /// <title>Convert an object</title>
    /// <code>ConvertTo-StoreJson @{ languages = @('en-us'); price = 1.5 } -Compress</code>
    /// <para>Returns {"languages":["en-us"],"price":1.5}.</para>
    /// </example>
    /// <example>
    /// <title>Write a file</title>
    /// <code>ConvertTo-StoreJson @{ languages = @('en-us') } -Path ./languages.json</code>
    /// <para>Writes UTF-8 without a byte order mark on every edition of PowerShell.</para>
    /// </example>
    [Cmdlet(VerbsData.ConvertTo, "StoreJson", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
    [OutputType(typeof(string))]
    public sealed class ConvertToStoreJson : StoreCmdlet
    {
        /// <summary>The object to convert.</summary>
        [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
        [AllowNull]
        [AllowEmptyCollection]
        [AllowEmptyString]
        public object? InputObject { get; set; }

        /// <summary>Write one line without white space.</summary>
        [Parameter]
        public SwitchParameter Compress { get; set; }

        /// <summary>A file to write the text to, instead of returning it. An existing file is an error without -Force.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? Path { get; set; }

        /// <summary>Replace an existing file.</summary>
        [Parameter]
        public SwitchParameter Force { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            string json = DocumentWriter.Write(InputObject, !Compress).Json;
            if (Path == null)
            {
                WriteObject(json);
                return;
            }
            string path = FilePath(Path);
            Utf8File.RefuseNew(path, Force);
            if (ShouldProcess(path, "Write the JSON text"))
            {
                Utf8File.Write(path, json);
            }
        }
    }
}
