//! StoreShip
pub mod document;
