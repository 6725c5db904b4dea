//! One request from its head to its answer: faults, reading, dispatch, recording.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::blob::blobs::{Sink, Spool};
use super::blob::md5::Md5;
use super::blob::{self, Received};
use super::clock::http_text;
use super::entra::{identity, token};
use super::faults::{Drop, Fault};
use super::record::{self, Recorded};
use super::request::Call;
use super::response::{self, Answer, Payload, storage_error, token_error};
use super::server::Cut;
use super::{Dropped, Emulator, control, service};

/// No service body is larger.
const LARGEST_BODY: u64 = 64 * 1024 * 1024;

/// Which of the three services a path belongs to.
enum Part {
    Service,
    Token { tenant: String, v2: bool },
    Identity,
    Blob(String),
}

impl Part {
    fn of(path: &str) -> Part {
        if let Some(blob) = path.strip_prefix("/ingestion/").filter(|id| !id.is_empty() && !id.contains('/')) {
            return Part::Blob(blob.to_owned());
        }
        if path.starts_with(identity::BASE) {
            return Part::Identity;
        }
        match token::endpoint(path) {
            Some((tenant, v2)) if service::under_base(path).is_none() => Part::Token { tenant: tenant.to_owned(), v2 },
            _ => Part::Service,
        }
    }
}

/// Answers a request.
pub(crate) async fn handle(emulator: Emulator, request: Request<Body>) -> Response<Body> {
    let (parts, mut body) = request.into_parts();
    let mut call = Call::new(&parts);
    if call.path == "/_emulator" || call.path.starts_with("/_emulator/") {
        if let Ok(bytes) = collect(&mut body).await {
            call.body = bytes;
        }
        return control::serve(&emulator, &call).into_response(false);
    }
    let part = Part::of(&call.path);
    let fault = {
        let mut store = emulator.lock();
        let seed = store.options.seed;
        store.faults.take(seed, &call.method, &call.path, &call.raw_query).unwrap_or_default()
    };
    if let Some(delay) = fault.delay_ms {
        tokio::time::sleep(std::time::Duration::from_millis(delay)).await;
    }
    let upload = matches!(part, Part::Blob(_)) && call.method == "PUT";
    let mut body_bytes = None;
    let outcome = if upload {
        let (answer, read) = upload_answer(&emulator, &call, &part, &fault, &mut body).await;
        body_bytes = Some(read);
        answer
    } else {
        match collect(&mut body).await {
            Ok(bytes) => {
                call.body = bytes;
                fault.carries_out().then(|| dispatch(&emulator, &call, &part, &fault, None))
            }
            Err(answer) => Some(answer),
        }
    };
    finish(&emulator, &call, &part, &fault, outcome, body_bytes, parts.extensions.get::<ConnectInfo<Cut>>())
}

/// Takes the bytes of an upload. A refusal is answered after the body was read, so that the client sees it.
async fn upload_answer(
    emulator: &Emulator,
    call: &Call,
    part: &Part,
    fault: &Fault,
    body: &mut Body,
) -> (Option<Answer>, u64) {
    let Part::Blob(id) = part else {
        return (None, 0);
    };
    // Closed in the middle of the body, as a broken network does.
    if fault.drop == Some(Drop::Before) {
        return (None, 0);
    }
    if !fault.carries_out() {
        return (None, drain(body).await);
    }
    let admitted = {
        let store = emulator.lock();
        blob::admit(&store, call, id).map(|()| store.blobs.spool.clone())
    };
    let spool = match admitted {
        Ok(spool) => spool,
        Err(answer) => return (Some(answer), drain(body).await),
    };
    match receive(call, spool, body).await {
        Ok(received) => {
            let length = received.block.length();
            // A body of unknown length could not be judged before.
            let fits = blob::check_size(&emulator.lock(), call, length);
            match fits {
                Ok(()) => (Some(dispatch(emulator, call, part, fault, Some(received))), length),
                Err(answer) => (Some(answer), length),
            }
        }
        Err(error) => {
            let message = format!("the body could not be taken: {error}");
            (Some(storage_error(400, "InvalidInput", &message, "")), 0)
        }
    }
}

