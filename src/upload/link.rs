//! The upload address of a submission, and how to get another one when it fails.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use url::Url;

use crate::config::Secret;
use crate::error::Result;

/// Reads the submission again and returns its upload address.
pub type Renew = Box<dyn Fn() -> Renewing + Send + Sync>;
/// The future of a [`Renew`].
pub type Renewing = Pin<Box<dyn Future<Output = Result<Secret>> + Send>>;

/// An upload address. What is uploaded through a link whose address fails goes on with the next one.
pub struct Link {
    current: Mutex<Secret>,
    renew: Option<Renew>,
}

impl Link {
    /// An address that is never replaced.
    pub fn fixed(address: Secret) -> Link {
        Link { current: Mutex::new(address), renew: None }
    }

    /// An address in whose place `renew` gets another one when it has expired or is refused.
    pub fn renewable(address: Secret, renew: Renew) -> Link {
        Link { current: Mutex::new(address), renew: Some(renew) }
    }

    /// The address now.
    pub fn address(&self) -> Secret {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether there is a way to get another address.
    pub(super) fn is_renewable(&self) -> bool {
        self.renew.is_some()
    }

    /// Gets the address that the submission has now; `None` when there is no way to.
    pub(super) async fn renewed(&self) -> Result<Option<Secret>> {
        let Some(renew) = &self.renew else { return Ok(None) };
        let address = renew().await?;
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = address.clone();
        Ok(Some(address))
    }
}

/// The addresses that brought nothing.
#[derive(Default)]
pub(super) struct Renewals {
    pub(super) refused: Vec<Arc<Url>>,
    /// The address that was about to end and had no successor.
    pub(super) last: Option<Arc<Url>>,
    /// How many addresses in a row were refused, and the answers before the last of them.
    pub(super) in_a_row: u32,
    pub(super) answers: u64,
}

/// The time in this field of a shared access signature: `se` is its end, `st` its start.
pub(super) fn time_of(url: &Url, field: &str) -> Option<Timestamp> {
    let (_, text) = url.query_pairs().find(|(key, _)| key == field)?;
    // A date without a time is allowed too.
    text.parse().ok().or_else(|| format!("{text}T00:00:00Z").parse().ok())
}
