//! The credentials of a configuration: their fields, the variables that complete them, the secrets in them.
//!
//! A new credential is a variant of [`Credential`] here, an arm in `auth::sign_in` and, if it needs one, a file beside it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use super::access_token;
use super::elsewhere::Elsewhere;
use super::endpoint::{IdTokenRequest, MetadataEndpoint};
use super::environment::Environment;
use super::remarks::Remarks;
use super::secret::Secret;
use crate::error::{Error, Result, codes};
use crate::input::or_default;

/// The credential that signs in: the object `credential` of the configuration. Variables of the environment are read when
/// the client is opened, files at each sign-in.
#[derive(Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Credential {
    /// The Entra application, with a client secret.
    ClientSecret {
        /// Directory (tenant) id.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// The secret's value.
        client_secret: Secret,
    },
    /// The Entra application, with a certificate, whose RSA key signs an assertion at each sign-in. Either
    /// `certificatePath` or `certificate` is required.
    Certificate {
        /// Directory (tenant) id.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// A file with the certificate and its private key, PEM or PFX.
        #[serde(default)]
        certificate_path: Option<String>,
        /// The content of the file in place of its path; a PFX in base64.
        #[serde(default)]
        certificate: Option<Secret>,
        /// The password of the file.
        #[serde(default)]
        certificate_password: Option<Secret>,
        /// Sends the certificates too (`x5c`), for applications that trust a subject name and issuer.
        #[serde(default, deserialize_with = "or_default")]
        send_certificate_chain: bool,
    },
    /// The Entra application, with a client assertion that the caller has signed.
    Assertion {
        /// Directory (tenant) id.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// A JWT that the application trusts.
        assertion: Secret,
    },
    /// The account of a token for `https://manage.devcenter.microsoft.com` that the caller has acquired.
    Token {
        /// The token.
        access_token: Secret,
        /// When the token expires, RFC 3339. Absent: unknown.
        #[serde(default)]
        #[schemars(with = "Option<String>", extend("format" = "date-time"))]
        expires_at: Option<Timestamp>,
    },
    /// The Entra application that trusts a workflow of GitHub Actions. The job needs `id-token: write`.
    GithubActions {
        /// Directory (tenant) id. Default: `AZURE_TENANT_ID`.
        #[serde(default, deserialize_with = "or_default")]
        tenant_id: String,
        /// Application (client) id. Default: `AZURE_CLIENT_ID`.
        #[serde(default, deserialize_with = "or_default")]
        client_id: String,
        /// The endpoint, from the environment.
        #[serde(skip)]
        request: Option<IdTokenRequest>,
    },
    /// The Entra application of a service connection of Azure Pipelines with workload identity federation. The step must map
    /// `SYSTEM_ACCESSTOKEN`.
    AzurePipelines {
        /// Directory (tenant) id. Default: `AZURESUBSCRIPTION_TENANT_ID` or `AZURE_TENANT_ID`.
        #[serde(default, deserialize_with = "or_default")]
        tenant_id: String,
        /// Application (client) id. Default: `AZURESUBSCRIPTION_CLIENT_ID` or `AZURE_CLIENT_ID`.
        #[serde(default, deserialize_with = "or_default")]
        client_id: String,
        /// The id of the service connection. Default: `AZURESUBSCRIPTION_SERVICE_CONNECTION_ID`.
        #[serde(default, deserialize_with = "or_default")]
        service_connection_id: String,
        /// The endpoint, from the environment.
        #[serde(skip)]
        request: Option<IdTokenRequest>,
    },
    /// The Entra application that trusts the token in a file, which Kubernetes keeps fresh.
    FederatedFile {
        /// Directory (tenant) id. Default: `AZURE_TENANT_ID`.
        #[serde(default, deserialize_with = "or_default")]
        tenant_id: String,
        /// Application (client) id. Default: `AZURE_CLIENT_ID`.
        #[serde(default, deserialize_with = "or_default")]
        client_id: String,
        /// The file. Default: `AZURE_FEDERATED_TOKEN_FILE`.
        #[serde(default, deserialize_with = "or_default")]
        path: String,
    },
    /// The managed identity of the virtual machine, of App Service, or of the machine with Azure Arc.
    ManagedIdentity {
        /// The identity, when there are several.
        #[serde(default, deserialize_with = "or_default")]
        identity: Identity,
        /// The endpoint, from the environment.
        #[serde(skip)]
        endpoint: MetadataEndpoint,
    },
    /// The Entra application that trusts the managed identity.
    ManagedIdentityFederated {
        /// Directory (tenant) id. Default: `AZURE_TENANT_ID`.
        #[serde(default, deserialize_with = "or_default")]
        tenant_id: String,
        /// Application (client) id of the application, not of the identity.
        client_id: String,
        /// The identity, when there are several.
        #[serde(default, deserialize_with = "or_default")]
        identity: Identity,
        /// The endpoint, from the environment.
        #[serde(skip)]
        endpoint: MetadataEndpoint,
    },
    /// The account that is signed in to the Azure CLI (`az login`).
    AzureCli {
        /// Directory (tenant) id. Default: the current tenant of the CLI.
        #[serde(default)]
        tenant_id: Option<String>,
        /// The path of the program. Default: `az` on the `PATH`.
        #[serde(default)]
        command: Option<String>,
    },
    /// The first credential that the variables of the environment describe: `AZURE_CLIENT_SECRET`;
    /// `AZURE_CLIENT_CERTIFICATE_PATH` with `AZURE_CLIENT_CERTIFICATE_PASSWORD` and
    /// `AZURE_CLIENT_SEND_CERTIFICATE_CHAIN`; `AZURE_FEDERATED_TOKEN_FILE`; GitHub Actions; Azure Pipelines.
    // With braces: serde ignores unknown fields beside the tag of a unit variant.
    Environment {},
    /// The first credential that is available: those of `environment`, then the managed identity, then the Azure CLI. A
    /// credential that is available but refused ends the search.
    Default {},
    /// `environment` or `default` once the environment has been read.
    #[serde(skip)]
    Chain {
        /// `environment` or `default`.
        name: String,
        /// The credentials in the order in which they are tried.
        links: Vec<Credential>,
        /// Which variables with the names of other tools are set, for the message of a chain without a credential.
        elsewhere: Option<Elsewhere>,
    },
}

