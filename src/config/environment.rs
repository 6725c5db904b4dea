//! What the environment adds to a credential. Variables are read here and nowhere else.

use std::path::PathBuf;

use url::Url;

use super::credential::Identity;
use super::{Credential, Secret, check_address, check_metadata_address};
use crate::error::{Code, Error, Result, codes};

/// Gives a variable's value. The process's own environment, or another in tests, which share a process.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Where a build system hands out id tokens.
pub struct IdTokenRequest {
    /// ACTIONS_ID_TOKEN_REQUEST_URL or SYSTEM_OIDCREQUESTURI.
    pub url: Url,
    /// ACTIONS_ID_TOKEN_REQUEST_TOKEN or SYSTEM_ACCESSTOKEN.
    pub token: Secret,
}

/// Who hands out tokens of managed identities.
#[derive(Default)]
pub enum MetadataEndpoint {
    /// The instance metadata service of a virtual machine, <http://169.254.169.254>.
    #[default]
    Vm,
    /// App Service, Functions, Container Apps: IDENTITY_ENDPOINT and IDENTITY_HEADER.
    AppService {
        /// The endpoint.
        url: Url,
        /// What says that the caller may ask.
        header: Secret,
    },
    /// A machine with the Azure Arc agent: IDENTITY_ENDPOINT and IMDS_ENDPOINT.
    Arc {
        /// The endpoint.
        url: Url,
        /// The only folder that the agent's keys may be in.
        tokens: PathBuf,
    },
}

/// The variables, and what to say when one is missing.
#[derive(Clone, Copy)]
pub(super) struct Environment<'a>(pub(super) Lookup<'a>);

