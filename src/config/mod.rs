//! The configuration of a client: the credential, the addresses, retries, limits.
//!
//! A [`Config`] is checked once, when it is read. No other module reads environment variables.

mod access_token;
mod address;
mod credential;
mod elsewhere;
mod endpoint;
mod environment;
mod proxy;
mod remarks;
mod retry;
mod secret;

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::Zeroizing;

use crate::error::{Error, Result, codes};
use crate::events::Level;
use crate::input;

pub use address::{HttpHosts, is_link_local, is_loopback};
use address::{check_root, parse_address};
pub use credential::{Credential, Identity};
pub use elsewhere::Elsewhere;
pub use endpoint::{IdTokenRequest, MetadataEndpoint};
use environment::Environment;
pub use environment::Lookup;
use proxy::Settings;
pub use proxy::{Proxies, Route};
use remarks::Remarks;
pub use retry::{Limit, Retry};
pub use secret::Secret;

/// The configuration of a client: the JSON object that `storeship_client_open` takes.
///
/// The documentation of the fields is the table of docs/configuration.md.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(
    rename = "ClientConfig",
    description = "The configuration of a client: the argument of `storeship_client_open`."
)]
pub struct Config {
    /// The credential that signs in: an object with a `type`, and the fields of that type.
    #[serde(default = "from_environment")]
    #[schemars(extend("default" = { "type": "environment" }))]
    pub credential: Credential,
    /// The root of the submission API.
    #[serde(default = "default_service")]
    #[schemars(with = "String", extend("format" = "uri", "default" = SERVICE))]
    pub service_url: Url,
    /// The sign-in service. National clouds have their own, such as `https://login.microsoftonline.us/`. With
    /// `environment`, `default` and `federatedFile` the variable `AZURE_AUTHORITY_HOST` replaces the default.
    #[serde(default = "default_authority")]
    #[schemars(with = "String", extend("format" = "uri", "default" = AUTHORITY))]
    pub authority_url: Url,
    /// The version of the endpoint that issues tokens.
    #[serde(default)]
    pub token_endpoint: TokenEndpoint,
    /// The hosts that packages may be uploaded to. A host that begins with a dot stands for all hosts that end with it.
    #[serde(default = "default_blob_hosts")]
    pub blob_hosts: Vec<String>,
    /// The hosts that addresses may have that begin with `http://`, besides this machine: names or IP addresses without a
    /// port, such as that of the container in which the emulator runs. Nothing is encrypted on the way there; the hosts of
    /// Microsoft are refused. A `serviceUrl` at such a host counts as one on this machine: its uploads may go to these
    /// hosts, and it has no rate limit by default.
    #[serde(default)]
    pub allow_http_hosts: Vec<String>,
    /// How failed requests are retried. The delay before a retry is a random time from zero to `baseMs`, doubled with each
    /// attempt and at most `capMs`. docs/retries.md has the whole table.
    #[serde(default)]
    pub retry: Retry,
    /// The rate limit: how many calls a minute all clients of a tenant in this process send together. For a service on
    /// this machine there is no limit by default. See docs/retries.md.
    #[serde(default)]
    #[schemars(extend("default" = Limit::default()))]
    pub limit: Option<Limit>,
    /// The proxy for all requests, `http://user:password@host:port`, with Basic authentication. Write special characters
    /// percent-encoded: `@` is `%40`; a Windows user is `DOMAIN\user`. A value that is not the address of an HTTP proxy is refused. The
    /// default is `HTTPS_PROXY`, else `ALL_PROXY`, with the exceptions of `NO_PROXY`, which does not apply to this field; on
    /// Windows, without these variables, it is the proxy for https in the user's proxy settings, with their exceptions and those
    /// of `NO_PROXY`. A set-up script there, or one that Windows finds by itself, is not read: set the proxy here.
    /// Requests to addresses of this machine and to link-local addresses, such as Azure's metadata services, never use a
    /// proxy.
    #[serde(default)]
    pub proxy: Option<Secret>,
    /// The path of a PEM file with certificate authorities to trust in addition to those of the system.
    #[serde(default)]
    pub ca_file: Option<String>,
    /// A file that records each request and each decision, for support and for audits: JSON Lines, which the client
    /// appends. See [Trace](#trace).
    #[serde(default)]
    pub trace: Option<TraceFile>,
    /// The least important lines that jobs report as `log` events. With `debug` there are two for each request.
    #[serde(default)]
    pub log_level: Level,
    /// Environment variables that take precedence over those of the process; an empty value hides the variable of the
    /// process. Needed for variables that a .NET or PowerShell host has set: except on Windows, the library can't see them.
    /// The values are dropped from memory once the credential is complete.
    #[serde(default)]
    #[schemars(extend("default" = {}))]
    environment: BTreeMap<String, Secret>,
    /// What the library corrected in the values of the credential: `AZURE_CLIENT_SECRET ends in a line end: it was left
    /// out`. It names the variable or the field, never the value.
    #[serde(skip)]
    pub remarks: Vec<String>,
    /// `allowHttpHosts`, checked.
    #[serde(skip)]
    http_hosts: HttpHosts,
    /// The proxies of `proxy`, of the environment variables and of the settings of Windows.
    #[serde(skip)]
    proxies: Arc<Proxies>,
}

