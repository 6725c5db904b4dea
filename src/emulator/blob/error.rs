//! Errors of the blob storage.

use crate::emulator::response::{Payload, Response};

/// An error response with the XML body of Azure Storage.
#[derive(Debug)]
pub(crate) struct BlobError {
    status: u16,
    code: &'static str,
    message: String,
    detail: String,
}

impl BlobError {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> BlobError {
        BlobError { status, code, message: message.into(), detail: String::new() }
    }

    /// The error with more XML inside its `Error` element.
    pub(super) fn with_detail(mut self, xml: impl Into<String>) -> BlobError {
        self.detail = xml.into();
        self
    }

    /// 400 InvalidHeaderValue.
    pub(super) fn header(name: &str, value: &str) -> BlobError {
        let detail = format!("<HeaderName>{name}</HeaderName><HeaderValue>{}</HeaderValue>", escape(value));
        BlobError::new(400, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format.")
            .with_detail(detail)
    }

    /// 404 BlobNotFound.
    pub(super) fn not_found() -> BlobError {
        BlobError::new(404, "BlobNotFound", "The specified blob does not exist.")
    }
}

impl From<BlobError> for Response {
    fn from(error: BlobError) -> Response {
        let BlobError { status, code, message, detail } = error;
        let xml = format!(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{message}</Message>{detail}</Error>"
        );
        Response::new(status, Payload::Xml(xml)).header("x-ms-error-code", code)
    }
}

/// Escapes text for XML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
