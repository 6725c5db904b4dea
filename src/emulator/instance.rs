//! What the three services of one emulator share.

use std::collections::HashSet;

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use super::clock::Clock;
use super::ids::{Ids, guid, mix};
use super::options::Options;

/// The options, address, clock, ids and account of one emulator.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) options: Options,
    /// `http://127.0.0.1:PORT`, without a slash at the end: where requests without a host go.
    pub(super) origin: String,
    pub(super) clock: Clock,
    pub(super) ids: Ids,
    pub(super) account: Account,
    /// The upload addresses that expired before their end: the blob, and the end.
    pub(super) withdrawn: HashSet<(String, String)>,
}

impl Instance {
    /// An instance before it listens.
    ///
    /// # Errors
    ///
    /// `frozen_at` of the options is not a time.
    pub(super) fn new(options: Options) -> Result<Instance, String> {
        let frozen = match &options.frozen_at {
            Some(text) => Some(text.parse().map_err(|_| format!("frozen_at '{text}' is not an RFC 3339 time"))?),
            None => None,
        };
        Ok(Instance {
            origin: options.origin(options.port),
            clock: Clock::new(frozen),
            ids: Ids::new(options.seed),
            account: Account::new(&options),
            withdrawn: HashSet::new(),
            options,
        })
    }

    /// The time of the virtual clock.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// The one application that may sign in, and the keys that sign its tokens and upload addresses.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) tenant_id: String,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    /// Signs upload addresses, and follows from the seed as they do.
    upload_key: [u8; 32],
    /// Signs tokens. No other emulator has it, so that none accepts the tokens of another one.
    token_key: [u8; 32],
}

impl Account {
    fn new(options: &Options) -> Account {
        let seed = options.seed;
        let mut upload_key = [0; 32];
        for (index, chunk) in upload_key.chunks_exact_mut(8).enumerate() {
            chunk.copy_from_slice(&mix(seed ^ mix(index as u64 ^ 0x4b45)).to_le_bytes());
        }
        Account {
            tenant_id: guid(seed ^ 0x7e4a),
            client_id: guid(seed ^ 0xc11e),
            client_secret: format!(
                "emulator~{:016x}{}",
                mix(seed ^ 0x5ec7),
                if options.special_secret { "+/=&" } else { "" }
            ),
            upload_key,
            token_key: std::array::from_fn(|_| fastrand::u8(..)),
        }
    }

    /// The signature of a token.
    pub(super) fn sign_token(&self, text: &[u8]) -> Vec<u8> {
        hmac(&self.token_key, text)
    }

    /// The signature of an upload address.
    pub(super) fn sign_upload(&self, text: &[u8]) -> Vec<u8> {
        hmac(&self.upload_key, text)
    }

    /// The id of the token with this number.
    pub(super) fn token_id(&self, number: u64) -> String {
        guid(u64::from(self.upload_key[0]) ^ number)
    }
}

/// HMAC-SHA256 of `text`.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    // HMAC takes a key of any length, so this never fails.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}
