//! Small texts that people write with whatever tool: secrets, tokens, certificates in PEM.
//!
//! Windows PowerShell writes UTF-16 with a byte order mark, other tools UTF-8 with a mark or a code page. A text that is
//! decoded wrongly is a wrong secret or a broken certificate, and the refusal of the server names another cause. So a
//! text is either decoded or refused with the encoding that was found.

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::{Error, Result, codes};
use crate::files;

/// A longer file is none of these texts.
pub const MAX_BYTES: u64 = 1024 * 1024;

/// Why bytes are not a text. Offsets count bytes, of a decoded text its UTF-8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotText {
    /// UTF-16, without the mark that distinguishes it from other encodings.
    Utf16WithoutMark,
    /// UTF-16 with a mark, whose character at this offset is incomplete.
    BrokenUtf16(usize),
    /// UTF-32.
    Utf32,
    /// A NUL character at this offset: a binary file.
    Nul(usize),
    /// A byte that is no UTF-8, and its offset.
    NotUtf8(u8, usize),
    /// The replacement character at this offset: another program has decoded the text wrongly.
    Replaced(usize),
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotText::Utf16WithoutMark => f.write_str("it is UTF-16 without a byte order mark"),
            NotText::BrokenUtf16(at) => write!(f, "it is damaged UTF-16: the character at offset {at} is incomplete"),
            NotText::Utf32 => f.write_str("it is UTF-32"),
            NotText::Nul(at) => write!(f, "it is no text: it has a NUL character at offset {at}"),
            NotText::NotUtf8(byte, at) => {
                write!(f, "it is not UTF-8 but some code page, or no text: it has the byte 0x{byte:02X} at offset {at}")
            }
            NotText::Replaced(at) => {
                write!(f, "it was decoded wrongly before: it has the replacement character U+FFFD at offset {at}")
            }
        }
    }
}

impl std::error::Error for NotText {}

impl NotText {
    /// What to do.
    pub fn remedy(self) -> &'static str {
        match self {
            NotText::Replaced(_) => "read the text in the encoding that it was written in, or create it again",
            NotText::Nul(_) => "give a text: UTF-8, or UTF-16 with a byte order mark",
            _ => codes::FILE_ENCODING.remedy,
        }
    }
}

/// Decodes UTF-8, with or without a byte order mark, and UTF-16 with a mark. The mark is left out.
///
/// # Errors
/// The encoding that was found, when it is none of these; a text with a NUL character.
///
/// # Examples
/// ```
/// use storeship::text::{NotText, decode};
///
/// assert_eq!(*decode(b"\xEF\xBB\xBFsecret").unwrap(), "secret");
/// assert_eq!(*decode(b"\xFF\xFEs\0e\0").unwrap(), "se");
/// assert_eq!(decode(b"s\0e\0").unwrap_err(), NotText::Utf16WithoutMark);
/// assert_eq!(decode(b"caf\xE9").unwrap_err(), NotText::NotUtf8(0xE9, 3));
/// ```
pub fn decode(bytes: &[u8]) -> std::result::Result<Zeroizing<String>, NotText> {
    let text = match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err(NotText::Utf32),
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes)?,
        [0xEF, 0xBB, 0xBF, rest @ ..] => decode_utf8(rest)?,
        _ if is_utf16(bytes) => return Err(NotText::Utf16WithoutMark),
        _ => decode_utf8(bytes)?,
    };
    match text.find('\0') {
        Some(at) => Err(NotText::Nul(at)),
        None => Ok(text),
    }
}

fn decode_utf8(bytes: &[u8]) -> std::result::Result<Zeroizing<String>, NotText> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        // Binary files have NUL characters too, which say more than a byte that no code page explains.
        match bytes.iter().position(|byte| *byte == 0) {
            Some(at) => NotText::Nul(at),
            None => NotText::NotUtf8(bytes.get(at).copied().unwrap_or_default(), at),
        }
    })?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> std::result::Result<Zeroizing<String>, NotText> {
    // A character has at most three bytes in UTF-8 for two in UTF-16. The text is not moved while it grows, which would
    // leave copies of its beginning.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
    let (pairs, rest) = bytes.as_chunks::<2>();
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let at = text.len();
        text.push(decoded.map_err(|_| NotText::BrokenUtf16(at))?);
    }
    if rest.is_empty() { Ok(text) } else { Err(NotText::BrokenUtf16(text.len())) }
}

/// Whether these bytes are UTF-16 without a mark: of a text in English, every second byte is NUL and no other.
fn is_utf16(bytes: &[u8]) -> bool {
    let (pairs, _) = bytes.as_chunks::<2>();
    let nul = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    let (first, second) = (nul(0), nul(1));
    !pairs.is_empty() && first.max(second) * 10 >= pairs.len() * 9 && first.min(second) == 0
}