impl Environment<'_> {
    pub(super) fn get(self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }

    /// All of the variables, or an error that names those that are missing.
    fn all<const N: usize>(self, code: &'static Code, names: [&str; N]) -> Result<[String; N]> {
        let missing: Vec<&str> = names.into_iter().filter(|name| self.get(name).is_none()).collect();
        if missing.is_empty() {
            return Ok(names.map(|name| self.get(name).unwrap_or_default()));
        }
        Err(Error::new(code, format!("the environment has no {}", missing.join(", no "))))
    }

    /// What the configuration tells, or else the first of the variables that is there.
    fn or(self, told: String, code: &'static Code, field: &str, names: &[&str]) -> Result<String> {
        if !told.trim().is_empty() {
            return Ok(told);
        }
        names.iter().find_map(|name| self.get(name)).ok_or_else(|| {
            let names = names.join(" or ");
            Error::new(code, format!("the credential has no `{field}`, and the environment no {names}"))
        })
    }

    fn tenant(self, told: String, code: &'static Code) -> Result<String> {
        self.or(told, code, "tenantId", &["AZURE_TENANT_ID"])
    }

    fn client(self, told: String, code: &'static Code) -> Result<String> {
        self.or(told, code, "clientId", &["AZURE_CLIENT_ID"])
    }

    /// Adds to the credential what only the environment knows.
    pub(super) fn complete(self, credential: Credential) -> Result<Credential> {
        match credential {
            Credential::Environment => {
                let mut links = self.described()?;
                links.truncate(1);
                if links.is_empty() {
                    // With a tenant and a client it is what proves the client that is missing; say all that is.
                    self.secret()?;
                }
                Ok(Credential::Chain { name: "environment".to_owned(), links })
            }
            Credential::Default => {
                let mut links = self.described()?;
                let identity = Identity { client_id: self.get("AZURE_CLIENT_ID"), ..Identity::default() };
                offer(&mut links, self.managed(identity))?;
                links.push(Credential::AzureCli { tenant_id: self.get("AZURE_TENANT_ID"), command: None });
                Ok(Credential::Chain { name: "default".to_owned(), links })
            }
            Credential::GithubActions { tenant_id, client_id, .. } => self.github(tenant_id, client_id),
            Credential::AzurePipelines { tenant_id, client_id, service_connection_id, .. } => {
                self.pipelines(tenant_id, client_id, service_connection_id)
            }
            Credential::FederatedFile { tenant_id, client_id, path } => self.federated(tenant_id, client_id, path),
            Credential::ManagedIdentity { identity, .. } => self.managed(identity),
            Credential::ManagedIdentityFederated { tenant_id, client_id, identity, .. } => {
                let tenant_id = self.tenant(tenant_id, &codes::AUTH_NO_CREDENTIAL)?;
                let endpoint = self.metadata(&identity)?;
                Ok(Credential::ManagedIdentityFederated { tenant_id, client_id, identity, endpoint })
            }
            other => Ok(other),
        }
    }

    /// All credentials that the variables describe completely.
    fn described(self) -> Result<Vec<Credential>> {
        let mut links = Vec::new();
        offer(&mut links, self.secret())?;
        offer(&mut links, self.certificate())?;
        offer(&mut links, self.federated(String::new(), String::new(), String::new()))?;
        offer(&mut links, self.github(String::new(), String::new()))?;
        offer(&mut links, self.pipelines(String::new(), String::new(), String::new()))?;
        Ok(links)
    }

    fn secret(self) -> Result<Credential> {
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

    fn github(self, tenant_id: String, client_id: String) -> Result<Credential> {
        let code = &codes::AUTH_NO_GITHUB;
        let names = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
        let [url, token] = self.all(code, names)?;
        let request = Some(IdTokenRequest { url: check_address(names[0], &url)?, token: Secret::new(token) });
        let (tenant_id, client_id) = (self.tenant(tenant_id, code)?, self.client(client_id, code)?);
        Ok(Credential::GithubActions { tenant_id, client_id, request })
    }

    fn pipelines(self, tenant_id: String, client_id: String, connection: String) -> Result<Credential> {
        let code = &codes::AUTH_NO_PIPELINES;
        let names = ["SYSTEM_OIDCREQUESTURI", "SYSTEM_ACCESSTOKEN"];
        let [url, token] = self.all(code, names)?;
        let request = Some(IdTokenRequest { url: check_address(names[0], &url)?, token: Secret::new(token) });
        let connections = ["AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"];
        Ok(Credential::AzurePipelines {
            tenant_id: self.or(tenant_id, code, "tenantId", &["AZURESUBSCRIPTION_TENANT_ID", "AZURE_TENANT_ID"])?,
            client_id: self.or(client_id, code, "clientId", &["AZURESUBSCRIPTION_CLIENT_ID", "AZURE_CLIENT_ID"])?,
            service_connection_id: self.or(connection, code, "serviceConnectionId", &connections)?,
            request,
        })
    }

    fn federated(self, tenant_id: String, client_id: String, path: String) -> Result<Credential> {
        let code = &codes::AUTH_NO_FEDERATED_FILE;
        let path = self.or(path, code, "path", &["AZURE_FEDERATED_TOKEN_FILE"])?;
        let (tenant_id, client_id) = (self.tenant(tenant_id, code)?, self.client(client_id, code)?);
        Ok(Credential::FederatedFile { tenant_id, client_id, path })
    }

    fn managed(self, identity: Identity) -> Result<Credential> {
        let endpoint = self.metadata(&identity)?;
        Ok(Credential::ManagedIdentity { identity, endpoint })
    }

    fn metadata(self, identity: &Identity) -> Result<MetadataEndpoint> {
        let fields = [&identity.client_id, &identity.object_id, &identity.resource_id];
        if fields.iter().filter(|field| field.is_some()).count() > 1 {
            let message = "`identity` may have one of `clientId`, `objectId`, `resourceId`";
            return Err(Error::new(&codes::CONFIG_INVALID, message));
        }
        let Some(address) = self.get("IDENTITY_ENDPOINT") else { return Ok(MetadataEndpoint::Vm) };
        let url = check_metadata_address("IDENTITY_ENDPOINT", &address)?;
        if let Some(header) = self.get("IDENTITY_HEADER") {
            return Ok(MetadataEndpoint::AppService { url, header: Secret::new(header) });
        }
        if self.get("IMDS_ENDPOINT").is_none() {
            return Ok(MetadataEndpoint::Vm);
        }
        let tokens = match self.get("ProgramData") {
            Some(folder) if cfg!(windows) => PathBuf::from(folder).join(r"AzureConnectedMachineAgent\Tokens"),
            _ => PathBuf::from("/var/opt/azcmagent/tokens"),
        };
        Ok(MetadataEndpoint::Arc { url, tokens })
    }
}

/// Takes a credential that is complete; one that is not is passed over, but a value that can't be used is told.
fn offer(links: &mut Vec<Credential>, found: Result<Credential>) -> Result<()> {
    match found {
        Ok(credential) => links.push(credential),
        Err(error) if *error.code() == codes::CONFIG_INVALID => return Err(error),
        Err(_) => {}
    }
    Ok(())
}
