//! The exported functions, except those for single operations, which are in [`super::named`].

use std::ffi::CString;
use std::time::Duration;

use libc::c_char;

use super::guard::{self, Text};
use super::process;
use super::status::{STORESHIP_NOTHING_YET, STORESHIP_OK};
use crate::events::Next;
use crate::operations::ABI_VERSION;

/// The id of a client. 0 is the offline client, which always exists.
#[allow(non_camel_case_types)]
pub type storeship_client = u64;

/// The id of a job.
#[allow(non_camel_case_types)]
pub type storeship_job = u64;

/// The version of the ABI: 1. Within a version, functions, numbers, codes and fields are only added.
#[unsafe(no_mangle)]
pub extern "C" fn storeship_abi_version() -> u32 {
    const { assert!(ABI_VERSION == 1) };
    ABI_VERSION
}

/// The version of the library, such as "0.1.0". The string is static and must not be freed.
#[unsafe(no_mangle)]
pub extern "C" fn storeship_version() -> *const c_char {
    const VERSION: &std::ffi::CStr = match std::ffi::CStr::from_bytes_with_nul(VERSION_BYTES.as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };
    const VERSION_BYTES: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr()
}

/// Opens a client for one account. `config` is a JSON object with the credential and any settings that differ from the
/// defaults. Nothing is sent yet. On success `*client` is the id of the client, otherwise 0. `*response` is always set.
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
        // SAFETY: the caller guarantees what the Safety section says about `client`.
        let mut client = unsafe { guard::out("client", client, 0) }?;
        // SAFETY: the caller guarantees what the Safety section says about `config`.
        let config = unsafe { guard::text("config", config, Text::EmptyObject) }?;
        let id = process::open(config)?;
        client.set(id);
        Ok(format!(r#"{{"ok":true,"result":{{"client":{id}}}}}"#))
    })
}

/// Closes a client: cancels its calls and jobs, waits up to two seconds until they have stopped, and frees its jobs with
/// every event and result that was not taken. Afterwards the ids of the client and of its jobs are unknown. A thread that
/// waits in storeship_call, storeship_job_next or storeship_client_next returns.
#[unsafe(no_mangle)]
pub extern "C" fn storeship_client_close(client: storeship_client) -> i32 {
    guard::status(|| process::close(client))
}

/// Runs an operation and returns when it has ended. `request` is a JSON object; NULL means `{}`. `*response` is
/// always set.
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
        // SAFETY: the caller guarantees what the Safety section says about `operation`.
        let operation = unsafe { guard::text("operation", operation, Text::Required) }?;
        // SAFETY: the caller guarantees what the Safety section says about `request`.
        let request = unsafe { guard::text("request", request, Text::EmptyObject) }?;
        process::call_by_name(client, operation, request)
    })
}

/// Starts an operation in the background. On success `*job` is the id of the job, otherwise 0. `*response` is always
/// set; it tells whether the job was started, not how it ended. Take the events of the job with storeship_job_next or
/// storeship_client_next until one has the type `completed`, or free the job with storeship_job_close. When another
/// thread is in storeship_client_next, it may get the first event before this function has returned.
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
        // SAFETY: the caller guarantees what the Safety section says about `job`.
        let mut job = unsafe { guard::out("job", job, 0) }?;
        // SAFETY: the caller guarantees what the Safety section says about `operation`.
        let operation = unsafe { guard::text("operation", operation, Text::Required) }?;
        // SAFETY: the caller guarantees what the Safety section says about `request`.
        let request = unsafe { guard::text("request", request, Text::EmptyObject) }?;
        let id = process::start_by_name(client, operation, request)?;
        job.set(id);
        Ok(format!(r#"{{"ok":true,"result":{{"job":{id}}}}}"#))
    })
}

