//! What connects an offline operation on a thread with the caller who waits for it.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::blocking::Stop;
#[cfg(test)]
use crate::blocking::gate::Gate;

/// The side of the operation. The default one belongs to a caller who waits until the operation ends.
#[derive(Default)]
pub struct Control {
    stop: Stop,
    limited: Mutex<Option<Box<Limited>>>,
    #[cfg(test)]
    gate: Option<Gate>,
}

/// Is told the limit of time of the operation.
type Limited = dyn FnOnce(Duration) + Send;

impl Control {
    /// A control of a caller who may use `stop`. `limited` is called with the `timeoutSeconds` of the request when it was
    /// read and has one.
    pub fn new(stop: Stop, limited: impl FnOnce(Duration) + Send + 'static) -> Control {
        let limited: Box<Limited> = Box::new(limited);
        Control {
            stop,
            limited: Mutex::new(Some(limited)),
            #[cfg(test)]
            gate: None,
        }
    }

    /// Called when the request was read and the work begins.
    pub(super) fn begin(&self, limit: Option<Duration>) {
        let limited = self.limited.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(limited), Some(limit)) = (limited, limit) {
            limited(limit);
        }
        #[cfg(test)]
        if let Some(gate) = &self.gate {
            gate.pass();
        }
    }

    /// Decides whether the work may take effect or the caller has gone on without it.
    pub(super) fn stop(&self) -> &Stop {
        &self.stop
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Control").field(&self.stop).finish()
    }
}

#[cfg(test)]
impl Control {
    /// The same control with a gate behind the reading of the request.
    pub(super) fn gated(&self, gate: Gate) -> Control {
        let limited = Mutex::new(self.limited.lock().unwrap_or_else(PoisonError::into_inner).take());
        Control { stop: self.stop.clone(), limited, gate: Some(gate) }
    }
}
