//! What this client made a moment ago: for a while the service may answer that it is not there.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Afterwards a 404 is what it says.
const A_WHILE: Duration = Duration::from_secs(300);

/// The paths of what was made.
#[derive(Default)]
pub struct Recent(Mutex<Vec<(String, Instant)>>);

impl Recent {
    /// It was made.
    pub fn add(&self, path: String) {
        let mut made = self.lock();
        made.retain(|(_, at)| at.elapsed() < A_WHILE);
        made.push((path, Instant::now()));
    }

    /// It is to be deleted.
    pub fn forget(&self, path: &str) {
        self.lock().retain(|(known, _)| !known.eq_ignore_ascii_case(path));
    }

    /// Whether it was made a moment ago.
    pub fn knows(&self, path: &str) -> bool {
        self.lock().iter().any(|(known, at)| known.eq_ignore_ascii_case(path) && at.elapsed() < A_WHILE)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(String, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
