using System.Management.Automation;
using StoreShip.Json;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>Writes the listings of another tool into a folder that Import-StoreListing takes.</summary>
    /// <remarks>
    /// <para>The formats are the ProductDescription XML files (PDP) of StoreBroker with their pictures, the metadata folder of the
    /// Azure DevOps tasks for the Store, and the CSV file that Partner Center exports. What could not be taken over is a warning
    /// with its file and the reason. Nothing is sent, and no connection is needed.</para>
    /// <para>The same conversion again changes nothing. A file that is there with another content is an error without -Force.</para>
    /// </remarks>
    /// <inputs type="None">Nothing.</inputs>
    /// <outputs type="StoreShip.ListingFiles">What was written: written, unchanged and notes.</outputs>
    /// <example>
    /// <title>Take over the listings of StoreBroker</title>
    /// <code>Convert-StoreListing -Path ./PDP -Format storeBroker -Destination ./converted -MediaPath ./Media -MediaLanguage en-us</code>
    /// <para>Writes a folder for each language, with the pictures that the XML files name.</para>
    /// </example>
    /// <example>
    /// <title>Take over an export of Partner Center</title>
    /// <code>Convert-StoreListing -Path ./listing.csv -Format partnerCenter -Destination ./exported</code>
    /// <para>Writes a folder for each column with a language.</para>
    /// </example>
    [Cmdlet(VerbsData.Convert, "StoreListing", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
    [OutputType("StoreShip.ListingFiles")]
    public sealed class ConvertStoreListing : StoreCmdlet
    {
        /// <summary>The folder of the other tool, or the CSV file.</summary>
        [Parameter(Position = 0, Mandatory = true)]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string Path { get; set; } = "";

        /// <summary>What it is: storeBroker, azureDevOps or partnerCenter.</summary>
        [Parameter(Mandatory = true)]
        [ValidateSet("storeBroker", "azureDevOps", "partnerCenter")]
        public string Format { get; set; } = "";

        /// <summary>The folder of listings. It is made if it is not there.</summary>
        [Parameter(Mandatory = true)]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string Destination { get; set; } = "";

        /// <summary>For StoreBroker, the folder of the pictures, where they do not stand beside the XML files.</summary>
        [Parameter]
        [Paths]
        [ValidateNotNullOrEmpty]
        public string? MediaPath { get; set; }

        /// <summary>For StoreBroker, the language whose pictures count for languages that lack them.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? MediaLanguage { get; set; }

        /// <summary>Replace files that are there with another content.</summary>
        [Parameter]
        public SwitchParameter Force { get; set; }

        /// <inheritdoc/>
        protected override object? ErrorTarget => Path;

        /// <inheritdoc/>
        protected override void Process()
        {
            string destination = FilePath(Destination);
            if (!ShouldProcess(destination, "Write the listings of " + Path))
            {
                return;
            }
            RequestText request = new RequestText()
                .Add("format", Word(nameof(Format), Format))
                .Add("from", FilePath(Path))
                .Add("path", destination)
                .Add("mediaPath", MediaPath == null ? null : FilePath(MediaPath))
                .Add("mediaLanguage", MediaLanguage)
                .Add("replace", Force.IsPresent);
            string json = StoreClient.Offline.Call("listing.convert", request.ToString());
            ListingNotes.Write(json, WriteWarning, WriteVerbose);
            WriteObject(StoreObject.FromResult(json, "StoreShip.ListingFiles", default));
        }
    }
}
