//! Sign-in: from a credential to a token, and the cache of tokens. Each way to sign in has a file of its own.

mod arc;
mod azure_cli;
mod cache;
mod certificate;
mod entra;
mod federated_file;
mod id_token;
mod managed_identity;
mod sign_in;
mod token;
mod token_response;

pub use cache::TokenCache;
pub use sign_in::sign_in;
pub use token::{Account, Token};
