//! Checks the names of entries.

use super::ZipError;

/// The longest name in bytes: its length is a 16-bit field of the ZIP header.
const LONGEST: usize = u16::MAX as usize;

/// Replaces `\` by `/`, and refuses names that would be unpacked outside of the target folder.
pub(super) fn normalize(name: &str) -> Result<String, ZipError> {
    let normal = name.replace('\\', "/");
    match problem(&normal) {
        None => Ok(normal),
        Some(problem) => Err(ZipError::Name { name: shorten(name), problem }),
    }
}

fn problem(name: &str) -> Option<&'static str> {
    let bytes = name.as_bytes();
    if name.is_empty() {
        return Some("is empty");
    }
    if bytes.len() > LONGEST {
        return Some("is longer than 65,535 bytes");
    }
    if bytes.contains(&0) {
        return Some("contains a NUL character");
    }
    if bytes[0] == b'/' {
        return Some("is absolute; name it relative to the root of the archive");
    }
    if bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' {
        return Some("begins with a drive letter; name it relative to the root of the archive");
    }
    for part in name.split('/') {
        match part {
            "" => {
                return Some("has an empty part; write one `/` between folder and file and none at the end");
            }
            "." | ".." => {
                return Some("contains `.` or `..`; name it relative to the root of the archive");
            }
            _ => {}
        }
    }
    None
}

/// The first 200 characters of a name, so that the message about a very long one stays readable.
fn shorten(name: &str) -> String {
    let mut short: String = name.chars().take(200).collect();
    if short.len() < name.len() {
        short.push('…');
    }
    short
}
