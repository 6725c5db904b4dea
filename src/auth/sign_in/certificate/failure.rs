//! Why a certificate can't be used.

use crate::error::{Error, codes};

pub(super) type Result<T> = std::result::Result<T, Failure>;

/// The reason.
#[derive(Debug)]
pub(super) enum Failure {
    /// The bytes do not have the format.
    Malformed,
    /// The password is wrong or missing.
    WrongPassword,
    /// The key derivation has more rounds than any tool writes.
    TooManyRounds,
    /// An algorithm that this library does not support.
    Unsupported { what: &'static str, oid: String },
    /// Something that is needed is missing.
    Content(&'static str),
}

impl Failure {
    /// The error. `what` names the file or text: `the PFX`.
    pub(super) fn error(self, what: &str, has_password: bool) -> Error {
        let unreadable = |reason: String| Error::new(&codes::AUTH_CERTIFICATE_UNREADABLE, reason);
        match self {
            Failure::Malformed => unreadable(format!("{what} is damaged or cut short")),
            Failure::WrongPassword if has_password => {
                Error::new(&codes::AUTH_CERTIFICATE_PASSWORD, format!("the password of {what} is wrong"))
            }
            Failure::WrongPassword => Error::new(&codes::AUTH_CERTIFICATE_PASSWORD, format!("{what} has a password")),
            Failure::TooManyRounds => unreadable(format!("the key derivation of {what} has too many rounds")),
            Failure::Unsupported { what: part, oid } => {
                let reason = format!("{what} has {part} that is not supported ({oid})");
                unreadable(reason)
                    .hint("convert it with `openssl pkcs12 -in old.pfx -nodes -out new.pem`, and use the PEM")
            }
            Failure::Content(reason) => unreadable(format!("{what} {reason}")),
        }
    }
}
