//! Completes a credential with the variables of the environment.

use std::path::PathBuf;

use super::address::{parse_address, parse_metadata_address};
use super::credential::{Credential, Identity};
use super::endpoint::{IdTokenRequest, MetadataEndpoint};
use super::secret::Secret;
use crate::error::{Code, Error, Result, codes};

/// Returns the value of a variable: from the environment of the process, or from the environment of a test.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The variables of the environment. An empty variable counts as missing.
#[derive(Clone, Copy)]
pub(super) struct Environment<'a>(pub(super) Lookup<'a>);

impl Environment<'_> {
    /// The value of a variable.
    pub(super) fn get(self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }

    /// The values of all these variables.
    ///
    /// # Errors
    /// The code, with a message that names the missing variables.
    fn all<const N: usize>(self, code: &'static Code, names: [&str; N]) -> Result<[String; N]> {
        let missing: Vec<&str> = names.into_iter().filter(|name| self.get(name).is_none()).collect();
        if missing.is_empty() {
            return Ok(names.map(|name| self.get(name).unwrap_or_default()));
        }
        Err(Error::new(code, format!("the environment has no {}", missing.join(", no "))))
    }

    /// The value of the configuration, or else of the first variable that is set.
    fn or(self, configured: String, code: &'static Code, field: &str, names: &[&str]) -> Result<String> {
        if !configured.trim().is_empty() {
            return Ok(configured);
        }
        names.iter().find_map(|name| self.get(name)).ok_or_else(|| {
            let names = names.join(" or ");
            Error::new(code, format!("the credential has no `{field}`, and the environment no {names}"))
        })
    }

    fn tenant(self, configured: String, code: &'static Code) -> Result<String> {
        self.or(configured, code, "tenantId", &["AZURE_TENANT_ID"])
    }

    fn client(self, configured: String, code: &'static Code) -> Result<String> {
        self.or(configured, code, "clientId", &["AZURE_CLIENT_ID"])
    }

    /// Adds the values of variables to a credential.
    ///
    /// # Errors
    /// `auth.no_*` when a variable is missing, `config.invalid` when its value can't be used.
    pub(super) fn complete(self, credential: Credential) -> Result<Credential> {
        match credential {
            Credential::Environment => {
                let mut links = self.all_described()?;
                links.truncate(1);
                if links.is_empty() {
                    // The error names the variables of a client secret that are missing, the most common credential.
                    self.client_secret()?;
                }
                Ok(Credential::Chain { name: "environment".to_owned(), links })
            }
            Credential::Default => {
                let mut links = self.all_described()?;
                let identity = Identity { client_id: self.get("AZURE_CLIENT_ID"), ..Identity::default() };
                add(&mut links, self.managed_identity(identity))?;
                links.push(Credential::AzureCli { tenant_id: self.get("AZURE_TENANT_ID"), command: None });
                Ok(Credential::Chain { name: "default".to_owned(), links })
            }
            Credential::GithubActions { tenant_id, client_id, .. } => self.github_actions(tenant_id, client_id),
            Credential::AzurePipelines { tenant_id, client_id, service_connection_id, .. } => {
                self.azure_pipelines(tenant_id, client_id, service_connection_id)
            }
            Credential::FederatedFile { tenant_id, client_id, path } => self.federated_file(tenant_id, client_id, path),
            Credential::ManagedIdentity { identity, .. } => self.managed_identity(identity),
            Credential::ManagedIdentityFederated { tenant_id, client_id, identity, .. } => {
                let tenant_id = self.tenant(tenant_id, &codes::AUTH_NO_CREDENTIAL)?;
                let endpoint = self.metadata_endpoint(&identity)?;
                Ok(Credential::ManagedIdentityFederated { tenant_id, client_id, identity, endpoint })
            }
            other => Ok(other),
        }
    }

    /// All credentials that the variables describe completely, in the order in which they are tried.
    fn all_described(self) -> Result<Vec<Credential>> {
        let mut links = Vec::new();
        add(&mut links, self.client_secret())?;
        add(&mut links, self.certificate())?;
        add(&mut links, self.federated_file(String::new(), String::new(), String::new()))?;
        add(&mut links, self.github_actions(String::new(), String::new()))?;
        add(&mut links, self.azure_pipelines(String::new(), String::new(), String::new()))?;
        Ok(links)
    }

    fn client_secret(self) -> Result<Credential> {
        let names = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"];
        let [tenant_id, client_id, client_secret] = self.all(&codes::AUTH_NO_CREDENTIAL, names)?;
        Ok(Credential::ClientSecret { tenant_id, client_id, client_secret: Secret::new(client_secret) })
    }

    fn certificate(self) -> Result<Credential> {
        let names = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_CERTIFICATE_PATH"];
        let [tenant_id, client_id, path] = self.all(&codes::AUTH_NO_CREDENTIAL, names)?;
        let send = self.get("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN").unwrap_or_default();
        Ok(Credential::Certificate {
            tenant_id,
            client_id,
            certificate_path: Some(path),
            certificate: None,
            certificate_password: self.get("AZURE_CLIENT_CERTIFICATE_PASSWORD").map(Secret::new),
            send_certificate_chain: send == "1" || send.eq_ignore_ascii_case("true"),
        })
    }

    fn github_actions(self, tenant_id: String, client_id: String) -> Result<Credential> {
        let code = &codes::AUTH_NO_GITHUB;
        let names = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
        let [url, token] = self.all(code, names)?;
        let request = Some(IdTokenRequest { url: parse_address(names[0], &url)?, token: Secret::new(token) });
        let (tenant_id, client_id) = (self.tenant(tenant_id, code)?, self.client(client_id, code)?);
        Ok(Credential::GithubActions { tenant_id, client_id, request })
    }

    fn azure_pipelines(self, tenant_id: String, client_id: String, connection: String) -> Result<Credential> {
        let code = &codes::AUTH_NO_PIPELINES;
        let names = ["SYSTEM_OIDCREQUESTURI", "SYSTEM_ACCESSTOKEN"];
        let [url, token] = self.all(code, names)?;
        let request = Some(IdTokenRequest { url: parse_address(names[0], &url)?, token: Secret::new(token) });
        let connections = ["AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"];
        Ok(Credential::AzurePipelines {
            tenant_id: self.or(tenant_id, code, "tenantId", &["AZURESUBSCRIPTION_TENANT_ID", "AZURE_TENANT_ID"])?,
            client_id: self.or(client_id, code, "clientId", &["AZURESUBSCRIPTION_CLIENT_ID", "AZURE_CLIENT_ID"])?,
            service_connection_id: self.or(connection, code, "serviceConnectionId", &connections)?,
            request,
        })
    }

    fn federated_file(self, tenant_id: String, client_id: String, path: String) -> Result<Credential> {
        let code = &codes::AUTH_NO_FEDERATED_FILE;
        let path = self.or(path, code, "path", &["AZURE_FEDERATED_TOKEN_FILE"])?;
        let (tenant_id, client_id) = (self.tenant(tenant_id, code)?, self.client(client_id, code)?);
        Ok(Credential::FederatedFile { tenant_id, client_id, path })
    }

    fn managed_identity(self, identity: Identity) -> Result<Credential> {
        let endpoint = self.metadata_endpoint(&identity)?;
        Ok(Credential::ManagedIdentity { identity, endpoint })
    }

    fn metadata_endpoint(self, identity: &Identity) -> Result<MetadataEndpoint> {
        let fields = [&identity.client_id, &identity.object_id, &identity.resource_id];
        if fields.iter().filter(|field| field.is_some()).count() > 1 {
            let message = "`identity` may have one of `clientId`, `objectId`, `resourceId`";
            return Err(Error::new(&codes::CONFIG_INVALID, message));
        }
        let Some(address) = self.get("IDENTITY_ENDPOINT") else { return Ok(MetadataEndpoint::Vm) };
        let url = parse_metadata_address("IDENTITY_ENDPOINT", &address)?;
        if let Some(header) = self.get("IDENTITY_HEADER") {
            return Ok(MetadataEndpoint::AppService { url, header: Secret::new(header) });
        }
        if self.get("IMDS_ENDPOINT").is_none() {
            return Ok(MetadataEndpoint::Vm);
        }
        let key_folder = match self.get("ProgramData") {
            Some(folder) if cfg!(windows) => PathBuf::from(folder).join(r"AzureConnectedMachineAgent\Tokens"),
            _ => PathBuf::from("/var/opt/azcmagent/tokens"),
        };
        Ok(MetadataEndpoint::Arc { url, key_folder })
    }
}

/// Adds a credential that is complete. One with a missing variable is skipped; a value that can't be used is an error.
fn add(links: &mut Vec<Credential>, credential: Result<Credential>) -> Result<()> {
    match credential {
        Ok(credential) => links.push(credential),
        Err(error) if *error.code() == codes::CONFIG_INVALID => return Err(error),
        Err(_) => {}
    }
    Ok(())
}
