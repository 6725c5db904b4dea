//! Ids that look like the service's and follow from the seed alone.

/// Hands out ids; one counter per kind, so that one kind of call does not move the ids of another.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    pub(crate) seed: u64,
    pub(crate) submissions: u64,
    pub(crate) files: u64,
    pub(crate) products: u64,
    pub(crate) guids: u64,
    pub(crate) exchanges: u64,
}

const STORE_ID_LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ0123456789";

impl Ids {
    pub(crate) fn new(seed: u64) -> Ids {
        Ids { seed, submissions: 0, files: 0, products: 0, guids: 0, exchanges: 0 }
    }

    /// 19 digits, larger than 2^53, rising.
    pub(crate) fn submission(&mut self) -> String {
        self.submissions += 1;
        (1_152_921_505_000_000_000 + (mix(self.seed) % 600) * 1_000_000 + self.submissions * 37).to_string()
    }

    /// The id of a package, an image or a trailer.
    pub(crate) fn file(&mut self) -> String {
        self.files += 1;
        (2_000_000_000_000_000_000 + (mix(self.seed) % 600) * 1_000_000 + self.files * 13).to_string()
    }

    /// 12 capital letters and digits.
    pub(crate) fn product(&mut self) -> String {
        self.products += 1;
        let mut bits = mix(self.seed ^ mix(self.products ^ 0x5354_4f52));
        let mut id = String::from("9N");
        for _ in 0..10 {
            id.push(char::from(STORE_ID_LETTERS[(bits % STORE_ID_LETTERS.len() as u64) as usize]));
            bits /= STORE_ID_LETTERS.len() as u64;
        }
        id
    }

    pub(crate) fn guid(&mut self) -> String {
        self.guids += 1;
        guid(self.seed ^ mix(self.guids))
    }

    /// The correlation id of an answer.
    pub(crate) fn exchange(&mut self) -> String {
        self.exchanges += 1;
        guid(self.seed ^ mix(self.exchanges ^ 0x4d53_0000_0000))
    }
}

/// A UUID from 64 bits.
pub(crate) fn guid(bits: u64) -> String {
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
pub(crate) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
