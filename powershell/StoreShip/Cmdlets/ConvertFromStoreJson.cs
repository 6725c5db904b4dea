using System.Management.Automation;
using System.Text;
using StoreShip.Files;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Reads JSON into objects without changing a value.</summary>
    /// <remarks>
    /// <para>Unlike ConvertFrom-Json it never makes a date of a text, keeps lists of one and none, reads any depth, and
    /// gives the same types on every edition of PowerShell. It accepts JSON only: a comment (without -AllowComments), a
    /// trailing comma or a single quote is an error with its line and column.</para>
    /// <para>All text that is piped in is one document. A list at the top comes out as one object.</para>
    /// </remarks>
    /// <inputs type="System.String">JSON text; several lines are joined.</inputs>
    /// <outputs type="System.Management.Automation.PSObject">The document: objects, lists, text, numbers, true, false or nothing.</outputs>
    /// <example>
    /// <title>Dates stay text</title>
    /// <code>'{"date":"1601-01-01T00:00:00.0000000Z","price":1.10}' | ConvertFrom-StoreJson</code>
    /// <para>Both values keep their form.</para>
    /// </example>
    /// <example>
    /// <title>Read a file</title>
    /// <code>
    /// $submission = ConvertFrom-StoreJson -Path ./submission.json
    /// $submission.visibility
    /// </code>
    /// <para>Reads the bytes as UTF-8, whatever the edition's default is.</para>
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
        /// Accept // and /* */ comments, for files that people write. What the service sends never has any.
        /// </summary>
        [Parameter]
        public SwitchParameter AllowComments { get; set; }

        /// <summary>Make dictionaries instead of objects: keys can be added by assignment, and keep their spelling.</summary>
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
            json = AllowComments ? JsonComments.Blank(json) : json;
            object? value = DocumentReader.Read(json, AsHashtable);
            if (value is PSObject document)
            {
                StoreObject.Attach(document, json, default);
            }
            WriteObject(value, false);
        });
    }
}
