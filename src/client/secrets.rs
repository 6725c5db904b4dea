//! The secrets that a client has to do with, so that none of them is told by whoever says it back.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::config::{Config, Secret};
use crate::error::Error;
use crate::http::redact;

/// Tokens and signatures that are remembered; older ones have ended.
const MET: usize = 32;

/// What must be in no error and no event.
pub struct Secrets {
    given: Vec<Secret>,
    met: Mutex<VecDeque<Secret>>,
}

impl Secrets {
    pub(super) fn of(config: &Config) -> Secrets {
        Secrets { given: config.secrets(), met: Mutex::default() }
    }

    /// Remembers a token or a signature that came on the way.
    pub fn meet(&self, secret: &Secret) {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        if met.iter().any(|known| known.reveal() == secret.reveal()) {
            return;
        }
        if met.len() == MET {
            met.pop_front();
        }
        met.push_back(secret.clone());
    }

    /// A text that somebody else had a hand in, without any of them.
    pub fn veil(&self, text: &str) -> String {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        redact::without(text, &self.given.iter().chain(met.iter()).collect::<Vec<_>>())
    }

    /// A JSON text of a document without any of them. Other words that look like secrets stay: the text is an app's
    /// description, perhaps.
    pub fn veil_json(&self, json: &str) -> String {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        redact::signatures(&redact::known(json, &self.given.iter().chain(met.iter()).collect::<Vec<_>>()))
    }

    /// An error without any of them.
    pub fn veil_error(&self, error: Error) -> Error {
        error.veiled(|text| self.veil(text))
    }
}
