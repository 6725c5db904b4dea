//! Errors: a stable code, a class, a message and a remedy.
//!
//! [`codes`] lists all codes with their meaning and remedy. An [`Error`] has one of them and adds what is known about
//! this case: the HTTP exchange, the error of the service, the places in a document.

mod code;
pub mod codes;
mod ids;
mod shown;

use std::{fmt, io};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::value::RawValue;

use crate::files;

pub use code::Code;
pub use ids::{ResourceIds, TargetIds};
pub use shown::shown;
pub(crate) use shown::start_of;

/// The result of a function whose errors reach the caller of the library.
pub type Result<T> = std::result::Result<T, Error>;

/// Writes each class once: the variant, and its row in [`Class::ALL`].
macro_rules! classes {
    ($($variant:ident = $number:literal $constant:literal $meaning:literal)*) => {
        /// The class of an error: the return value of the C functions. Numbers are only added, never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(i32)]
        pub enum Class {
            $(#[doc = $meaning]
            $variant = $number,)*
        }

        impl Class {
            /// All classes, each with the name of its constant in the C header and its meaning.
            pub const ALL: &[(Class, &str, &str)] = &[$((Class::$variant, $constant, $meaning)),*];
        }
    };
}

classes! {
    Invalid = 2 "STORESHIP_INVALID" "An argument, the configuration or the request is invalid."
    Internal = 3 "STORESHIP_INTERNAL" "The library failed internally. The client stays usable."
    UnknownOperation = 4 "STORESHIP_UNKNOWN_OPERATION" "No operation has this name."
    UnknownId = 5 "STORESHIP_UNKNOWN_ID" "No open client or job has this id."
    Forked = 6 "STORESHIP_FORKED" "The client was opened in the parent of this process."
    Authentication = 10 "STORESHIP_AUTHENTICATION" "Signing in failed, or the service rejected the credential."
    Network = 11 "STORESHIP_NETWORK" "The server could not be reached, or its response was incomplete."
    Service = 12 "STORESHIP_SERVICE" "The service refused the request, or the submission failed."
    Cancelled = 13 "STORESHIP_CANCELLED" "The caller cancelled the operation, or its timeout expired."
    File = 14 "STORESHIP_FILE" "A local file is missing, unreadable or invalid."
    Protected = 15 "STORESHIP_PROTECTED" "The library refused the request because it would damage data. Nothing was sent."
}

impl JsonSchema for Class {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Class".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let numbers: Vec<i32> = Class::ALL.iter().map(|(class, ..)| *class as i32).collect();
        schemars::json_schema!({
            "type": "integer",
            "enum": numbers,
            "description": "The class of an error: the return value of the C functions.",
        })
    }
}

/// Why a call failed, as the caller gets it. `Display` writes the message; programs look at [`Error::code`].
#[derive(Debug, JsonSchema)]
#[schemars(description = "Why a call failed.")]
pub struct Error(Box<Body>);

/// The `error` object of a response.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct Body {
    #[schemars(with = "CodeAndClass")]
    #[serde(flatten, serialize_with = "code_and_class")]
    code: &'static Code,
    /// What happened, for people. It may change between versions.
    #[serde(serialize_with = "shown::serialize")]
    message: String,
    /// Whether the same call may succeed later without a change.
    retryable: bool,
    /// What to do about it, for people.
    #[serde(serialize_with = "shown::serialize")]
    hint: String,
    /// The ids of the app, flight, add-on and submission that the error is about, as far as they are known.
    #[serde(skip_serializing_if = "ResourceIds::is_empty")]
    ids: ResourceIds,
    /// The HTTP exchange that failed, when there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<Exchange>,
    /// The error as the service reported it, when it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<ServiceError>,
    /// The findings, when there are several or one has a place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail>,
    #[serde(skip)]
    ambiguous: bool,
}

#[derive(JsonSchema)]
#[allow(dead_code, reason = "the schema of what `code_and_class` writes")]
struct CodeAndClass {
    /// The stable code: `app.not_found`. `library.errors` lists all of them; later versions add codes.
    code: String,
    class: Class,
}

/// Writes `"code":"app.not_found","class":12`. The class is there because the events of a job have no return value.
fn code_and_class<S: serde::Serializer>(code: &&'static Code, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("code", code.name)?;
    map.serialize_entry("class", &(code.class as i32))?;
    map.end()
}

