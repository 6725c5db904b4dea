//! What the three services of one emulator share.

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
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub(super) origin: String,
    pub(super) clock: Clock,
    pub(super) ids: Ids,
    pub(super) account: Account,
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
        let origin = match options.port {
            0 => "http://127.0.0.1".to_owned(),
            port => format!("http://127.0.0.1:{port}"),
        };
        Ok(Instance {
            origin,
            clock: Clock::new(frozen),
            ids: Ids::new(options.seed),
            account: Account::new(&options),
            options,
        })
    }

    /// The time of the virtual clock.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// The one application that may sign in, and the key that signs its tokens and upload addresses.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) tenant_id: String,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    key: [u8; 32],
}

impl Account {
    fn new(options: &Options) -> Account {
        let seed = options.seed;
        let mut key = [0; 32];
        for (index, chunk) in key.chunks_exact_mut(8).enumerate() {
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
            key,
        }
    }

    /// HMAC-SHA256 of `text` with the key of this emulator.
    pub(super) fn sign(&self, text: &[u8]) -> Vec<u8> {
        // HMAC takes a key of any length, so this never fails.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            return Vec::new();
        };
        mac.update(text);
        mac.finalize().into_bytes().to_vec()
    }

    /// The id of the token with this number.
    pub(super) fn token_id(&self, number: u64) -> String {
        guid(u64::from(self.key[0]) ^ number)
    }
}
