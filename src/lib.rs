//! StoreShip
pub mod document;
#[cfg(feature = "emulator")]
pub mod emulator;
