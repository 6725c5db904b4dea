//! A client of one account: it signs calls, sends them and turns refusals into error codes.

mod add_on_pages;
mod answer;
mod api;
mod recent;
mod refusal;
mod secrets;
mod submission_api;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Method;
use url::Url;

use crate::auth::{Token, TokenCache};
use crate::blocking;
use crate::config::{Config, Secret};
use crate::document;
use crate::error::{Error, Exchange, Result, codes};
use crate::events::{Sink, Trace};
use crate::http::drafts::Drafts;
use crate::http::limiter::{Membership, RateLimiter};
use crate::http::{ApiRequest, Context, FinalResponse, Http, Network, ProcessWide, Response, Rule, redact};

pub use add_on_pages::AddOnPages;
pub use answer::answer;
pub use api::Api;
pub use recent::Recent;
pub(crate) use refusal::words;
pub use secrets::Secrets;
pub use submission_api::SUBMISSION_API;

/// A client of one account. Its methods may be called from any number of tasks at once.
///
/// # Examples
/// ```no_run
/// use storeship::client::{Call, Client};
/// use storeship::config::Config;
/// use storeship::http::ProcessWide;
/// use storeship::http::retry;
///
/// # async fn example() -> storeship::error::Result<()> {
/// let config = Config::parse(r#"{"credential": {"type": "azureCli"}}"#)?;
/// let client = Client::new(config, &ProcessWide::default())?;
/// let apps = client.send(&Call::get("applications?top=10", &retry::READ)).await?;
/// println!("{} after {} attempts", apps.text, apps.exchange.attempts);
/// # Ok(())
/// # }
/// ```
pub struct Client {
    config: Config,
    http: Http,
    tokens: TokenCache,
    apps: Mutex<HashMap<String, String>>,
    shared: ProcessWide,
    /// The memberships in rate limiters, by audience. The first call with a token joins, because the tenant is known
    /// only after the sign-in.
    memberships: Mutex<HashMap<&'static str, Membership>>,
    recent: Recent,
    add_on_pages: tokio::sync::Mutex<AddOnPages>,
    secrets: Arc<Secrets>,
    trace: Option<Arc<Trace>>,
}

/// One call of the service, without its token.
#[derive(Debug)]
pub struct Call {
    /// The API that is called.
    pub api: &'static Api,
    /// `GET`, `POST` …
    pub method: Method,
    /// The path below the root of the API, with its query: `applications/9NBLGGH4R315`.
    pub path: String,
    /// The body, JSON text, which is sent byte for byte.
    pub body: Option<String>,
    /// How the call may be retried.
    pub rule: &'static Rule,
}

impl Call {
    /// A call of the submission API without a body.
    pub fn new(method: Method, path: impl Into<String>, rule: &'static Rule) -> Call {
        Call { api: &SUBMISSION_API, method, path: path.into(), body: None, rule }
    }

    /// A GET.
    pub fn get(path: impl Into<String>, rule: &'static Rule) -> Call {
        Call::new(Method::GET, path, rule)
    }

    /// A POST without a body.
    pub fn post(path: impl Into<String>, rule: &'static Rule) -> Call {
        Call::new(Method::POST, path, rule)
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, json: impl Into<String>) -> Call {
        self.body = Some(json.into());
        self
    }

    /// Calls another API.
    #[must_use]
    pub fn to(mut self, api: &'static Api) -> Call {
        self.api = api;
        self
    }
}

/// A successful response of the service.
#[derive(Debug)]
pub struct ServiceResponse {
    /// The body as it came; some responses have none.
    pub text: String,
    /// The facts about the exchange: status, correlation id, attempts.
    pub exchange: Exchange,
}

impl Client {
    /// A client on the real network. Nothing is sent yet. All clients of a process should have one `shared`.
    ///
    /// # Errors
    /// As [`Network::new`] and [`Trace::open`].
    pub fn new(config: Config, shared: &ProcessWide) -> Result<Client> {
        let network = Network::new(&config)?;
        let trace =
            config.trace.as_ref().map(|trace| Trace::open(Path::new(&trace.path), trace.max_bytes)).transpose()?;
        Ok(Client { trace, ..Client::with_context(config, Context::system(network, shared.clone())) })
    }