/// The file of a trace.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TraceFile {
    /// The path of the file. It is created, readable by its owner only, or continued. Several clients and processes may
    /// share it.
    pub path: String,
    /// A longer file is renamed to `PATH.1`, in place of the one before, and a new file is begun. In bytes.
    #[serde(default = "default_trace_bytes")]
    #[schemars(range(min = 1))]
    pub max_bytes: u64,
}

/// The version of the endpoint that issues tokens.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum TokenEndpoint {
    /// `oauth2/v2.0/token`, with `scope`.
    #[default]
    V2,
    /// `oauth2/token`, with `resource`.
    V1,
}

const SERVICE: &str = "https://manage.devcenter.microsoft.com/v1.0/my/";
const AUTHORITY: &str = "https://login.microsoftonline.com/";

fn from_environment() -> Credential {
    Credential::Environment {}
}

#[allow(clippy::unwrap_used, reason = "constant, and covered by every test that opens a client")]
fn default_service() -> Url {
    Url::parse(SERVICE).unwrap()
}

#[allow(clippy::unwrap_used, reason = "constant, and covered by every test that opens a client")]
fn default_authority() -> Url {
    Url::parse(AUTHORITY).unwrap()
}

fn default_trace_bytes() -> u64 {
    64 * 1024 * 1024
}

fn default_blob_hosts() -> Vec<String> {
    vec![".blob.core.windows.net".to_owned()]
}

impl Config {
    /// Parses and checks the JSON of a configuration. Variables that the credential needs are read from the environment
    /// of the process; on Windows, the proxy may come from the settings of the user.
    ///
    /// # Errors
    /// `request.syntax`, `request.unknown_field`, `request.missing_field`, `request.invalid` for the JSON;
    /// `config.invalid` for a URL or a time that is not allowed; `auth.no_credential`, `auth.no_github`,
    /// `auth.no_pipelines`, `auth.no_federated_file` when the environment lacks a variable of the credential.
    ///
    /// # Examples
    /// ```
    /// use storeship::config::Config;
    ///
    /// # fn main() -> storeship::error::Result<()> {
    /// let config = Config::parse(
    ///     r#"{
    ///         "credential": {"type": "managedIdentity"},
    ///         "retry": {"retryTimeoutSeconds": 60},
    ///         "limit": null
    ///     }"#,
    /// )?;
    /// assert_eq!(config.service_url.as_str(), "https://manage.devcenter.microsoft.com/v1.0/my/");
    /// assert_eq!(config.retry.base_ms, 1_000);
    ///
    /// let error = Config::parse(r#"{"retries": 3}"#).err().unwrap();
    /// assert_eq!(error.code().name, "request.unknown_field");
    /// # Ok(())
    /// # }
    /// ```
    pub fn parse(json: &str) -> Result<Config> {
        Config::parse_on(json, &|name| std::env::var(name).ok(), Settings::of_user)
    }

    /// As [`Config::parse`], with another environment, and without the settings of Windows.
    ///
    /// # Errors
    /// As [`Config::parse`].
    ///
    /// # Examples
    /// ```
    /// use storeship::config::Config;
    ///
    /// # fn main() -> storeship::error::Result<()> {
    /// let variables = |name: &str| match name {
    ///     "AZURE_TENANT_ID" | "AZURE_CLIENT_ID" | "AZURE_CLIENT_SECRET" => Some("x".to_owned()),
    ///     _ => None,
    /// };
    /// let config = Config::parse_with("{}", &variables)?;
    /// assert_eq!(config.credential.kind(), "environment");
    /// # Ok(())
    /// # }
    /// ```
    pub fn parse_with(json: &str, lookup: Lookup<'_>) -> Result<Config> {
        Config::parse_on(json, lookup, Settings::default)
    }

