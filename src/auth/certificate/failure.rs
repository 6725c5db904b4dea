//! Why a certificate file is not read.

use crate::error::{Error, codes};

pub(super) type Result<T> = std::result::Result<T, Trouble>;

/// What is wrong with it.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The bytes are not what the format demands.
    Damaged,
    /// The password does not open it.
    Password,
    /// It asks for more rounds of its key derivation than any tool writes.
    Work,
    /// A way to encrypt or to sign that is not known here.
    Unknown { what: &'static str, oid: String },
    /// It does not hold what is needed.
    Content(&'static str),
}

impl Trouble {
    /// `what` names the file or text: `the PFX`.
    pub(super) fn error(self, what: &str, has_password: bool) -> Error {
        let unreadable = |reason: String| Error::new(&codes::AUTH_CERTIFICATE_UNREADABLE, reason);
        match self {
            Trouble::Damaged => unreadable(format!("{what} is damaged or cut short")),
            Trouble::Password if has_password => {
                Error::new(&codes::AUTH_CERTIFICATE_PASSWORD, format!("the password of {what} is wrong"))
            }
            Trouble::Password => Error::new(&codes::AUTH_CERTIFICATE_PASSWORD, format!("{what} has a password")),
            Trouble::Work => unreadable(format!("{what} asks for too many rounds of its key derivation")),
            Trouble::Unknown { what: part, oid } => {
                let reason = format!("{what} has {part} that is not known here ({oid})");
                unreadable(reason)
                    .hint("write it anew: `openssl pkcs12 -in old.pfx -nodes -out new.pem`, and give the PEM")
            }
            Trouble::Content(reason) => unreadable(format!("{what} {reason}")),
        }
    }
}
