//! What can go wrong, said once: a stable code, a coarse class, a message, a remedy.
//!
//! [`codes`] is the list of all codes with their meaning and remedy. An [`Error`] names one of them and adds what is
//! known of this case: the HTTP exchange, what the service said, the places in a document.

pub mod codes;

use std::{fmt, io};

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::value::RawValue;

pub use codes::Code;

/// The result of everything in this crate that can fail towards a caller.
pub type Result<T> = std::result::Result<T, Error>;

/// The coarse class of an outcome: the return value of the C functions. Numbers are only added, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Class {
    /// An argument or a request that can't be used.
    Invalid = 2,
    /// A fault of this library; the client stays usable.
    Internal = 3,
    /// No operation has this name.
    UnknownOperation = 4,
    /// No open client or job has this id.
    UnknownId = 5,
    /// Called in a child of the process that opened the client.
    Forked = 6,
    /// Sign-in failed or was refused.
    Authentication = 10,
    /// The other side was not reached, or the answer did not come whole.
    Network = 11,
    /// The service refused, or the submission failed there.
    Service = 12,
    /// The caller cancelled, or its time ran out.
    Cancelled = 13,
    /// A file of this machine is missing, unreadable or unfit.
    File = 14,
    /// Refused before anything was sent, because it would damage data.
    Protected = 15,
}

/// A failure as a caller sees it. Shown as its message; [`Error::code`] is what programs look at.
#[derive(Debug)]
pub struct Error(Box<Report>);

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    #[serde(flatten, serialize_with = "code_and_class")]
    code: &'static Code,
    message: String,
    retryable: bool,
    hint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<Exchange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<ServiceError>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail>,
    #[serde(skip)]
    ambiguous: bool,
}

/// `"code":"app.not_found","class":12`: the class too, since the events of a job have no return value.
fn code_and_class<S: serde::Serializer>(code: &&'static Code, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("code", code.name)?;
    map.serialize_entry("class", &(code.class as i32))?;
    map.end()
}

/// The HTTP exchange that failed. The URL has no query: that is where secrets live.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    /// The status of the last answer, when there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// `GET`, `POST` …
    pub method: String,
    /// Scheme, host and path.
    pub url: String,
    /// `MS-CorrelationId`, which Microsoft's support asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The storage service's `x-ms-request-id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// When the server made the last answer, by its own clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
    /// How often the request was sent.
    pub attempts: u32,
    /// From the first attempt to the last answer, in milliseconds.
    pub elapsed_ms: u64,
}

/// What the service itself said.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ServiceError {
    /// `InvalidState`, `InvalidParameterValue`, `invalid_client` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What it is about: `packages`, `submission` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The answer's text for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The `details` of the answer, as they came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<RawValue>>,
}

/// One finding of several: a place in a document, an entry of `statusDetails`, a file.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Detail {
    /// A JSON Pointer into the caller's request or document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What is wrong there.
    pub message: String,
    /// The code of the finding: a guard's id, a status code of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The value before: JSON text, shortened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The value that was refused: JSON text, shortened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

impl Detail {
    /// A finding at `pointer`.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Detail {
        Detail { pointer: Some(pointer.into()), message: message.into(), ..Detail::default() }
    }

    /// A finding that has a code of its own, such as an entry of `statusDetails.errors`.
    pub fn coded(code: impl Into<String>, message: impl Into<String>) -> Detail {
        Detail { code: Some(code.into()), message: message.into(), ..Detail::default() }
    }
}

