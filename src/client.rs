//! A signed-in caller of the service: token, JSON, one refresh on 401, errors with what the service said.

mod recent;
mod refusal;
mod secrets;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Method;
use once_cell::sync::OnceCell;
use url::Url;

use crate::auth::{AUDIENCE, Token, TokenCache};
use crate::config::Config;
use crate::document;
use crate::error::{Error, Exchange, Result, codes};
use crate::http::limiter::{Membership, RateLimiter, RateLimiters};
use crate::http::{ApiRequest, Context, Failure, FinalResponse, Http, Network, Response, Rule, redact};

pub use recent::Recent;
use refusal::refusal;
pub use secrets::Secrets;

/// A client of one account. All its functions may be called from any number of tasks at once.
pub struct Client {
    config: Config,
    http: Http,
    tokens: TokenCache,
    apps: Mutex<HashMap<String, String>>,
    rate_limiters: RateLimiters,
    /// Its part in the limit of its tenant, which is known after the first sign-in.
    membership: OnceCell<Membership>,
    recent: Recent,
    secrets: Secrets,
}

/// One call of the service, before it is signed.
pub struct Call {
    /// `GET`, `POST` …
    pub method: Method,
    /// Below the service's root, with its query: `applications/9NBLGGH4R315`.
    pub path: String,
    /// The body, JSON text, byte for byte.
    pub body: Option<String>,
    /// How it may be repeated.
    pub rule: &'static Rule,
}

impl Call {
    /// A GET.
    pub fn get(path: impl Into<String>, rule: &'static Rule) -> Call {
        Call { method: Method::GET, path: path.into(), body: None, rule }
    }

    /// A POST without a body.
    pub fn post(path: impl Into<String>, rule: &'static Rule) -> Call {
        Call { method: Method::POST, path: path.into(), body: None, rule }
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, json: impl Into<String>) -> Call {
        self.body = Some(json.into());
        self
    }
}

/// A good answer of the service.
#[derive(Debug)]
pub struct ServiceResponse {
    /// The text as it came; empty for some.
    pub text: String,
    /// Status, correlation id, attempts.
    pub exchange: Exchange,
}

impl Client {
    /// A client on the real network. Nothing is sent yet. A process has one `limits` for all its clients.
    ///
    /// # Errors
    /// As [`Network::new`].
    pub fn new(config: Config, rate_limiters: &RateLimiters) -> Result<Client> {
        let network = Network::new(&config)?;
        Ok(Client::with_context(config, Context::system(network, rate_limiters.clone())))
    }

    /// A client in another world: the emulator without a socket, a clock that is set.
    pub fn with_context(config: Config, context: Context) -> Client {
        let rate_limiters = context.rate_limiters.clone();
        let secrets = Secrets::of(&config);
        let http = Http::new(context, config.retry);
        Client {
            config,
            http,
            tokens: TokenCache::default(),
            apps: Mutex::default(),
            rate_limiters,
            membership: OnceCell::new(),
            recent: Recent::default(),
            secrets,
        }
    }

