//! StoreShip
pub mod config;
pub mod document;
pub mod error;
pub mod events;
pub mod http;