/// Checks a text that came decoded, such as the value of a variable, and leaves a byte order mark out.
///
/// # Errors
/// [`NotText::Nul`], [`NotText::Replaced`].
pub fn check(text: &str) -> std::result::Result<&str, NotText> {
    if let Some(at) = text.find('\0') {
        return Err(NotText::Nul(at));
    }
    if let Some(at) = text.find(char::REPLACEMENT_CHARACTER) {
        return Err(NotText::Replaced(at));
    }
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

/// A file with a small text that a configuration names.
#[derive(Clone, Copy, Debug)]
pub struct TextFile<'a> {
    /// What the file holds, for messages: `the federated token`.
    pub what: &'a str,
    /// The path.
    pub path: &'a str,
    /// How to give the text without a file, for a path that names a pipe: ``pass the token as `assertion` ``.
    pub without_file: &'a str,
}

impl TextFile<'_> {
    /// Reads the bytes. Blocks while the disk is slow, but neither opens nor waits for a pipe or a device.
    ///
    /// # Errors
    /// `file.not_found`, `file.unreadable`.
    pub fn bytes(&self) -> Result<Zeroizing<Vec<u8>>> {
        let TextFile { what, path, without_file } = self;
        files::read(Path::new(path), MAX_BYTES).map(Zeroizing::new).map_err(|error| {
            let refused = Error::of_file(format!("{what} can't be read from {path}"), &error);
            let kind = error.get_ref().and_then(|inner| inner.downcast_ref::<files::NotRegular>());
            match kind {
                None | Some(files::NotRegular::Folder) => refused,
                Some(_) => refused.hint(format!("{without_file}, or write it to a file first")),
            }
        })
    }

    /// Reads the text.
    ///
    /// # Errors
    /// As [`TextFile::bytes`]; `file.encoding`.
    pub fn text(&self) -> Result<Zeroizing<String>> {
        decode(&self.bytes()?).map_err(|reason| self.refusal(reason))
    }

    /// The error for bytes of this file that are not text.
    pub fn refusal(&self, reason: NotText) -> Error {
        let message = format!("{} can't be read from {}: {reason}", self.what, self.path);
        Error::new(&codes::FILE_ENCODING, message).hint(reason.remedy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, mark: &[u8], bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        [mark, &text.encode_utf16().flat_map(bytes).collect::<Vec<_>>()].concat()
    }

    #[test]
    fn a_mark_is_left_out_and_utf_16_with_a_mark_is_decoded() {
        for text in ["", "a", "s3cret~\r\n", "-----BEGIN CERTIFICATE-----\nM\u{e9}\u{1F512}\n"] {
            for bytes in [
                text.as_bytes().to_vec(),
                ["\u{FEFF}", text].concat().into_bytes(),
                encoded(text, &[0xFF, 0xFE], u16::to_le_bytes),
                encoded(text, &[0xFE, 0xFF], u16::to_be_bytes),
            ] {
                assert_eq!(decode(&bytes).as_deref().map(String::as_str), Ok(text), "{bytes:?}");
            }
        }
        assert_eq!(check("\u{FEFF}x"), Ok("x"));
    }

    #[test]
    fn anything_else_is_refused_with_what_it_is() {
        let utf_32: Vec<u8> = "\u{FEFF}ab".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        for (bytes, reason) in [
            (encoded("secret", &[], u16::to_le_bytes), NotText::Utf16WithoutMark),
            (encoded("secret", &[], u16::to_be_bytes), NotText::Utf16WithoutMark),
            (encoded("s\u{e9}cret-\u{20ac}234567890123", &[], u16::to_le_bytes), NotText::Utf16WithoutMark),
            (utf_32, NotText::Utf32),
            (b"caf\xE9".to_vec(), NotText::NotUtf8(0xE9, 3)),
            (b"PK\x03\x04\0\xFF".to_vec(), NotText::Nul(4)),
            (b"a\0".repeat(2)[..3].to_vec(), NotText::Utf16WithoutMark),
            (b"abcdef\0".to_vec(), NotText::Nul(6)),
            (b"\xFF\xFEa".to_vec(), NotText::BrokenUtf16(0)),
            (b"\xFF\xFEa\0\0\xD8".to_vec(), NotText::BrokenUtf16(1)),
            (b"\xFF\xFEa\0\0\0".to_vec(), NotText::Nul(1)),
        ] {
            assert_eq!(decode(&bytes).map(|text| text.to_string()), Err(reason), "{bytes:?}");
        }
        assert_eq!(check("a\0"), Err(NotText::Nul(1)));
        assert_eq!(check("a\u{FFFD}"), Err(NotText::Replaced(1)));
    }
}
