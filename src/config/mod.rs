//! What a client is told: who signs in, where the service is, how patient to be.
//!
//! The only place that reads environment variables. A [`Config`] is checked once, when it is read.

mod credential;
mod environment;
mod secret;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use url::{Host, Url};

use crate::error::{Error, Result, codes};
use crate::input;

pub use credential::{Credential, Identity};
use environment::Environment;
pub use environment::{IdTokenRequest, Lookup, MetadataEndpoint};
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
    /// How many calls a minute; without it the service's limit holds, and none for a service on this machine.
    #[serde(default)]
    pub limit: Option<Limit>,
    /// A proxy for all requests, `http://user:password@host:port`; without it the system's settings hold.
    #[serde(default)]
    pub proxy: Option<Secret>,
    /// A PEM file with further certificate authorities.
    #[serde(default)]
    pub ca_file: Option<String>,
    /// Variables that stand before those of the process, for a host whose environment is not the process's; an empty
    /// value hides the process's. Forgotten once the credential is complete.
    #[serde(default)]
    environment: BTreeMap<String, Secret>,
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
    pub retry_timeout_seconds: u64,
}

impl Default for Retry {
    fn default() -> Retry {
        Retry { base_ms: 1_000, cap_ms: 60_000, retry_timeout_seconds: 300 }
    }
}

/// No configured time is longer, so that sums and multiples of them stay times.
const DAY: u64 = 86_400;

impl Retry {
    fn check(&self) -> Result<()> {
        let times = [
            ("baseMs", self.base_ms / 1000),
            ("capMs", self.cap_ms / 1000),
            ("retryTimeoutSeconds", self.retry_timeout_seconds),
        ];
        match times.into_iter().find(|(_, seconds)| *seconds > DAY) {
            Some((field, _)) => {
                let message = format!("`retry.{field}` must be a day at most");
                Err(Error::new(&codes::CONFIG_INVALID, message))
            }
            None => Ok(()),
        }
    }

    /// `base_ms` as a duration.
    pub fn base(&self) -> Duration {
        Duration::from_millis(self.base_ms)
    }
}

/// How many calls of the service the clients of a tenant send together.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Limit {
    /// Calls a minute; 0 is no limit.
    pub per_minute: u32,
}

impl Default for Limit {
    /// What the service allows (`api` d).
    fn default() -> Limit {
        Limit { per_minute: 20 }
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
    /// `request.syntax`, `request.unknown_field`, `request.invalid` for the JSON; `config.invalid` for a URL or a time
    /// that may not be used; `auth.no_credential`, `auth.no_github`, `auth.no_pipelines`, `auth.no_federated_file` when
    /// the environment was asked and holds none.
    pub fn parse(json: &str) -> Result<Config> {
        Config::parse_with(json, &|name| std::env::var(name).ok())
    }

    /// The same, with an environment that is given.
    ///
    /// # Errors
    /// As [`Config::parse`].
    pub fn parse_with(json: &str, lookup: Lookup<'_>) -> Result<Config> {
        let mut config: Config = input::parse_as(&input::CONFIGURATION, json)?;
        let told = std::mem::take(&mut config.environment);
        let first = |name: &str| match told.get(name) {
            Some(value) => Some(value.reveal().to_owned()),
            None => lookup(name),
        };
        let environment = Environment(&first);
        if let (Some(host), true) = (environment.get("AZURE_AUTHORITY_HOST"), config.asks_environment()) {
            config.authority_url = check_address("AZURE_AUTHORITY_HOST", &host)?;
        }
        config.retry.check()?;
        check_url("serviceUrl", &mut config.service_url)?;
        check_url("authorityUrl", &mut config.authority_url)?;
        config.credential = environment.complete(config.credential)?;
        Ok(config)
    }

    /// Whether the variable for the sign-in service holds: it goes with the variables of a credential.
    fn asks_environment(&self) -> bool {
        let from_variables =
            matches!(self.credential, Credential::Environment | Credential::Default | Credential::FederatedFile { .. });
        from_variables && self.authority_url == default_authority()
    }

    /// Calls a minute; none when there is no limit. A service on this machine is the emulator, which nobody waits for
    /// unless it was asked for.
    pub fn per_minute(&self) -> Option<u32> {
        let limit = match self.limit {
            Some(limit) => limit.per_minute,
            None if self.is_local() => 0,
            None => Limit::default().per_minute,
        };
        (limit > 0).then_some(limit)
    }

    /// Every secret of it that somebody is sent, and may say back.
    pub fn secrets(&self) -> Vec<Secret> {
        let mut found = Vec::new();
        self.credential.collect_secrets(&mut found);
        if let Some(proxy) = &self.proxy {
            found.push(proxy.clone());
            let password = Url::parse(proxy.reveal()).ok().and_then(|url| url.password().map(str::to_owned));
            // Encoded as it stands there, and as it is meant.
            let meant = password.as_deref().map(decoded);
            found.extend(password.into_iter().chain(meant).map(Secret::new));
        }
        found
    }

    /// Whether the service is on this machine: the emulator. Only then may an upload go to a loopback address.
    pub fn is_local(&self) -> bool {
        is_loopback(&self.service_url)
    }
}

fn decoded(part: &str) -> String {
    let plus_kept = part.replace('+', "%2B");
    let pair = url::form_urlencoded::parse(plus_kept.as_bytes()).next();
    pair.map(|(text, _)| text.into_owned()).unwrap_or_default()
}

/// https only, http for loopback; a folder, so that paths can be appended.
fn check_url(field: &str, url: &mut Url) -> Result<()> {
    check_scheme(field, url, is_loopback(url))?;
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

fn check_scheme(field: &str, url: &Url, plain: bool) -> Result<()> {
    if url.scheme() == "https" || (url.scheme() == "http" && plain) {
        return Ok(());
    }
    let message = format!("`{field}` must begin with https:// (http:// is for addresses of this machine only)");
    Err(Error::new(&codes::CONFIG_INVALID, message))
}

/// An address in a variable: https only, http for loopback. Its query stays.
fn check_address(variable: &str, text: &str) -> Result<Url> {
    let url = read_address(variable, text)?;
    check_scheme(variable, &url, is_loopback(&url))?;
    Ok(url)
}

/// The address of a metadata service, which speaks http: on this machine, or link-local, as on Linux in App Service.
fn check_metadata_address(variable: &str, text: &str) -> Result<Url> {
    let url = read_address(variable, text)?;
    check_scheme(variable, &url, is_loopback(&url) || is_link_local(&url))?;
    Ok(url)
}

fn read_address(variable: &str, text: &str) -> Result<Url> {
    Url::parse(text.trim()).map_err(|_| Error::new(&codes::CONFIG_INVALID, format!("{variable} holds no address")))
}

/// Whether the host is a link-local address (169.254.0.0/16), as those of Azure's metadata services are. No router
/// passes it on, so that it never leaves the machine and its host.
pub fn is_link_local(url: &Url) -> bool {
    matches!(url.host(), Some(Host::Ipv4(address)) if address.is_link_local())
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
