using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Tells what is inside an app package or bundle.</summary>
    /// <remarks>
    /// <para>Reads the manifests of .appx, .msix, .appxbundle, .msixbundle, .appxupload and .msixupload files; nothing is
    /// unpacked and nothing is sent, so that it needs no connection. A file that the Store would not read is the error
    /// package.invalid.</para>
    /// </remarks>
    /// <inputs type="System.String">The path of a package, or a file of Get-ChildItem.</inputs>
    /// <outputs type="StoreShip.Package">Identity, version, architectures, languages, device families, capabilities and so
    /// on; of a bundle also its packages.</outputs>
    /// <example>
    /// <title>Look into a package</title>
    /// <code>Get-StorePackage ./App.msix</code>
    /// <para>Shows identity, version and what else the manifest tells.</para>
    /// </example>
    /// <example>
    /// <title>The versions of all packages of a build</title>
    /// <code>Get-ChildItem *.msix | Get-StorePackage | Select-Object fileName, version</code>
    /// <para>Lists the packages of the folder with their versions.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StorePackage")]
    [OutputType("StoreShip.Package")]
    public sealed class GetStorePackage : StoreCmdlet
    {
        private string? present;

        /// <summary>The package files. Wildcards are not expanded; pipe the files of Get-ChildItem instead.</summary>
        [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [Alias("FullName")]
        [ValidateNotNullOrEmpty]
        public string[] Path { get; set; } = new string[0];

        /// <inheritdoc/>
        protected override object? ErrorTarget => present;

        /// <inheritdoc/>
        protected override void Process()
        {
            foreach (string path in Path)
            {
                present = path;
                string request = new RequestText().Add("path", FilePath(path)).ToString();
                string facts = StoreClient.Offline.Call("package.inspect", request);
                WriteObject(StoreObject.Create(facts, "StoreShip.Package", default));
            }
        }
    }
}
