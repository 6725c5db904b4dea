//! StoreShip
pub mod document;
pub mod package;
pub mod zip;
