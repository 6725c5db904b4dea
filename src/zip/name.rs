//! Checks the names of entries.

use super::ZipError;

/// The longest name in bytes: its length is a 16-bit field of the ZIP header.
const LONGEST: usize = u16::MAX as usize;

/// Replaces `\` by `/`, and refuses names that would be unpacked outside of the target folder, or that Windows can't
/// unpack under their name: the service unpacks the archive there.
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
        if let Some(problem) = problem_of_part(part) {
            return Some(problem);
        }
    }
    None
}

/// What Windows has against the name of a file or a folder. See "Naming Files, Paths, and Namespaces" in the documentation
/// of Windows.
fn problem_of_part(part: &str) -> Option<&'static str> {
    if part.contains(|c: char| c < ' ' || r#"<>:"|?*"#.contains(c)) {
        return Some(
            "has a character that Windows does not allow in names (< > : \" | ? * or a control character); rename it",
        );
    }
    if part.ends_with(['.', ' ']) {
        return Some("ends with a dot or a space, or a folder in it does, which Windows drops; rename it");
    }
    // An extension does not make a device a file.
    let stem = part.split('.').next().unwrap_or(part).trim_end_matches(' ').to_ascii_lowercase();
    let device = match stem.as_str() {
        "con" | "prn" | "aux" | "nul" | "conin$" | "conout$" => true,
        _ => {
            let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
            port.is_some_and(|port| {
                matches!(port, "\u{b9}" | "\u{b2}" | "\u{b3}")
                    || (port.len() == 1 && port.bytes().all(|digit| digit.is_ascii_digit()))
            })
        }
    };
    device.then_some(
        "is the name of a device on Windows (CON, PRN, AUX, NUL, COM1, LPT1), or a folder in it is; rename it",
    )
}

/// The first 200 characters of a name, so that the message about a very long one stays readable.
fn shorten(name: &str) -> String {
    let mut short: String = name.chars().take(200).collect();
    if short.len() < name.len() {
        short.push('…');
    }
    short
}
