using System;
using System.Collections.Generic;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>
    /// A connection that Connect-Store made. It holds no secret; only the native client does. Any number of runspaces may
    /// use one connection at the same time.
    /// </summary>
    public sealed class StoreConnection
    {
        private static readonly ConditionalWeakTable<Runspace, StoreConnection> Defaults =
            new ConditionalWeakTable<Runspace, StoreConnection>();

        private static readonly object DefaultsLock = new object();

        internal StoreConnection(
            StoreClient client, string credential, string? tenantId, string? clientId, string? serviceUrl, int retryTimeoutSeconds)
        {
            Client = client;
            Credential = credential;
            TenantId = tenantId;
            ClientId = clientId;
            ServiceUrl = serviceUrl;
            RetryTimeoutSeconds = retryTimeoutSeconds;
        }

        /// <summary>
        /// The type of the credential in the configuration: <c>clientSecret</c>, <c>githubActions</c>, <c>environment</c>
        /// ...
        /// </summary>
        public string Credential { get; }

        /// <summary>
        /// The credential that signed in. From a chain of credentials, both are named: <c>environment: client secret</c>.
        /// Null before the first sign-in.
        /// </summary>
        public string? SignedInAs { get; private set; }

        /// <summary>The directory (tenant) id; null if it is unknown.</summary>
        public string? TenantId { get; private set; }

        /// <summary>The application (client) id; null if it is unknown.</summary>
        public string? ClientId { get; private set; }

        /// <summary>The address of the submission API; null for the Microsoft Store.</summary>
        public string? ServiceUrl { get; }

        /// <summary>How long a failed request is retried, in seconds.</summary>
        public int RetryTimeoutSeconds { get; }

        /// <summary>Whether the connection can be used: false after Disconnect-Store.</summary>
        public bool IsOpen => !Client.IsClosed;

        /// <summary>Sets the properties of the account after a sign-in.</summary>
        /// <param name="account">The result of <c>token.check</c>, or the finding on the sign-in of <c>service.check</c>.</param>
        internal void SetAccount(string account)
        {
            Dictionary<string, string> fields = JsonFields.Of(account);
            SignedInAs = Shown(fields, "credential");
            TenantId = Shown(fields, "tenantId") ?? TenantId;
            ClientId = Shown(fields, "clientId") ?? ClientId;
        }

        /// <summary>A member for people: a token is foreign text too.</summary>
        private static string? Shown(Dictionary<string, string> fields, string name) =>
            JsonFields.Text(fields, name) is string text ? ViewText.Line(text) : null;

        /// <summary>The native client of the connection.</summary>
        internal StoreClient Client { get; }

        /// <summary>The error for a cmdlet that needs a connection when there is none.</summary>
        internal static StoreException Missing() => new StoreException(
            StoreStatus.UnknownId, "client.not_connected", "there is no connection to the Store in this runspace",
            "run Connect-Store first, or pass -Connection");

        /// <summary>The error for a cmdlet whose connection was closed.</summary>
        internal static StoreException Closed() => new StoreException(
            StoreStatus.UnknownId, "client.closed", "the connection was closed", "run Connect-Store again");

        /// <summary>The error for a cmdlet whose connection was closed while its operation ran.</summary>
        /// <param name="end">How the operation ended.</param>
        internal static StoreException Closed(StoreException end) => new StoreException(
            StoreStatus.UnknownId, "client.closed", "the connection was closed during the operation: " + end.Message,
            "run Connect-Store again", end);

        /// <summary>The connection that cmdlets of this runspace use without -Connection.</summary>
        internal static StoreConnection? Default
        {
            get
            {
                Runspace? runspace = Runspace.DefaultRunspace;
                lock (DefaultsLock)
                {
                    return runspace != null && Defaults.TryGetValue(runspace, out StoreConnection? connection) ? connection : null;
                }
            }

            set
            {
                Runspace runspace = Runspace.DefaultRunspace;
                lock (DefaultsLock)
                {
                    Defaults.Remove(runspace);
                    if (value != null)
                    {
                        Defaults.Add(runspace, value);
                    }
                }
            }
        }

        /// <summary>Closes the native client. Its running operations are cancelled.</summary>
        internal void Close() => Client.Dispose();
    }
}
