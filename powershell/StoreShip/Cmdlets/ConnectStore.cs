using System;
using System.Management.Automation;
using System.Security;
using StoreShip.Json;
using StoreShip.Objects;
using StoreShip.Session;

namespace StoreShip.Cmdlets
{
    /// <summary>Connects to the Microsoft Store.</summary>
    /// <remarks>
    /// <para>The connection becomes the default of this runspace until the next Connect-Store, also if that one fails. To use
    /// several connections, pass each one as -Connection. The cmdlet signs in at once and fails if the credential is refused. It takes secrets
    /// as a SecureString, a PSCredential, a file or the name of an environment variable, and keeps them in the memory of
    /// the native library only.</para>
    /// <para>Build systems and Azure can sign in without a secret. There the application in Entra ID trusts the workflow
    /// (-GitHubActions), the service connection (-AzurePipelines), the Kubernetes cluster (-WorkloadIdentity) or the
    /// machine (-ManagedIdentity, -ManagedIdentityFederated). -FromEnvironment takes the first credential that the
    /// environment variables describe. -DefaultCredential also tries the managed identity and the Azure CLI.</para>
    /// <para>On a build agent, where CI, TF_BUILD or GITHUB_ACTIONS is set, the cmdlet warns once if $ErrorActionPreference is
    /// not Stop: the script would go on after an error, and the build would succeed.</para>
    /// </remarks>
    /// <inputs type="StoreShip.StoreEmulator">An emulator that Start-StoreEmulator started.</inputs>
    /// <outputs type="StoreShip.StoreConnection">The connection. It holds no secret.</outputs>
    /// <example>
    /// <title>Connect on a build agent</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Connect-Store -FromEnvironment
    /// </code>
    /// <para>Takes the first credential that the environment describes: AZURE_CLIENT_SECRET or
    /// AZURE_CLIENT_CERTIFICATE_PATH with AZURE_TENANT_ID and AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE, GitHub
    /// Actions, Azure Pipelines.</para>
    /// </example>
    /// <example>
    /// <title>Connect from GitHub Actions without a secret</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Connect-Store -GitHubActions -TenantId $tenant -ClientId $client
    /// </code>
    /// <para>The job needs the permission id-token: write, and the application needs a federated credential for the
    /// workflow.</para>
    /// </example>
    /// <example>
    /// <title>Connect with a credential</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// Connect-Store -TenantId $tenant -Credential $credential
    /// </code>
    /// <para>The user name is the application (client) id, and the password is the client secret.</para>
    /// </example>
    /// <example>
    /// <title>Connect with a certificate</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $password = Read-Host -AsSecureString
    /// Connect-Store -TenantId $tenant -ClientId $client -CertificatePath ./store.pfx -CertificatePassword $password
    /// </code>
    /// <para>The file is a PFX, or a PEM with the certificate and its private key.</para>
    /// </example>
    /// <example>
    /// <title>Connect to the emulator</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $emulator = Start-StoreEmulator
    /// Connect-Store -Emulator $emulator
    /// Get-StoreApp
    /// Stop-StoreEmulator $emulator
    /// </code>
    /// <para>Runs the cmdlets without an account and without a network.</para>
    /// </example>
    [Cmdlet(VerbsCommunications.Connect, "Store", DefaultParameterSetName = "ClientSecret")]
    [OutputType(typeof(StoreConnection))]
    public sealed partial class ConnectStore : StoreCmdlet
    {
        /// <summary>The directory (tenant) id in Entra ID. Where it is optional, the default is AZURE_TENANT_ID.</summary>
        [Parameter(ParameterSetName = "ClientSecret", Mandatory = true)]
        [Parameter(ParameterSetName = "Credential", Mandatory = true)]
        [Parameter(ParameterSetName = "ClientSecretPath", Mandatory = true)]
        [Parameter(ParameterSetName = "ClientSecretVariable", Mandatory = true)]
        [Parameter(ParameterSetName = "CertificatePath", Mandatory = true)]
        [Parameter(ParameterSetName = "CertificateText", Mandatory = true)]
        [Parameter(ParameterSetName = "ClientAssertion", Mandatory = true)]
        [Parameter(ParameterSetName = "GitHubActions")]
        [Parameter(ParameterSetName = "AzurePipelines")]
        [Parameter(ParameterSetName = "FederatedTokenPath")]
        [Parameter(ParameterSetName = "WorkloadIdentity")]
        [Parameter(ParameterSetName = "ManagedIdentityFederated")]
        [Parameter(ParameterSetName = "AzureCli")]
        [Alias("Tenant")]
        [ValidateNotNullOrEmpty]
        public string? TenantId { get; set; }

