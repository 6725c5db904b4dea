//! Sign-in: from a credential to a token, and the cache of tokens.

mod cache;
mod sign_in;
mod token;

pub use cache::TokenCache;
#[cfg(fuzzing)]
pub use sign_in::fuzzed_certificate;
pub use sign_in::sign_in;
pub use token::{Account, Token};
