//! Work that a test holds up.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Where the work of [`run`](super::run) waits while a test has put a gate here.
static HELD: Mutex<Option<Gate>> = Mutex::new(None);

/// Holds up all work of [`run`](super::run) that begins from here on.
pub(crate) fn hold(gate: Option<Gate>) {
    *HELD.lock().unwrap_or_else(PoisonError::into_inner) = gate;
}

/// Waits at the gate, if there is one.
pub(super) fn pass() {
    let gate = HELD.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(gate) = gate {
        gate.pass();
    }
}

/// Holds up work in a test.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<AtGate>, Condvar)>);

#[derive(Default)]
struct AtGate {
    open: bool,
    arrived: usize,
    ended: usize,
}

impl Gate {
    pub(crate) fn pass(&self) {
        self.change(|state| state.arrived += 1);
        self.wait(|state| state.open);
    }

    pub(crate) fn ended(&self) {
        self.change(|state| state.ended += 1);
    }

    /// Waits until so many pieces of work have come to the gate.
    pub(crate) fn wait_for(&self, count: usize) {
        self.wait(|state| state.arrived >= count);
    }

    /// Lets all work go on, and waits until so much of it has ended.
    pub(crate) fn open(&self, count: usize) {
        self.change(|state| state.open = true);
        self.wait(|state| state.ended >= count);
    }

    fn change(&self, change: impl FnOnce(&mut AtGate)) {
        change(&mut self.0.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.1.notify_all();
    }

    fn wait(&self, done: impl Fn(&AtGate) -> bool) {
        let state = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.0.1.wait_while(state, |state| !done(state)).unwrap_or_else(PoisonError::into_inner));
    }
}
