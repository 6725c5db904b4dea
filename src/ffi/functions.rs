//! The functions that everything else is made of.

use std::ffi::CString;
use std::time::Duration;

use libc::c_char;

use super::guard::{self, Text};
use super::process;
use crate::events::Next;
use crate::operations::{self, ABI_VERSION};

/// A client's id. 0 is the offline client, which is always there.
#[allow(non_camel_case_types)]
pub type storeship_client = u64;

/// A job's id.
#[allow(non_camel_case_types)]
pub type storeship_job = u64;

/// Success.
pub const STORESHIP_OK: i32 = 0;
/// storeship_job_next: nothing has happened in that time.
pub const STORESHIP_NOTHING_YET: i32 = 1;
/// An argument or a request that can't be used.
pub const STORESHIP_INVALID: i32 = 2;
/// A fault of the library was caught; the client stays usable.
pub const STORESHIP_INTERNAL: i32 = 3;
/// No operation has this name.
pub const STORESHIP_UNKNOWN_OPERATION: i32 = 4;
/// No open client or job has this id.
pub const STORESHIP_UNKNOWN_ID: i32 = 5;
/// Called in a child of the process that opened the client.
pub const STORESHIP_FORKED: i32 = 6;
/// Sign-in failed or was refused.
pub const STORESHIP_AUTHENTICATION: i32 = 10;
/// The service was not reached, or its answer did not arrive complete.
pub const STORESHIP_NETWORK: i32 = 11;
/// The service refused, or the submission failed there.
pub const STORESHIP_SERVICE: i32 = 12;
/// Cancelled by the caller, or the caller's time limit was reached.
pub const STORESHIP_CANCELLED: i32 = 13;
/// A local file is missing, unreadable or not usable.
pub const STORESHIP_FILE: i32 = 14;
/// Refused before anything was sent, because it would damage data.
pub const STORESHIP_PROTECTED: i32 = 15;

/// The version of this interface: 1. Within a version things are only added.
#[unsafe(no_mangle)]
pub extern "C" fn storeship_abi_version() -> u32 {
    ABI_VERSION
}

/// The version of the library, "0.1.0". Static: never freed.
#[unsafe(no_mangle)]
pub extern "C" fn storeship_version() -> *const c_char {
    const VERSION: &std::ffi::CStr = match std::ffi::CStr::from_bytes_with_nul(VERSION_BYTES.as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };
    const VERSION_BYTES: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr()
}

/// Opens a client for one account. `config` is a JSON object: the credential, and what differs from the defaults.
/// Nothing is sent yet. `*client` is set on success, to 0 otherwise; `*response` always.
///
/// # Safety
/// `config` is NULL or a NUL-terminated string; `client` and `response` point to variables of the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_client_open(
    config: *const c_char,
    client: *mut storeship_client,
    response: *mut *mut c_char,
) -> i32 {
    guard::respond(response, || {
        // SAFETY: the caller's promise about `client`.
        let mut client = unsafe { guard::out("client", client, 0) }?;
        // SAFETY: the caller's promise about `config`.
        let config = unsafe { guard::text("config", config, Text::EmptyObject) }?;
        let id = process::open(config)?;
        client.set(id);
        Ok(format!(r#"{{"ok":true,"result":{{"client":{id}}}}}"#))
    })
}

/// Closes a client: cancels its jobs and waits briefly for them. Using its id afterwards is an error, not undefined.
#[unsafe(no_mangle)]
pub extern "C" fn storeship_client_close(client: storeship_client) -> i32 {
    guard::status(|| process::close(client))
}

/// Runs an operation and waits for its end. `request` is a JSON object; NULL is an empty one. `*response` is always
/// set.
///
/// # Safety
/// `operation` and `request` are NULL or NUL-terminated strings; `response` points to a variable of the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_call(
    client: storeship_client,
    operation: *const c_char,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    guard::respond(response, || {
        // SAFETY: the caller's promise about `operation`.
        let operation = unsafe { guard::text("operation", operation, Text::Required) }?;
        // SAFETY: the caller's promise about `request`.
        let request = unsafe { guard::text("request", request, Text::EmptyObject) }?;
        process::call(client, operation, request)
    })
}

/// Starts an operation in the background. `*job` is set on success, to 0 otherwise; `*response` always. The events
/// are taken with storeship_job_next until `completed`.
///
/// # Safety
/// `operation` and `request` are NULL or NUL-terminated strings; `job` and `response` point to variables of the
/// caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_job_start(
    client: storeship_client,
    operation: *const c_char,
    request: *const c_char,
    job: *mut storeship_job,
    response: *mut *mut c_char,
) -> i32 {
    guard::respond(response, || {
        // SAFETY: the caller's promise about `job`.
        let mut job = unsafe { guard::out("job", job, 0) }?;
        // SAFETY: the caller's promise about `operation`.
        let operation = unsafe { guard::text("operation", operation, Text::Required) }?;
        // SAFETY: the caller's promise about `request`.
        let request = unsafe { guard::text("request", request, Text::EmptyObject) }?;
        let id = process::start(client, operation, request)?;
        job.set(id);
        Ok(format!(r#"{{"ok":true,"result":{{"job":{id}}}}}"#))
    })
}

/// Takes the next event of a job, waiting for it at most `timeout_ms`. 0 with an event, 1 with `*event` NULL when
/// nothing has happened. `completed` is the last event; after it the id is unknown.
///
/// # Safety
/// `event` points to a variable of the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_job_next(job: storeship_job, timeout_ms: u32, event: *mut *mut c_char) -> i32 {
    guard::status(|| {
        // SAFETY: the caller's promise about `event`.
        let mut event = unsafe { guard::out("event", event, std::ptr::null_mut()) }?;
        let text = match process::next(job, Duration::from_millis(timeout_ms.into()))? {
            Next::Event(next) => serde_json::to_string(&next).unwrap_or_default(),
            Next::Completed(response) => format!(r#"{{"type":"completed","response":{response}}}"#),
            Next::Nothing | Next::Over => return Ok(STORESHIP_NOTHING_YET),
        };
        event.set(guard::owned(text));
        Ok(STORESHIP_OK)
    })
}

/// Cancels a job. Its last event is `completed` with code `cancelled`, unless it ended before. Harmless for a job that
/// has ended or was never there.
#[unsafe(no_mangle)]
pub extern "C" fn storeship_job_cancel(job: storeship_job) -> i32 {
    guard::status(|| process::cancel(job))
}

/// Frees a string that this library gave. NULL is fine.
///
/// # Safety
/// `string` is NULL, or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_string_free(string: *mut c_char) {
    if !string.is_null() {
        // SAFETY: the caller's promise: `guard::owned` made it with `CString::into_raw`.
        drop(unsafe { CString::from_raw(string) });
    }
}

/// The same as storeship_call, for the functions that name their operation.
///
/// # Safety
/// As storeship_call.
pub(super) unsafe fn named(
    client: storeship_client,
    operation: &str,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    guard::respond(response, || {
        // SAFETY: the caller's promise about `request`.
        let request = unsafe { guard::text("request", request, Text::EmptyObject) }?;
        process::call(client, operation, request)
    })
}

// The numbers of the header are those of `error::Class`.
const _: () = {
    use crate::error::Class;
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
    assert!(operations::ABI_VERSION == 1);
};
