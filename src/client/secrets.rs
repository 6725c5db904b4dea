//! The secrets of a client, and their removal from texts that a server may have written.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use url::form_urlencoded;

use crate::config::{Config, Secret};
use crate::error::Error;
use crate::http::redact;

/// How many tokens are remembered, and how many signatures. Older ones have expired.
const MAX_ACQUIRED: usize = 32;

/// The longest signature that is remembered, in bytes; those of the storage have 44. Every text is searched for it.
const MAX_SIGNATURE: usize = 512;

/// The secrets that errors and events must not contain: those of the configuration, and the tokens and upload signatures
/// that the client has acquired.
pub struct Secrets {
    configured: Vec<Secret>,
    acquired: Mutex<Acquired>,
}

/// Apart, so that no number of addresses in the answers of a service pushes out the token.
#[derive(Default)]
struct Acquired {
    tokens: VecDeque<Secret>,
    signatures: VecDeque<Secret>,
}

impl Secrets {
    pub(super) fn of(config: &Config) -> Secrets {
        Secrets { configured: config.secrets(), acquired: Mutex::default() }
    }

    /// Adds a token.
    pub fn add(&self, token: &Secret) {
        remember(&mut self.acquired().tokens, token.clone());
    }

    /// Adds the signature of an upload address. The service writes its `+` also unescaped.
    pub fn add_signature_of(&self, address: &str) {
        let query = address.split_once('?').map(|(_, query)| query.replace('+', "%2B")).unwrap_or_default();
        let signature = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "sig");
        if let Some((_, signature)) = signature.filter(|(_, signature)| signature.len() <= MAX_SIGNATURE) {
            remember(&mut self.acquired().signatures, Secret::new(signature.into_owned()));
        }
    }

    /// A text that may come from a server, without the secrets in it.
    pub fn redact(&self, text: &str) -> String {
        redact::all(text, &self.all(&self.acquired()))
    }

    /// The text of a value of a document, without the secrets. Words that only look like secrets stay, since the value may
    /// be the description of an app.
    pub fn redact_json(&self, json: &str) -> String {
        redact::signatures(&redact::secrets(json, &self.all(&self.acquired())))
    }

    /// An error without the secrets in any of its texts.
    pub fn redact_error(&self, error: Error) -> Error {
        error.redacted(|text| self.redact(text))
    }

    fn acquired(&self) -> MutexGuard<'_, Acquired> {
        self.acquired.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn all<'a>(&'a self, acquired: &'a Acquired) -> Vec<&'a Secret> {
        self.configured.iter().chain(&acquired.tokens).chain(&acquired.signatures).collect()
    }
}

fn remember(known: &mut VecDeque<Secret>, secret: Secret) {
    if known.iter().any(|other| other.reveal() == secret.reveal()) {
        return;
    }
    if known.len() == MAX_ACQUIRED {
        known.pop_front();
    }
    known.push_back(secret);
}
