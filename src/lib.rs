//! StoreShip creates and manages Microsoft Store submissions from build agents without ever corrupting one.
//!
//! The map, from the outside in; arrows point one way:
//!
//! ```text
//! ffi -> operations -> { publish, preview } -> { check -> listing, store, upload } -> client -> auth -> http -> config -> input -> blocking -> text -> error
//! document, package, zip   pure: bytes in, values out
//! files                    opens and replaces files on disk; used by all
//! emulator -> { document, package, zip }   the offline Store, used by its program, examples and tests
//! ```
//!
//! Most users meet the C ABI ([`ffi`], `include/storeship.h`) or the PowerShell module. Rust programs can use
//! [`client::Client`] with the functions of [`store`] and [`publish`].

pub mod auth;
pub mod blocking;
pub mod check;
pub mod client;
pub mod config;
pub mod document;
#[cfg(feature = "emulator")]
pub mod emulator;
pub mod error;
pub mod events;
pub mod ffi;
pub mod files;
pub mod http;
pub mod input;
pub mod listing;
pub mod operations;
pub mod package;
pub mod preview;
pub mod publish;
pub mod store;
pub mod text;
pub mod upload;
mod wildcard;
pub mod zip;
