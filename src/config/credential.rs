//! Who signs in, and with what.

use jiff::Timestamp;
use serde::Deserialize;

use super::Secret;
use super::environment::{IdTokenRequest, MetadataEndpoint};
use crate::input::or_default;

/// Who signs in, and with what: the JSON of `credential`. What the environment adds is read when the client is opened.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Credential {
    /// An Entra application with a client secret.
    ClientSecret {
        /// Directory (tenant) id.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// The secret's value.
        client_secret: Secret,
    },
    /// An Entra application with a certificate, whose private key signs each exchange.
    Certificate {
        /// Directory (tenant) id.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// A file with certificate and private key.
        #[serde(default)]
        certificate_path: Option<String>,
        /// The same as text, in place of the file.
        #[serde(default)]
        certificate: Option<Secret>,
        /// The password of the file.
        #[serde(default)]
        certificate_password: Option<Secret>,
        /// Sends the certificates too (`x5c`), for applications that trust by subject name and issuer.
        #[serde(default, deserialize_with = "or_default")]
        send_certificate_chain: bool,
    },
    /// A finished client assertion: what signs it is with the host.
    Assertion {
        /// Directory (tenant) id.
        tenant_id: String,
        /// Application (client) id.
        client_id: String,
        /// A JWT that the application trusts.
        assertion: Secret,
    },
    /// A token that somebody else got.
    Token {
        /// The token.
        access_token: Secret,
        /// When it ends, RFC 3339; unknown when absent.
        #[serde(default)]
        expires_at: Option<Timestamp>,
    },
    /// A job of GitHub Actions that may ask for id tokens.
    GithubActions {
        /// Directory (tenant) id; AZURE_TENANT_ID when empty.
        #[serde(default, deserialize_with = "or_default")]
        tenant_id: String,
        /// Application (client) id; AZURE_CLIENT_ID when empty.
        #[serde(default, deserialize_with = "or_default")]
        client_id: String,
        /// From the environment.
        #[serde(skip)]
        request: Option<IdTokenRequest>,
    },
    /// A job of Azure Pipelines with a service connection that is federated.
    AzurePipelines {
        /// Directory (tenant) id; AZURESUBSCRIPTION_TENANT_ID or AZURE_TENANT_ID when empty.
        #[serde(default, deserialize_with = "or_default")]
        tenant_id: String,
        /// Application (client) id; AZURESUBSCRIPTION_CLIENT_ID or AZURE_CLIENT_ID when empty.
        #[serde(default, deserialize_with = "or_default")]
        client_id: String,
        /// The connection's id; AZURESUBSCRIPTION_SERVICE_CONNECTION_ID when empty.
        #[serde(default, deserialize_with = "or_default")]
        service_connection_id: String,
        /// From the environment.
        #[serde(skip)]
        request: Option<IdTokenRequest>,
    },
    /// A file that always holds a fresh token, as Kubernetes writes it.
    FederatedFile {
        /// Directory (tenant) id; AZURE_TENANT_ID when empty.
        #[serde(default, deserialize_with = "or_default")]
        tenant_id: String,
        /// Application (client) id; AZURE_CLIENT_ID when empty.
        #[serde(default, deserialize_with = "or_default")]
        client_id: String,
        /// The file; AZURE_FEDERATED_TOKEN_FILE when empty.
        #[serde(default, deserialize_with = "or_default")]
        path: String,
    },
    /// The identity of the Azure machine or app that this runs on.
    ManagedIdentity {
        /// Which one, when there are several.
        #[serde(default, deserialize_with = "or_default")]
        identity: Identity,
        /// From the environment.
        #[serde(skip)]
        endpoint: MetadataEndpoint,
    },
    /// The same identity, trusted by an Entra application.
    ManagedIdentityFederated {
        /// Directory (tenant) id; AZURE_TENANT_ID when empty.
        #[serde(default, deserialize_with = "or_default")]
        tenant_id: String,
        /// Id of the application, not of the identity.
        client_id: String,
        /// Which identity, when there are several.
        #[serde(default, deserialize_with = "or_default")]
        identity: Identity,
        /// From the environment.
        #[serde(skip)]
        endpoint: MetadataEndpoint,
    },
    /// Who is signed in to the Azure CLI.
    AzureCli {
        /// Directory (tenant) id, when it is not the CLI's own.
        #[serde(default)]
        tenant_id: Option<String>,
        /// The program, when it is not `az` on the PATH.
        #[serde(default)]
        command: Option<String>,
    },
    /// The first credential that the environment's variables describe.
    Environment,
    /// The same, then the managed identity, then the Azure CLI.
    Default,
    /// What became of the last two.
    #[serde(skip)]
    Chain {
        /// `environment` or `default`.
        name: String,
        /// In the order in which they are tried.
        links: Vec<Credential>,
    },
}

/// One of several managed identities; at most one field is given, and none means the machine's own.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Identity {
    /// Its client id.
    pub client_id: Option<String>,
    /// Its object (principal) id.
    pub object_id: Option<String>,
    /// Its Azure resource id.
    pub resource_id: Option<String>,
}

impl Credential {
    /// Adds every secret that somebody is sent. Certificates and their passwords are not: who is sent a signature does
    /// not see the key, and a short password would only be looked for in words of ours, and told by the gap.
    pub(super) fn collect_secrets(&self, found: &mut Vec<Secret>) {
        match self {
            Credential::ClientSecret { client_secret: secret, .. }
            | Credential::Assertion { assertion: secret, .. }
            | Credential::Token { access_token: secret, .. } => found.push(secret.clone()),
            Credential::Chain { links, .. } => links.iter().for_each(|link| link.collect_secrets(found)),
            Credential::GithubActions { request: Some(request), .. }
            | Credential::AzurePipelines { request: Some(request), .. } => found.push(request.token.clone()),
            Credential::ManagedIdentity { endpoint: MetadataEndpoint::AppService { header, .. }, .. }
            | Credential::ManagedIdentityFederated { endpoint: MetadataEndpoint::AppService { header, .. }, .. } => {
                found.push(header.clone());
            }
            _ => {}
        }
    }

    /// The kind, for people: `client secret`.
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
            Credential::Environment => "environment",
            Credential::Default => "default",
            Credential::Chain { name, .. } => name,
        }
    }

    /// Tenant id and client id, where they are known.
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
            Credential::Token { .. } | Credential::Environment | Credential::Default | Credential::Chain { .. } => {
                (None, None)
            }
        }
    }
}
