//! Handles a request: applies faults, reads the body, dispatches it to a service and records it.

use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{self, HeaderValue};

use super::blob::{self, BlobError, UploadBody};
use super::body::{self, BodyError, TruncatedBody};
use super::clock::http_text;
use super::control;
use super::entra::{IDENTITY_BASE, TokenError, identity, token};
use super::faults::{DropPoint, Fault};
use super::hosts;
use super::page;
use super::record::{self, LogEntry};
use super::request::Request;
use super::response::{Payload, Response};
use super::server::AbortHandle;
use super::service::{self, ServiceError, SubmissionPatch};
use super::state::SharedState;

/// Marks a response of [`Emulator::router`](super::Emulator::router), in its extensions, as a dropped connection.
///
/// A fault can drop the connection of a request without a response. Over a socket the connection is really closed; a
/// transport in the same process has to turn a response with this mark into an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DroppedConnection;

/// The service that a path belongs to.
enum Endpoint {
    Service,
    Token { tenant: String, version: token::Version },
    Identity,
    Blob { id: String },
}

impl Endpoint {
    fn of(path: &str) -> Endpoint {
        if let Some(id) = blob::id_of(path) {
            return Endpoint::Blob { id: id.to_owned() };
        }
        if path.starts_with(IDENTITY_BASE) {
            return Endpoint::Identity;
        }
        match token::endpoint(path) {
            Some((tenant, version)) if service::below_base(path).is_none() => {
                Endpoint::Token { tenant: tenant.to_owned(), version }
            }
            _ => Endpoint::Service,
        }
    }
}

/// A request, the service that it goes to, and the fault that applies to it.
struct Exchange {
    state: SharedState,
    request: Request,
    endpoint: Endpoint,
    fault: Fault,
}

/// The result of carrying a request out.
struct Outcome {
    /// `None` if a fault kept the request from being carried out.
    response: Option<Response>,
    /// The length of an upload in bytes.
    upload_length: Option<u64>,
}