    /// The configuration it was opened with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The network, for requests that carry no token: the upload.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// The Store ids that names of apps were found to mean.
    pub(crate) fn known_apps(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.apps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it made a moment ago.
    pub fn recent(&self) -> &Recent {
        &self.recent
    }

    /// What must be in no text that is told.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Signs in, or gives the token that is there.
    ///
    /// # Errors
    /// Codes `auth.*`, `network.*`.
    pub async fn token(&self) -> Result<Token> {
        self.known(self.tokens.get(&self.config, &self.http).await)
    }

    fn known(&self, token: Result<Token>) -> Result<Token> {
        match token {
            Ok(token) => {
                self.secrets.meet(&token.secret);
                Ok(token)
            }
            Err(error) => Err(self.secrets.veil_error(error)),
        }
    }

    /// Sends a call: signed, repeated by its rule, and once more with a new token when the service answers 401.
    ///
    /// # Errors
    /// The service's refusal as a code with its answer; `auth.*`; `network.*`.
    pub async fn send(&self, call: &Call) -> Result<ServiceResponse> {
        self.sent(call).await.map_err(|error| self.secrets.veil_error(error))
    }

    async fn sent(&self, call: &Call) -> Result<ServiceResponse> {
        let url = self.url(&call.path)?;
        let token = self.token().await?;
        let answer = self.send_as(call, &url, &token).await?;
        if answer.response.status != 401 {
            return reply(answer);
        }
        // The last line of defence against a clock that lies; a second 401 says that it is not the token's age.
        match self.known(self.tokens.replace(&token, &self.config, &self.http).await) {
            Ok(token) => reply(self.send_as(call, &url, &token).await?).map_err(|error| for_another(error, &token)),
            Err(error) if *error.code() == codes::AUTH_NOT_ALLOWED => {
                reply(answer).map_err(|error| for_another(error, &token))
            }
            Err(error) => Err(error),
        }
    }

    async fn send_as(&self, call: &Call, url: &Url, token: &Token) -> Result<FinalResponse> {
        let body = call.body.clone().map(Bytes::from).unwrap_or_default();
        let request = ApiRequest::new(call.method.clone(), url.clone()).bearer(&token.secret)?;
        let mut request = request.limited_by(self.limiter(token));
        request = match call.method {
            Method::GET => request.checked(not_json),
            // Nobody reads what a DELETE answers.
            Method::DELETE => request.json(body),
            _ => request.json(body).checked(not_json_nor_empty),
        };
        self.http.send(request, call.rule).await.map_err(|failure| failed(*failure))
    }

    /// What the calls of the tenant pass, unless there is no limit.
    fn limiter(&self, token: &Token) -> Option<Arc<RateLimiter>> {
        let per_minute = self.config.per_minute()?;
        let join = || self.rate_limiters.join(&self.config.service_url, token.account.tenant_id.as_deref(), per_minute);
        Some(self.membership.get_or_init(join).limiter().clone())
    }

    /// The address of a path, which must stay below the service's root.
    fn url(&self, path: &str) -> Result<Url> {
        let root = &self.config.service_url;
        let url = root.join(path.trim_start_matches('/')).ok().filter(|url| {
            url.origin() == root.origin() && url.path().starts_with(root.path()) && url.username().is_empty()
        });
        url.ok_or_else(|| {
            let message = format!("`{}` is not a path below {root}", redact::text(path));
            Error::new(&codes::REQUEST_INVALID, message)
        })
    }
}

/// A 401 has two causes that the service does not tell apart: who asks, and what the token is for.
fn for_another(error: Error, token: &Token) -> Error {
    match token.audience() {
        Some(audience) if *error.code() == codes::AUTH_NOT_ALLOWED && audience != AUDIENCE => error
            .recode(&codes::AUTH_WRONG_AUDIENCE)
            .while_doing(&format!("the token is for {}", redact::text(&audience))),
        _ => error,
    }
}

fn reply(answer: FinalResponse) -> Result<ServiceResponse> {
    let FinalResponse { response, exchange, unreadable } = answer;
    if !response.is_success() {
        return Err(refusal(response.status, &response.body, exchange));
    }
    if let Some(reason) = unreadable {
        let message = format!("the answer from {} {reason}", exchange.url);
        // The status says that it was carried out.
        return Err(Error::new(&codes::NETWORK_BAD_ANSWER, message).http(exchange).ambiguous(true));
    }
    Ok(ServiceResponse { text: String::from_utf8_lossy(&response.body).into_owned(), exchange })
}

/// Every GET of the service answers with a document.
fn not_json(response: &Response) -> Option<String> {
    if response.body.trim_ascii().is_empty() && response.status != 204 {
        return Some("is empty".to_owned());
    }
    not_json_nor_empty(response)
}

fn not_json_nor_empty(response: &Response) -> Option<String> {
    let Ok(text) = str::from_utf8(&response.body) else { return Some("is not UTF-8".to_owned()) };
    if text.trim().is_empty() {
        return None;
    }
    document::check(text).err().map(|error| format!("is not JSON: {error}"))
}

fn failed(failure: Failure) -> Error {
    let ambiguous = failure.ambiguous;
    match failure.answer() {
        Ok(FinalResponse { response, exchange, .. }) => {
            refusal(response.status, &response.body, exchange).ambiguous(ambiguous)
        }
        Err(error) => error,
    }
}