    fn parse_on(json: &str, lookup: Lookup<'_>, settings: fn() -> Settings) -> Result<Config> {
        let mut config: Config = input::parse_as(&input::CONFIGURATION, json)?;
        let variables = std::mem::take(&mut config.environment);
        let get = |name: &str| match variables.get(name) {
            Some(value) => Some(value.reveal().to_owned()),
            None => lookup(name),
        };
        let remarks = Remarks::default();
        let http_hosts = HttpHosts::parse(&config.allow_http_hosts)?;
        let environment = Environment { lookup: &get, remarks: &remarks, http_hosts: &http_hosts };
        if config.authority_url == default_authority()
            && config.credential.is_from_variables()
            && let Some(host) = environment.get("AZURE_AUTHORITY_HOST")
        {
            config.authority_url = parse_address("AZURE_AUTHORITY_HOST", &host, &http_hosts)?;
        }
        config.retry.check()?;
        if config.trace.as_ref().is_some_and(|trace| trace.max_bytes == 0) {
            return Err(Error::new(&codes::CONFIG_INVALID, "`trace.maxBytes` must be 1 or more"));
        }
        check_root("serviceUrl", &mut config.service_url, &http_hosts)?;
        check_root("authorityUrl", &mut config.authority_url, &http_hosts)?;
        config.proxies = match Proxies::read(config.proxy.as_ref(), environment, settings) {
            // An emulator on this machine is reached without the proxy of the environment or of Windows.
            Err(_)
                if config.proxy.is_none()
                    && [&config.service_url, &config.authority_url].into_iter().all(is_loopback) =>
            {
                Arc::default()
            }
            proxies => Arc::new(proxies?),
        };
        config.credential = config.credential.complete(environment)?;
        config.credential.clean(&remarks)?;
        config.remarks = remarks.into_sentences();
        config.http_hosts = http_hosts;
        Ok(config)
    }

    /// The limit of calls a minute; `None` when there is no limit. A service on this machine is the emulator, which has
    /// no limit unless the configuration sets one.
    pub fn per_minute(&self) -> Option<u32> {
        let limit = match self.limit {
            Some(limit) => limit.per_minute,
            None if self.is_local() => 0,
            None => Limit::default().per_minute,
        };
        (limit > 0).then_some(limit)
    }

    /// The secrets that are sent to a server, which may send them back in a message.
    pub fn secrets(&self) -> Vec<Secret> {
        let mut secrets = Vec::new();
        self.credential.collect_secrets(&mut secrets);
        secrets.extend(self.proxy.clone());
        if let Some(proxy) = self.proxies.address() {
            let address = Url::parse(proxy.reveal()).ok();
            let encoded = address.as_ref().and_then(|url| url.password().map(str::to_owned));
            let decoded = encoded.as_deref().map(percent_decode);
            secrets.extend(encoded.into_iter().chain(decoded).map(Secret::new));
            secrets.extend(address.as_ref().and_then(proxy_credentials));
        }
        secrets
    }

    /// The proxy, and which hosts it is for.
    pub fn proxies(&self) -> &Arc<Proxies> {
        &self.proxies
    }

    /// Whether the service is on this machine, as the emulator is, or at a host of `allowHttpHosts` with http. Only then may
    /// an upload go to such an address.
    pub fn is_local(&self) -> bool {
        is_loopback(&self.service_url) || self.allows_http(&self.service_url)
    }

    /// Whether an address has http, and a host that may have it.
    pub fn allows_http(&self, url: &Url) -> bool {
        url.scheme() == "http" && self.http_hosts.allows(url)
    }
}

/// User and password of the address of a proxy as Basic authentication sends them; `None` without a user.
pub fn proxy_credentials(address: &Url) -> Option<Secret> {
    let (user, password) = (address.username(), address.password().unwrap_or_default());
    let pair = Zeroizing::new(format!("{}:{}", percent_decode(user), percent_decode(password)));
    (!user.is_empty()).then(|| Secret::new(BASE64.encode(pair.as_bytes())))
}

/// Decodes a part of an address, such as the password of a proxy.
fn percent_decode(part: &str) -> String {
    // These characters have a meaning in a form, and none in an address.
    let kept = part.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    let pair = url::form_urlencoded::parse(kept.as_bytes()).next();
    pair.map(|(text, _)| text.into_owned()).unwrap_or_default()
}
