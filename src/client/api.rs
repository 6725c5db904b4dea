//! What distinguishes one HTTP API of the Store from another.

use std::fmt;

use url::Url;

use crate::config::Config;
use crate::error::Error;
use crate::http::Response;

/// An HTTP API of the Store. Each [`Call`](super::Call) names its API; [`SUBMISSION_API`](super::SUBMISSION_API) is the
/// one that exists today.
pub struct Api {
    /// The root of its paths. It ends with a slash.
    pub root: fn(&Config) -> &Url,
    /// The resource that its tokens are requested for. Tokens are cached by it.
    pub audience: &'static str,
    /// The error of a response that refuses the call; `None` for a success.
    pub refusal: fn(&Response) -> Option<Error>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Api").field(&self.audience).finish()
    }
}
