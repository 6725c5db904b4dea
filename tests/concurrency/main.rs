//! Many threads, and cancelled jobs. A program of its own: the library's runtime stops with the last client of the
//! process, and other tests would keep a client open.

mod cancel;
#[path = "../support/mod.rs"]
mod support;
mod threads;
