//! The key derivation of PKCS #12 (RFC 7292, appendix B.2). ring has the hash functions, but not the derivation.

use ring::digest::{Algorithm, Context};
use zeroize::Zeroizing;

/// The use of the derived bytes, with its number in appendix B.3.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// Fills `out`. `password` is UTF-16 in big-endian order with two zeros at the end, or empty.
pub(super) fn derive(
    hash: &'static Algorithm,
    purpose: Purpose,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    out: &mut [u8],
) {
    let block = hash.block_len();
    let diversifier = vec![purpose as u8; block];
    let mut input = Zeroizing::new(Vec::with_capacity(round_up(salt.len(), block) + round_up(password.len(), block)));
    for part in [salt, password] {
        input.extend(part.iter().cycle().take(round_up(part.len(), block)));
    }
    for piece in out.chunks_mut(hash.output_len()) {
        let mut context = Context::new(hash);
        context.update(&diversifier);
        context.update(&input);
        let mut round = Zeroizing::new(context.finish().as_ref().to_vec());
        for _ in 1..iterations {
            let mut context = Context::new(hash);
            context.update(&round);
            round.copy_from_slice(context.finish().as_ref());
        }
        piece.copy_from_slice(&round[..piece.len()]);
        for part in input.chunks_mut(block) {
            add(part, &round);
        }
    }
}

/// Rounds up to whole blocks.
fn round_up(length: usize, block: usize) -> usize {
    length.div_ceil(block) * block
}

/// Sets `part` to `part + round + 1`, both as big-endian numbers, with `round` repeated to the length of `part`.
fn add(part: &mut [u8], round: &[u8]) {
    let mut carry = 1;
    for at in (0..part.len()).rev() {
        let sum = u16::from(part[at]) + u16::from(round[at % round.len()]) + carry;
        part[at] = (sum & 0xFF) as u8;
        carry = sum >> 8;
    }
}
