//! What a client needs from outside: the network, the clock, randomness.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use jiff::Timestamp;

use super::network::Network;
use super::shared::ProcessWide;
use super::transport::Transport;

/// The environment of a client. Tests give their own transport and clock; see [`Transport`] for an example.
#[derive(Clone)]
pub struct Context {
    /// The network.
    pub transport: Arc<dyn Transport>,
    /// The wall clock. The monotonic clock is tokio's, which tests can pause.
    pub now: fn() -> Timestamp,
    /// The seed of the jitter.
    pub seed: u64,
    /// What the clients of a process share.
    pub shared: ProcessWide,
}

impl Context {
    /// The real network and the system's clock.
    pub fn system(network: Network, shared: ProcessWide) -> Context {
        // `fastrand::u64` would leave a thread-local value in the host's thread when the process ends.
        let seed = RandomState::new().hash_one(std::process::id());
        Context { transport: Arc::new(network), now: Timestamp::now, seed, shared }
    }
}
