//! The options of an emulator, and the addresses that it serves.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use super::switches::Switches;

/// The options of an emulator. [`Options::default`] is a strict Store with the default state on a free port.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on. One of the machine's own lets others reach the emulator, which has no encryption and
    /// whose control routes ask for no password.
    pub host: IpAddr,
    /// TCP port; 0 takes a free one.
    pub port: u16,
    /// Host names to answer to besides `localhost` and IP addresses. A request with another one is refused, since a web
    /// page may have sent it.
    pub host_names: Vec<String>,
    /// All ids, upload addresses, secrets and random choices follow from this number. The key that signs tokens does not.
    pub seed: u64,
    /// The state to start with, in the format of `GET /_emulator/state`. Default: built in.
    pub state: Option<String>,
    /// Gives the client secret characters that a form has to escape, as secrets of Entra ID may have. Without it a
    /// client may put the secret into a form as it is.
    pub special_secret: bool,
    /// What moves a committed submission to its next state.
    pub stepping: Stepping,
    /// Adds free apps to the default state until it has this many.
    pub apps: usize,
    /// Keeps uploaded blocks in a file in this folder instead of in memory. The file only grows, and is gone when the
    /// process ends, even if it is killed.
    pub blob_dir: Option<PathBuf>,
    /// How long an access token is valid, in seconds.
    pub token_lifetime: u64,
    /// How long an upload address is valid, in seconds.
    pub upload_lifetime: u64,
    /// The largest Put Blob in bytes. `None`: the limit of the storage version that the request names.
    pub max_put: Option<u64>,
    /// The largest Put Block in bytes. `None`: the limit of the storage version that the request names.
    pub max_block: Option<u64>,
    /// Service calls per minute until the answer is 429. `None`: no limit; the service allows about 20.
    pub rate_limit: Option<u32>,
    /// Items per page of a list, for requests without `top`.
    pub page_size: usize,
    /// Refuses packages with an unknown extension, and those that do not begin like a ZIP file.
    pub check_packages: bool,
    /// Lets the API create the first submission of an app. Without it, as in the documentation of the service, such a
    /// create is refused with 409.
    pub first_submissions: bool,
    /// Accepts values of enumerations, price tiers and keys that the emulator does not know. Without it they are refused,
    /// unless the submission had them before.
    pub unknown_values: bool,
    /// Which of two members of a request counts whose names differ only in letter case.
    pub same_name: SameName,
    /// How the Store treats listings where nothing says how it does.
    pub switches: Switches,
    /// The time (RFC 3339) at which the clock stands still until it is advanced. `None`: it follows the real clock.
    pub frozen_at: Option<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            host_names: Vec::new(),
            seed: 1,
            state: None,
            special_secret: false,
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
            first_submissions: false,
            unknown_values: false,
            same_name: SameName::Last,
            switches: Switches::default(),
            frozen_at: None,
        }
    }
}

impl Options {
    /// The address to listen on.
    pub(super) fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    /// The address that requests without a host were sent to: `http://HOST:PORT`. An emulator that listens everywhere has
    /// its first name, or else that of this machine.
    pub(super) fn origin(&self, port: u16) -> String {
        let host = match (self.host, self.host_names.first()) {
            (host, Some(name)) if host.is_unspecified() => name.clone(),
            (IpAddr::V4(host), _) if host.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
            (IpAddr::V6(host), _) if host.is_unspecified() => format!("[{}]", Ipv6Addr::LOCALHOST),
            (IpAddr::V6(host), _) => format!("[{host}]"),
            (IpAddr::V4(host), _) => host.to_string(),
        };
        match port {
            0 => format!("http://{host}"),
            port => format!("http://{host}:{port}"),
        }
    }
}

/// What moves a committed submission to its next state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stepping {
    /// Each request of the route that the client polls reports the state, and then moves the submission one step. That
    /// is the route which was requested first after the commit: the status, or the submission itself. The other route
    /// only reports, except that a second request of the status in a row makes the status the one that is polled.
    #[default]
    Poll,
    /// The emulator's clock. The state table says how many seconds each state lasts.
    Clock,
}

/// Which of two members of an object counts whose names differ only in letter case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameName {
    /// The last one, as in a service on .NET.
    #[default]
    Last,
    /// The first one.
    First,
}

/// Addresses and credentials of an emulator. The program prints them as JSON on its first line.
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
    /// The only tenant.
    pub tenant_id: String,
    /// The only application that may sign in.
    pub client_id: String,
    /// The secret of that application.
    pub client_secret: String,
    /// Base of the services that issue id tokens and tokens of managed identities, with a slash at the end.
    pub identity: String,
    /// The secret that those services ask for: the value of `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, `SYSTEM_ACCESSTOKEN` and
    /// `IDENTITY_HEADER` on a build agent.
    pub identity_token: String,
}

/// Why an emulator could not be created. The text says which option or which part of the state is not usable.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EmulatorError(pub(super) String);
