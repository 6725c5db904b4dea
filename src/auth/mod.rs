//! Sign-in: from a credential to a token, and the cache that keeps it. A file for each way (`perf-reliability` H).

mod arc;
mod azure_cli;
mod cache;
mod certificate;
mod chain;
mod entra;
mod federated_file;
mod id_token;
mod managed_identity;
mod token_response;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::task::spawn_blocking;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::config::{Config, Credential, Secret};
use crate::error::{Error, Result, codes};
use crate::http::Http;

pub use cache::TokenCache;
use entra::{App, Proof};

/// The audience of the submission API; without a slash at its end, or the service refuses the token (`api` e).
pub const AUDIENCE: &str = "https://manage.devcenter.microsoft.com";

/// A bearer token with its end.
#[derive(Clone)]
pub struct Token {
    /// The token.
    pub secret: Secret,
    /// By the wall clock; none for a ready token whose end nobody told.
    pub expires_at: Option<Timestamp>,
    /// By the monotonic clock: the wall clock may be set, and this one stops in suspend, so the earlier of both holds.
    pub(crate) expires: Option<Instant>,
    /// Who signed in.
    pub account: Arc<Account>,
}

impl Token {
    /// The service that the token is for, when it is a JWT that says so. Nobody but the service can verify it.
    pub fn audience(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Claims {
            aud: String,
        }
        let claims = self.secret.reveal().split('.').nth(1)?;
        let claims = Zeroizing::new(URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?);
        serde_json::from_slice::<Claims>(&claims).ok().map(|claims| claims.aud)
    }
}

/// Who signed in, for people.
#[derive(Default)]
pub struct Account {
    /// The kind of the credential, after the chain that chose it: `environment: client secret`.
    pub credential: String,
    /// Directory (tenant) id, where it is known.
    pub tenant_id: Option<String>,
    /// Application (client) id, where it is known.
    pub client_id: Option<String>,
}

/// Gets a token that is new.
///
/// # Errors
/// Codes `auth.*` with Entra's own code, or `network.*`.
pub async fn sign_in(config: &Config, http: &Http) -> Result<Token> {
    match &config.credential {
        Credential::Chain { name, links } => chain::sign_in(config, http, name, links).await,
        credential => sign_in_with(credential, config, http, None).await,
    }
}

async fn sign_in_with(credential: &Credential, config: &Config, http: &Http, chain: Option<&str>) -> Result<Token> {
    let mut token = token(credential, config, http).await?;
    let (tenant_id, client_id) = credential.ids();
    let kind = credential.kind();
    token.account = Arc::new(Account {
        credential: chain.map_or_else(|| kind.to_owned(), |chain| format!("{chain}: {kind}")),
        tenant_id: tenant_id.map(str::to_owned),
        client_id: client_id.map(str::to_owned),
    });
    Ok(token)
}

async fn token(credential: &Credential, config: &Config, http: &Http) -> Result<Token> {
    let assertion;
    let (tenant_id, client_id, proof) = match credential {
        Credential::ClientSecret { tenant_id, client_id, client_secret } => {
            (tenant_id, client_id, Proof::Secret(client_secret))
        }
        Credential::Assertion { tenant_id, client_id, assertion } => {
            (tenant_id, client_id, Proof::Assertion(assertion))
        }
        Credential::Certificate {
            tenant_id,
            client_id,
            certificate_path,
            certificate,
            certificate_password,
            send_certificate_chain,
        } => {
            let (path, text, password) = (certificate_path.clone(), certificate.clone(), certificate_password.clone());
            // Some files ask for seconds of key derivation, in which others must go on and a cancelled job must end.
            let found = spawn_blocking(move || {
                let found = certificate::read(path.as_deref(), text.as_ref())?;
                certificate::Certificate::parse(&found, password.as_ref())
            });
            let found = found
                .await
                .map_err(|_| Error::new(&codes::INTERNAL_STATE, "reading the certificate did not come to an end"))??;
            let audience = entra::endpoint(config, tenant_id)?;
            let signed = |now| found.assertion(&audience, client_id, now, *send_certificate_chain);
            let app = App { tenant_id, client_id };
            let first = signed(http.now())?;
            match entra::exchange(config, http, app, Proof::Assertion(&first)).await {
                Ok(token) => return Ok(token),
                // The clock here may be wrong; who judges the times has told the right one. Once: it was no clock then.
                Err(error) => assertion = signed(their_time(&error, http).ok_or(error)?)?,
            }
            (tenant_id, client_id, Proof::Assertion(&assertion))
        }
        Credential::GithubActions { tenant_id, client_id, request } => {
            assertion = id_token::from_github(config, http, request.as_ref().ok_or_else(not_read)?).await?;
            (tenant_id, client_id, Proof::Assertion(&assertion))
        }
        Credential::AzurePipelines { tenant_id, client_id, service_connection_id, request } => {
            let request = request.as_ref().ok_or_else(not_read)?;
            assertion = id_token::from_pipelines(http, request, service_connection_id).await?;
            (tenant_id, client_id, Proof::Assertion(&assertion))
        }
        Credential::FederatedFile { tenant_id, client_id, path } => {
            assertion = federated_file::read(path)?;
            (tenant_id, client_id, Proof::Assertion(&assertion))
        }
        Credential::ManagedIdentityFederated { tenant_id, client_id, identity, endpoint } => {
            let audience = entra::exchange_audience(config);
            assertion = managed_identity::token(http, endpoint, identity, audience).await?.secret;
            (tenant_id, client_id, Proof::Assertion(&assertion))
        }
        Credential::ManagedIdentity { identity, endpoint } => {
            return managed_identity::token(http, endpoint, identity, AUDIENCE).await;
        }
        Credential::AzureCli { tenant_id, command } => {
            return azure_cli::token(http, command.as_deref(), tenant_id.as_deref()).await;
        }
        Credential::Token { access_token, expires_at } => {
            if expires_at.is_some_and(|end| end <= http.now()) {
                return Err(Error::new(&codes::AUTH_TOKEN_EXPIRED, "the ready token has expired"));
            }
            return Ok(Token {
                secret: access_token.clone(),
                expires_at: *expires_at,
                expires: None,
                account: Arc::default(),
            });
        }
        Credential::Environment | Credential::Default | Credential::Chain { .. } => return Err(not_read()),
    };
    entra::exchange(config, http, App { tenant_id, client_id }, proof).await
}

/// The time by the sign-in service's clock, when that may be why it refused: it allows five minutes (`perf-reliability`
/// F3), but may say so by another code than AADSTS700024.
fn their_time(error: &Error, http: &Http) -> Option<Timestamp> {
    let exchange = error.exchange().filter(|exchange| matches!(exchange.status, Some(400 | 401)))?;
    let there = exchange.date?;
    let apart = there.duration_since(http.now()).abs().as_secs();
    (apart > 300 || apart > 60 && *error.code() == codes::AUTH_ASSERTION_EXPIRED).then_some(there)
}

fn not_read() -> Error {
    Error::new(&codes::AUTH_NO_CREDENTIAL, "the environment was not read when the client was opened")
}
