using System.Management.Automation;
using System.Text;
using StoreShip.Files;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Converts JSON to objects without changing any value.</summary>
    /// <remarks>
    /// <para>Unlike ConvertFrom-Json, this cmdlet never converts a string to a date, keeps arrays with one element or none,
    /// reads any depth, and gives the same types on every edition of PowerShell. It accepts strict JSON only: a comment
    /// (without -AllowComments), a trailing comma, a single quote or a name that an object has twice is an error with its
    /// line and column.</para>
    /// <para>All text from the pipeline is joined to one document. A top-level array is written to the pipeline as one
    /// object.</para>
    /// </remarks>
    /// <inputs type="System.String">JSON text, in one or several lines.</inputs>
    /// <outputs type="System.Management.Automation.PSObject">The value of the document: an object, an array, a string, a
    /// number, a boolean or nothing for null.</outputs>
    /// <example>
    /// <title>Keep dates as text</title>
    /// <code>'{"date":"1601-01-01T00:00:00.0000000Z","price":1.10}' | ConvertFrom-StoreJson</code>
    /// <para>The date stays a string, and the price keeps its two decimal places.</para>
    /// </example>
    /// <example>
    /// <title>Read a file</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $submission = ConvertFrom-StoreJson -Path ./submission.json
    /// $submission.visibility
    /// </code>
    /// <para>Reads the file as UTF-8 on every edition of PowerShell.</para>
    /// </example>
    [Cmdlet(VerbsData.ConvertFrom, "StoreJson", DefaultParameterSetName = "Json")]
    [OutputType(typeof(PSObject))]
    public sealed class ConvertFromStoreJson : StoreCmdlet
    {
        private readonly StringBuilder text = new StringBuilder();
        private bool any;

        /// <summary>The JSON text.</summary>
        [Parameter(ParameterSetName = "Json", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [AllowEmptyString]
        public string Json { get; set; } = "";

        /// <summary>A file with JSON in UTF-8.</summary>
        [Parameter(ParameterSetName = "Path", Mandatory = true)]
        public string Path { get; set; } = "";

        /// <summary>
        /// Accept // and /* */ comments, for files that people write by hand.
        /// </summary>
        [Parameter]
        public SwitchParameter AllowComments { get; set; }

        /// <summary>
        /// Return ordered dictionaries instead of objects. Assigning to a new key adds it, and existing keys keep their
        /// spelling.
        /// </summary>
        [Parameter]
        public SwitchParameter AsHashtable { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            if (ParameterSetName == "Path")
            {
                text.Append(Utf8File.Read(FilePath(Path)));
                return;
            }
            text.Append(any ? "\n" : "").Append(Json);
            any = true;
        }

        /// <inheritdoc/>
        protected override void EndProcessing() => Guard(() =>
        {
            string json = text.ToString().TrimStart('\uFEFF');
            json = AllowComments ? JsonComments.ReplaceWithSpaces(json) : json;
            TwinNames.Refuse(json, null, ParameterSetName == "Path" ? FilePath(Path) : null);
            object? value = DocumentReader.Read(json, AsHashtable);
            if (value is PSObject document)
            {
                StoreObject.Attach(document, json, default);
            }
            WriteObject(value, false);
        });
    }
}
