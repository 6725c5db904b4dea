//! A strict offline emulator of the Microsoft Store submission API: the 37 operations of the service, the token
//! endpoints and the blob storage behind one port, with a control interface for tests.
//!
//! `docs/emulator.md` says what it does not do, and describes control routes, faults and the state table.
//!
//! A request goes `exchange` (faults, reading, recording) -> `service` | `token` | `storage` | `control`, all under one
//! lock on `state`. It knows nothing of the client.

mod blob;
mod clock;
mod control;
mod entra;
mod faults;
mod ids;
mod json;
mod options;
mod record;
mod request;
mod response;
mod router;
mod seed;
mod server;
mod service;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use options::{EmulatorError, Endpoints, Options, Stepping};
pub use server::Running;

use state::Store;

/// Marks, in the extensions of an answer of [`Emulator::router`], that the connection was to be closed without any
/// answer. An in-process transport turns it into an error; over a socket the connection is really closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped;

/// A handle to one emulated Store; clones share it.
#[derive(Clone, Debug)]
pub struct Emulator {
    store: Arc<Mutex<Store>>,
}

impl Emulator {
    /// Makes the Store with its state; opens no socket.
    ///
    /// # Errors
    ///
    /// The state is not usable, `frozen_at` is not a time, or the folder for blobs cannot be made.
    pub fn new(options: Options) -> Result<Emulator, EmulatorError> {
        Ok(Emulator { store: Arc::new(Mutex::new(seed::start(options).map_err(EmulatorError)?)) })
    }

    /// All services as one axum router, for use without a socket.
    pub fn router(&self) -> axum::Router {
        let emulator = self.clone();
        axum::Router::new().fallback(move |request| router::handle(emulator.clone(), request))
    }

    /// Binds 127.0.0.1 and serves until the result is stopped or dropped.
    ///
    /// # Errors
    ///
    /// The port cannot be bound.
    pub async fn serve(&self) -> std::io::Result<Running> {
        server::serve(self).await
    }

    /// The addresses; before [`Emulator::serve`] those of an in-process use, with the port of the options.
    pub fn endpoints(&self) -> Endpoints {
        let store = self.lock();
        let origin = &store.origin;
        Endpoints {
            service: format!("{origin}{}", service::BASE),
            authority: format!("{origin}/"),
            blob: format!("{origin}/ingestion/"),
            control: format!("{origin}/_emulator/"),
            tenant_id: store.account.tenant_id.clone(),
            client_id: store.account.client_id.clone(),
            client_secret: store.account.client_secret.clone(),
            identity: format!("{origin}{}", entra::identity::BASE),
            identity_token: entra::identity::secret(&store),
        }
    }

    /// A panic in one request must not take the others along: the state is plain data and stays usable.
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
