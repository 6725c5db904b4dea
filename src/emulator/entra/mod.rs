//! Entra ID: the token endpoints, and the issuers of id tokens that build agents sign in with.

pub(super) mod access_token;
mod assertion;
mod error;
pub(super) mod identity;
mod issuers;
mod jwt;
pub(super) mod token;
pub(super) mod trust;

pub(super) use error::TokenError;
pub(super) use issuers::BASE as IDENTITY_BASE;
