//! What the file of a picture is, from the bytes of its header and the frame of its chunks. No pixel is decoded.
//!
//! A [`PictureScan`] gets the bytes of a file in pieces, in their order, and keeps some dozens of them.

use crc32fast::Hasher;

use super::metadata;

/// What the first bytes of a file say it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    WebP,
    /// GIF.
    Gif,
    /// BMP.
    Bmp,
    /// A pointer of Git LFS to the picture, which was not fetched.
    LfsPointer,
    /// Anything else.
    #[default]
    Other,
}

/// What the file of a picture is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureFacts {
    /// What the file is by its first bytes.
    pub format: Format,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// The width and the height in pixels, of a PNG with a header.
    pub pixels: Option<(u32, u32)>,
    /// The bits of a channel.
    pub bit_depth: u8,
    /// Whether its lines are stored in seven passes.
    pub interlaced: bool,
    /// Whether it has several frames (APNG).
    pub animated: bool,
    /// Whether it has an alpha channel or a transparent colour.
    pub has_alpha: bool,
    /// Whether bytes follow the end of the picture.
    pub trailing: bool,
    /// What is wrong with the file, in words: `it is cut short`.
    pub fault: Option<String>,
    /// What its metadata tells of its author, in words: `the place where it was made`.
    pub personal: Option<&'static str>,
    /// What its pixels say, if they were looked at.
    pub look: Option<Look>,
}

/// What the pixels of a picture say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether a pixel is transparent.
    pub is_transparent: bool,
    /// Whether it has at most two colours.
    pub is_empty: bool,
}

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";
const LFS: &[u8] = b"version https://git-lfs";
/// The bytes at the start of a file that tell its format.
const START: usize = 32;
/// The length of the data of IHDR.
const HEADER: usize = 13;
/// How much of the metadata in a chunk is looked at.
const METADATA: usize = 64 * 1024;

/// Reads the file of a picture piece by piece.
///
/// # Examples
/// ```
/// use storeship::check::{Format, PictureScan};
/// let bytes = storeship::package::sample::icon(44);
/// let mut scan = PictureScan::default();
/// bytes.chunks(7).for_each(|piece| scan.push(piece));
/// let facts = scan.finish();
/// assert_eq!((facts.format, facts.pixels, facts.fault), (Format::Png, Some((44, 44)), None));
/// ```
#[derive(Debug, Default)]
pub struct PictureScan {
    start: Vec<u8>,
    facts: PictureFacts,
    chunk: Chunk,
}

/// Where the reading of chunks is.
#[derive(Debug, Default)]
struct Chunk {
    state: State,
    /// The bytes of the part that the state collects: the length and the type, the checksum.
    part: Vec<u8>,
    kind: [u8; 4],
    /// The data of IHDR, and the begin of the data of a chunk with metadata.
    header: Vec<u8>,
    /// The bytes of the data that are still to come.
    left: u64,
    checksum: Hasher,
    seen: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// The eight bytes of the signature.
    #[default]
    Signature,
    /// The length and the type of a chunk.
    Head,
    /// Its data.
    Data,
    /// Its checksum.
    Checksum,
    /// Behind the last chunk.
    End,
    /// The frame is broken, so that nothing after it can be told.
    Broken,
}

impl PictureScan {
    /// Takes the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        self.facts.bytes += bytes.len() as u64;
        let missing = START.saturating_sub(self.start.len()).min(bytes.len());
        self.start.extend_from_slice(&bytes[..missing]);
        self.chunk.push(bytes, &mut self.facts);
    }

    /// What the file is, when all of its bytes were taken.
    pub fn finish(mut self) -> PictureFacts {
        self.facts.format = format(&self.start);
        if self.facts.format != Format::Png {
            return PictureFacts { format: self.facts.format, bytes: self.facts.bytes, ..PictureFacts::default() };
        }
        let unfinished = !matches!(self.chunk.state, State::End | State::Broken);
        if unfinished && self.facts.fault.is_none() {
            let place = if self.chunk.state == State::Head && self.chunk.part.is_empty() {
                "it has no end (IEND)"
            } else {
                "it is cut short"
            };
            self.facts.fault = Some(place.to_owned());
        }
        self.facts
    }
}