/// Selects one of several managed identities. At most one field is set; none selects the identity that the machine itself
/// has.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Identity {
    /// The client id of the identity.
    pub client_id: Option<String>,
    /// The object (principal) id of the identity.
    pub object_id: Option<String>,
    /// The Azure resource id of the identity.
    pub resource_id: Option<String>,
}

impl Credential {
    /// Adds the secrets that are sent to a server. Certificates and their passwords are never sent, so no server can send
    /// them back; redacting them would only mark the words of our own messages that equal a password.
    pub(super) fn collect_secrets(&self, secrets: &mut Vec<Secret>) {
        match self {
            Credential::ClientSecret { client_secret: secret, .. }
            | Credential::Assertion { assertion: secret, .. }
            | Credential::Token { access_token: secret, .. } => secrets.push(secret.clone()),
            Credential::Chain { links, .. } => links.iter().for_each(|link| link.collect_secrets(secrets)),
            Credential::GithubActions { request: Some(request), .. }
            | Credential::AzurePipelines { request: Some(request), .. } => secrets.push(request.token.clone()),
            Credential::ManagedIdentity { endpoint: MetadataEndpoint::AppService { header, .. }, .. }
            | Credential::ManagedIdentityFederated { endpoint: MetadataEndpoint::AppService { header, .. }, .. } => {
                secrets.push(header.clone());
            }
            _ => {}
        }
    }

    /// The kind of the credential in messages: `client secret`.
    pub fn kind(&self) -> &str {
        match self {
            Credential::ClientSecret { .. } => "client secret",
            Credential::Certificate { .. } => "certificate",
            Credential::Assertion { .. } => "assertion",
            Credential::Token { .. } => "ready token",
            Credential::GithubActions { .. } => "GitHub Actions",
            Credential::AzurePipelines { .. } => "Azure Pipelines",
            Credential::FederatedFile { .. } => "federated token file",
            Credential::ManagedIdentity { .. } => "managed identity",
            Credential::ManagedIdentityFederated { .. } => "application by managed identity",
            Credential::AzureCli { .. } => "Azure CLI",
            Credential::Environment {} => "environment",
            Credential::Default {} => "default",
            Credential::Chain { name, .. } => name,
        }
    }

