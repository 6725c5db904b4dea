//! Ids that look like the service's and follow from the seed alone.

/// Generates ids. Each kind has a counter of its own, so that creating a flight does not change the ids of submissions.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    pub(super) seed: u64,
    pub(super) submissions: u64,
    pub(super) files: u64,
    pub(super) products: u64,
    pub(super) guids: u64,
    pub(super) correlations: u64,
}

const STORE_ID_LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ0123456789";

impl Ids {
    pub(super) fn new(seed: u64) -> Ids {
        Ids { seed, submissions: 0, files: 0, products: 0, guids: 0, correlations: 0 }
    }

    /// A submission id: 19 digits, ascending. Larger than 2^53, so that a client that reads it as a double fails.
    pub(super) fn submission(&mut self) -> String {
        self.submissions += 1;
        (1_152_921_505_000_000_000 + (mix(self.seed) % 600) * 1_000_000 + self.submissions * 37).to_string()
    }

    /// The id of a package, an image or a trailer: 19 digits, ascending.
    pub(super) fn file(&mut self) -> String {
        self.files += 1;
        (2_000_000_000_000_000_000 + (mix(self.seed) % 600) * 1_000_000 + self.files * 13).to_string()
    }

    /// A Store id: 12 capital letters and digits.
    pub(super) fn product(&mut self) -> String {
        self.products += 1;
        let mut bits = mix(self.seed ^ mix(self.products ^ 0x5354_4f52));
        let mut id = String::from("9N");
        for _ in 0..10 {
            id.push(char::from(STORE_ID_LETTERS[(bits % STORE_ID_LETTERS.len() as u64) as usize]));
            bits /= STORE_ID_LETTERS.len() as u64;
        }
        id
    }

    /// The id of a flight or a blob.
    pub(super) fn guid(&mut self) -> String {
        self.guids += 1;
        guid(self.seed ^ mix(self.guids))
    }

    /// The correlation id of a response.
    pub(super) fn correlation(&mut self) -> String {
        self.correlations += 1;
        guid(self.seed ^ mix(self.correlations ^ 0x4d53_0000_0000))
    }
}

/// A version 4 UUID made from 64 bits.
pub(super) fn guid(bits: u64) -> String {
    let (high, low) = (mix(bits), mix(bits.wrapping_add(1)));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff
    )
}

/// SplitMix64.
pub(super) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
