using System;
using System.Collections.Generic;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using StoreShip.Json;

namespace StoreShip
{
    /// <summary>
    /// A connection that Connect-Store made. It holds no secret: the native client has it. One connection serves any
    /// number of runspaces at once.
    /// </summary>
    public sealed class StoreConnection
    {
        private static readonly ConditionalWeakTable<Runspace, StoreConnection> Defaults =
            new ConditionalWeakTable<Runspace, StoreConnection>();

        private static readonly object Gate = new object();

        internal StoreConnection(
            StoreClient client, StoreClient probe, string credential, string? tenantId, string? clientId, string? serviceUrl)
        {
            Client = client;
            Probe = probe;
            Credential = credential;
            TenantId = tenantId;
            ClientId = clientId;
            ServiceUrl = serviceUrl;
        }

        /// <summary>The kind of credential, as it was asked for: <c>clientSecret</c>, <c>githubActions</c>,
        /// <c>environment</c> ...</summary>
        public string Credential { get; }

        /// <summary>Who signed in, with the link of a chain: <c>environment: client secret</c>. Null before a sign-in.</summary>
        public string? SignedInAs { get; private set; }

        /// <summary>The directory (tenant) id, when it is known.</summary>
        public string? TenantId { get; private set; }

        /// <summary>The application (client) id, when it is known.</summary>
        public string? ClientId { get; private set; }

        /// <summary>The address of the service; null is the Microsoft Store.</summary>
        public string? ServiceUrl { get; }

        /// <summary>False once Disconnect-Store closed it.</summary>
        public bool IsOpen => !Client.IsClosed;

        /// <summary>Takes over what <c>token.check</c> tells.</summary>
        internal void SignedIn(string token)
        {
            Dictionary<string, string> fields = JsonFields.Of(token);
            SignedInAs = JsonFields.Text(fields, "credential");
            TenantId = JsonFields.Text(fields, "tenantId") ?? TenantId;
            ClientId = JsonFields.Text(fields, "clientId") ?? ClientId;
        }

        internal StoreClient Client { get; }

        /// <summary>
        /// The same without patience and without a token of its own yet: a check wants the first failure, where work
        /// wants to outlast it.
        /// </summary>
        internal StoreClient Probe { get; }

        internal static StoreException Missing() => new StoreException(
            StoreStatus.UnknownId, "client.not_connected", "there is no connection to the Store in this runspace",
            "run Connect-Store first, or pass -Connection");

        internal static StoreException Closed() => new StoreException(
            StoreStatus.UnknownId, "client.closed", "the connection was closed", "run Connect-Store again");

        /// <summary>The connection that cmdlets of this runspace use when none is given.</summary>
        internal static StoreConnection? Default
        {
            get
            {
                Runspace? runspace = Runspace.DefaultRunspace;
                lock (Gate)
                {
                    return runspace != null && Defaults.TryGetValue(runspace, out StoreConnection? connection) ? connection : null;
                }
            }

            set
            {
                Runspace runspace = Runspace.DefaultRunspace;
                lock (Gate)
                {
                    Defaults.Remove(runspace);
                    if (value != null)
                    {
                        Defaults.Add(runspace, value);
                    }
                }
            }
        }

        internal void Close()
        {
            Client.Dispose();
            Probe.Dispose();
        }
    }
}
