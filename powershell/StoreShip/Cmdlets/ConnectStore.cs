using System;
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
    /// SecureString, as a credential, from a file or from a variable of the environment, and are kept nowhere but in the
    /// memory of the native client.</para>
    /// <para>Build systems and Azure have no secret to keep: the application trusts the workflow (-GitHubActions), the
    /// service connection (-AzurePipelines), the cluster (-WorkloadIdentity) or the machine (-ManagedIdentity,
    /// -ManagedIdentityFederated), and each exchange has a fresh token. -FromEnvironment takes whatever the variables
    /// describe; -DefaultCredential goes on to the managed identity and the Azure CLI.</para>
    /// </remarks>
    /// <inputs type="StoreShip.StoreEmulator">An emulator that Start-StoreEmulator started.</inputs>
    /// <outputs type="StoreShip.StoreConnection">The connection. It holds no secret.</outputs>
    /// <example>
    /// <title>On a build agent</title>
    /// <code>Connect-Store -FromEnvironment</code>
    /// <para>Takes the first that the variables describe: AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH with
    /// AZURE_TENANT_ID and AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE, GitHub Actions, Azure Pipelines.</para>
    /// </example>
    /// <example>
    /// <title>In GitHub Actions, without a secret</title>
    /// <code>Connect-Store -GitHubActions -TenantId $tenant -ClientId $client</code>
    /// <para>The job has the permission id-token: write, and the application a federated credential for it.</para>
    /// </example>
    /// <example>
    /// <title>With a credential</title>
    /// <code>Connect-Store -TenantId $tenant -Credential $credential</code>
    /// <para>The user name is the application (client) id, the password its secret.</para>
    /// </example>
    /// <example>
    /// <title>With a certificate</title>
    /// <code>
    /// $password = Read-Host -AsSecureString
    /// Connect-Store -TenantId $tenant -ClientId $client -CertificatePath ./store.pfx -CertificatePassword $password
    /// </code>
    /// <para>The file is a PFX, or a PEM with certificate and private key.</para>
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
    public sealed partial class ConnectStore : StoreCmdlet
    {
        /// <summary>The directory (tenant) id in Entra ID. Where it may be left out, AZURE_TENANT_ID holds.</summary>
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

        /// <summary>The application (client) id in Entra ID. Where it may be left out, AZURE_CLIENT_ID holds.</summary>
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

        /// <summary>The client secret: its value, not its id.</summary>
        [Parameter(ParameterSetName = "ClientSecret", Mandatory = true)]
        [ValidateNotNull]
        public SecureString? ClientSecret { get; set; }

        /// <summary>A file that holds the client secret and nothing else; a line end after it does not count.</summary>
        [Parameter(ParameterSetName = "ClientSecretPath", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? ClientSecretPath { get; set; }

        /// <summary>The name of an environment variable that holds the client secret.</summary>
        [Parameter(ParameterSetName = "ClientSecretVariable", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? ClientSecretVariable { get; set; }

        /// <summary>The application (client) id as user name and the client secret as password.</summary>
        [Parameter(ParameterSetName = "Credential", Mandatory = true)]
        [Credential]
        public PSCredential? Credential { get; set; }

        /// <summary>A file with the certificate of the application and its RSA key: a PFX, or a PEM.</summary>
        [Parameter(ParameterSetName = "CertificatePath", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? CertificatePath { get; set; }

        /// <summary>The same as text: PEM, or a PFX in base64.</summary>
        [Parameter(ParameterSetName = "CertificateText", Mandatory = true)]
        [ValidateNotNull]
        public SecureString? CertificateText { get; set; }

        /// <summary>The password of the PFX, or of the private key in the PEM.</summary>
        [Parameter(ParameterSetName = "CertificatePath")]
        [Parameter(ParameterSetName = "CertificateText")]
        [ValidateNotNull]
        public SecureString? CertificatePassword { get; set; }

        /// <summary>Send the certificates too, for an application that trusts by subject name and issuer.</summary>
        [Parameter(ParameterSetName = "CertificatePath")]
        [Parameter(ParameterSetName = "CertificateText")]
        public SwitchParameter SendCertificateChain { get; set; }

        /// <summary>A signed assertion (JWT) that somebody else made. It can't be renewed.</summary>
        [Parameter(ParameterSetName = "ClientAssertion", Mandatory = true)]
        [ValidateNotNull]
        public SecureString? ClientAssertion { get; set; }

        /// <summary>Sign in as the application that trusts this workflow of GitHub Actions.</summary>
        [Parameter(ParameterSetName = "GitHubActions", Mandatory = true)]
        public SwitchParameter GitHubActions { get; set; }

        /// <summary>Sign in as the application of a service connection with workload identity federation; the step maps SYSTEM_ACCESSTOKEN.</summary>
        [Parameter(ParameterSetName = "AzurePipelines", Mandatory = true)]
        public SwitchParameter AzurePipelines { get; set; }

        /// <summary>The id of the service connection; without it AZURESUBSCRIPTION_SERVICE_CONNECTION_ID holds.</summary>
        [Parameter(ParameterSetName = "AzurePipelines")]
        [ValidateNotNullOrEmpty]
        public string? ServiceConnectionId { get; set; }

        /// <summary>A file that always holds a fresh token that the application trusts. It is read for each exchange.</summary>
        [Parameter(ParameterSetName = "FederatedTokenPath", Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public string? FederatedTokenPath { get; set; }

        /// <summary>Sign in as the application that trusts the token of this pod (Kubernetes): AZURE_FEDERATED_TOKEN_FILE.</summary>
        [Parameter(ParameterSetName = "WorkloadIdentity", Mandatory = true)]
        public SwitchParameter WorkloadIdentity { get; set; }

        /// <summary>Sign in as the managed identity of this virtual machine, App Service or machine with Azure Arc.</summary>
        [Parameter(ParameterSetName = "ManagedIdentity", Mandatory = true)]
        [Alias("Identity")]
        public SwitchParameter ManagedIdentity { get; set; }

        /// <summary>Sign in as the application (-ClientId) that trusts the managed identity.</summary>
        [Parameter(ParameterSetName = "ManagedIdentityFederated", Mandatory = true)]
        public SwitchParameter ManagedIdentityFederated { get; set; }

        /// <summary>The client id of the identity, when the machine has several.</summary>
        [Parameter(ParameterSetName = "ManagedIdentity")]
        [Parameter(ParameterSetName = "ManagedIdentityFederated")]
        [ValidateNotNullOrEmpty]
        public string? ManagedIdentityClientId { get; set; }

        /// <summary>The object (principal) id of the identity, when the machine has several.</summary>
        [Parameter(ParameterSetName = "ManagedIdentity")]
        [Parameter(ParameterSetName = "ManagedIdentityFederated")]
        [ValidateNotNullOrEmpty]
        public string? ManagedIdentityObjectId { get; set; }

        /// <summary>The Azure resource id of the identity, when the machine has several.</summary>
        [Parameter(ParameterSetName = "ManagedIdentity")]
        [Parameter(ParameterSetName = "ManagedIdentityFederated")]
        [ValidateNotNullOrEmpty]
        public string? ManagedIdentityResourceId { get; set; }

        /// <summary>Sign in as who ran az login.</summary>
        [Parameter(ParameterSetName = "AzureCli", Mandatory = true)]
        public SwitchParameter AzureCli { get; set; }

        /// <summary>The program of the Azure CLI, when az is not on the path.</summary>
        [Parameter(ParameterSetName = "AzureCli")]
        [ValidateNotNullOrEmpty]
        public string? AzureCliPath { get; set; }

        /// <summary>Take the first credential that the variables of the environment describe.</summary>
        [Parameter(ParameterSetName = "Environment", Mandatory = true)]
        public SwitchParameter FromEnvironment { get; set; }

        /// <summary>Take the first that is there: of the environment, the managed identity, the Azure CLI. One that is there and is refused ends the search.</summary>
        [Parameter(ParameterSetName = "Default", Mandatory = true)]
        [Alias("Default")]
        public SwitchParameter DefaultCredential { get; set; }

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
                    connection.SignedIn(Run(client, "token.check", new RequestText()));
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
            if (IsFedByEnvironment)
            {
                PassedEnvironment.Add(config);
            }
            AddAddresses(config);
            if (!patient)
            {
                config.AddRaw("retry", "{\"baseMs\":200,\"retryTimeoutSeconds\":2}");
            }
            return config.OpenClient();
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
    }
}
