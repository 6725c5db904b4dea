//! The guards of a merge, for `library.guards` and the contract.

use schemars::JsonSchema;
use serde::Serialize;

use crate::document::{GUARDS, Guard};

/// One guard.
#[derive(Serialize, JsonSchema)]
pub(crate) struct GuardEntry {
    /// `K6`.
    id: &'static str,
    /// The name that lifts the guard: `caseTwin`.
    name: &'static str,
    /// What the guard refuses.
    meaning: &'static str,
    /// What to do.
    remedy: &'static str,
}

/// The rows of `library.guards`.
pub(crate) fn guard_entries() -> Vec<GuardEntry> {
    let entry = |guard: Guard| GuardEntry {
        id: guard.id(),
        name: guard.name(),
        meaning: guard.meaning(),
        remedy: guard.remedy(),
    };
    GUARDS.into_iter().map(entry).collect()
}
