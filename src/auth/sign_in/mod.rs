//! From a credential to a token. Each way to sign in has a file of its own.

mod arc;
mod azure_cli;
mod certificate;
mod entra;
mod federated_file;
mod id_token;
mod managed_identity;
mod said;
mod token_response;

use std::sync::Arc;

use jiff::Timestamp;

use super::token::{Account, Token};
use crate::config::{Config, Credential};
use crate::error::{Code, Detail, Error, Result, codes};
use crate::events::Reporter;
use crate::http::Http;
use certificate::Certificate;
#[cfg(fuzzing)]
pub use certificate::fuzzed as fuzzed_certificate;
use entra::{App, Proof};

/// Signs in with the credential of the configuration and returns a new token for `audience`.
///
/// # Errors
/// Codes `auth.*` with the code of the sign-in service; codes `network.*`.
pub async fn sign_in(audience: &str, config: &Config, http: &Http) -> Result<Token> {
    for remark in &config.remarks {
        Reporter::current().warning(remark);
    }
    match &config.credential {
        Credential::Chain { name, links, elsewhere } => {
            sign_in_with_first(links, name, audience, config, http).await.map_err(|error| match elsewhere {
                Some(elsewhere) if *error.code() == codes::AUTH_NO_CREDENTIAL => {
                    error.hint(format!("{}; the environment has {}", elsewhere.remedy(), elsewhere.names()))
                }
                _ => error,
            })
        }
        credential => sign_in_with(credential, None, audience, config, http).await,
    }
}

/// The codes of a credential that is not available. Any other failure ends the chain: a wrong secret must not lead to a
/// sign-in with another account.
const UNAVAILABLE: &[&Code] =
    &[&codes::AUTH_NO_MANAGED_IDENTITY, &codes::AUTH_CLI_MISSING, &codes::AUTH_CLI_SIGNED_OUT];

/// Signs in with the first credential that is available.
async fn sign_in_with_first(
    links: &[Credential],
    chain: &str,
    audience: &str,
    config: &Config,
    http: &Http,
) -> Result<Token> {
    let mut unavailable = Vec::new();
    for link in links {
        match sign_in_with(link, Some(chain), audience, config, http).await {
            Err(error) if UNAVAILABLE.contains(&error.code()) => {
                unavailable.push(Detail::coded(error.code().name, format!("{}: {error}", link.kind())));
            }
            Err(error) => return Err(error.while_doing(&format!("{chain} credential, {}", link.kind()))),
            token => return token,
        }
    }
    let message = "no credential is available: the environment describes none, and there is no managed identity and no account of the Azure CLI";
    Err(Error::new(&codes::AUTH_NO_CREDENTIAL, message).details(unavailable))
}

async fn sign_in_with(
    credential: &Credential,
    chain: Option<&str>,
    audience: &str,
    config: &Config,
    http: &Http,
) -> Result<Token> {
    let mut token = request_token(credential, audience, config, http).await?;
    let (tenant_id, client_id) = credential.ids();
    let kind = credential.kind();
    token.account = Arc::new(Account {
        credential: chain.map_or_else(|| kind.to_owned(), |chain| format!("{chain}: {kind}")),
        tenant_id: tenant_id.map(str::to_owned),
        client_id: client_id.map(str::to_owned),
        remarks: config.remarks.iter().chain(&token.account.remarks).cloned().collect(),
    });
    Ok(token)
}

async fn request_token(credential: &Credential, audience: &str, config: &Config, http: &Http) -> Result<Token> {
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
            let certificate = certificate::load(path, text, password).await?;
            let app = App { tenant_id, client_id };
            return exchange_certificate(&certificate, *send_certificate_chain, app, audience, config, http).await;
        }
        Credential::GithubActions { tenant_id, client_id, request } => {
            let request = request.as_ref().ok_or_else(environment_not_read)?;
            assertion = id_token::from_github(config, http, request).await?;
            (tenant_id, client_id, Proof::Assertion(&assertion))
        }
        Credential::AzurePipelines { tenant_id, client_id, service_connection_id, request } => {
            let request = request.as_ref().ok_or_else(environment_not_read)?;
            assertion = id_token::from_pipelines(http, request, service_connection_id).await?;
            (tenant_id, client_id, Proof::Assertion(&assertion))
        }
        Credential::FederatedFile { tenant_id, client_id, path } => {
            assertion = federated_file::read(path).await?;
            (tenant_id, client_id, Proof::Assertion(&assertion))
        }
        Credential::ManagedIdentityFederated { tenant_id, client_id, identity, endpoint } => {
            let resource = entra::exchange_audience(config);
            assertion = managed_identity::token(http, endpoint, identity, resource).await?.secret;
            (tenant_id, client_id, Proof::Assertion(&assertion))
        }
        Credential::ManagedIdentity { identity, endpoint } => {
            return managed_identity::token(http, endpoint, identity, audience).await;
        }
        Credential::AzureCli { tenant_id, command } => {
            return azure_cli::token(http, command.as_deref(), tenant_id.as_deref(), audience).await;
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
        Credential::Environment {} | Credential::Default {} | Credential::Chain { .. } => {
            return Err(environment_not_read());
        }
    };
    entra::exchange(audience, config, http, App { tenant_id, client_id }, proof).await
}

/// Exchanges an assertion that the certificate signs. Its times come from the clock of this machine, which may be wrong:
/// then it is signed once more with the time from the server's `Date` header. If that fails too, the clock was not the
/// problem.
async fn exchange_certificate(
    certificate: &Certificate,
    send_chain: bool,
    app: App<'_>,
    audience: &str,
    config: &Config,
    http: &Http,
) -> Result<Token> {
    let remark = certificate.remark(http.now())?;
    if let Some(remark) = &remark {
        Reporter::current().warning(remark);
    }
    let endpoint = entra::endpoint(config, app.tenant_id)?;
    let assertion = |now| certificate.assertion(&endpoint, app.client_id, now, send_chain);
    let first = assertion(http.now())?;
    let mut result = entra::exchange(audience, config, http, app, Proof::Assertion(&first)).await;
    if let Some(now) = result.as_ref().err().and_then(|error| server_time(error, http)) {
        let second = assertion(now)?;
        result = entra::exchange(audience, config, http, app, Proof::Assertion(&second)).await;
    }
    match (result, remark) {
        (Ok(mut token), Some(remark)) => {
            token.account = Arc::new(Account { remarks: vec![remark], ..Account::default() });
            Ok(token)
        }
        (Err(error), Some(remark)) if *error.code() == codes::AUTH_CERTIFICATE_UNKNOWN => {
            let remedy = format!("{}; {remark}", error.remedy());
            Err(error.hint(remedy))
        }
        (result, _) => result,
    }
}

/// The time by the clock of the sign-in service, if it may have refused because the clock of this machine is wrong. The
/// service tolerates five minutes. It has a code for an assertion outside of its time, AADSTS700024, but may use
/// another one.
fn server_time(error: &Error, http: &Http) -> Option<Timestamp> {
    let exchange = error.exchange().filter(|exchange| matches!(exchange.status, Some(400 | 401)))?;
    let server_time = exchange.date?;
    let seconds = server_time.duration_since(http.now()).abs().as_secs();
    (seconds > 300 || seconds > 60 && *error.code() == codes::AUTH_ASSERTION_EXPIRED).then_some(server_time)
}

fn environment_not_read() -> Error {
    Error::new(&codes::AUTH_NO_CREDENTIAL, "the environment was not read when the client was opened")
}
