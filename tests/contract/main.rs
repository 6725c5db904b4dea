//! The contract of the C ABI: the golden files beside this one, and the pages of docs/ that are written from the code.

mod errors;
mod operations;
#[path = "../support/mod.rs"]
mod support;