/// The HTTP exchange that failed.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    /// The HTTP status of the last answer; absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The method: `GET`, `POST` …
    pub method: String,
    /// The URL without its query, which may hold a signature.
    #[serde(serialize_with = "shown::serialize")]
    pub url: String,
    /// `MS-CorrelationId` of the last answer, which Microsoft's support asks for. Empty when the answer had none.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "shown::serialize_each")]
    pub correlation_ids: Vec<String>,
    /// The storage service's `x-ms-request-id`.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shown::serialize_some")]
    pub request_id: Option<String>,
    /// The `Date` header of the last answer: the time by the clock of the server.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
    /// How often the request was sent.
    pub attempts: u32,
    /// The time from the first attempt to the last answer, in milliseconds.
    pub elapsed_ms: u64,
}

/// The error as the service reported it.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ServiceError {
    /// The code of the service: `InvalidState`, `InvalidParameterValue`, `invalid_client` …
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shown::serialize_some")]
    pub code: Option<String>,
    /// What the error is about: `packages`, `submission` …
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shown::serialize_some")]
    pub target: Option<String>,
    /// The text of the answer, whole: its message, or what takes its place in an answer of another shape.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shown::serialize_whole")]
    pub message: Option<String>,
    /// The `details` of the answer, unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<RawValue>>,
    /// The whole answer when it says more than the other members: JSON as it came; any other text, and the beginning of
    /// an answer of more than 64 KiB, as a string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Box<RawValue>>,
}

/// One of several findings: a place in a document, an entry of `statusDetails`, a file.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Detail {
    /// A JSON Pointer into the request or the document.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shown::serialize_some")]
    pub pointer: Option<String>,
    /// What is wrong there.
    #[serde(serialize_with = "shown::serialize")]
    pub message: String,
    /// The code of the finding: the id of a guard, a status code of the service.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shown::serialize_some")]
    pub code: Option<String>,
    /// The value before, as JSON text; a long one is shortened.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shown::serialize_some")]
    pub old: Option<String>,
    /// The value that was refused, as JSON text; a long one is shortened.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shown::serialize_some")]
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

/// How many findings an error shows.
const MAX_DETAILS: usize = 1_000;

