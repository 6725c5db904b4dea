//! A bearer token.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::config::Secret;

/// A bearer token and when it expires.
#[derive(Clone)]
pub struct Token {
    /// The token.
    pub secret: Secret,
    /// When the token expires by the wall clock; `None` when that is unknown.
    pub expires_at: Option<Timestamp>,
    /// When the token expires by the monotonic clock. Somebody may set the wall clock, and the monotonic clock stops while
    /// the machine sleeps, so the earlier of the two counts.
    pub(crate) expires: Option<Instant>,
    /// The account that signed in.
    pub account: Arc<Account>,
}

impl Token {
    /// The audience of a token that is a JWT. It is not verified; only the service can do that.
    pub fn audience(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Claims {
            aud: String,
        }
        let claims = self.secret.reveal().split('.').nth(1)?;
        let claims = Zeroizing::new(URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?);
        serde_json::from_slice::<Claims>(&claims).ok().map(|claims| claims.aud)
    }
}

/// The account that signed in, for messages.
#[derive(Default)]
pub struct Account {
    /// The kind of the credential, after the name of its chain if it is in one: `environment: client secret`.
    pub credential: String,
    /// Directory (tenant) id, if known.
    pub tenant_id: Option<String>,
    /// Application (client) id, if known.
    pub client_id: Option<String>,
    /// What was corrected in the values of the credential, see [`Config::remarks`](crate::config::Config::remarks), and what
    /// the dates of its certificate ask for.
    pub remarks: Vec<String>,
}
