//! Many threads, and jobs that are cancelled. A program of its own: the library's runtime ends with the last client of a
//! process, and other tests would keep one open.

mod cancel;
#[path = "../support/mod.rs"]
mod support;
mod threads;