impl Error {
    /// A failure with this code. The hint is the code's remedy until [`Error::hint`] says it better.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Error {
        Error(Box::new(Report {
            code,
            message: message.into(),
            retryable: code.retryable,
            hint: code.remedy.to_owned(),
            http: None,
            service: None,
            details: Vec::new(),
            ambiguous: false,
        }))
    }

    /// A file of this machine that can't be read; `message` names it: `the token can't be read from /x`.
    pub fn of_file(message: impl fmt::Display, error: &io::Error) -> Error {
        let code = match error.kind() {
            io::ErrorKind::NotFound => &codes::FILE_NOT_FOUND,
            _ => &codes::FILE_UNREADABLE,
        };
        Error::new(code, format!("{message}: {error}"))
    }

    /// A state of this library that should be impossible, or something that the system did not give.
    pub fn internal(message: impl Into<String>) -> Error {
        Error::new(&codes::INTERNAL_STATE, message)
    }

    /// The remedy for this very case.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Error {
        self.0.hint = hint.into();
        self
    }

    /// Adds the HTTP exchange.
    #[must_use]
    pub fn http(mut self, exchange: Exchange) -> Error {
        self.0.http = Some(exchange);
        self
    }

    /// Adds what the service said.
    #[must_use]
    pub fn service(mut self, answer: ServiceError) -> Error {
        self.0.service = Some(answer);
        self
    }

    /// Adds one finding.
    #[must_use]
    pub fn detail(mut self, detail: Detail) -> Error {
        self.0.details.push(detail);
        self
    }

    /// Adds findings.
    #[must_use]
    pub fn details(mut self, details: impl IntoIterator<Item = Detail>) -> Error {
        self.0.details.extend(details);
        self
    }

    /// Says that the service may have carried the request out although it failed.
    #[must_use]
    pub fn ambiguous(mut self, ambiguous: bool) -> Error {
        self.0.ambiguous = ambiguous;
        self
    }

    /// Gives the failure a code that says more; message and context stay, the remedy becomes that of the new code.
    #[must_use]
    pub fn recode(mut self, code: &'static Code) -> Error {
        self.0.code = code;
        self.0.retryable = code.retryable;
        self.0.hint = code.remedy.to_owned();
        self
    }

    /// Puts what was being done before the message: `can't create the submission: …`.
    #[must_use]
    pub fn while_doing(mut self, what: &str) -> Error {
        self.0.message = format!("{what}: {}", self.0.message);
        self
    }

    /// Passes every text that may come from a server through `redact`.
    #[must_use]
    pub fn redacted(mut self, redact: impl Fn(&str) -> String) -> Error {
        let report = &mut *self.0;
        let service = report.service.as_mut().map(|said| [&mut said.code, &mut said.target, &mut said.message]);
        let (mut url, mut ids) = (None, None);
        if let Some(http) = &mut report.http {
            // The address of a list's next page is the service's own.
            (url, ids) = (Some(&mut http.url), Some([&mut http.correlation_id, &mut http.request_id]));
        }
        let details = report.details.iter_mut();
        let texts = [&mut report.message, &mut report.hint]
            .into_iter()
            .chain(service.into_iter().flatten().filter_map(Option::as_mut))
            .chain(url)
            .chain(ids.into_iter().flatten().filter_map(Option::as_mut))
            .chain(details.flat_map(|detail| {
                let rest = [&mut detail.code, &mut detail.pointer, &mut detail.old, &mut detail.new];
                rest.into_iter().filter_map(Option::as_mut).chain([&mut detail.message])
            }));
        texts.for_each(|text| *text = redact(text));
        if let Some(said) = &mut report.service {
            // Text in place of which no JSON is left is dropped: it was the service's, and is not needed.
            let shown = said.details.take().map(|details| redact(details.get()));
            said.details = shown.and_then(|text| RawValue::from_string(text).ok());
        }
        self
    }

    /// Whether the service may have carried the request out.
    pub fn is_ambiguous(&self) -> bool {
        self.0.ambiguous
    }

    /// The stable code.
    pub fn code(&self) -> &'static Code {
        self.0.code
    }

    /// Whether the same call may succeed later without a change.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// What to do.
    pub fn remedy(&self) -> &str {
        &self.0.hint
    }

    /// The HTTP exchange, when one was involved.
    pub fn exchange(&self) -> Option<&Exchange> {
        self.0.http.as_ref()
    }

    /// What the service said, when it said something.
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.0.service.as_ref()
    }

    /// The error object of the response envelope.
    pub fn to_json(&self) -> String {
        // Strings, numbers and RawValue only: it can't fail, and an error path must not panic.
        serde_json::to_string(&self.0).unwrap_or_else(|_| format!(r#"{{"code":"{}"}}"#, self.0.code.name))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}
