//! StoreShip
pub mod document;
pub mod zip;
