using System.Text;

namespace StoreShip.Cmdlets
{
    /// <summary>
    /// The library names its operations and fields in a remedy; who types cmdlets has other names for them.
    /// </summary>
    internal static class CmdletWords
    {
        private static readonly string[,] Words =
        {
            { "publish with `draft` set to `adopt` or `delete`", "use Publish-StoreSubmission with -Draft adopt or -Draft delete" },
            { "publish with `draft` set to `delete`", "use Publish-StoreSubmission with -Draft delete" },
            // A cmdlet passes full paths.
            { "; it is relative to the current folder of the process", "" },
            { "`library.operations`", "Invoke-StoreOperation library.operations" },
            { "`app.list`", "Get-StoreApp" },
            { "`app.get`", "Get-StoreApp" },
            { "`app.flights`", "Get-StoreFlight" },
            { "`add_on.list`", "Get-StoreAddOn" },
            { "`submission.status`", "Get-StoreSubmission" },
            { "`submission.commit`", "Complete-StoreSubmission" },
            { "`rollout.get`", "Get-StoreRollout" },
            { "`rollout.finalize`", "Complete-StoreRollout" },
            { "`rollout.halt`", "Stop-StoreRollout" },
            { "`appId`", "-AppId" },
            { "`appName`", "-AppName" },
            { "`flightId`", "-FlightId" },
            { "`addOnId`", "-AddOnId" },
            { "`allowFree`", "-AllowFree" },
            { "`edits`", "-Edit" },
            { "`timeoutSeconds`", "-TimeoutSeconds" },
            { "`blobHosts`", "-BlobHost" },
            { "`caFile`", "-CertificateAuthorityPath" },
            { "`proxy`", "-Proxy" },
            { "`certificatePassword`", "-CertificatePassword" },
            { "the program's path as `command`", "the program's path as -AzureCliPath" },
        };

        /// <summary>The remedy with the names of cmdlets and parameters.</summary>
        /// <param name="remedy">What the library says.</param>
        internal static string? Of(string? remedy)
        {
            if (remedy == null)
            {
                return null;
            }
            var text = new StringBuilder(remedy);
            for (int i = 0; i < Words.GetLength(0); i++)
            {
                text.Replace(Words[i, 0], Words[i, 1]);
            }
            return text.ToString();
        }
    }
}
