//! MD5 (RFC 1321), only for `Content-MD5`, which Azure Storage computes and compares.

use std::sync::LazyLock;

/// An MD5 hash in progress.
pub(crate) struct Md5 {
    state: [u32; 4],
    pending: Vec<u8>,
    length: u64,
}

const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The constants of the RFC are floor(2^32 * |sin(i + 1)|).
static CONSTANTS: LazyLock<[u32; 64]> =
    LazyLock::new(|| std::array::from_fn(|i| (((i + 1) as f64).sin().abs() * 4_294_967_296.0) as u32));

impl Md5 {
    pub(crate) fn new() -> Md5 {
        Md5 { state: [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476], pending: Vec::new(), length: 0 }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.length = self.length.wrapping_add(bytes.len() as u64);
        let (first, rest) = bytes.split_at(bytes.len().min((64 - self.pending.len()) % 64));
        self.pending.extend_from_slice(first);
        if self.pending.len() == 64 {
            let block = std::mem::take(&mut self.pending);
            self.block(&block);
        }
        let blocks = rest.chunks_exact(64);
        self.pending.extend_from_slice(blocks.remainder());
        blocks.for_each(|block| self.block(block));
    }

    pub(crate) fn finish(mut self) -> [u8; 16] {
        let bits = self.length.wrapping_mul(8);
        let mut tail = vec![0x80];
        while (self.pending.len() + tail.len()) % 64 != 56 {
            tail.push(0);
        }
        tail.extend_from_slice(&bits.to_le_bytes());
        self.update(&tail);
        let mut out = [0; 16];
        for (place, word) in out.chunks_exact_mut(4).zip(self.state) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        out
    }

    fn block(&mut self, block: &[u8]) {
        let word = |i: usize| u32::from_le_bytes([block[4 * i], block[4 * i + 1], block[4 * i + 2], block[4 * i + 3]]);
        let ([mut a, mut b, mut c, mut d], constants) = (self.state, &*CONSTANTS);
        for i in 0..64 {
            let (mixed, source) = match i / 16 {
                0 => ((b & c) | (!b & d), i),
                1 => ((d & b) | (!d & c), (5 * i + 1) % 16),
                2 => (b ^ c ^ d, (3 * i + 5) % 16),
                _ => (c ^ (b | !d), 7 * i % 16),
            };
            let sum = a.wrapping_add(mixed).wrapping_add(constants[i]).wrapping_add(word(source));
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(SHIFTS[i / 16][i % 4]));
        }
        for (state, add) in self.state.iter_mut().zip([a, b, c, d]) {
            *state = state.wrapping_add(add);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_those_of_the_rfc() {
        let hash = |pieces: &[&[u8]]| {
            let mut md5 = Md5::new();
            pieces.iter().for_each(|piece| md5.update(piece));
            md5.finish().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        let digits = b"1234567890".repeat(8);
        assert_eq!(hash(&[]), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(hash(&[b"message digest"]), "f96b697d7cb7938d525a2f31aaf161d0");
        for cut in 0..=80 {
            let (start, end) = digits.split_at(cut);
            assert_eq!(hash(&[start, end]), "57edf4a22be3c955ac49da2e2107b67a", "cut at {cut}");
        }
    }
}
