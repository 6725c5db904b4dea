//! The network: requests, retries, rate limits, time-outs, redaction. No other module opens a connection.
//!
//! The layer above builds a request with its credentials: an [`ApiRequest`] can carry a bearer token, a [`BlobRequest`]
//! can't, so no token can reach an upload host. [`Http::send`] sends it and retries it by its [`Rule`]; the
//! [`Transport`] carries out one attempt.
//!
//! A response of the service passes through these stages:
//!
//! | type | what it is |
//! | --- | --- |
//! | [`Response`] | status, headers and body of one attempt |
//! | [`FinalResponse`] | the response that ends the retries, with the facts about the [`Exchange`](crate::error::Exchange) |
//! | [`Failure`] | in place of a final response: the last attempt of a request that got no usable response |
//! | [`ServiceResponse`](crate::client::ServiceResponse) | the text of a success, with its exchange |
//! | [`ServiceError`](crate::error::ServiceError) | in place of a service response, inside an
//! [`Error`](crate::error::Error): the code and message of a refusal |
//! | [`Output`](crate::operations::Output) | the result of an operation, and the `meta` of the envelope |

mod api_request;
mod authorities;
pub mod backoff;
mod blob_request;
mod budget;
mod context;
mod date;
pub mod drafts;
pub mod limiter;
mod network;
mod page;
pub mod redact;
mod response;
pub mod retry;
mod send;
mod shared;
mod transport;
mod tunnel;
mod waiting;

pub use api_request::ApiRequest;
pub use blob_request::BlobRequest;
pub use context::Context;
pub use network::Network;
pub(crate) use page::without_tags;
pub use response::{Failure, FinalResponse, Refusal, support_id};
pub use retry::Rule;
pub use send::{BodyCheck, Http, Outgoing};
pub use shared::ProcessWide;
pub use transport::{
    MAX_RESPONSE_BYTES, Request, Response, Timeouts, Transport, TransportError, TransportErrorKind, TransportFuture,
};
