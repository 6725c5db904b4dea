//! The whole state of an emulator, behind one lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::blob;
use super::entra::trust::Trust;
use super::entra::{IDENTITY_BASE, identity};
use super::faults::Faults;
use super::options::Endpoints;
use super::record::RequestLog;
use super::service;
use super::service::store::Store;

/// The state of an emulator.
#[derive(Debug)]
pub(super) struct State {
    pub(super) store: Store,
    pub(super) trust: Trust,
    pub(super) faults: Faults,
    pub(super) requests: RequestLog,
}

impl State {
    /// The addresses of all services at `origin`, and the credentials.
    pub(super) fn endpoints(&self, origin: &str) -> Endpoints {
        let instance = &self.store.instance;
        let account = &instance.account;
        Endpoints {
            service: format!("{origin}{}", service::BASE),
            authority: format!("{origin}/"),
            blob: format!("{origin}{}", blob::base()),
            control: format!("{origin}/_emulator/"),
            tenant_id: account.tenant_id.clone(),
            client_id: account.client_id.clone(),
            client_secret: account.client_secret.clone(),
            identity: format!("{origin}{}", IDENTITY_BASE),
            identity_token: identity::secret(instance),
        }
    }
}

/// A handle to a state that all connections share.
#[derive(Clone, Debug)]
pub(super) struct SharedState(Arc<Mutex<State>>);

impl SharedState {
    pub(super) fn new(state: State) -> SharedState {
        SharedState(Arc::new(Mutex::new(state)))
    }

    /// Locks the state. After a panic in one request it stays usable, since it is plain data.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