/// Answers a request.
pub(super) async fn handle(state: SharedState, request: http::Request<Body>) -> http::Response<Body> {
    let (parts, mut body) = request.into_parts();
    let host = parts.uri.authority().map(|authority| authority.as_str());
    let host = host.or_else(|| parts.headers.get("host").map(|host| host.to_str().unwrap_or_default()));
    let origin = hosts::origin(&state.lock().store.instance, host);
    let mut request = match origin {
        Ok(origin) => Request::new(&parts, origin),
        Err(message) => return control::error(421, &message).into_http(false),
    };
    if let Some(page) = page::serve(&state, &request) {
        return page.into_http(request.method == "HEAD");
    }
    if control::owns(&request.path) {
        request.body = body::collect(&mut body).await.unwrap_or_default();
        return control::serve(state, request).await.into_http(false);
    }
    let endpoint = Endpoint::of(&request.path);
    let fault = {
        let state = &mut *state.lock();
        let seed = state.store.instance.options.seed;
        state.faults.take(seed, &request.method, &request.path, &request.raw_query).unwrap_or_default()
    };
    if let Some(delay) = fault.delay_ms {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    for name in &fault.request_without {
        request.headers.remove(name);
    }
    let mut exchange = Exchange { state, request, endpoint, fault };
    let outcome = exchange.carry_out(&mut body).await;
    exchange.finish(outcome, parts.extensions.get::<ConnectInfo<AbortHandle>>())
}

impl Exchange {
    /// Reads the body and, unless a fault prevents it, carries the request out.
    async fn carry_out(&mut self, body: &mut Body) -> Outcome {
        self.change_submission_of_upload();
        if let Endpoint::Blob { id } = &self.endpoint
            && self.request.method == "PUT"
        {
            let (response, length) = self.carry_out_upload(id, body).await;
            return Outcome { response, upload_length: Some(length) };
        }
        let response = match body::collect(body).await {
            Ok(bytes) => {
                self.request.body = bytes;
                self.parse_large().await;
                self.read_archive().await;
                self.create_other_draft();
                self.fault.carries_out().then(|| self.dispatch(None))
            }
            Err(BodyError::TooLarge) => {
                Some(ServiceError::new(413, "RequestTooLarge", "body", "The body is too large").into())
            }
            Err(BodyError::Incomplete) => Some(service::invalid("body", "The body ended early").into()),
        };
        Outcome { response, upload_length: None }
    }

    /// Changes the submission that an upload belongs to, as the fault asks for.
    fn change_submission_of_upload(&self) {
        if let (Some(patch), Endpoint::Blob { id }) = (&self.fault.submission, &self.endpoint) {
            let store = &mut self.state.lock().store;
            let submission = store.submission_of_blob(id).map(|submission| submission.id.clone());
            // The patch was checked when the rule was added.
            if let Some(submission) = submission {
                let _ = SubmissionPatch::parse(patch.get()).and_then(|patch| patch.apply(store, &submission));
            }
        }
    }

    /// Parses a large body before the state is locked, by a thread for blocking work.
    async fn parse_large(&mut self) {
        if matches!(self.endpoint, Endpoint::Service) && self.request.is_large() {
            let request = self.request.clone();
            let parsed = tokio::task::spawn_blocking(move || {
                request.parse();
                request
            });
            // Without it the body is parsed where it is needed.
            if let Ok(request) = parsed.await {
                self.request = request;
            }
        }
    }

    /// Creates the draft of somebody else that the fault asks for.
    fn create_other_draft(&self) {
        if let (Some(patch), Endpoint::Service) = (&self.fault.other_draft, &self.endpoint) {
            let store = &mut self.state.lock().store;
            // The patch was checked when the rule was added.
            if let Some(id) = service::create_elsewhere(store, &self.request) {
                let _ = SubmissionPatch::parse(patch.get()).and_then(|patch| patch.apply(store, &id));
            }
        }
    }

    /// Reads the ZIP that the request is about to process before the state is locked, by a thread for blocking work.
    async fn read_archive(&self) {
        if !matches!(self.endpoint, Endpoint::Service) || !self.fault.carries_out() {
            return;
        }
        let unread = service::unread_archive(&self.state.lock().store, &self.request);
        let Some(unread) = unread else { return };
        // Without it the ZIP is read where it is needed.
        if let Ok(known) = tokio::task::spawn_blocking(move || unread.read()).await {
            self.state.lock().store.archives.keep(known);
        }
    }

    /// Receives an upload. An error is sent only after the body was read, since a client that is still sending may not
    /// see it. The second value is the number of bytes read.
    async fn carry_out_upload(&self, id: &str, body: &mut Body) -> (Option<Response>, u64) {
        if self.fault.drop == Some(DropPoint::Before) {
            // The connection ends in the middle of the body, as in a broken network.
            return (None, 0);
        }
        if !self.fault.carries_out() {
            return (None, body::drain(body).await);
        }
        let admitted = {
            let store = &self.state.lock().store;
            blob::admit(&store.instance, &self.request, id).map(|()| store.blobs.spool.clone())
        };
        let spool = match admitted {
            Ok(spool) => spool,
            Err(error) => return (Some(error.into()), body::drain(body).await),
        };
        let upload = match UploadBody::receive(&self.request, spool, body, self.fault.damages).await {
            Ok(upload) => upload,
            Err(error) => {
                let message = format!("the body could not be read: {error}");
                return (Some(BlobError::new(400, "InvalidInput", message).into()), 0);
            }
        };
        let length = upload.length();
        // The size of a body without Content-Length was not known when the request was admitted.
        let fits = blob::check_size(&self.state.lock().store.instance, &self.request, length);
        match fits {
            Ok(()) => (Some(self.dispatch(Some(upload))), length),
            Err(error) => (Some(error.into()), length),
        }
    }

    /// Carries out a request whose body was read.
    fn dispatch(&self, upload: Option<UploadBody>) -> Response {
        let state = &mut *self.state.lock();
        let store = &mut state.store;
        let request = &self.request;
        match &self.endpoint {
            Endpoint::Token { tenant, version } if request.method == "POST" => {
                token::serve(&mut store.instance, &state.trust, request, tenant, *version)
            }
            Endpoint::Token { .. } => Response::unknown_route(request),
            Endpoint::Identity => identity::serve(&mut store.instance, request),
            Endpoint::Blob { id } => {
                // An upload was admitted before its body was read.
                let admitted = if upload.is_some() { Ok(()) } else { blob::admit(&store.instance, request, id) };
                match admitted {
                    Ok(()) => blob::serve(&mut store.blobs, &store.instance, request, id, upload),
                    Err(error) => error.into(),
                }
            }
            Endpoint::Service => {
                let (response, submission) = service::serve(store, request);
                if let (Some(patch), Some(id)) = (&self.fault.submission, submission) {
                    // The patch was checked when the rule was added, and the submission may be gone.
                    let _ = SubmissionPatch::parse(patch.get()).and_then(|patch| patch.apply(store, &id));
                }
                response
            }
        }
    }

    /// Applies the fault to the response, records the request and converts the response to HTTP.
    fn finish(self, outcome: Outcome, connection: Option<&ConnectInfo<AbortHandle>>) -> http::Response<Body> {
        let Exchange { state, request, endpoint, fault } = self;
        let body = match outcome.upload_length {
            None if !request.body.is_empty() => Some(body_text(&request, &endpoint)),
            _ => None,
        };
        let state = &mut *state.lock();
        let correlation_id = state.store.instance.ids.correlation();
        let date = http_text(state.store.instance.now());
        let mut response = match (fault.status, outcome.response) {
            (Some(status), _) if fault.foreign => Response::empty(status),
            (Some(status), _) => response_for_status(status, &endpoint, &correlation_id, &date),
            (None, Some(response)) => response,
            (None, None) => Response::empty(200),
        };
        if let Some(body) = &fault.body {
            // It has the code of the body that is replaced.
            response.headers.retain(|(name, _)| name != "x-ms-error-code");
            response.body = match (serde_json::from_str::<String>(body.get()), &endpoint) {
                (Ok(text), _) if text.is_empty() => Payload::Empty,
                (Ok(text), Endpoint::Blob { .. }) => Payload::Xml(text),
                (Ok(text), _) => Payload::Json(text),
                (Err(_), _) => Payload::Json(body.get().to_owned()),
            };
        }
        response = match endpoint {
            _ if fault.foreign => response,
            Endpoint::Service => response.header("ms-correlationid", &correlation_id),
            Endpoint::Blob { .. } => response
                .header("x-ms-request-id", &correlation_id)
                .header("x-ms-version", request.header("x-ms-version").unwrap_or("2017-04-17")),
            Endpoint::Token { .. } | Endpoint::Identity => response,
        };
        response = response.header("date", date);
        for (name, value) in &fault.headers {
            response = response.header(&name.to_ascii_lowercase(), value);
        }
        let dropped = fault.drop.is_some();
        state.requests.push(LogEntry {
            n: 0,
            operation: service::operation_name(&request),
            query: record::redact(&request.raw_query, &["sig"]),
            headers: record::headers(&request.headers),
            body,
            body_bytes: outcome.upload_length,
            body_sha256: None,
            status: if dropped { 0 } else { response.status },
            dropped,
            method: request.method.clone(),
            path: request.path,
        });
        if dropped {
            if let Some(ConnectInfo(connection)) = connection {
                connection.abort();
            }
            let mut response = http::Response::new(Body::empty());
            response.extensions_mut().insert(DroppedConnection);
            return response;
        }
        let mut response = match fault.body_bytes.is_some() || fault.content_length.is_some() {
            true => truncate(response.into_http(false), &fault),
            false => response.into_http(request.method == "HEAD"),
        };
        for name in &fault.response_without {
            response.headers_mut().remove(name);
        }
        response
    }
}

/// The body of a request for the log.
fn body_text(request: &Request, endpoint: &Endpoint) -> String {
    let text = String::from_utf8_lossy(&request.body);
    match endpoint {
        Endpoint::Token { .. } => record::redact(&text, &["client_secret", "client_assertion", "password"]),
        _ => text.into_owned(),
    }
}

/// The response that a service sends with a status, for faults that set nothing else.
fn response_for_status(status: u16, endpoint: &Endpoint, correlation_id: &str, date: &str) -> Response {
    match (endpoint, status) {
        (Endpoint::Blob { .. }, 503) => BlobError::new(503, "ServerBusy", "The server is busy.").into(),
        (Endpoint::Blob { .. }, 500) => {
            let message = "Operation could not be completed within the specified time.";
            BlobError::new(500, "OperationTimedOut", message).into()
        }
        (Endpoint::Blob { .. }, 400..) => {
            BlobError::new(status, "InternalError", "The server encountered an internal error.").into()
        }
        (Endpoint::Token { .. }, 400..) => {
            let message = "A transient error has occurred. Please try again.";
            TokenError::new(status, "temporarily_unavailable", 90_033, message).into_response(correlation_id, date)
        }
        _ => service::response_for_status(status),
    }
}

/// Replaces the Content-Length of a response, or cuts its body short, or both.
fn truncate(response: http::Response<Body>, fault: &Fault) -> http::Response<Body> {
    let (parts, body) = response.into_parts();
    let full = body.size_hint().exact().unwrap_or_default();
    let announced = fault.content_length.unwrap_or(full);
    let sent = fault.body_bytes.unwrap_or(full).min(announced).min(full);
    let body = TruncatedBody::new(body, sent, sent < announced);
    let mut response = http::Response::from_parts(parts, Body::new(body));
    if let Ok(value) = HeaderValue::try_from(announced.to_string()) {
        response.headers_mut().insert("content-length", value);
    }
    response
}
