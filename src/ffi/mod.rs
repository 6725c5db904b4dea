//! The C ABI, version 1: the only unsafe code.
//!
//! Pointers end here: the functions check their arguments, turn them into strings and ids, and hand over to
//! [`crate::operations`]. [`functions`] and [`named`] are the header, in its order; [`guard`] is what every call passes
//! through; [`process`] holds the clients, the jobs and the runtime; [`work`] is an operation under way.

#![allow(unsafe_code, reason = "C has pointers")]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod functions;
mod guard;
pub mod named;
mod process;
mod work;

#[cfg(test)]
mod tests;
