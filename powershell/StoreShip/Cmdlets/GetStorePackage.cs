using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Reads the manifest of an app package or bundle.</summary>
    /// <remarks>
    /// <para>Reads .appx, .msix, .appxbundle, .msixbundle, .appxupload and .msixupload files. Nothing is unpacked to disk
    /// and nothing is sent; no connection is needed. If the Store could not read the file, the error is
    /// package.invalid.</para>
    /// </remarks>
    /// <inputs type="System.String">The path of a package, or a file from Get-ChildItem.</inputs>
    /// <outputs type="StoreShip.Package">Identity, version, architectures, languages, device families, capabilities and
    /// more; for a bundle, also its packages.</outputs>
    /// <example>
    /// <title>Inspect a package</title>
    /// <code>Get-StorePackage ./App.msix</code>
    /// <para>Shows the identity, the version and other values of the manifest.</para>
    /// </example>
    /// <example>
    /// <title>List the versions of all packages of a build</title>
    /// <code>Get-ChildItem *.msix | Get-StorePackage | Select-Object fileName, version</code>
    /// <para>Lists the packages in the current folder with their versions.</para>
    /// </example>
    [Cmdlet(VerbsCommon.Get, "StorePackage")]
    [OutputType("StoreShip.Package")]
    public sealed class GetStorePackage : StoreCmdlet
    {
        private string? current;

        /// <summary>The package files. Wildcards are not expanded; pipe files from Get-ChildItem instead.</summary>
        [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [Alias("FullName")]
        [ValidateNotNullOrEmpty]
        public string[] Path { get; set; } = new string[0];

        /// <inheritdoc/>
        protected override object? ErrorTarget => current;

        /// <inheritdoc/>
        protected override void Process()
        {
            foreach (string path in Path)
            {
                current = path;
                string request = new RequestText().Add("path", FilePath(path)).ToString();
                string package = StoreClient.Offline.Call("package.inspect", request);
                WriteObject(StoreObject.FromResult(package, "StoreShip.Package", default));
            }
        }
    }
}
