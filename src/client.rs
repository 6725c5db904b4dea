//! A signed-in caller of the service: token, JSON, one refresh on 401, errors with what the service said.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::auth::{AUDIENCE, Token, TokenCache};
use crate::config::Config;
use crate::error::{Code, Error, Exchange, Result, ServiceAnswer, codes};
use crate::http::{Answer, ApiRequest, Failure, Http, Network, Rule, World, redact};

/// A client of one account. All its functions may be called from any number of tasks at once.
pub struct Client {
    config: Config,
    http: Http,
    tokens: TokenCache,
    apps: Mutex<HashMap<String, String>>,
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
pub struct Reply {
    /// The text as it came; empty for some.
    pub text: String,
    /// Status, correlation id, attempts.
    pub exchange: Exchange,
}

impl Client {
    /// A client on the real network. Nothing is sent yet.
    ///
    /// # Errors
    /// As [`Network::new`].
    pub fn new(config: Config) -> Result<Client> {
        let network = Network::new(&config)?;
        Ok(Client::in_world(config, World::real(network)))
    }

    /// A client in another world: the emulator without a socket, a clock that is set.
    pub fn in_world(config: Config, world: World) -> Client {
        let http = Http::new(world, config.retry);
        Client { config, http, tokens: TokenCache::default(), apps: Mutex::default() }
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

    /// Signs in, or gives the token that is there.
    ///
    /// # Errors
    /// Codes `auth.*`, `network.*`.
    pub async fn token(&self) -> Result<Token> {
        self.tokens.get(&self.config, &self.http).await
    }

    /// Sends a call: signed, repeated by its rule, and once more with a new token when the service answers 401.
    ///
    /// # Errors
    /// The service's refusal as a code with its answer; `auth.*`; `network.*`.
    pub async fn send(&self, call: &Call) -> Result<Reply> {
        let url = self.url(&call.path)?;
        let token = self.token().await?;
        let answer = self.send_as(call, &url, &token).await?;
        if answer.response.status != 401 {
            return reply(answer);
        }
        // The last line of defence against a clock that lies; a second 401 says that it is not the token's age.
        match self.tokens.replace(&token, &self.config, &self.http).await {
            Ok(token) => reply(self.send_as(call, &url, &token).await?).map_err(|error| for_another(error, &token)),
            Err(error) if *error.code() == codes::AUTH_NOT_ALLOWED => {
                reply(answer).map_err(|error| for_another(error, &token))
            }
            Err(error) => Err(error),
        }
    }

    async fn send_as(&self, call: &Call, url: &Url, token: &Token) -> Result<Answer> {
        let body = call.body.clone().map(Bytes::from).unwrap_or_default();
        let mut request = ApiRequest::new(call.method.clone(), url.clone()).bearer(&token.secret)?;
        if call.method != Method::GET {
            request = request.json(body);
        }
        self.http.send(request, call.rule).await.map_err(|failure| failed(*failure))
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

fn reply(answer: Answer) -> Result<Reply> {
    let Answer { response, exchange } = answer;
    if !(200..300).contains(&response.status) {
        return Err(refusal(response.status, &response.body, exchange));
    }
    let text = match String::from_utf8(response.body.into()) {
        Ok(text) => text,
        Err(_) => {
            let message = format!("the answer from {} is not UTF-8", exchange.url);
            return Err(Error::new(&codes::NETWORK_BAD_ANSWER, message).http(exchange));
        }
    };
    Ok(Reply { text, exchange })
}

fn failed(failure: Failure) -> Error {
    match failure.cause {
        Err(ref reason) => {
            let reason = reason.clone();
            failure.no_answer(&reason)
        }
        Ok(response) => refusal(response.status, &response.body, failure.exchange).ambiguous(failure.ambiguous),
    }
}

/// The shapes in which the service refuses: its own, and its gateway's (`api` d). All members are optional.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: Option<String>,
    message: Option<String>,
    target: Option<String>,
    details: Option<Box<RawValue>>,
}

fn refusal(status: u16, body: &[u8], exchange: Exchange) -> Error {
    let said: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let message = said.message.as_deref().map(redact::text);
    let text = match (&message, &said.code) {
        (Some(message), _) => format!("the service answered {status}: {message}"),
        (None, Some(code)) => format!("the service answered {status} {code}"),
        (None, None) => format!("the service answered {status} without a reason"),
    };
    let code = meaning(status, said.code.as_deref(), said.target.as_deref());
    Error::new(code, text).http(exchange).service(ServiceAnswer {
        code: said.code,
        target: said.target,
        message,
        details: said.details.filter(|details| details.get() != "[]"),
    })
}

/// The code by status, service code and target (`api` d); what a noun makes of it is for the layer above.
fn meaning(status: u16, code: Option<&str>, target: Option<&str>) -> &'static Code {
    match (status, code, target) {
        (_, _, Some("mediaType")) | (415, ..) => &codes::SERVICE_MEDIA_TYPE,
        (400, Some("InvalidOperation"), _) => &codes::SUBMISSION_NOT_BY_API,
        (400, Some("InvalidParameterValue"), _) => &codes::SERVICE_INVALID_VALUE,
        (400, ..) => &codes::SERVICE_BAD_REQUEST,
        (401, ..) => &codes::AUTH_NOT_ALLOWED,
        (403, ..) => &codes::AUTH_FORBIDDEN,
        (404, ..) => &codes::SERVICE_NOT_FOUND,
        (409, ..) => &codes::SERVICE_CONFLICT,
        (429, ..) => &codes::SERVICE_THROTTLED,
        (500.., ..) => &codes::SERVICE_UNAVAILABLE,
        _ => &codes::SERVICE_REFUSED,
    }
}