    /// A client in another environment, such as the emulator without a socket, or a clock that a test sets. It has no
    /// trace. See
    /// [`Transport`](crate::http::Transport) for an example.
    pub fn with_context(config: Config, context: Context) -> Client {
        let shared = context.shared.clone();
        let secrets = Arc::new(Secrets::of(&config));
        let http = Http::new(context, config.retry);
        Client {
            config,
            http,
            tokens: TokenCache::default(),
            apps: Mutex::default(),
            shared,
            memberships: Mutex::default(),
            recent: Recent::default(),
            add_on_pages: tokio::sync::Mutex::default(),
            secrets,
            trace: None,
        }
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The network, for requests without a token: those of an upload.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// The Store ids of the app names that have been resolved.
    pub(crate) fn known_apps(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.apps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The resources that this client has created lately.
    pub fn recent(&self) -> &Recent {
        &self.recent
    }

    /// The drafts that the releases of this process work on.
    pub fn drafts(&self) -> &Drafts {
        &self.shared.drafts
    }

    /// The pages of the list of add-ons. Whoever reads the next page keeps the lock, so that no page is read twice.
    pub async fn add_on_pages(&self) -> tokio::sync::MutexGuard<'_, AddOnPages> {
        self.add_on_pages.lock().await
    }

    /// The secrets that errors and events must not contain.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Where the reports of an operation of this client go, from now on.
    pub fn sink(&self, operation: &'static str) -> Sink {
        let secrets = self.secrets.clone();
        let redact = Arc::new(move |text: &str| secrets.redact(text));
        Sink::new(operation, self.http.clock(), redact, self.config.log_level, self.trace.clone())
    }

    /// A token for this API, from the cache or by signing in.
    ///
    /// # Errors
    /// Codes `auth.*`, `network.*`.
    pub async fn token(&self, api: &Api) -> Result<Token> {
        self.remember_token(self.tokens.get(api.audience, &self.config, &self.http).await)
    }

    /// Adds the token of a sign-in to the secrets of the client, or takes the secrets out of the error of a failed one.
    fn remember_token(&self, token: Result<Token>) -> Result<Token> {
        match token {
            Ok(token) => {
                self.secrets.add(&token.secret);
                Ok(token)
            }
            Err(error) => Err(self.secrets.redact_error(error)),
        }
    }

    /// Signs a call, sends it and retries it by its rule. A call that the service answers with 401 is sent once more with
    /// a new token.
    ///
    /// # Errors
    /// The code of the service's refusal; `auth.*`; `network.*`.
    pub async fn send(&self, call: &Call) -> Result<ServiceResponse> {
        match self.send_signed(call).await {
            Ok(mut response) => {
                self.remember_signature(&response.text);
                let ids = response.exchange.correlation_ids.iter_mut().chain(&mut response.exchange.request_id);
                ids.for_each(|id| *id = self.secrets.redact(id));
                Ok(response)
            }
            Err(error) => Err(self.secrets.redact_error(error)),
        }
    }

    /// Adds the signature of the upload address in a submission to the secrets of the client, since a later answer may
    /// repeat it.
    fn remember_signature(&self, text: &str) {
        if !text.contains("fileUploadUrl") {
            return;
        }
        let address = blocking::in_place(text.len(), || document::get(text, "/fileUploadUrl"));
        if let Some(address) = address.ok().and_then(|text| serde_json::from_str::<Secret>(text).ok()) {
            self.secrets.add_signature_of(address.reveal());
        }
    }

    async fn send_signed(&self, call: &Call) -> Result<ServiceResponse> {
        let url = self.url(call)?;
        let token = self.token(call.api).await?;
        let response = self.send_with(call, &url, &token).await?;
        if response.response.status != 401 {
            return service_response(call.api, response);
        }
        // The token may have expired although the cache took it for valid, because the clock is wrong or was set. A
        // second 401 shows that this was not the reason.
        let replacement = self.tokens.replace(call.api.audience, &token, &self.config, &self.http).await;
        let (token, response) = match self.remember_token(replacement) {
            Ok(token) => {
                let response = self.send_with(call, &url, &token).await?;
                (token, response)
            }
            Err(error) if *error.code() == codes::AUTH_NOT_ALLOWED => (token, response),
            Err(error) => return Err(error),
        };
        service_response(call.api, response).map_err(|error| check_audience(error, call.api, &token))
    }

    async fn send_with(&self, call: &Call, url: &Url, token: &Token) -> Result<FinalResponse> {
        let body = call.body.clone().map(Bytes::from).unwrap_or_default();
        let request = ApiRequest::new(call.method.clone(), url.clone()).bearer(&token.secret)?;
        let mut request = request.limited_by(self.limiter(call.api, token)).refused_by(call.api.refusal);
        request = match call.method {
            Method::GET => request.check_body(not_a_document),
            // The body of a response to DELETE is not used.
            Method::DELETE => request.json(body),
            _ => request.json(body).check_body(not_json),
        };
        self.http.send(request, call.rule).await.or_else(|failure| failure.into_response())
    }

    /// The rate limiter of the tenant; `None` when the configuration sets no limit.
    fn limiter(&self, api: &Api, token: &Token) -> Option<Arc<RateLimiter>> {
        let per_minute = self.config.per_minute()?;
        let mut memberships = self.memberships.lock().unwrap_or_else(PoisonError::into_inner);
        let membership = memberships.entry(api.audience).or_insert_with(|| {
            let tenant = token.account.tenant_id.as_deref();
            self.shared.limiters.join((api.root)(&self.config), tenant, per_minute)
        });
        Some(membership.limiter().clone())
    }

    /// The URL of a call. Its path must stay below the root of the API.
    fn url(&self, call: &Call) -> Result<Url> {
        self.resolve(call.api, &call.path).ok_or_else(|| {
            let root = (call.api.root)(&self.config);
            let message = format!("`{}` is not a path below {root}", redact::text(&shortened(&call.path)));
            Error::new(&codes::REQUEST_INVALID, message)
        })
    }

    /// The URL of a path below the root of an API, or of a link that leads there; `None` for any other address. User and
    /// password are refused, because a second `Authorization` header would be made of them.
    pub(crate) fn resolve(&self, api: &Api, path: &str) -> Option<Url> {
        let root = (api.root)(&self.config);
        root.join(path.trim_start_matches('/')).ok().filter(|url| {
            url.origin() == root.origin()
                && url.path().starts_with(root.path())
                && url.username().is_empty()
                && url.password().is_none()
        })
    }
}

/// A path for a message.
fn shortened(path: &str) -> String {
    path.chars().take(500).collect()
}

/// Gives a 401 the code `auth.wrong_audience` if the token is for another audience. The service does not distinguish
/// this from an unknown account.
fn check_audience(error: Error, api: &Api, token: &Token) -> Error {
    match token.audience() {
        Some(audience) if *error.code() == codes::AUTH_NOT_ALLOWED && audience != api.audience => error
            .recode(&codes::AUTH_WRONG_AUDIENCE)
            .while_doing(&format!("the token is for {}", redact::text(&audience))),
        _ => error,
    }
}

fn service_response(api: &Api, last: FinalResponse) -> Result<ServiceResponse> {
    let FinalResponse { response, exchange, malformed, ambiguous } = last;
    if let Some(error) = (api.refusal)(&response) {
        return Err(error.http(exchange).ambiguous(ambiguous));
    }
    if let Some(reason) = malformed {
        let message = format!("the answer from {} {reason}", exchange.url);
        return Err(Error::new(&codes::NETWORK_BAD_ANSWER, message).http(exchange).ambiguous(ambiguous));
    }
    Ok(ServiceResponse { text: String::from_utf8_lossy(&response.body).into_owned(), exchange })
}

/// Checks the response to a GET: a JSON document, unless the status is 204.
fn not_a_document(response: &Response) -> Option<String> {
    if response.body.trim_ascii().is_empty() && response.status != 204 {
        return Some("is empty".to_owned());
    }
    not_json(response)
}

/// Checks the response to any other method: JSON, or empty.
fn not_json(response: &Response) -> Option<String> {
    if response.body.starts_with(b"\xff\xfe") || response.body.starts_with(b"\xfe\xff") {
        return Some("is UTF-16 by its byte order mark, not UTF-8".to_owned());
    }
    if response.body.starts_with(b"\0") {
        return Some("begins with a NUL".to_owned());
    }
    let Ok(text) = str::from_utf8(&response.body) else { return Some("is not UTF-8".to_owned()) };
    if text.trim().is_empty() {
        return None;
    }
    let checked = blocking::in_place(text.len(), || document::check(text));
    checked.err().map(|error| format!("is not JSON: {error}"))
}
