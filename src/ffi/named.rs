//! A function for each operation, so that C and C++ programs find all of them in the header.
//!
//! `build.rs` writes them from `contract/storeship.schema.json` as plain functions: cbindgen reads the source, and would
//! not see what a macro makes.

use libc::c_char;

use super::functions::{named, storeship_client};

include!(concat!(env!("OUT_DIR"), "/named.rs"));
