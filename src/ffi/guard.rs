//! Wraps every exported function: NULL checks, UTF-8 checks, and panics turned into errors.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use libc::c_char;

use super::status::STORESHIP_OK;
use crate::error::{Error, Result, codes};
use crate::http::redact;
use crate::operations;

/// What a NULL string means.
pub(super) enum Text {
    /// An error.
    Required,
    /// `{}`.
    EmptyObject,
}

/// A string argument, borrowed from the caller.
///
/// # Safety
/// `pointer` is NULL or a NUL-terminated string that stays valid until the call returns.
pub(super) unsafe fn text<'a>(name: &str, pointer: *const c_char, null: Text) -> Result<&'a str> {
    if pointer.is_null() {
        return match null {
            Text::EmptyObject => Ok("{}"),
            Text::Required => Err(is_null(name)),
        };
    }
    // SAFETY: not NULL, and the caller promises the rest.
    let bytes = unsafe { CStr::from_ptr(pointer) };
    bytes.to_str().map_err(|error| {
        let message = format!("`{name}` is not valid UTF-8 at byte {}", error.valid_up_to());
        Error::new(&codes::ARGUMENT_ENCODING, message)
    })
}

/// An out argument: a variable of the caller.
pub(super) struct Out<T>(*mut T);

/// Checks an out argument and sets it to `initial`, so that it is defined even when the call fails.
///
/// # Safety
/// `pointer` is NULL or points to a variable that stays valid until the call returns.
pub(super) unsafe fn out<T>(name: &str, pointer: *mut T, initial: T) -> Result<Out<T>> {
    if pointer.is_null() {
        return Err(is_null(name));
    }
    let mut out = Out(pointer);
    out.set(initial);
    Ok(out)
}

impl<T> Out<T> {
    pub(super) fn set(&mut self, value: T) {
        // SAFETY: `out` checked for NULL, and the caller promises that it points to a variable. `write` does not read the
        // old value: C variables may be uninitialised.
        unsafe { self.0.write(value) };
    }
}

fn is_null(name: &str) -> Error {
    Error::new(&codes::ARGUMENT_NULL, format!("`{name}` is NULL"))
}

/// A string that the caller owns and gives back with storeship_string_free.
pub(super) fn owned(text: String) -> *mut c_char {
    // JSON text contains no NUL: it is escaped in strings and not allowed elsewhere.
    CString::new(text).map_or(std::ptr::null_mut(), CString::into_raw)
}

/// Runs the body of a function that has a response; returns the status.
pub(super) fn respond(response: *mut *mut c_char, work: impl FnOnce() -> Result<String>) -> i32 {
    // SAFETY: the caller of every exported function promises that `response` is NULL or points to a variable.
    let Ok(mut response) = (unsafe { out("response", response, std::ptr::null_mut()) }) else {
        return codes::ARGUMENT_NULL.class as i32;
    };
    let (status, text) = match caught(work) {
        Ok(text) => (STORESHIP_OK, text),
        Err(error) => (error.code().class as i32, operations::failure(&error)),
    };
    response.set(owned(text));
    status
}

/// Runs the body of a function that has no response; returns the status.
pub(super) fn status(work: impl FnOnce() -> Result<i32>) -> i32 {
    caught(work).unwrap_or_else(|error| error.code().class as i32)
}

/// Runs `work` and turns a panic into an error.
pub(super) fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    install_hook();
    LEVEL.set(LEVEL.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(work));
    LEVEL.set(LEVEL.get() - 1);
    let place = PLACE.try_with(RefCell::take).ok().flatten();
    result.unwrap_or_else(|panic| Err(panicked(panic.as_ref(), place)))
}

/// The error of a panic.
pub(super) fn panicked(panic: &(dyn Any + Send), place: Option<String>) -> Error {
    let what = panic.downcast_ref::<&str>().copied();
    let what = what.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown");
    let place = place.map(|place| format!(" at {place}")).unwrap_or_default();
    Error::new(&codes::INTERNAL_PANIC, format!("a fault of the library was caught{place}: {}", redact::text(what)))
}

thread_local! {
    /// How many calls of this library are on the stack of this thread. It has no destructor, because a host may call
    /// while its thread ends, when thread locals with destructors are gone.
    static LEVEL: Cell<u32> = const { Cell::new(0) };
    /// Where the last panic of this library happened.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Marks the current thread as one of this library, whose panics tokio catches, and blocks SIGPIPE on it.
///
/// All sockets and pipes are written on such threads. A C program that leaves the signal at its default would end when a
/// server closes a connection. The signal belongs to the thread that writes, so blocking it here changes nothing for the
/// host; and what the library starts begins with an empty mask, because `std::process` resets it.
pub(super) fn own_thread() {
    LEVEL.set(LEVEL.get() + 1);
    #[cfg(unix)]
    block_sigpipe();
}

#[cfg(unix)]
fn block_sigpipe() {
    let mut signals = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: `sigemptyset` initializes the set that the other two read; the mask before is not asked for.
    unsafe {
        libc::sigemptyset(signals.as_mut_ptr());
        libc::sigaddset(signals.as_mut_ptr(), libc::SIGPIPE);
        libc::pthread_sigmask(libc::SIG_BLOCK, signals.as_ptr(), std::ptr::null_mut());
    }
}

/// Keeps panics of this library off the host's stderr. Panics of other Rust code in the process go to the previous hook.
fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if LEVEL.get() == 0 {
                return before(info);
            }
            // If the place can't be stored, the message goes without it.
            let _ = PLACE.try_with(|place| {
                if let Ok(mut place) = place.try_borrow_mut() {
                    *place = info.location().map(ToString::to_string);
                }
            });
        }));
    });
}
