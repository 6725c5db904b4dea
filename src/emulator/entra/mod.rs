//! The token endpoints of Entra ID, and the services that issue id tokens.

pub(crate) mod assertion;
pub(crate) mod identity;
pub(crate) mod token;