    /// The tenant id and the client id, if known.
    pub fn ids(&self) -> (Option<&str>, Option<&str>) {
        match self {
            Credential::ClientSecret { tenant_id, client_id, .. }
            | Credential::Certificate { tenant_id, client_id, .. }
            | Credential::Assertion { tenant_id, client_id, .. }
            | Credential::GithubActions { tenant_id, client_id, .. }
            | Credential::AzurePipelines { tenant_id, client_id, .. }
            | Credential::FederatedFile { tenant_id, client_id, .. }
            | Credential::ManagedIdentityFederated { tenant_id, client_id, .. } => (Some(tenant_id), Some(client_id)),
            Credential::ManagedIdentity { identity, .. } => (None, identity.client_id.as_deref()),
            Credential::AzureCli { tenant_id, .. } => (tenant_id.as_deref(), None),
            Credential::Token { .. }
            | Credential::Environment {}
            | Credential::Default {}
            | Credential::Chain { .. } => (None, None),
        }
    }
}

impl Credential {
    /// Adds the values of variables to a credential.
    ///
    /// # Errors
    /// `auth.no_*` when a variable is missing, `config.invalid` when a value can't be used.
    pub(super) fn complete(self, environment: Environment<'_>) -> Result<Credential> {
        match self {
            Credential::GithubActions { tenant_id, client_id, .. } => {
                let code = &codes::AUTH_NO_GITHUB;
                let names = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
                Ok(Credential::GithubActions {
                    request: Some(environment.id_token_request(code, names)?),
                    tenant_id: environment.tenant(tenant_id, code)?,
                    client_id: environment.client(client_id, code)?,
                })
            }
            Credential::AzurePipelines { tenant_id, client_id, service_connection_id, .. } => {
                let code = &codes::AUTH_NO_PIPELINES;
                let tenants = ["AZURESUBSCRIPTION_TENANT_ID", "AZURE_TENANT_ID"];
                let clients = ["AZURESUBSCRIPTION_CLIENT_ID", "AZURE_CLIENT_ID"];
                let connections = ["AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"];
                Ok(Credential::AzurePipelines {
                    request: Some(environment.id_token_request(code, ["SYSTEM_OIDCREQUESTURI", "SYSTEM_ACCESSTOKEN"])?),
                    tenant_id: environment.or(tenant_id, code, "tenantId", &tenants)?,
                    client_id: environment.or(client_id, code, "clientId", &clients)?,
                    service_connection_id: environment.or(
                        service_connection_id,
                        code,
                        "serviceConnectionId",
                        &connections,
                    )?,
                })
            }
            Credential::FederatedFile { tenant_id, client_id, path } => {
                let code = &codes::AUTH_NO_FEDERATED_FILE;
                Ok(Credential::FederatedFile {
                    path: environment.or(path, code, "path", &["AZURE_FEDERATED_TOKEN_FILE"])?,
                    tenant_id: environment.tenant(tenant_id, code)?,
                    client_id: environment.client(client_id, code)?,
                })
            }
            Credential::ManagedIdentity { identity, .. } => {
                identity.check()?;
                Ok(Credential::ManagedIdentity { identity, endpoint: environment.metadata_endpoint()? })
            }
            Credential::ManagedIdentityFederated { tenant_id, client_id, identity, .. } => {
                let tenant_id = environment.tenant(tenant_id, &codes::AUTH_NO_CREDENTIAL)?;
                identity.check()?;
                let endpoint = environment.metadata_endpoint()?;
                Ok(Credential::ManagedIdentityFederated { tenant_id, client_id, identity, endpoint })
            }
            Credential::Environment {} => {
                let mut links = Credential::all_described(environment)?;
                links.truncate(1);
                if links.is_empty() {
                    // The error names the missing variables of the most common credential.
                    Credential::described_secret(environment)?;
                }
                Ok(Credential::Chain { name: "environment".to_owned(), links, elsewhere: None })
            }
            Credential::Default {} => {
                let mut links = Credential::all_described(environment)?;
                let client_id = environment.get("AZURE_CLIENT_ID");
                let identity = Identity { client_id, ..Identity::default() };
                let identity = Credential::ManagedIdentity { identity, endpoint: MetadataEndpoint::default() };
                links.extend(if_complete(identity.complete(environment))?);
                links.push(Credential::AzureCli { tenant_id: environment.get("AZURE_TENANT_ID"), command: None });
                Ok(Credential::Chain {
                    name: "default".to_owned(),
                    links,
                    elsewhere: Elsewhere::find(|name| environment.has(name)),
                })
            }
            other => Ok(other),
        }
    }

