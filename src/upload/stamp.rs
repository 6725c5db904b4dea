//! What tells that a file is no more the one that was looked at: its size, its times and its identity.

use std::fs::Metadata;
use std::time::SystemTime;

/// Whether every change of a file shows in its stamp. Windows keeps the change time and the id of a file too, but tells
/// them only to code that is not safe.
pub(super) const TELLS_EVERY_CHANGE: bool = cfg!(unix);

/// The size, the times and the identity of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// In bytes.
    pub(super) size: u64,
    modified: Option<SystemTime>,
    identity: Identity,
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Stamp {
        Stamp { size: metadata.len(), modified: metadata.modified().ok(), identity: identity(metadata) }
    }
}

/// The device, the inode, and the time of the last change, which no program can set.
#[cfg(unix)]
type Identity = (u64, u64, i64, i64);

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

/// When the file was created.
#[cfg(not(unix))]
type Identity = Option<SystemTime>;

#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> Identity {
    metadata.created().ok()
}