        /// <summary>The application (client) id in Entra ID. Where it is optional, the default is AZURE_CLIENT_ID.</summary>
        [Parameter(ParameterSetName = "ClientSecret", Mandatory = true)]
        [Parameter(ParameterSetName = "ClientSecretPath", Mandatory = true)]
        [Parameter(ParameterSetName = "ClientSecretVariable", Mandatory = true)]
        [Parameter(ParameterSetName = "CertificatePath", Mandatory = true)]
        [Parameter(ParameterSetName = "CertificateText", Mandatory = true)]
        [Parameter(ParameterSetName = "ClientAssertion", Mandatory = true)]
        [Parameter(ParameterSetName = "ManagedIdentityFederated", Mandatory = true)]
        [Parameter(ParameterSetName = "GitHubActions")]
        [Parameter(ParameterSetName = "AzurePipelines")]
        [Parameter(ParameterSetName = "FederatedTokenPath")]
        [Parameter(ParameterSetName = "WorkloadIdentity")]
        [Alias("ApplicationId")]
        [ValidateNotNullOrEmpty]
        public string? ClientId { get; set; }

        /// <summary>The client secret. Entra ID shows a value and an id for it; this is the value.</summary>
        [Parameter(ParameterSetName = "ClientSecret", Mandatory = true)]
        [NotText(NotTextAttribute.Secret + "-ClientSecretPath or -ClientSecretVariable")]
        [ValidateNotNull]
        public SecureString? ClientSecret { get; set; }

