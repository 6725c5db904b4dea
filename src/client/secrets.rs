//! The secrets of a client, and their removal from texts that a server may have written.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::config::{Config, Secret};
use crate::error::Error;
use crate::http::redact;

/// How many tokens and signatures are remembered. Older ones have expired.
const MAX_ACQUIRED: usize = 32;

/// The secrets that errors and events must not contain: those of the configuration, and the tokens and upload signatures
/// that the client has acquired.
pub struct Secrets {
    configured: Vec<Secret>,
    acquired: Mutex<VecDeque<Secret>>,
}

impl Secrets {
    pub(super) fn of(config: &Config) -> Secrets {
        Secrets { configured: config.secrets(), acquired: Mutex::default() }
    }

    /// Adds a token or a signature.
    pub fn add(&self, secret: &Secret) {
        let mut acquired = self.acquired.lock().unwrap_or_else(PoisonError::into_inner);
        if acquired.iter().any(|known| known.reveal() == secret.reveal()) {
            return;
        }
        if acquired.len() == MAX_ACQUIRED {
            acquired.pop_front();
        }
        acquired.push_back(secret.clone());
    }

    /// A text that may come from a server, without the secrets in it.
    pub fn redact(&self, text: &str) -> String {
        let acquired = self.acquired.lock().unwrap_or_else(PoisonError::into_inner);
        redact::all(text, &self.configured.iter().chain(acquired.iter()).collect::<Vec<_>>())
    }

    /// The text of a value of a document, without the secrets. Words that only look like secrets stay, since the value may
    /// be the description of an app.
    pub fn redact_json(&self, json: &str) -> String {
        let acquired = self.acquired.lock().unwrap_or_else(PoisonError::into_inner);
        redact::signatures(&redact::secrets(json, &self.configured.iter().chain(acquired.iter()).collect::<Vec<_>>()))
    }

    /// An error without the secrets in any of its texts.
    pub fn redact_error(&self, error: Error) -> Error {
        error.redacted(|text| self.redact(text))
    }
}
