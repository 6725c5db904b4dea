using System;
using System.Globalization;
using System.Management.Automation;
using StoreShip.Files;
using StoreShip.Session;

namespace StoreShip.Cmdlets
{
    /// <content>The credential of the configuration, by parameter set.</content>
    public sealed partial class ConnectStore
    {
        /// <summary>The <c>type</c> of the credential, as docs/configuration.md lists them.</summary>
        private string CredentialType
        {
            get
            {
                switch (ParameterSetName)
                {
                    case "CertificatePath":
                    case "CertificateText":
                        return "certificate";
                    case "ClientAssertion":
                        return "assertion";
                    case "GitHubActions":
                        return "githubActions";
                    case "AzurePipelines":
                        return "azurePipelines";
                    case "FederatedTokenPath":
                    case "WorkloadIdentity":
                        return "federatedFile";
                    case "ManagedIdentity":
                        return "managedIdentity";
                    case "ManagedIdentityFederated":
                        return "managedIdentityFederated";
                    case "AzureCli":
                        return "azureCli";
                    case "Environment":
                        return "environment";
                    case "Default":
                        return "default";
                    case "Token":
                        return "token";
                    default:
                        return "clientSecret";
                }
            }
        }

        /// <summary>Whether the library reads environment variables for this credential.</summary>
        private bool ReadsEnvironment
        {
            get
            {
                switch (CredentialType)
                {
                    case "clientSecret":
                    case "certificate":
                    case "assertion":
                    case "token":
                    case "azureCli":
                        return false;
                    default:
                        return true;
                }
            }
        }

        private void AddCredential(ConfigBytes config)
        {
            config.Add("type", CredentialType);
            config.Add("tenantId", TenantId ?? Emulator?.TenantId);
            config.Add("clientId", ClientId ?? Credential?.UserName ?? Emulator?.ClientId);
            switch (ParameterSetName)
            {
                case "ClientSecret":
                    config.AddSecret("clientSecret", ClientSecret!);
                    break;
                case "ClientSecretPath":
                    SecretFile.Add(config, "clientSecret", FilePath(ClientSecretPath!));
                    break;
                case "ClientSecretVariable":
                    CredentialEnvironment.AddSecret(config, "clientSecret", ClientSecretVariable!);
                    break;
                case "Credential":
                    config.AddSecret("clientSecret", Credential!.Password);
                    break;
                case "CertificatePath":
                    Utf8File.RefuseEmpty(FilePath(CertificatePath!));
                    config.Add("certificatePath", FilePath(CertificatePath!));
                    AddCertificateOptions(config);
                    break;
                case "CertificateText":
                    config.AddSecret("certificate", CertificateText!);
                    AddCertificateOptions(config);
                    break;
                case "ClientAssertion":
                    config.AddSecret("assertion", ClientAssertion!);
                    break;
                case "AzurePipelines":
                    config.Add("serviceConnectionId", ServiceConnectionId);
                    break;
                case "FederatedTokenPath":
                    config.Add("path", FilePath(FederatedTokenPath!));
                    break;
                case "ManagedIdentity":
                case "ManagedIdentityFederated":
                    AddIdentity(config);
                    break;
                case "AzureCli":
                    config.Add("command", AzureCliPath == null ? FoundAzureCli() : FilePath(AzureCliPath));
                    break;
                case "Token":
                    TokenShape.Check(AccessToken!);
                    config.AddSecret("accessToken", AccessToken!);
                    config.Add("expiresAt", ExpiresAt?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
                    break;
                case "Emulator":
                    config.Add("clientSecret", Emulator!.ClientSecret);
                    break;
            }
        }

        private void AddCertificateOptions(ConfigBytes config)
        {
            if (CertificatePassword != null)
            {
                config.AddSecret("certificatePassword", CertificatePassword);
            }
            if (SendCertificateChain)
            {
                config.AddRaw("sendCertificateChain", "true");
            }
        }

        /// <summary>Adds the ids of the managed identity. The library refuses more than one.</summary>
        private void AddIdentity(ConfigBytes config)
        {
            config.Open("identity");
            config.Add("clientId", ManagedIdentityClientId);
            config.Add("objectId", ManagedIdentityObjectId);
            config.Add("resourceId", ManagedIdentityResourceId);
            config.Close();
        }

        /// <summary>
        /// The path of az as PowerShell finds it, since a script's PATH may differ from that of the process. If it is null,
        /// the library searches, and reports the error if there is none.
        /// </summary>
        private string? FoundAzureCli() =>
            (InvokeCommand.GetCommand("az", CommandTypes.Application) as ApplicationInfo)?.Path;
    }
}