    /// Checks the texts of the credential, and leaves out what is around them and belongs to no id or secret.
    ///
    /// # Errors
    /// `config.invalid` for a text that was decoded wrongly.
    pub(super) fn clean(&mut self, remarks: &Remarks) -> Result<()> {
        match self {
            Credential::ClientSecret { tenant_id, client_id, client_secret } => {
                remarks.clean_ids(tenant_id, client_id)?;
                remarks.clean_secret("clientSecret", client_secret)
            }
            Credential::Certificate { tenant_id, client_id, certificate_password, .. } => {
                remarks.clean_ids(tenant_id, client_id)?;
                certificate_password.as_mut().map_or(Ok(()), |password| remarks.clean_password(password))
            }
            Credential::Assertion { tenant_id, client_id, assertion } => {
                remarks.clean_ids(tenant_id, client_id)?;
                remarks.clean_secret("assertion", assertion)
            }
            Credential::Token { access_token, .. } => {
                remarks.clean_secret("accessToken", access_token)?;
                access_token::check(access_token)
            }
            Credential::GithubActions { tenant_id, client_id, .. }
            | Credential::AzurePipelines { tenant_id, client_id, .. }
            | Credential::FederatedFile { tenant_id, client_id, .. }
            | Credential::ManagedIdentityFederated { tenant_id, client_id, .. } => {
                remarks.clean_ids(tenant_id, client_id)
            }
            Credential::Chain { links, .. } => links.iter_mut().try_for_each(|link| link.clean(remarks)),
            Credential::AzureCli { tenant_id, .. } => {
                tenant_id.as_mut().map_or(Ok(()), |id| remarks.clean_id("tenantId", id))
            }
            Credential::ManagedIdentity { identity, .. } => {
                identity.client_id.as_mut().map_or(Ok(()), |id| remarks.clean_id("clientId", id))
            }
            Credential::Environment {} | Credential::Default {} => Ok(()),
        }
    }

    /// All credentials that the variables describe completely, in the order in which they are tried.
    fn all_described(environment: Environment<'_>) -> Result<Vec<Credential>> {
        let (tenant_id, client_id) = (String::new, String::new);
        let (path, service_connection_id) = (String::new(), String::new());
        let candidates = [
            Credential::FederatedFile { tenant_id: tenant_id(), client_id: client_id(), path },
            Credential::GithubActions { tenant_id: tenant_id(), client_id: client_id(), request: None },
            Credential::AzurePipelines {
                tenant_id: tenant_id(),
                client_id: client_id(),
                service_connection_id,
                request: None,
            },
        ];
        let mut links = Vec::new();
        links.extend(if_complete(Credential::described_secret(environment))?);
        links.extend(if_complete(Credential::described_certificate(environment))?);
        for candidate in candidates {
            links.extend(if_complete(candidate.complete(environment))?);
        }
        Ok(links)
    }

    fn described_secret(environment: Environment<'_>) -> Result<Credential> {
        let names = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"];
        let [tenant_id, client_id, client_secret] = environment.all(&codes::AUTH_NO_CREDENTIAL, names)?;
        Ok(Credential::ClientSecret { tenant_id, client_id, client_secret: Secret::new(client_secret) })
    }

    fn described_certificate(environment: Environment<'_>) -> Result<Credential> {
        let names = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_CERTIFICATE_PATH"];
        let [tenant_id, client_id, path] = environment.all(&codes::AUTH_NO_CREDENTIAL, names)?;
        let send = environment.get("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN").unwrap_or_default();
        Ok(Credential::Certificate {
            tenant_id,
            client_id,
            certificate_path: Some(path),
            certificate: None,
            certificate_password: environment.password("AZURE_CLIENT_CERTIFICATE_PASSWORD").map(Secret::new),
            send_certificate_chain: send == "1" || send.eq_ignore_ascii_case("true"),
        })
    }

    /// Whether `AZURE_AUTHORITY_HOST` applies: to a credential that variables describe.
    pub(super) fn is_from_variables(&self) -> bool {
        matches!(self, Credential::Environment {} | Credential::Default {} | Credential::FederatedFile { .. })
    }
}

/// A credential that is complete, or `None` when a variable is missing. A value that can't be used is an error.
fn if_complete(credential: Result<Credential>) -> Result<Option<Credential>> {
    match credential {
        Ok(credential) => Ok(Some(credential)),
        Err(error) if *error.code() == codes::CONFIG_INVALID => Err(error),
        Err(_) => Ok(None),
    }
}

impl Identity {
    fn check(&self) -> Result<()> {
        let fields = [&self.client_id, &self.object_id, &self.resource_id];
        if fields.iter().filter(|field| field.is_some()).count() > 1 {
            let message = "`identity` may have one of `clientId`, `objectId`, `resourceId`";
            return Err(Error::new(&codes::CONFIG_INVALID, message));
        }
        Ok(())
    }
}
