//! Values of request fields that several operations read.

use std::time::Duration;

use serde::Serialize;

use crate::error::{Code, Detail, Error, Result, codes};

/// A number of seconds, zero or more.
pub(super) fn seconds(field: &str, value: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(value).map_err(|_| {
        let message = format!("`{field}` must be a number of seconds, zero or more");
        Error::new(&codes::REQUEST_INVALID, message).detail(Detail::at(format!("/{field}"), "out of range"))
    })
}

/// The error about one field: `` `flightId` is missing``.
pub(super) fn field_error(code: &'static Code, field: &str, what: &str) -> Error {
    Error::new(code, format!("`{field}` {what}")).detail(Detail::at(format!("/{field}"), what))
}

/// The JSON text of a request that is also the body of a call of the service.
pub(super) fn body<T: Serialize>(request: &T) -> Result<String> {
    serde_json::to_string(request)
        .map_err(|error| Error::new(&codes::INTERNAL_STATE, format!("the body can't be written: {error}")))
}
