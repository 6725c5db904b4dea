using System.Management.Automation;

namespace StoreShip.Cmdlets
{
    /// <summary>Closes a connection to the Store.</summary>
    /// <remarks>
    /// <para>Closes the native client and erases the secrets that it keeps in memory. Operations that still run on the
    /// connection are cancelled. A closed connection can't be used again.</para>
    /// </remarks>
    /// <inputs type="StoreShip.StoreConnection">A connection.</inputs>
    /// <outputs type="None">Nothing.</outputs>
    /// <example>
    /// <title>Close the default connection</title>
    /// <code>Disconnect-Store</code>
    /// <para>Closes the last connection that Connect-Store made in this runspace.</para>
    /// </example>
    [Cmdlet(VerbsCommunications.Disconnect, "Store")]
    [OutputType(typeof(void))]
    public sealed class DisconnectStore : StoreCmdlet
    {
        /// <summary>The connection to close. The default is the default connection of this runspace.</summary>
        [Parameter(Position = 0, ValueFromPipeline = true)]
        [LiveConnection]
        public StoreConnection? Connection { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreConnection? closing = Connection ?? StoreConnection.Default;
            if (closing == null)
            {
                return;
            }
            closing.Close();
            if (closing == StoreConnection.Default)
            {
                StoreConnection.Default = null;
            }
        }
    }
}
