//! Shared access signatures of upload addresses, as in "Create a service SAS" of the Azure Storage documentation, for
//! version 2017-04-17.

use base64::Engine;
use jiff::Timestamp;

use super::error::BlobError;
use super::{ACCOUNT, CONTAINER, base};
use crate::emulator::clock::seconds_text;
use crate::emulator::instance::{Account, Instance};
use crate::emulator::request::Request;

const VERSION: &str = "2017-04-17";

/// The fields of a shared access signature for one blob.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sas {
    permissions: String,
    start: String,
    expiry: String,
    version: String,
}

impl Sas {
    /// A signature without a start.
    pub(crate) fn new(expires: Timestamp, permissions: &str) -> Sas {
        Sas {
            permissions: permissions.to_owned(),
            start: String::new(),
            expiry: seconds_text(expires),
            version: VERSION.to_owned(),
        }
    }

    /// The signature with a start.
    pub(crate) fn starting(self, start: Option<Timestamp>) -> Sas {
        Sas { start: start.map(seconds_text).unwrap_or_default(), ..self }
    }

    /// The signature of these fields for a blob: HMAC-SHA256 of the string to sign, in base64.
    pub(crate) fn signature(&self, account: &Account, blob: &str) -> String {
        let Sas { permissions, start, expiry, version } = self;
        let resource = format!("/blob/{ACCOUNT}/{CONTAINER}/{blob}");
        // The identifier, the IP range, the protocol and the five response headers are empty.
        let text = format!("{permissions}\n{start}\n{expiry}\n{resource}\n\n\n\n{version}\n\n\n\n\n");
        base64::engine::general_purpose::STANDARD.encode(account.sign_upload(text.as_bytes()))
    }

    /// The upload address of a blob. A `+` in the signature stays as it is, as in the service's addresses: a client has
    /// to send it as `%2B`.
    pub(crate) fn address(&self, origin: &str, account: &Account, blob: &str) -> String {
        let signature = self.signature(account, blob).replace('/', "%2F").replace('=', "%3D");
        let (base, Sas { permissions, expiry, version, start }) = (base(), self);
        let start = if start.is_empty() { String::new() } else { format!("&st={start}") };
        format!("{origin}{base}{blob}?sv={version}&sr=b&sig={signature}{start}&se={expiry}&sp={permissions}")
    }
}

/// Checks the signature in the query of a request: its fields, its expiry and its permissions.
pub(super) fn authenticate(instance: &Instance, request: &Request, blob: &str) -> Result<(), BlobError> {
    if request.header("authorization").is_some() {
        return Err(BlobError::new(
            400,
            "InvalidAuthenticationInfo",
            "Authentication information is not given in the correct format. Check the value of Authorization header.",
        ));
    }
    let failed = |detail: &str| {
        let message = "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.";
        Err(BlobError::new(403, "AuthenticationFailed", message)
            .with_detail(format!("<AuthenticationErrorDetail>{detail}</AuthenticationErrorDetail>")))
    };
    let field = |name: &str| request.parameter(name).unwrap_or_default().to_owned();
    let sas = Sas { permissions: field("sp"), start: field("st"), expiry: field("se"), version: field("sv") };
    let signature = field("sig");
    if signature.is_empty() || field("sr") != "b" || sas.version.is_empty() {
        return failed("The signature fields sv, sr=b, sig, se and sp are needed.");
    }
    if sas.signature(&instance.account, blob) != signature {
        return failed("Signature did not match.");
    }
    let now = instance.now();
    let Ok(expiry) = sas.expiry.parse::<Timestamp>() else {
        return failed("Signature expiry is not a time.");
    };
    if now >= expiry || instance.withdrawn.contains(&(blob.to_owned(), sas.expiry.clone())) {
        return failed(&format!(
            "Signature not valid in the specified time frame: Expiry [{expiry}] - Current [{now}]"
        ));
    }
    if let Ok(start) = sas.start.parse::<Timestamp>()
        && now < start
    {
        return failed(&format!("Signature not valid in the specified time frame: Start [{start}] - Current [{now}]"));
    }
    let needed = if request.method == "PUT" { 'w' } else { 'r' };
    if !sas.permissions.contains(needed) {
        return Err(BlobError::new(
            403,
            "AuthorizationPermissionMismatch",
            "This request is not authorized to perform this operation using this permission.",
        ));
    }
    Ok(())
}