/// The next piece of a body.
async fn piece(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    loop {
        let frame = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
        match frame.map(http_body::Frame::into_data) {
            Ok(Ok(bytes)) => return Some(Ok(bytes)),
            Ok(Err(_)) => {}
            Err(error) => return Some(Err(error)),
        }
    }
}

async fn collect(body: &mut Body) -> Result<Bytes, Answer> {
    let mut out = Vec::new();
    while let Some(piece) = piece(body).await {
        match piece {
            Ok(bytes) if (out.len() + bytes.len()) as u64 <= LARGEST_BODY => out.extend_from_slice(&bytes),
            Ok(_) => {
                return Err(response::refuse(413, "RequestTooLarge", "body", "The body is too large"));
            }
            Err(_) => return Err(response::invalid("body", "The body ended early")),
        }
    }
    Ok(Bytes::from(out))
}

async fn drain(body: &mut Body) -> u64 {
    let mut length = 0;
    while let Some(Ok(bytes)) = piece(body).await {
        length += bytes.len() as u64;
    }
    length
}

async fn receive(call: &Call, spool: Option<Arc<Spool>>, body: &mut Body) -> io::Result<Received> {
    let mut sink = Sink::new(spool);
    let mut md5 = call.header("content-md5").map(|_| Md5::new());
    let mut crc64 = call.header("x-ms-content-crc64").map(|_| crc64fast_nvme::Digest::new());
    while let Some(piece) = piece(body).await {
        let bytes = piece.map_err(io::Error::other)?;
        if let Some(md5) = &mut md5 {
            md5.update(&bytes);
        }
        if let Some(crc64) = &mut crc64 {
            crc64.write(&bytes);
        }
        sink.write(bytes)?;
    }
    Ok(Received {
        block: sink.finish(),
        md5: md5.map(|md5| STANDARD.encode(md5.finish())),
        crc64: crc64.map(|crc64| STANDARD.encode(crc64.sum64().to_le_bytes())),
    })
}

/// Carries a request out.
fn dispatch(emulator: &Emulator, call: &Call, part: &Part, fault: &Fault, received: Option<Received>) -> Answer {
    let mut store = emulator.lock();
    let (answer, submission) = match part {
        Part::Token { tenant, v2 } if call.method == "POST" => (token::issue(&mut store, call, tenant, *v2), None),
        Part::Token { .. } => (service::unknown_route(call), None),
        Part::Identity => (identity::serve(&mut store, call), None),
        Part::Blob(id) if call.method == "PUT" => (blob::serve(&mut store, call, id, received), None),
        Part::Blob(id) => match blob::admit(&store, call, id) {
            Ok(()) => (blob::serve(&mut store, call, id, None), None),
            Err(answer) => (answer, None),
        },
        Part::Service => service::serve(&mut store, call),
    };
    if let (Some(patch), Some(id)) = (&fault.submission, submission) {
        // A patch that does not fit was refused when the rule was added; a submission may be gone.
        let _ = control::patch_submission(&mut store, &id, patch.get());
    }
    answer
}

fn finish(
    emulator: &Emulator,
    call: &Call,
    part: &Part,
    fault: &Fault,
    outcome: Option<Answer>,
    body_bytes: Option<u64>,
    connection: Option<&ConnectInfo<Cut>>,
) -> Response<Body> {
    let mut store = emulator.lock();
    let exchange = store.ids.exchange();
    let now = store.now();
    let mut answer = match (fault.status, outcome) {
        (Some(status), _) => standard(status, part, &exchange, &http_text(now)),
        (None, Some(answer)) => answer,
        (None, None) => Answer::empty(200),
    };
    if let Some(body) = &fault.body {
        let text: Result<String, _> = serde_json::from_str(body.get());
        answer.body = match (text, part) {
            (Ok(text), _) if text.is_empty() => Payload::Empty,
            (Ok(text), Part::Blob(_)) => Payload::Xml(text),
            (Ok(text), _) => Payload::Json(text),
            (Err(_), _) => Payload::Json(body.get().to_owned()),
        };
    }
    answer = match part {
        Part::Service => answer.header("ms-correlationid", &exchange),
        Part::Blob(_) => answer
            .header("x-ms-request-id", &exchange)
            .header("x-ms-version", call.header("x-ms-version").unwrap_or("2017-04-17")),
        Part::Token { .. } | Part::Identity => answer,
    };
    answer = answer.header("date", http_text(now));
    for (name, value) in &fault.headers {
        answer = answer.header(&name.to_ascii_lowercase(), value);
    }
    let dropped = fault.drop.is_some();
    store.requests.push(Recorded {
        n: 0,
        method: call.method.clone(),
        path: call.path.clone(),
        operation: service::operation(call).map(|(operation, _)| operation.id),
        query: record::without(&call.raw_query, &["sig"]),
        headers: record::headers(&call.headers),
        body: (body_bytes.is_none() && !call.body.is_empty()).then(|| body_text(call, part)),
        body_bytes,
        status: if dropped { 0 } else { answer.status },
        dropped,
    });
    drop(store);
    if dropped {
        if let Some(ConnectInfo(cut)) = connection {
            cut.now();
        }
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Dropped);
        return response;
    }
    let head = call.method == "HEAD";
    if fault.body_bytes.is_some() || fault.content_length.is_some() {
        return shortened(answer, fault, head);
    }
    answer.into_response(head)
}