/// Takes the next event of a job, and waits for it up to `timeout_ms` milliseconds. Returns STORESHIP_OK with `*event`
/// set, or STORESHIP_NOTHING_YET with `*event` NULL. `completed` is the last event of every job; once it has been taken, the
/// job is freed and its id is unknown (STORESHIP_UNKNOWN_ID). Each event is given once, to one thread. Free `*event` with
/// storeship_string_free.
///
/// # Safety
/// `event` points to a variable of the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_job_next(job: storeship_job, timeout_ms: u32, event: *mut *mut c_char) -> i32 {
    guard::status(|| {
        // SAFETY: the caller guarantees what the Safety section says about `event`.
        let mut event = unsafe { guard::out("event", event, std::ptr::null_mut()) }?;
        let next = process::job_next(job, Duration::from_millis(timeout_ms.into()))?;
        let Some(text) = event_text(next) else {
            return Ok(STORESHIP_NOTHING_YET);
        };
        event.set(guard::owned(text));
        Ok(STORESHIP_OK)
    })
}

/// Takes the next event of any job of a client, and waits for it up to `timeout_ms` milliseconds, so that one thread
/// can serve any number of jobs. Returns STORESHIP_OK with `*job` and `*event` set, or STORESHIP_NOTHING_YET with
/// `*job` 0 and `*event` NULL. The events of one job come in order; jobs with waiting events take turns. Once the
/// `completed` event of a job has been taken, the job is freed. Several threads may call this function, and
/// storeship_job_next at the same time: each event is given once, to one of them. When the client is closed, the function
/// returns STORESHIP_UNKNOWN_ID. Free `*event` with storeship_string_free.
///
/// # Safety
/// `job` and `event` point to variables of the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_client_next(
    client: storeship_client,
    timeout_ms: u32,
    job: *mut storeship_job,
    event: *mut *mut c_char,
) -> i32 {
    guard::status(|| {
        // SAFETY: the caller guarantees what the Safety section says about `job`.
        let job = unsafe { guard::out("job", job, 0) };
        // SAFETY: the caller guarantees what the Safety section says about `event`.
        let event = unsafe { guard::out("event", event, std::ptr::null_mut()) };
        let (mut job, mut event) = (job?, event?);
        let (id, next) = process::client_next(client, Duration::from_millis(timeout_ms.into()))?;
        let Some(text) = event_text(next) else {
            return Ok(STORESHIP_NOTHING_YET);
        };
        job.set(id);
        event.set(guard::owned(text));
        Ok(STORESHIP_OK)
    })
}

/// The JSON text of an event; `None` when there was no event.
fn event_text(next: Next) -> Option<String> {
    match next {
        Next::Event(event) => Some(serde_json::to_string(&event).unwrap_or_default()),
        Next::Completed(response) => Some(format!(r#"{{"type":"completed","response":{response}}}"#)),
        Next::Nothing | Next::Over => None,
    }
}

/// Asks a job to stop, and returns at once. The job still ends with a `completed` event, whose response has the code
/// `cancelled` unless the job had ended before. Cancelling a job twice, or one that has ended or never existed, does
/// nothing and returns STORESHIP_OK.
#[unsafe(no_mangle)]
pub extern "C" fn storeship_job_cancel(job: storeship_job) -> i32 {
    guard::status(|| process::cancel(job))
}

/// Frees a job whose events you do not need. A running job is cancelled; the function does not wait until it has
/// stopped. Afterwards the id is unknown, and a thread that waits in storeship_job_next for this job returns. Closing a
/// job twice, or one that was freed or never existed, does nothing and returns STORESHIP_OK.
#[unsafe(no_mangle)]
pub extern "C" fn storeship_job_close(job: storeship_job) -> i32 {
    guard::status(|| process::close_job(job))
}

/// Frees a string that this library returned. NULL is allowed.
///
/// # Safety
/// `string` is NULL, or was returned by this library and not freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_string_free(string: *mut c_char) {
    if !string.is_null() {
        // SAFETY: the caller promises that the library returned this string, so `guard::owned` made it with
        // `CString::into_raw`.
        drop(unsafe { CString::from_raw(string) });
    }
}

/// storeship_call, for the functions of [`super::named`].
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
        // SAFETY: the caller guarantees what the Safety section says about `request`.
        let request = unsafe { guard::text("request", request, Text::EmptyObject) }?;
        process::call_by_name(client, operation, request)
    })
}
