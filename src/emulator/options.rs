//! What an emulator is started with, and where it can be reached.

use std::path::PathBuf;

/// Start-up choices; [`Options::default`] is a strict Store with the default seed on a free port.
#[derive(Clone, Debug)]
pub struct Options {
    /// TCP port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// All ids, keys and chances follow from it.
    pub seed: u64,
    /// State to start with, in the format of `GET /_emulator/state`; `None` is the default seed.
    pub state: Option<String>,
    /// What moves a committed submission on.
    pub stepping: Stepping,
    /// The default seed gets further free apps until there are this many.
    pub apps: usize,
    /// Keeps uploaded blocks in a file of this folder instead of in memory. The file goes with the emulator, however it
    /// ends; it only grows.
    pub blob_dir: Option<PathBuf>,
    /// Seconds an access token is good for.
    pub token_lifetime: u64,
    /// Seconds an upload address is good for.
    pub upload_lifetime: u64,
    /// Largest body of one Put Blob in bytes; `None` follows the storage version of the request (A1).
    pub max_put: Option<u64>,
    /// Largest body of one Put Block in bytes; `None` follows the storage version of the request (A1).
    pub max_block: Option<u64>,
    /// Service calls per minute and tenant before 429; `None` is no limit (the service's is about 20).
    pub rate_limit: Option<u32>,
    /// Items on a page of a list when the request does not say.
    pub page_size: usize,
    /// Whether a package must begin like a ZIP and have a known extension, as the service demands.
    pub check_packages: bool,
    /// Start of a clock that stands still until it is advanced, RFC 3339; `None` follows the real clock.
    pub frozen_at: Option<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            port: 0,
            seed: 1,
            state: None,
            stepping: Stepping::Poll,
            apps: 0,
            blob_dir: None,
            token_lifetime: 3599,
            upload_lifetime: 24 * 3600,
            max_put: None,
            max_block: None,
            rate_limit: None,
            page_size: 10,
            check_packages: true,
            frozen_at: None,
        }
    }
}

/// What moves a committed submission on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stepping {
    /// Each GET of the status answers, then moves one step.
    #[default]
    Poll,
    /// The clock of the emulator; see the seconds in the state table.
    Clock,
}

/// Where the emulator listens and what signs in to it; as JSON the first line that the program prints.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoints {
    /// Base of the submission API, with a slash at the end.
    pub service: String,
    /// Base of the token endpoints, with a slash at the end.
    pub authority: String,
    /// Base of the upload addresses, with a slash at the end.
    pub blob: String,
    /// Base of the control routes, with a slash at the end.
    pub control: String,
    /// The one tenant.
    pub tenant_id: String,
    /// The one client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Base of the services that hand out id tokens and tokens of managed identities, with a slash at the end.
    pub identity: String,
    /// What they ask for: ACTIONS_ID_TOKEN_REQUEST_TOKEN, SYSTEM_ACCESSTOKEN, IDENTITY_HEADER.
    pub identity_token: String,
}

/// The emulator could not be made: the options or the state are not usable.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EmulatorError(pub(crate) String);
