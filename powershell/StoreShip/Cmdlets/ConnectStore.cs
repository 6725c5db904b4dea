using System;
using System.IO;
using System.Management.Automation;
using System.Security;
using StoreShip.Json;
using StoreShip.Session;

namespace StoreShip.Cmdlets
{
    /// <summary>Connects to the Microsoft Store.</summary>
    /// <remarks>
    /// <para>The connection is the default of this runspace until the next Connect-Store; pass it as -Connection to use
    /// several at once. The sign-in is tried at once, so that a wrong secret shows here. Secrets are taken as
    /// SecureString, as a credential, from a file or from the environment, and are kept nowhere but in the memory of the
    /// native client.</para>
    /// </remarks>
    /// <inputs type="StoreShip.StoreEmulator">An emulator that Start-StoreEmulator started.</inputs>
    /// <outputs type="StoreShip.StoreConnection">The connection. It holds no secret.</outputs>
    /// <example>
    /// <title>On a build agent</title>
    /// <code>Connect-Store -FromEnvironment</code>
    /// <para>Takes AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.</para>
    /// </example>
    /// <example>
    /// <title>With a credential</title>
    /// <code>Connect-Store -TenantId $tenant -Credential $credential</code>
    /// <para>The user name is the application (client) id, the password its secret.</para>
    /// </example>
    /// <example>
    /// <title>Offline</title>
    /// <code>
    /// $emulator = Start-StoreEmulator
    /// Connect-Store -Emulator $emulator
    /// Get-StoreApp
    /// Stop-StoreEmulator $emulator
    /// </code>
    /// <para>Tries the cmdlets without an account.</para>
    /// </example>
    [Cmdlet(VerbsCommunications.Connect, "Store", DefaultParameterSetName = "ClientSecret")]
    [OutputType(typeof(StoreConnection))]
    public sealed class ConnectStore : StoreCmdlet
    {
        /// <summary>The directory (tenant) id in Entra ID.</summary>
        [Parameter(ParameterSetName = "ClientSecret", Mandatory = true)]
        [Parameter(ParameterSetName = "Credential", Mandatory = true)]
        [Parameter(ParameterSetName = "ClientSecretPath", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? TenantId { get; set; }

        /// <summary>The application (client) id in Entra ID.</summary>
        [Parameter(ParameterSetName = "ClientSecret", Mandatory = true)]
        [Parameter(ParameterSetName = "ClientSecretPath", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? ClientId { get; set; }

        /// <summary>The client secret: its value, not its id.</summary>
        [Parameter(ParameterSetName = "ClientSecret", Mandatory = true)]
        [ValidateNotNull]
        public SecureString? ClientSecret { get; set; }

        /// <summary>A file that holds the client secret and nothing else; a line end after it does not count.</summary>
        [Parameter(ParameterSetName = "ClientSecretPath", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? ClientSecretPath { get; set; }

        /// <summary>The application (client) id as user name and the client secret as password.</summary>
        [Parameter(ParameterSetName = "Credential", Mandatory = true)]
        [Credential]
        public PSCredential? Credential { get; set; }

        /// <summary>Take the credential from the environment: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET.</summary>
        [Parameter(ParameterSetName = "Environment", Mandatory = true)]
        public SwitchParameter FromEnvironment { get; set; }

        /// <summary>An access token that somebody else got. It can't be renewed.</summary>
        [Parameter(ParameterSetName = "Token", Mandatory = true)]
        [ValidateNotNull]
        public SecureString? AccessToken { get; set; }

        /// <summary>When the access token ends.</summary>
        [Parameter(ParameterSetName = "Token")]
        public DateTimeOffset? ExpiresAt { get; set; }

        /// <summary>An emulator that Start-StoreEmulator started: its addresses and its test credential.</summary>
        [Parameter(ParameterSetName = "Emulator", Mandatory = true, ValueFromPipeline = true)]
        [ValidateNotNull]
        public StoreEmulator? Emulator { get; set; }

        /// <summary>The address of the service, when it is not the Microsoft Store.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? ServiceUrl { get; set; }

        /// <summary>The address of the sign-in service; national clouds have their own.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? AuthorityUrl { get; set; }

        /// <summary>Hosts that an upload may go to, besides none: the default is .blob.core.windows.net. A leading dot
        /// stands for all hosts that end so.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? BlobHost { get; set; }

        /// <summary>A proxy for all requests, http://host:port. Without it the settings of the system hold.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? Proxy { get; set; }

        /// <summary>A PEM file with further certificate authorities.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? CertificateAuthorityPath { get; set; }

        /// <summary>Do not sign in yet; the first call does.</summary>
        [Parameter]
        public SwitchParameter NoSignIn { get; set; }

        /// <inheritdoc/>
        protected override object? ErrorTarget => TenantId ?? Emulator?.TenantId;

        /// <inheritdoc/>
        protected override void Process()
        {
            StoreClient client = Open(patient: true);
            StoreClient probe = Open(patient: false);
            var connection = new StoreConnection(
                client, probe, CredentialType, TenantId ?? Emulator?.TenantId, ClientId ?? Credential?.UserName ?? Emulator?.ClientId,
                ServiceUrl ?? Emulator?.ServiceUrl);
            if (!NoSignIn)
            {
                try
                {
                    Run(client, "token.check", new RequestText());
                }
                catch (Exception)
                {
                    connection.Close();
                    throw;
                }
            }
            StoreConnection.Default = connection;
            WriteObject(connection);
        }

        private StoreClient Open(bool patient)
        {
            using var config = new ConfigBytes();
            config.Open("credential");
            AddCredential(config);
            config.Close();
            AddAddresses(config);
            if (!patient)
            {
                config.AddRaw("retry", "{\"baseMs\":200,\"patienceSeconds\":2}");
            }
            return config.OpenClient();
        }

        private string CredentialType =>
            ParameterSetName == "Environment" ? "environment" : ParameterSetName == "Token" ? "token" : "clientSecret";

        private void AddCredential(ConfigBytes config)
        {
            config.Add("type", CredentialType == "environment" && HasEnvironment ? "clientSecret" : CredentialType);
            switch (ParameterSetName)
            {
                case "ClientSecret":
                    config.Add("tenantId", TenantId);
                    config.Add("clientId", ClientId);
                    config.AddSecret("clientSecret", ClientSecret!);
                    break;
                case "ClientSecretPath":
                    config.Add("tenantId", TenantId);
                    config.Add("clientId", ClientId);
                    AddSecretFile(config);
                    break;
                case "Credential":
                    config.Add("tenantId", TenantId);
                    config.Add("clientId", Credential!.UserName);
                    config.AddSecret("clientSecret", Credential.Password);
                    break;
                case "Environment":
                    AddEnvironment(config);
                    break;
                case "Token":
                    config.AddSecret("accessToken", AccessToken!);
                    config.Add("expiresAt", ExpiresAt?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case "Emulator":
                    config.Add("tenantId", Emulator!.TenantId);
                    config.Add("clientId", Emulator.ClientId);
                    config.Add("clientSecret", Emulator.ClientSecret);
                    break;
            }
        }

        private static string? Variable(string name)
        {
            string? value = Environment.GetEnvironmentVariable(name);
            return string.IsNullOrWhiteSpace(value) ? null : value;
        }

        private static bool HasEnvironment =>
            Variable("AZURE_TENANT_ID") != null && Variable("AZURE_CLIENT_ID") != null && Variable("AZURE_CLIENT_SECRET") != null;

        /// <summary>
        /// A variable that a script sets with $env: is .NET's own outside of Windows; the native library does not see
        /// it. So a complete credential is passed on, and anything else is left to the library.
        /// </summary>
        private static void AddEnvironment(ConfigBytes config)
        {
            if (HasEnvironment)
            {
                config.Add("tenantId", Variable("AZURE_TENANT_ID"));
                config.Add("clientId", Variable("AZURE_CLIENT_ID"));
                config.Add("clientSecret", Variable("AZURE_CLIENT_SECRET"));
            }
        }

        private void AddAddresses(ConfigBytes config)
        {
            config.Add("serviceUrl", ServiceUrl ?? Emulator?.ServiceUrl);
            config.Add("authorityUrl", AuthorityUrl ?? Emulator?.AuthorityUrl);
            if (BlobHost != null)
            {
                config.AddRaw("blobHosts", DocumentWalker.Walk(BlobHost).Json);
            }
            config.Add("proxy", Proxy);
            config.Add("caFile", CertificateAuthorityPath == null ? null : FilePath(CertificateAuthorityPath));
        }

        private void AddSecretFile(ConfigBytes config)
        {
            string path = FilePath(ClientSecretPath!);
            byte[] bytes;
            try
            {
                bytes = File.ReadAllBytes(path);
            }
            catch (Exception exception) when (exception is IOException || exception is UnauthorizedAccessException)
            {
                bool missing = exception is FileNotFoundException || exception is DirectoryNotFoundException;
                throw new StoreException(
                    StoreStatus.LocalFile, missing ? "file.not_found" : "file.unreadable",
                    "the secret " + path + " can't be read: " + exception.Message, "check the path and the permissions");
            }
            int count = bytes.Length;
            while (count > 0 && (bytes[count - 1] == '\n' || bytes[count - 1] == '\r'))
            {
                count--;
            }
            config.AddSecret("clientSecret", bytes, count);
            Array.Clear(bytes, 0, bytes.Length);
        }
    }
}
