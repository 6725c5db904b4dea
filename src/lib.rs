//! StoreShip
pub mod auth;
pub mod client;
pub mod config;
pub mod document;
pub mod error;
pub mod events;
pub mod http;
pub mod store;
