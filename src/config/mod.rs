//! What a client is told: who signs in, where the service is, how patient to be.
//!
//! The only place that reads environment variables. A [`Config`] is checked once, when it is read.

mod secret;

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use url::{Host, Url};

use crate::error::{Error, Result, codes};

pub use secret::Secret;

/// The configuration of a client: the JSON that `storeship_client_open` takes, in camelCase.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    /// Who signs in.
    #[serde(default = "from_environment")]
    pub credential: Credential,
    /// The root of the submission API.
    #[serde(default = "default_service")]
    pub service_url: Url,
    /// The sign-in service; national clouds have their own.
    #[serde(default = "default_authority")]
    pub authority_url: Url,
    /// Which of its two endpoints to ask.
    #[serde(default)]
    pub token_endpoint: TokenEndpoint,
    /// Hosts that an upload may go to; one that begins with a dot stands for all hosts that end so.
    #[serde(default = "default_blob_hosts")]
    pub blob_hosts: Vec<String>,
    /// How to repeat what failed.
    #[serde(default)]
    pub retry: Retry,
    /// A proxy for all requests, `http://user:password@host:port`; without it the system's settings hold.
    #[serde(default)]
    pub proxy: Option<Secret>,
    /// A PEM file with further certificate authorities.
    #[serde(default)]
    pub ca_file: Option<String>,
}

/// Who signs in, and with what.
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
    /// A token that somebody else got.
    Token {
        /// The token.
        access_token: Secret,
        /// When it ends, RFC 3339; unknown when absent.
        #[serde(default)]
        expires_at: Option<Timestamp>,
    },
    /// AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, read when the client is opened.
    Environment,
}

/// The endpoint of the sign-in service.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum TokenEndpoint {
    /// `oauth2/v2.0/token`, with `scope`.
    #[default]
    V2,
    /// `oauth2/token`, with `resource`.
    V1,
}

/// How to repeat what failed: full jitter between zero and `base * 2^n`, at most `cap` (`perf-reliability` F2).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Retry {
    /// Where the delay starts, in milliseconds.
    pub base_ms: u64,
    /// What it never exceeds, in milliseconds.
    pub cap_ms: u64,
    /// How long a call is repeated before it fails, in seconds; polls and uploads have more.
    pub patience_seconds: u64,
}

impl Default for Retry {
    fn default() -> Retry {
        Retry { base_ms: 1_000, cap_ms: 60_000, patience_seconds: 300 }
    }
}

impl Retry {
    /// `base_ms` as a duration.
    pub fn base(&self) -> Duration {
        Duration::from_millis(self.base_ms)
    }
}

const SERVICE: &str = "https://manage.devcenter.microsoft.com/v1.0/my/";
const AUTHORITY: &str = "https://login.microsoftonline.com/";

fn from_environment() -> Credential {
    Credential::Environment
}

#[allow(clippy::unwrap_used, reason = "constant, and covered by every test that opens a client")]
fn default_service() -> Url {
    Url::parse(SERVICE).unwrap()
}

#[allow(clippy::unwrap_used, reason = "constant, and covered by every test that opens a client")]
fn default_authority() -> Url {
    Url::parse(AUTHORITY).unwrap()
}

fn default_blob_hosts() -> Vec<String> {
    vec![".blob.core.windows.net".to_owned()]
}

impl Config {
    /// Reads and checks the JSON of a configuration.
    ///
    /// # Errors
    /// `request.syntax`, `request.unknown_field`, `request.invalid` for the JSON; `config.invalid` for a URL that may
    /// not be used; `auth.no_credential` when the environment was asked and holds none.
    pub fn parse(json: &str) -> Result<Config> {
        let mut config: Config = crate::config::request::parse(json)?;
        check_url("serviceUrl", &mut config.service_url)?;
        check_url("authorityUrl", &mut config.authority_url)?;
        if matches!(config.credential, Credential::Environment) {
            config.credential = read_environment()?;
        }
        Ok(config)
    }

    /// Whether the service is on this machine: the emulator. Only then may an upload go to a loopback address.
    pub fn is_local(&self) -> bool {
        is_loopback(&self.service_url)
    }
}

pub mod request;

/// https only, http for loopback; a folder, so that paths can be appended.
fn check_url(field: &str, url: &mut Url) -> Result<()> {
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(url)) {
        let message = format!("`{field}` must begin with https:// (http:// is for addresses of this machine only)");
        return Err(Error::new(&codes::CONFIG_INVALID, message));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        let message = format!("`{field}` must have no user, query or fragment");
        return Err(Error::new(&codes::CONFIG_INVALID, message));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(())
}

/// Whether the host is this machine, by its literal address or `localhost`; no name is looked up.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

fn read_environment() -> Result<Credential> {
    let mut missing = Vec::new();
    let mut read = |name: &'static str| match std::env::var(name) {
        Ok(value) if !value.trim().is_empty() => value,
        _ => {
            missing.push(name);
            String::new()
        }
    };
    let tenant_id = read("AZURE_TENANT_ID");
    let client_id = read("AZURE_CLIENT_ID");
    let client_secret = Secret::new(read("AZURE_CLIENT_SECRET"));
    if missing.is_empty() {
        return Ok(Credential::ClientSecret { tenant_id, client_id, client_secret });
    }
    let message = format!("the environment has no {}", missing.join(", no "));
    Err(Error::new(&codes::AUTH_NO_CREDENTIAL, message))
}
