//! What the clients of a process share.

use super::drafts::Drafts;
use super::limiter::RateLimiters;

/// What the clients of a process share: they call for the same tenants, and work on the same drafts. A clone refers to the
/// same.
#[derive(Clone, Default)]
pub struct ProcessWide {
    /// The limits of the calls.
    pub limiters: RateLimiters,
    /// The drafts that jobs work on.
    pub drafts: Drafts,
}
