using System;
using System.Text;

namespace StoreShip.Session
{
    /// <summary>
    /// Passes the environment variables of credentials and proxies to the native library, as the field <c>environment</c> of the
    /// configuration. Except on Windows, a variable that a script sets with <c>$env:</c> exists in .NET only, and the
    /// library can't read it. A variable that is not set is passed as empty, which hides the value with which the
    /// process was started.
    /// </summary>
    internal static class CredentialEnvironment
    {
        /// <summary>The variables that the library reads. A test keeps the list equal to the library's.</summary>
        private static readonly string[] Names =
        {
            "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET",
            "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN",
            "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST",
            "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "SYSTEM_OIDCREQUESTURI", "SYSTEM_ACCESSTOKEN",
            "AZURESUBSCRIPTION_TENANT_ID", "AZURESUBSCRIPTION_CLIENT_ID", "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
            "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IMDS_ENDPOINT",
        };

        /// <summary>The variables that name a proxy, and the hosts that are reached without it.</summary>
        private static readonly string[] ProxyNames =
        {
            "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy",
        };

        /// <summary>Adds the variables as the field <c>environment</c>.</summary>
        /// <param name="config">The configuration.</param>
        /// <param name="isCredential">Whether the credential is read from variables too.</param>
        internal static void Add(ConfigBytes config, bool isCredential)
        {
            config.Open("environment");
            foreach (string name in ProxyNames)
            {
                AddValue(config, name, Environment.GetEnvironmentVariable(name) ?? "");
            }
            foreach (string name in isCredential ? Names : new string[0])
            {
                AddValue(config, name, Environment.GetEnvironmentVariable(name) ?? "");
            }
            config.Close();
        }

        /// <summary>Adds the value of one variable as a secret.</summary>
        /// <exception cref="StoreException">The variable is not set (<c>auth.no_credential</c>).</exception>
        internal static void AddSecret(ConfigBytes config, string field, string variable)
        {
            string? value = Environment.GetEnvironmentVariable(variable);
            if (string.IsNullOrWhiteSpace(value))
            {
                throw new StoreException(
                    StoreStatus.Authentication, "auth.no_credential", "the environment has no " + variable,
                    "set the variable in the step that runs this script");
            }
            AddValue(config, field, value!);
        }

        private static void AddValue(ConfigBytes config, string name, string value)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(value);
            config.AddSecret(name, bytes, bytes.Length);
            Array.Clear(bytes, 0, bytes.Length);
        }
    }
}