impl Error {
    /// An error with this code. Its hint is the remedy of the code; [`Error::hint`] replaces it.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Error {
        Error(Box::new(Body {
            code,
            message: message.into(),
            retryable: code.retryable,
            hint: code.remedy.to_owned(),
            ids: ResourceIds::default(),
            http: None,
            service: None,
            details: Vec::new(),
            ambiguous: false,
        }))
    }

    /// The error of a local file that can't be read; `message` names the file: `the token can't be read from /x`.
    pub fn of_file(message: impl fmt::Display, error: &io::Error) -> Error {
        let code = match error.kind() {
            io::ErrorKind::NotFound => &codes::FILE_NOT_FOUND,
            _ => &codes::FILE_UNREADABLE,
        };
        // The disk or the network of a file system may be in order again a moment later.
        let failed = Error::new(code, format!("{message}: {error}")).retryable(files::may_pass(error));
        match files::remedy(error) {
            Some(remedy) => failed.hint(remedy),
            None => failed,
        }
    }

    /// The error of a local file that can't be written; `message` names the file and says why.
    pub fn of_output(message: impl Into<String>, error: &io::Error) -> Error {
        let failed = Error::new(&codes::FILE_UNWRITABLE, message);
        match files::remedy(error) {
            Some(remedy) => failed.hint(remedy),
            None => failed,
        }
    }

    /// A state of this library that should be impossible, or a resource that the system did not provide.
    pub fn internal(message: impl Into<String>) -> Error {
        Error::new(&codes::INTERNAL_STATE, message)
    }

    /// Replaces the hint by a remedy for this case.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Error {
        self.0.hint = hint.into();
        self
    }

    /// Sets whether the same call may succeed later, when that differs from the other cases of this code.
    #[must_use]
    pub fn retryable(mut self, retryable: bool) -> Error {
        self.0.retryable = retryable;
        self
    }

    /// Adds those ids of what the error is about that are not known yet.
    #[must_use]
    pub fn about(mut self, ids: ResourceIds) -> Error {
        self.0.ids.complete(ids);
        self
    }

    /// Adds the id of the submission that the error is about, unless it is known.
    #[must_use]
    pub fn about_submission(self, id: &str) -> Error {
        self.about(ResourceIds { submission_id: Some(id.to_owned()), ..ResourceIds::default() })
    }

    /// Adds the HTTP exchange.
    #[must_use]
    pub fn http(mut self, exchange: Exchange) -> Error {
        self.0.http = Some(exchange);
        self
    }

    /// Adds the error of the service.
    #[must_use]
    pub fn service(mut self, answer: ServiceError) -> Error {
        self.0.service = Some(answer);
        self
    }

    /// Adds the HTTP exchange and the answer of the failure behind this error, and its findings. `entirely`: the hint is
    /// that of the failure too.
    #[must_use]
    pub fn caused_by(mut self, cause: Error, entirely: bool) -> Error {
        let cause = cause.0;
        if entirely {
            self.0.hint = cause.hint;
        }
        self.0.http = cause.http;
        self.0.service = cause.service;
        self.0.details.extend(cause.details);
        self
    }

    /// Replaces the message.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Error {
        self.0.message = message.into();
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

    /// The ids of what the error is about, as far as they are known.
    pub fn ids(&self) -> &ResourceIds {
        &self.0.ids
    }

    /// The findings.
    pub fn findings(&self) -> &[Detail] {
        &self.0.details
    }

    /// Marks whether the service may have carried out the request although the call failed.
    #[must_use]
    pub fn ambiguous(mut self, ambiguous: bool) -> Error {
        self.0.ambiguous = ambiguous;
        self
    }

    /// Replaces the code by a more precise one. The hint becomes the remedy of the new code; everything else stays.
    #[must_use]
    pub fn recode(mut self, code: &'static Code) -> Error {
        self.0.code = code;
        self.0.retryable = code.retryable;
        self.0.hint = code.remedy.to_owned();
        self
    }

    /// Puts a prefix before the message: `can't create the submission: …`.
    #[must_use]
    pub fn while_doing(mut self, what: &str) -> Error {
        self.0.message = format!("{what}: {}", self.0.message);
        self
    }

    /// Passes every text that may come from a server or a caller through `redact`, which removes secrets.
    #[must_use]
    pub fn redacted(mut self, redact: impl Fn(&str) -> String) -> Error {
        let report = &mut *self.0;
        let service = report.service.as_mut().map(|said| [&mut said.code, &mut said.target, &mut said.message]);
        let (mut url, mut ids, mut request_id) = (None, None, None);
        if let Some(http) = &mut report.http {
            // The service writes the address of the next page of a list.
            (url, ids, request_id) = (Some(&mut http.url), Some(&mut http.correlation_ids), http.request_id.as_mut());
        }
        let details = report.details.iter_mut();
        let texts = [&mut report.message, &mut report.hint]
            .into_iter()
            .chain(service.into_iter().flatten().filter_map(Option::as_mut))
            .chain(report.ids.iter_mut())
            .chain(url)
            .chain(ids.into_iter().flatten())
            .chain(request_id)
            .chain(details.flat_map(|detail| {
                let rest = [&mut detail.code, &mut detail.pointer, &mut detail.old, &mut detail.new];
                rest.into_iter().filter_map(Option::as_mut).chain([&mut detail.message])
            }));
        texts.for_each(|text| *text = redact(text));
        for json in report.service.iter_mut().flat_map(|said| [&mut said.details, &mut said.body]).flatten() {
            let shown = redact(json.get());
            // A text that is no JSON after the redaction becomes a string.
            let text = RawValue::from_string(shown.clone()).or_else(|_| serde_json::value::to_raw_value(&shown));
            *json = text.unwrap_or_else(|_| RawValue::NULL.to_owned());
        }
        let more = report.details.len().saturating_sub(MAX_DETAILS);
        if more > 0 {
            report.details.truncate(MAX_DETAILS);
            report.details.push(Detail { message: format!("and {more} more"), ..Detail::default() });
        }
        self
    }

    /// Whether the service may have carried out the request.
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

    /// The error of the service, when it sent one.
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.0.service.as_ref()
    }

    /// The error object of the response envelope.
    pub fn to_json(&self) -> String {
        // It holds strings, numbers and raw JSON, whose serialization can't fail; an error path must not panic anyway.
        serde_json::to_string(&self.0).unwrap_or_else(|_| format!(r#"{{"code":"{}"}}"#, self.0.code.name))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.0.message))
    }
}

impl std::error::Error for Error {}