/// The format by the first bytes of a file.
fn format(start: &[u8]) -> Format {
    match start {
        _ if start.starts_with(SIGNATURE) => Format::Png,
        [0xff, 0xd8, 0xff, ..] => Format::Jpeg,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Format::WebP,
        [b'G', b'I', b'F', b'8', ..] => Format::Gif,
        [b'B', b'M', ..] => Format::Bmp,
        _ if start.starts_with(LFS) => Format::LfsPointer,
        _ => Format::Other,
    }
}

impl Chunk {
    fn push(&mut self, mut bytes: &[u8], facts: &mut PictureFacts) {
        while !bytes.is_empty() {
            bytes = match self.state {
                State::Data => self.data(bytes),
                State::End => {
                    facts.trailing = true;
                    return;
                }
                State::Broken => return,
                State::Signature | State::Head | State::Checksum => {
                    let size = if self.state == State::Checksum { 4 } else { 8 };
                    let (own, rest) = bytes.split_at((size - self.part.len()).min(bytes.len()));
                    self.part.extend_from_slice(own);
                    if self.part.len() == size {
                        let part = std::mem::take(&mut self.part);
                        self.collected(&part, facts);
                    }
                    rest
                }
            };
        }
    }

    /// Takes a part that is complete.
    fn collected(&mut self, part: &[u8], facts: &mut PictureFacts) {
        match self.state {
            State::Head => self.begin(part, facts),
            State::Checksum => self.end(part, facts),
            _ if part == SIGNATURE => self.state = State::Head,
            _ => self.state = State::Broken,
        }
    }

    fn begin(&mut self, part: &[u8], facts: &mut PictureFacts) {
        self.left = part[..4].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        self.kind.copy_from_slice(&part[4..]);
        self.checksum = Hasher::new();
        self.checksum.update(&self.kind);
        self.seen += 1;
        let is_header = &self.kind == b"IHDR";
        if (self.seen == 1) != is_header
            || (is_header && self.left != HEADER as u64)
            || self.left > u64::from(u32::MAX >> 1)
        {
            facts.fault.get_or_insert_with(|| "it has no header (IHDR), or a broken one".to_owned());
            self.state = State::Broken;
            return;
        }
        facts.animated |= &self.kind == b"acTL";
        facts.has_alpha |= &self.kind == b"tRNS";
        self.state = if self.left == 0 { State::Checksum } else { State::Data };
    }

    fn data<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let taken = usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len()));
        let (own, rest) = bytes.split_at(taken);
        self.checksum.update(own);
        let kept = match &self.kind {
            b"IHDR" => HEADER,
            b"eXIf" | b"tEXt" | b"iTXt" => METADATA,
            _ => 0,
        };
        let missing = kept.saturating_sub(self.header.len()).min(own.len());
        self.header.extend_from_slice(&own[..missing]);
        self.left -= taken as u64;
        if self.left == 0 {
            self.state = State::Checksum;
        }
        rest
    }

    fn end(&mut self, part: &[u8], facts: &mut PictureFacts) {
        let checksum = std::mem::take(&mut self.checksum).finalize();
        if part != checksum.to_be_bytes() {
            let kind = self.kind.escape_ascii();
            facts.fault.get_or_insert_with(|| format!("the checksum of its chunk {kind} is wrong"));
        }
        if let ([a, b, c, d, e, f, g, h, depth, colour, _, _, interlace], 1) = (self.header.as_slice(), self.seen) {
            facts.pixels = Some((u32::from_be_bytes([*a, *b, *c, *d]), u32::from_be_bytes([*e, *f, *g, *h])));
            facts.bit_depth = *depth;
            facts.has_alpha |= matches!(colour, 4 | 6);
            facts.interlaced = *interlace != 0;
        }
        facts.personal = facts.personal.or_else(|| metadata::of_chunk(self.kind, &self.header));
        self.header.clear();
        self.state = if &self.kind == b"IEND" { State::End } else { State::Head };
    }
}
