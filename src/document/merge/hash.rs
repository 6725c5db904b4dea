//! Hashes every subtree, so that unchanged and moved values are found fast.
//!
//! A hash does not depend on spelling or on the order of members. It is only a filter: values with the same hash are
//! compared before a merge relies on it, so a collision costs time but no correctness.

use crate::document::instant;
use crate::document::number;
use crate::document::text;
use crate::document::tree::{Id, Tree, ValueKind};

/// The hashes of all nodes, by id. With `dates`, a string that is a time has the hash of the time.
pub(super) fn hashes(tree: &Tree<'_>, dates: bool) -> Vec<u64> {
    let mut hashes = vec![0; tree.len() as usize];
    // Children come after their container, so going backwards their hashes are ready.
    for id in (0..tree.len()).rev() {
        let kind = tree.kind(id);
        let seed = mix(kind as u64 + 1, 0x9e37_79b9_7f4a_7c15);
        hashes[id as usize] = match kind {
            ValueKind::Null | ValueKind::False | ValueKind::True => seed,
            ValueKind::Number => mix(number::rough(tree.span(id)), seed),
            ValueKind::String => string(tree, id, seed, dates),
            ValueKind::Array => {
                let mut hash = seed;
                for element in tree.elements(id) {
                    hash = mix(hash ^ hashes[element as usize], seed);
                }
                hash
            }
            ValueKind::Object => {
                let mut hash = seed;
                for name in tree.names(id) {
                    let (name, value) = (hashes[name as usize], hashes[name as usize + 1]);
                    hash = hash.wrapping_add(mix(name, value ^ seed));
                }
                hash
            }
        };
    }
    hashes
}

fn string(tree: &Tree<'_>, id: Id, seed: u64, dates: bool) -> u64 {
    let bytes = text::unescape(tree, id);
    if dates && let Some(instant) = instant::instant(&bytes) {
        return mix(instant.seconds as u64, !seed);
    }
    let mut hash = seed ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        hash = mix(hash ^ u64::from_le_bytes(word), 0xd6e8_feb8_6659_fd93);
    }
    let mut word = [0; 8];
    word[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    mix(hash ^ u64::from_le_bytes(word), 0xa076_1d64_78bd_642f)
}

fn mix(a: u64, b: u64) -> u64 {
    let product = (a ^ 0x2d35_8dcc_aa6c_78a5) as u128 * (b ^ 0x8bb8_4b93_962e_acc9) as u128;
    product as u64 ^ (product >> 64) as u64
}
