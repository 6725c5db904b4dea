//! A function for each operation, so that C and C++ see them all in the header. Written out, since cbindgen reads the
//! source and a macro would hide them.

use libc::c_char;

use super::functions::{named, storeship_client};

/// `library.info`: version, ABI version and features of the library.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_library_info(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "library.info", request, response) }
}

/// `library.operations`: all operations with their fields.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_library_operations(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "library.operations", request, response) }
}

/// `library.errors`: all error codes with meaning and remedy.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_library_errors(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "library.errors", request, response) }
}

/// `library.guards`: all guards of a merge with meaning and remedy.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_library_guards(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "library.guards", request, response) }
}

/// `token.check`: sign in and tell how long the token lives.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_token_check(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "token.check", request, response) }
}

/// `app.list`: all apps of the account.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_app_list(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "app.list", request, response) }
}

/// `app.get`: one app.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_app_get(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "app.get", request, response) }
}

/// `app.flights`: the package flights of an app.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_app_flights(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "app.flights", request, response) }
}

/// `app.add_ons`: the ids of the add-ons of an app.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_app_add_ons(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "app.add_ons", request, response) }
}

/// `flight.get`: one package flight.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_flight_get(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "flight.get", request, response) }
}

/// `flight.create`: create a package flight.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_flight_create(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "flight.create", request, response) }
}

/// `flight.delete`: delete a package flight.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_flight_delete(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "flight.delete", request, response) }
}

/// `add_on.list`: all add-ons of the account.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_add_on_list(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "add_on.list", request, response) }
}

/// `add_on.get`: one add-on.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_add_on_get(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "add_on.get", request, response) }
}

/// `add_on.create`: create an add-on.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_add_on_create(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "add_on.create", request, response) }
}

/// `add_on.delete`: delete an add-on.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_add_on_delete(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "add_on.delete", request, response) }
}

/// `submission.create`: start a draft: a copy of what is published.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_submission_create(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "submission.create", request, response) }
}

/// `submission.get`: the whole submission, as the service sent it.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_submission_get(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "submission.get", request, response) }
}

/// `submission.update`: replace the content of a draft.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_submission_update(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "submission.update", request, response) }
}

/// `submission.commit`: submit a draft to the Store.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_submission_commit(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "submission.commit", request, response) }
}

/// `submission.status`: the state and its errors and warnings.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_submission_status(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "submission.status", request, response) }
}

/// `submission.delete`: delete a draft or a failed submission.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_submission_delete(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "submission.delete", request, response) }
}

/// `submission.wait`: wait until it is processed or published.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_submission_wait(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "submission.wait", request, response) }
}

/// `rollout.get`: the gradual rollout of a submission.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_rollout_get(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "rollout.get", request, response) }
}

/// `rollout.set`: change the share of users who get the packages.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_rollout_set(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "rollout.set", request, response) }
}

/// `rollout.halt`: stop the rollout.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_rollout_halt(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "rollout.halt", request, response) }
}

/// `rollout.finalize`: give the packages to everybody.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_rollout_finalize(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "rollout.finalize", request, response) }
}

/// `package.inspect`: what is inside an app package or bundle.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_package_inspect(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "package.inspect", request, response) }
}

/// `package.upload`: send files to a draft as one ZIP.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_package_upload(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "package.upload", request, response) }
}

/// `package.write`: write the ZIP that an upload would send.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_package_write(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "package.write", request, response) }
}

/// `publish`: a release from start to end.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_publish(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "publish", request, response) }
}

/// `publish.plan`: what publish would do, without doing it.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_publish_plan(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "publish.plan", request, response) }
}

/// `document.get`: the value at a pointer, as it stands in the document.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_document_get(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "document.get", request, response) }
}

/// `document.set`: the document with another value at a pointer.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_document_set(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "document.set", request, response) }
}

/// `document.remove`: the document without the value at a pointer.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_document_remove(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "document.remove", request, response) }
}

/// `document.format`: the document with other white space.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_document_format(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "document.format", request, response) }
}

/// `document.inspect`: depth, duplicate keys and other oddities.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_document_inspect(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "document.inspect", request, response) }
}

/// `document.merge`: the baseline with the edits of an edited copy cut in.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_document_merge(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "document.merge", request, response) }
}

/// `document.patch`: the document with the operations of a JSON Patch.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_document_patch(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "document.patch", request, response) }
}

/// `service.check`: whether everything is in place, and what to do about the rest.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_service_check(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "service.check", request, response) }
}

/// `service.call`: any call of the service, signed and repeated.
///
/// # Safety
/// As storeship_call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn storeship_service_call(
    client: storeship_client,
    request: *const c_char,
    response: *mut *mut c_char,
) -> i32 {
    // SAFETY: the caller's promise, handed on.
    unsafe { named(client, "service.call", request, response) }
}