        /// <summary>A file that holds only the client secret. A trailing line break is ignored.</summary>
        [Parameter(ParameterSetName = "ClientSecretPath", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? ClientSecretPath { get; set; }

        /// <summary>The name of an environment variable that holds the client secret.</summary>
        [Parameter(ParameterSetName = "ClientSecretVariable", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? ClientSecretVariable { get; set; }

        /// <summary>A credential with the application (client) id as user name and the client secret as password.</summary>
        [Parameter(ParameterSetName = "Credential", Mandatory = true)]
        [Credential]
        public PSCredential? Credential { get; set; }

        /// <summary>A file with the certificate of the application and its private RSA key: a PFX, or a PEM.</summary>
        [Parameter(ParameterSetName = "CertificatePath", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? CertificatePath { get; set; }

        /// <summary>The certificate of the application and its private RSA key as text: a PEM, or a PFX in base64.</summary>
        [Parameter(ParameterSetName = "CertificateText", Mandatory = true)]
        [NotText(NotTextAttribute.Secret + "-CertificatePath")]
        [ValidateNotNull]
        public SecureString? CertificateText { get; set; }

        /// <summary>The password of the PFX or of the private key in the PEM.</summary>
        [Parameter(ParameterSetName = "CertificatePath")]
        [Parameter(ParameterSetName = "CertificateText")]
        [NotText(NotTextAttribute.Secret + "the password of a PSCredential")]
        [ValidateNotNull]
        public SecureString? CertificatePassword { get; set; }

        /// <summary>
        /// Send the certificate chain with each sign-in (x5c). Needed if the application is registered for subject name and
        /// issuer authentication.
        /// </summary>
        [Parameter(ParameterSetName = "CertificatePath")]
        [Parameter(ParameterSetName = "CertificateText")]
        public SwitchParameter SendCertificateChain { get; set; }

        /// <summary>
        /// A signed client assertion (JWT) that another tool made. The connection can't renew it: once it has expired, no
        /// further token can be requested.
        /// </summary>
        [Parameter(ParameterSetName = "ClientAssertion", Mandatory = true)]
        [NotText(NotTextAttribute.Secret + "-FederatedTokenPath")]
        [ValidateNotNull]
        public SecureString? ClientAssertion { get; set; }

        /// <summary>
        /// Sign in as an application with a federated credential for this GitHub Actions workflow. The job needs the
        /// permission id-token: write.
        /// </summary>
        [Parameter(ParameterSetName = "GitHubActions", Mandatory = true)]
        public SwitchParameter GitHubActions { get; set; }

        /// <summary>
        /// Sign in as the application of an Azure Pipelines service connection with workload identity federation. The step
        /// must map System.AccessToken to the variable SYSTEM_ACCESSTOKEN.
        /// </summary>
        [Parameter(ParameterSetName = "AzurePipelines", Mandatory = true)]
        public SwitchParameter AzurePipelines { get; set; }

        /// <summary>The id of the service connection. The default is AZURESUBSCRIPTION_SERVICE_CONNECTION_ID.</summary>
        [Parameter(ParameterSetName = "AzurePipelines")]
        [ValidateNotNullOrEmpty]
        public string? ServiceConnectionId { get; set; }

        /// <summary>
        /// A file with a federated token that the application trusts. Another program keeps the token current; the file is
        /// read for each sign-in.
        /// </summary>
        [Parameter(ParameterSetName = "FederatedTokenPath", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? FederatedTokenPath { get; set; }

        /// <summary>
        /// Sign in with the workload identity of this Kubernetes pod, whose token is in the file that
        /// AZURE_FEDERATED_TOKEN_FILE names.
        /// </summary>
        [Parameter(ParameterSetName = "WorkloadIdentity", Mandatory = true)]
        public SwitchParameter WorkloadIdentity { get; set; }

        /// <summary>Sign in as the managed identity of this virtual machine, App Service or Azure Arc machine.</summary>
        [Parameter(ParameterSetName = "ManagedIdentity", Mandatory = true)]
        [Alias("Identity")]
        public SwitchParameter ManagedIdentity { get; set; }

        /// <summary>Sign in as the application -ClientId, which has a federated credential for the managed identity.</summary>
        [Parameter(ParameterSetName = "ManagedIdentityFederated", Mandatory = true)]
        public SwitchParameter ManagedIdentityFederated { get; set; }

        /// <summary>The client id of the managed identity, if the machine has several.</summary>
        [Parameter(ParameterSetName = "ManagedIdentity")]
        [Parameter(ParameterSetName = "ManagedIdentityFederated")]
        [ValidateNotNullOrEmpty]
        public string? ManagedIdentityClientId { get; set; }

        /// <summary>The object (principal) id of the managed identity, if the machine has several.</summary>
        [Parameter(ParameterSetName = "ManagedIdentity")]
        [Parameter(ParameterSetName = "ManagedIdentityFederated")]
        [ValidateNotNullOrEmpty]
        public string? ManagedIdentityObjectId { get; set; }

        /// <summary>The Azure resource id of the managed identity, if the machine has several.</summary>
        [Parameter(ParameterSetName = "ManagedIdentity")]
        [Parameter(ParameterSetName = "ManagedIdentityFederated")]
        [ValidateNotNullOrEmpty]
        public string? ManagedIdentityResourceId { get; set; }

        /// <summary>Sign in with the account of the Azure CLI, the one that ran az login.</summary>
        [Parameter(ParameterSetName = "AzureCli", Mandatory = true)]
        public SwitchParameter AzureCli { get; set; }

        /// <summary>The path of the Azure CLI, if az is not on the PATH.</summary>
        [Parameter(ParameterSetName = "AzureCli")]
        [ValidateNotNullOrEmpty]
        public string? AzureCliPath { get; set; }

        /// <summary>Take the first credential that the environment variables describe.</summary>
        [Parameter(ParameterSetName = "Environment", Mandatory = true)]
        public SwitchParameter FromEnvironment { get; set; }

        /// <summary>
        /// Take the first credential that is available: from environment variables, then the managed identity, then the
        /// Azure CLI. If the first one is refused, the next one is not tried.
        /// </summary>
        [Parameter(ParameterSetName = "Default", Mandatory = true)]
        [Alias("Default")]
        public SwitchParameter DefaultCredential { get; set; }

        /// <summary>
        /// An access token for https://manage.devcenter.microsoft.com that another tool requested. The connection can't
        /// renew it. A text that can't be a token, such as a whole response, is refused before anything is sent.
        /// </summary>
        [Parameter(ParameterSetName = "Token", Mandatory = true)]
        [NotText(NotTextAttribute.Secret + "a credential of your own")]
        [ValidateNotNull]
        public SecureString? AccessToken { get; set; }

        /// <summary>The time at which the access token expires.</summary>
        [Parameter(ParameterSetName = "Token")]
        [ValidateNotNull]
        public DateTimeOffset? ExpiresAt { get; set; }

        /// <summary>An emulator that Start-StoreEmulator started. Its addresses and its test credential are used.</summary>
        [Parameter(ParameterSetName = "Emulator", Mandatory = true, ValueFromPipeline = true)]
        [ValidateNotNull]
        public StoreEmulator? Emulator { get; set; }

        /// <summary>The address of the submission API. The default is that of the Microsoft Store.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? ServiceUrl { get; set; }

        /// <summary>
        /// The address of the sign-in service. The default is https://login.microsoftonline.com/; national clouds have
        /// their own.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? AuthorityUrl { get; set; }

        /// <summary>
        /// Hosts that packages may be uploaded to. Replaces the default, .blob.core.windows.net. A name with a leading dot
        /// allows all hosts that end with it.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? BlobHost { get; set; }

        /// <summary>
        /// Hosts that addresses beginning with http:// may have, besides this machine, such as that of the container in which
        /// the emulator runs. Nothing is encrypted on the way there. The hosts of Microsoft are refused.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? AllowHttpHost { get; set; }

        /// <summary>
        /// The proxy for all requests: http://host:port. The default is that of the environment variable HTTPS_PROXY or
        /// ALL_PROXY, with the exceptions in NO_PROXY. If neither is set, a Windows user gets the proxy of the settings of
        /// Windows, with their exceptions and those of NO_PROXY; a set-up script (PAC) is not run. Addresses of this
        /// machine, such as that of an emulator, never go through a proxy. An address with a password is refused; use
        /// -ProxyCredential.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? Proxy { get; set; }

        /// <summary>The user and the password for the proxy. A user of a domain is DOMAIN\user.</summary>
        [Parameter]
        [Credential]
        [ValidateNotNull]
        public PSCredential? ProxyCredential { get; set; }

        /// <summary>
        /// How long a failed request is retried, in seconds; 0 means not at all. Waiting for a status has six times as
        /// long, an upload three times. The default is 30 at a prompt and 300 elsewhere: where the input is redirected or
        /// one of the environment variables CI, TF_BUILD and GITHUB_ACTIONS is set. -Verbose shows each retry.
        /// </summary>
        [Parameter]
        [ValidateRange(0, 86400)]
        public int? RetryTimeoutSeconds { get; set; }

        /// <summary>
        /// The longest delay before the first retry, in milliseconds; it doubles with each attempt. The default is 1000.
        /// </summary>
        [Parameter]
        [ValidateRange(0, 86400000)]
        public int? RetryBaseMs { get; set; }

        /// <summary>The longest delay before any retry, in milliseconds. The default is 60000.</summary>
        [Parameter]
        [ValidateRange(0, 86400000)]
        public int? RetryCapMs { get; set; }

        /// <summary>
        /// How many calls a minute all connections to a tenant in this process send together; 0 means no limit. The default
        /// is 20, which the service allows, and no limit for an emulator.
        /// </summary>
        [Parameter]
        [ValidateRange(0, int.MaxValue)]
        public int? LimitPerMinute { get; set; }

        /// <summary>The version of the endpoint that issues tokens: v2, the default, or v1.</summary>
        [Parameter]
        [ValidateSet("v2", "v1")]
        public string? TokenEndpoint { get; set; }

        /// <summary>A PEM file with certificate authorities to trust in addition to those of the system.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? CertificateAuthorityPath { get; set; }

        /// <summary>
        /// A file that records each request and each decision of this connection, for support and for audits: one JSON object
        /// a line, without secrets and without the contents of a submission. The file is continued if it exists.
        /// </summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? TracePath { get; set; }

        /// <summary>
        /// The size in bytes beyond which the file of -TracePath is renamed to the same name with .1 at its end, and a new
        /// file is begun. The default is 64 MiB.
        /// </summary>
        [Parameter]
        [ValidateRange(1L, long.MaxValue)]
        public long? TraceMaxBytes { get; set; }

        /// <summary>Do not sign in now. The first cmdlet that calls the service signs in.</summary>
        [Parameter]
        public SwitchParameter NoSignIn { get; set; }

        /// <inheritdoc/>
        protected override object? ErrorTarget => TenantId ?? Emulator?.TenantId;

        /// <inheritdoc/>
        protected override void Process()
        {
            if (Patience.IsBuild && ErrorStyle.Warning(GetVariableValue("ErrorActionPreference")) is string advice)
            {
                WriteWarning(advice);
            }
            // If this fails, the next command of the script must not go on with another account.
            StoreConnection.Default = null;
            string? service = ServiceUrl ?? Emulator?.ServiceUrl;
            if (Proxy != null && ProxyAddress.IsThisMachine(service))
            {
                WriteWarning(
                    "-Proxy is not used for " + service + ": addresses of this machine (localhost, 127.0.0.1) never go through a proxy");
            }
            StoreClient client = Open();
            var connection = new StoreConnection(
                client, CredentialType, StoreIds.Trimmed(TenantId) ?? Emulator?.TenantId,
                StoreIds.Trimmed(ClientId) ?? StoreIds.Trimmed(Credential?.UserName) ?? Emulator?.ClientId,
                service, RetrySeconds);
            if (!NoSignIn)
            {
                try
                {
                    // The events of the job show the warnings of the account.
                    connection.SetAccount(Run(client, "token.check", new RequestText()));
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

        private int RetrySeconds => RetryTimeoutSeconds ?? Patience.Seconds;

        private StoreClient Open()
        {
            using var config = new ConfigBytes();
            config.Open("credential");
            AddCredential(config);
            config.Close();
            CredentialEnvironment.Add(config, ReadsEnvironment);
            AddAddresses(config);
            config.Add("tokenEndpoint", TokenEndpoint?.ToLowerInvariant());
            config.Open("retry");
            AddNumber(config, "retryTimeoutSeconds", RetrySeconds);
            AddNumber(config, "baseMs", RetryBaseMs);
            AddNumber(config, "capMs", RetryCapMs);
            config.Close();
            if (LimitPerMinute != null)
            {
                config.Open("limit");
                AddNumber(config, "perMinute", LimitPerMinute);
                config.Close();
            }
            return config.OpenClient();
        }

        private static void AddNumber(ConfigBytes config, string name, int? value)
        {
            if (value != null)
            {
                config.AddRaw(name, NumberText.Of((decimal)value.Value));
            }
        }

        private void AddAddresses(ConfigBytes config)
        {
            config.Add("serviceUrl", ServiceUrl ?? Emulator?.ServiceUrl);
            config.Add("authorityUrl", AuthorityUrl ?? Emulator?.AuthorityUrl);
            config.AddRaw("blobHosts", BlobHost == null ? null : DocumentWriter.Write(BlobHost).Json);
            config.AddRaw("allowHttpHosts", AllowHttpHost == null ? null : DocumentWriter.Write(AllowHttpHost).Json);
            ProxyAddress.Add(config, Proxy, ProxyCredential);
            // The cmdlets decide by -Debug which lines they show.
            config.Add("logLevel", "debug");
            if (TracePath != null)
            {
                config.Open("trace");
                config.Add("path", FilePath(TracePath));
                config.AddRaw("maxBytes", TraceMaxBytes == null ? null : NumberText.Of((decimal)TraceMaxBytes.Value));
                config.Close();
            }
            config.Add("caFile", CertificateAuthorityPath == null ? null : FilePath(CertificateAuthorityPath));
        }
    }
}
