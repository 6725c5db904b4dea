//! What a package may make this library unpack and list. A package may come from anywhere, and a small file can announce
//! any amount.

use std::cell::Cell;

/// The most bytes that are unpacked in memory, over all manifests and packages inside: 512 MiB.
const MOST_UNPACKED: u64 = 512 << 20;
/// The most elements of all manifests. The manifest of a bundle of hundreds of packages has some thousands.
const MOST_ELEMENTS: usize = 200_000;
/// The most packages in a bundle or an upload archive.
pub(super) const MOST_PACKAGES: usize = 5_000;

/// What may still be unpacked and listed, of one inspection.
pub(super) struct Limits {
    unpacked: Cell<u64>,
    elements: Cell<usize>,
}

impl Limits {
    pub(super) fn new() -> Limits {
        Limits { unpacked: Cell::new(MOST_UNPACKED), elements: Cell::new(MOST_ELEMENTS) }
    }

    /// The bytes that may still be unpacked.
    pub(super) fn left(&self) -> u64 {
        self.unpacked.get()
    }

    pub(super) fn unpack(&self, bytes: u64) {
        self.unpacked.set(self.left().saturating_sub(bytes));
    }

    /// Counts an element; false if it is one too many.
    pub(super) fn element(&self) -> bool {
        let left = self.elements.get();
        self.elements.set(left.saturating_sub(1));
        left > 0
    }
}

/// The most characters of a text of a package that a message shows.
const SHOWN: usize = 200;

/// A text of a package for a message.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
