//! What the file of a video is, from its boxes (ISO/IEC 14496-12). Nothing is decoded.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use crate::files;

/// What the file of a video is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VideoFacts {
    /// The size of the file in bytes.
    pub bytes: u64,
    /// Whether its first bytes are those of an MP4 or MOV.
    pub is_video: bool,
    /// What is wrong with the file, in words: `it is cut short`.
    pub fault: Option<String>,
    /// Whether the index of the file stands behind its content.
    pub index_is_last: bool,
    /// Whether a track has an edit list.
    pub has_edit_list: bool,
    /// The width and the height of the picture in pixels.
    pub pixels: Option<(u32, u32)>,
    /// The length in milliseconds.
    pub milliseconds: Option<u64>,
    /// The codecs of picture and sound as the file names them: `avc1`.
    pub codecs: Vec<String>,
}

/// The boxes that a file begins with. Old files of QuickTime have no `ftyp`.
const FIRST: [&[u8; 4]; 7] = [b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"];
/// Formats in such boxes that are no video: pictures and sound.
const OTHER_BRANDS: [&[u8; 4]; 7] = [b"avif", b"avis", b"heic", b"heix", b"mif1", b"M4A ", b"M4B "];
/// The largest index that is read. That of a minute of video has some dozens of kilobytes.
const INDEX: u64 = 32 << 20;
/// The most boxes of a file, or of another box.
const BOXES: usize = 10_000;
/// Boxes that have others in them, on the way to what is read.
const NESTED: [&[u8; 4]; 4] = [b"trak", b"mdia", b"minf", b"stbl"];
/// How deep they are in each other.
const DEEPEST: usize = 8;

/// Reads the file of a video, as long as `goes_on`: the headers of its boxes, and its index.
///
/// # Errors
/// As the system's; [`ErrorKind::Interrupted`] if it did not go on.
pub fn video(path: &Path, goes_on: &dyn Fn() -> bool) -> io::Result<VideoFacts> {
    let mut file = files::open(path)?;
    let mut facts = VideoFacts { bytes: file.metadata()?.len(), ..VideoFacts::default() };
    let (mut at, mut content, mut index) = (0, None, None);
    for seen in 0..BOXES {
        if !goes_on() {
            return Err(ErrorKind::Interrupted.into());
        }
        if at >= facts.bytes {
            break;
        }
        let Some((kind, header, length)) = head(&mut file, at, facts.bytes)? else {
            facts.fault.get_or_insert_with(|| "it is cut short".to_owned());
            break;
        };
        if seen == 0 {
            facts.is_video = FIRST.contains(&&kind) && !is_other(&mut file, kind, header)?;
            if !facts.is_video {
                return Ok(facts);
            }
        }
        let end = at.checked_add(length).filter(|end| *end <= facts.bytes);
        match &kind {
            b"mdat" => _ = content.get_or_insert(at),
            b"moov" if index.is_none() => {
                index = Some(at);
                if let Some(end) = end.filter(|end| end - at <= INDEX) {
                    let mut bytes = vec![0; (end - at - header) as usize];
                    file.seek(SeekFrom::Start(at + header))?;
                    file.read_exact(&mut bytes)?;
                    boxes(&bytes, DEEPEST, &mut facts);
                }
            }
            _ => {}
        }
        let Some(end) = end else {
            facts.fault.get_or_insert_with(|| "it is cut short".to_owned());
            break;
        };
        at = end;
    }
    if index.is_none() {
        facts.fault.get_or_insert_with(|| "it has no index (moov)".to_owned());
    }
    facts.index_is_last = index.zip(content).is_some_and(|(index, content)| index > content);
    Ok(facts)
}

/// The kind of the box at an offset, the length of its header and its whole length; `None` for one that is none.
fn head(file: &mut File, at: u64, bytes: u64) -> io::Result<Option<([u8; 4], u64, u64)>> {
    let mut start = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(16).read_to_end(&mut start)?;
    Ok(measured(&start, bytes - at))
}

/// The same from its first bytes, with the length of what it is in.
fn measured(start: &[u8], room: u64) -> Option<([u8; 4], u64, u64)> {
    let kind: [u8; 4] = start.get(4..8)?.try_into().ok()?;
    let (header, length) = match big(start, 0, 4)? {
        0 => (8, room),
        1 => (16, big(start, 8, 8)?),
        length => (8, length),
    };
    (length >= header).then_some((kind, header, length))
}

/// Whether the first box says that the file is something else than a video.
fn is_other(file: &mut File, kind: [u8; 4], header: u64) -> io::Result<bool> {
    let mut brand = Vec::new();
    file.seek(SeekFrom::Start(header))?;
    file.take(4).read_to_end(&mut brand)?;
    Ok(&kind == b"ftyp" && OTHER_BRANDS.iter().any(|other| other.as_slice() == brand))
}

/// A number of some bytes, the highest first.
fn big(bytes: &[u8], at: usize, count: usize) -> Option<u64> {
    let field = bytes.get(at..at.checked_add(count)?)?;
    Some(field.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// Reads the boxes in the index.
fn boxes(mut bytes: &[u8], depth: usize, facts: &mut VideoFacts) {
    for _ in 0..BOXES {
        let Some((kind, header, length)) = measured(bytes, bytes.len() as u64) else { return };
        let Some((own, rest)) = usize::try_from(length).ok().and_then(|length| bytes.split_at_checked(length)) else {
            return;
        };
        let data = &own[header as usize..];
        match &kind {
            b"mvhd" => facts.milliseconds = duration(data),
            b"tkhd" => facts.pixels = facts.pixels.max(size(data)),
            b"edts" => facts.has_edit_list = true,
            b"stsd" => codecs(data, facts),
            nested if NESTED.contains(&nested) && depth > 0 => boxes(data, depth - 1, facts),
            _ => {}
        }
        bytes = rest;
    }
}

/// The length in the header of the movie.
fn duration(data: &[u8]) -> Option<u64> {
    let (scale, duration) = match data.first()? {
        0 => (big(data, 12, 4)?, big(data, 16, 4)?),
        _ => (big(data, 20, 4)?, big(data, 24, 8)?),
    };
    u64::try_from(u128::from(duration) * 1000 / u128::from(scale.max(1))).ok()
}

/// The width and the height in the header of a track, which have 16 bits behind the point. Sound has none.
fn size(data: &[u8]) -> Option<(u32, u32)> {
    let at = if *data.first()? == 0 { 76 } else { 88 };
    let side = |at: usize| big(data, at, 4).and_then(|side| u32::try_from(side >> 16).ok());
    Some((side(at)?, side(at + 4)?)).filter(|(width, height)| *width > 0 && *height > 0)
}

/// The names of the codecs of a track.
fn codecs(data: &[u8], facts: &mut VideoFacts) {
    let mut rest = data.get(8..).unwrap_or_default();
    while let Some((kind, _, length)) = measured(rest, rest.len() as u64).filter(|_| facts.codecs.len() < 8) {
        let name: String =
            kind.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '?' }).collect();
        if !facts.codecs.contains(&name) {
            facts.codecs.push(name);
        }
        rest = usize::try_from(length).ok().and_then(|length| rest.get(length..)).unwrap_or_default();
    }
}
