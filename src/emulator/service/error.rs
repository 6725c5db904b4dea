//! Errors of the submission API.

use crate::emulator::json::{Json, object};
use crate::emulator::response::Response;

/// An error response of the submission API. Most have the service's error object; some have a shape of their own or no
/// body at all.
#[derive(Debug)]
pub(crate) struct ServiceError(Response);

impl From<ServiceError> for Response {
    fn from(error: ServiceError) -> Response {
        error.0
    }
}

impl ServiceError {
    /// The error object of the service. `target` names the parameter or resource at fault.
    pub(crate) fn new(status: u16, code: &str, target: &str, message: impl AsRef<str>) -> ServiceError {
        ServiceError(Response::json(
            status,
            object([
                ("code", Json::text(code)),
                ("data", Json::Array(Vec::new())),
                ("details", Json::Array(Vec::new())),
                ("message", Json::text(message.as_ref())),
                ("source", Json::text("Ingestion Api")),
                ("target", Json::text(target)),
            ]),
        ))
    }

    /// An error without a body.
    pub(super) fn empty(status: u16) -> ServiceError {
        ServiceError(Response::empty(status))
    }

    /// 401.
    pub(crate) fn unauthorized(message: &str) -> ServiceError {
        ServiceError(Response::json(
            401,
            object([("code", Json::text("Unauthorized")), ("message", Json::text(message))]),
        ))
    }

    /// 404 ResourceNotFound.
    pub(super) fn not_found(target: &str, id: &str) -> ServiceError {
        ServiceError::new(404, "ResourceNotFound", target, format!("The {target} {id} was not found."))
    }

    /// 415 for a body that is not declared as JSON.
    pub(super) fn unsupported_media_type() -> ServiceError {
        ServiceError(Response::json(
            415,
            object([
                ("message", Json::text("Only JSON content is accepted")),
                ("source", Json::text("Ingestion Api")),
                ("target", Json::text("mediaType")),
            ]),
        ))
    }

    /// 429 of the gateway in front of the service.
    pub(crate) fn too_many_requests(retry_after_seconds: u64) -> ServiceError {
        let message = format!("Rate limit is exceeded. Try again in {retry_after_seconds} seconds.");
        let body = object([("statusCode", Json::number(429)), ("message", Json::text(&message))]);
        ServiceError(Response::json(429, body).header("retry-after", retry_after_seconds))
    }

    /// 500.
    pub(crate) fn internal() -> ServiceError {
        ServiceError(Response::json(
            500,
            object([
                ("code", Json::text("InternalServerError")),
                ("data", Json::Array(Vec::new())),
                ("details", Json::Array(Vec::new())),
                ("innererror", object([("code", Json::text("UnknownInternalFailure"))])),
                ("message", Json::text("An internal server error occurred while processing the operation.")),
                ("source", Json::text("Ingestion Api")),
            ]),
        ))
    }

    /// 503.
    pub(crate) fn unavailable() -> ServiceError {
        ServiceError::new(
            503,
            "InvalidOperation",
            "submission",
            "The service is temporarily unavailable. Retry your operation using exponential backoff.",
        )
    }

    /// 409 for a second pending submission of a product.
    pub(crate) fn submission_pending() -> ServiceError {
        conflict("submission", "Create submission failed, status code Conflict, reason phrase Conflict")
    }
}

/// 400 InvalidParameterValue.
pub(crate) fn invalid(target: &str, message: impl AsRef<str>) -> ServiceError {
    ServiceError::new(400, "InvalidParameterValue", target, message)
}

/// 409 InvalidState.
pub(crate) fn conflict(target: &str, message: impl AsRef<str>) -> ServiceError {
    ServiceError::new(409, "InvalidState", target, message)
}
