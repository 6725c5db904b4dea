//! The C ABI, version 1: the only unsafe code.
//!
//! The exported functions check their arguments, convert pointers to strings and ids, and call [`crate::operations`].
//!
//! - [`status`], [`functions`] and [`named`] are the header, in its order.
//! - [`guard`] wraps every exported function: NULL checks, UTF-8 checks, panics.
//! - [`process`] holds the clients, the jobs and the runtime of the process.
//! - [`work`] runs one operation on the runtime, [`offline`] one that needs no client.
//! - `allocator` overwrites memory with zeros before it frees it.

#![allow(unsafe_code, reason = "C has pointers")]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[cfg(feature = "clear-memory")]
mod allocator;
pub mod functions;
mod guard;
#[allow(rustdoc::broken_intra_doc_links, reason = "the comments have shapes of JSON, such as `[string]`")]
pub mod named;
mod offline;
mod process;
pub mod status;
mod work;

#[cfg(test)]
mod tests;
