//! The resources that a client has created lately. The service may answer 404 for them at first.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long a 404 may mean that the service does not know the resource yet.
const LIFETIME: Duration = Duration::from_secs(300);

/// The paths of resources that were created in the last five minutes.
#[derive(Default)]
pub struct Recent(Mutex<Vec<(String, Instant)>>);

impl Recent {
    /// Records a resource that was created.
    pub fn add(&self, path: String) {
        let mut paths = self.lock();
        paths.retain(|(_, at)| at.elapsed() < LIFETIME);
        paths.push((path, Instant::now()));
    }

    /// Removes a resource that is about to be deleted.
    pub fn forget(&self, path: &str) {
        self.lock().retain(|(known, _)| !known.eq_ignore_ascii_case(path));
    }

    /// Whether the resource was created in the last five minutes.
    pub fn knows(&self, path: &str) -> bool {
        self.lock().iter().any(|(known, at)| known.eq_ignore_ascii_case(path) && at.elapsed() < LIFETIME)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(String, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
