//! The emulator, driven through its router and over a socket.

mod accepted;
mod assertions;
mod blobs;
mod clients;
mod control;
mod documents;
mod faults;
mod hosts;
mod memory;
mod openapi;
mod products;
mod router;
mod states;
mod tokens;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
#[path = "../support/wine.rs"]
mod wine;
