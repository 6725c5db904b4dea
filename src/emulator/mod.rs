//! A strict offline emulator of the Microsoft Store submission API: the 37 operations of the service, the token
//! endpoints and the blob storage behind one port, with control routes for tests.
//!
//! `docs/emulator.md` says what it does not do, and describes control routes, faults and the state table.
//!
//! [`Emulator`] is a handle to the state, which is behind one lock. `router` handles each request: it applies faults,
//! reads the body and passes the request to `service`, `entra` or `blob`, or to `control`. `service` uses `entra` to
//! check tokens and `blob` to read uploads. What all three share is in `instance`. Nothing here imports the client.
//!
//! # Examples
//!
//! ```
//! use storeship::emulator::{Emulator, Options};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Emulator::new(Options::default())?.serve().await?;
//! assert!(server.endpoints().service.ends_with("/v1.0/my/"));
//! server.stop().await;
//! # Ok(())
//! # }
//! ```

mod blob;
mod body;
mod clock;
mod control;
mod entra;
mod faults;
mod hosts;
mod ids;
mod instance;
mod json;
mod options;
mod page;
mod record;
mod request;
mod response;
mod router;
mod seed;
mod server;
mod service;
mod snapshot;
mod state;
mod switches;

pub use options::{EmulatorError, Endpoints, Options, SameName, Stepping};
pub use router::DroppedConnection;
pub use server::Server;
pub use switches::{SWITCHES, Switch, Switches};

use state::SharedState;

/// A handle to one emulated Store. Clones share it.
#[derive(Clone, Debug)]
pub struct Emulator {
    state: SharedState,
}

impl Emulator {
    /// Creates the Store with its state. This opens no socket.
    ///
    /// # Errors
    ///
    /// The state is not valid, `frozen_at` is not a time, or the folder for blobs can't be created.
    pub fn new(options: Options) -> Result<Emulator, EmulatorError> {
        Ok(Emulator { state: SharedState::new(seed::start(options).map_err(EmulatorError)?) })
    }

    /// All services as an axum router, for use in the same process without a socket.
    pub fn router(&self) -> axum::Router {
        let state = self.state.clone();
        axum::Router::new().fallback(move |request| router::handle(state.clone(), request))
    }

    /// Binds the address of the options and serves until the result is stopped or dropped.
    ///
    /// # Errors
    ///
    /// The address can't be bound.
    pub async fn serve(&self) -> std::io::Result<Server> {
        let address = self.state.lock().store.instance.options.address();
        let listener = server::bind(address).await?;
        let port = listener.local_addr()?.port();
        {
            let instance = &mut self.state.lock().store.instance;
            instance.origin = instance.options.origin(port);
        }
        Ok(Server::start(listener, self.router(), self.endpoints()))
    }

    /// The addresses and credentials. Before [`Emulator::serve`], the addresses have the port of the options.
    pub fn endpoints(&self) -> Endpoints {
        let state = self.state.lock();
        state.endpoints(&state.store.instance.origin)
    }
}