fn body_text(call: &Call, part: &Part) -> String {
    let text = String::from_utf8_lossy(&call.body);
    match part {
        Part::Token { .. } => record::without(&text, &["client_secret", "client_assertion", "password"]),
        _ => text.into_owned(),
    }
}

/// What the services say with a status when a fault does not.
fn standard(status: u16, part: &Part, exchange: &str, at: &str) -> Answer {
    match (part, status) {
        (Part::Blob(_), 503) => storage_error(503, "ServerBusy", "The server is busy.", ""),
        (Part::Blob(_), 500) => {
            storage_error(500, "OperationTimedOut", "Operation could not be completed within the specified time.", "")
        }
        (Part::Blob(_), 400..) => {
            storage_error(status, "InternalError", "The server encountered an internal error.", "")
        }
        (Part::Token { .. }, 400..) => token_error(
            status,
            "temporarily_unavailable",
            90_033,
            "A transient error has occurred. Please try again.",
            exchange,
            at,
        ),
        (_, 401) => response::unauthorized("Authorization: Account is not allowed to access this api"),
        (_, 409) => {
            response::conflict("submission", "Create submission failed, status code Conflict, reason phrase Conflict")
        }
        (_, 429) => response::too_many(14),
        (_, 500) => response::internal(),
        (_, 503) => response::unavailable(),
        _ => Answer::empty(status),
    }
}

/// An answer that does not keep what its Content-Length says.
fn shortened(answer: Answer, fault: &Fault, head: bool) -> Response<Body> {
    let bytes = match &answer.body {
        Payload::Empty => Bytes::new(),
        Payload::Json(text) | Payload::Xml(text) => Bytes::from(text.clone()),
        Payload::Blob(slice) => {
            let mut bytes = vec![0; slice.length() as usize];
            let read = rawzip::ReaderAt::read_exact_at(slice, &mut bytes, 0);
            Bytes::from(if read.is_ok() { bytes } else { Vec::new() })
        }
    };
    let promised = fault.content_length.unwrap_or(bytes.len() as u64);
    let sent = fault.body_bytes.unwrap_or(bytes.len() as u64).min(promised).min(bytes.len() as u64);
    let (parts, _) = answer.into_response(head).into_parts();
    let body = Broken { bytes: Some(bytes.slice(..sent as usize)), breaks: sent < promised, waited: false };
    let mut response = Response::from_parts(parts, Body::new(body));
    if let Ok(value) = HeaderValue::try_from(promised.to_string()) {
        response.headers_mut().insert("content-length", value);
    }
    response
}

/// A body that may end in an error, which closes the connection.
struct Broken {
    bytes: Option<Bytes>,
    breaks: bool,
    waited: bool,
}

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, io::Error>>> {
        match self.bytes.take() {
            Some(bytes) if !bytes.is_empty() => Poll::Ready(Some(Ok(http_body::Frame::data(bytes)))),
            // An error now would make hyper throw away what it has not yet written: let it write first.
            _ if self.breaks && !self.waited => {
                self.waited = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            _ if self.breaks => {
                self.breaks = false;
                Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
            }
            _ => Poll::Ready(None),
        }
    }
}
