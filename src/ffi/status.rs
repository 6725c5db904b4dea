//! The numbers that the functions return: the class of an outcome.

use crate::error::Class;

/// Success.
pub const STORESHIP_OK: i32 = 0;
/// storeship_job_next and storeship_client_next: no event arrived within the timeout.
pub const STORESHIP_NOTHING_YET: i32 = 1;
/// An argument, the configuration or the request is invalid.
pub const STORESHIP_INVALID: i32 = 2;
/// The library failed internally. The client stays usable.
pub const STORESHIP_INTERNAL: i32 = 3;
/// No operation has this name.
pub const STORESHIP_UNKNOWN_OPERATION: i32 = 4;
/// No open client or job has this id.
pub const STORESHIP_UNKNOWN_ID: i32 = 5;
/// The client was opened in the parent of this process.
pub const STORESHIP_FORKED: i32 = 6;
/// Signing in failed, or the service rejected the credential.
pub const STORESHIP_AUTHENTICATION: i32 = 10;
/// The server could not be reached, or its response was incomplete.
pub const STORESHIP_NETWORK: i32 = 11;
/// The service refused the request, or the submission failed.
pub const STORESHIP_SERVICE: i32 = 12;
/// The caller cancelled the operation, or its timeout expired.
pub const STORESHIP_CANCELLED: i32 = 13;
/// A local file is missing, unreadable or invalid.
pub const STORESHIP_FILE: i32 = 14;
/// The library refused the request because it would damage data. Nothing was sent.
pub const STORESHIP_PROTECTED: i32 = 15;

// The functions return the number of an error's class, so each constant must have the number of its class.
const _: () = {
    assert!(STORESHIP_INVALID == Class::Invalid as i32);
    assert!(STORESHIP_INTERNAL == Class::Internal as i32);
    assert!(STORESHIP_UNKNOWN_OPERATION == Class::UnknownOperation as i32);
    assert!(STORESHIP_UNKNOWN_ID == Class::UnknownId as i32);
    assert!(STORESHIP_FORKED == Class::Forked as i32);
    assert!(STORESHIP_AUTHENTICATION == Class::Authentication as i32);
    assert!(STORESHIP_NETWORK == Class::Network as i32);
    assert!(STORESHIP_SERVICE == Class::Service as i32);
    assert!(STORESHIP_CANCELLED == Class::Cancelled as i32);
    assert!(STORESHIP_FILE == Class::File as i32);
    assert!(STORESHIP_PROTECTED == Class::Protected as i32);
};
