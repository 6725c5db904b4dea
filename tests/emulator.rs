//! The emulator, driven through its router and over a socket.

#![cfg(feature = "emulator")]

#[path = "support/emulator.rs"]
mod support;

#[path = "emulator/assertions.rs"]
mod assertions;
#[path = "emulator/blobs.rs"]
mod blobs;
#[path = "emulator/control.rs"]
mod control;
#[path = "emulator/documents.rs"]
mod documents;
#[path = "emulator/faults.rs"]
mod faults;
#[path = "emulator/products.rs"]
mod products;
#[path = "emulator/states.rs"]
mod states;
#[path = "emulator/tokens.rs"]
mod tokens;
