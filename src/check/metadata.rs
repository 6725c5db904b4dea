//! I12: what the metadata of a picture tells of its author.

/// What was found, for messages.
const PLACE: &str = "the place where it was made";
const AUTHOR: &str = "the name of its author";
const FOLDER: &str = "a path of somebody's folder";

/// The keywords of texts that name people.
const PEOPLE: [&[u8]; 3] = [b"Author", b"Artist", b"Creator"];
/// The folders of users on Windows, macOS and Linux.
const HOMES: [&str; 4] = [":\\Users\\", ":/Users/", "/Users/", "/home/"];
/// Names below such a folder that are nobody's.
const NOBODY: [&str; 4] = ["Public", "runner", "runneradmin", "vsts"];

/// Whether a path leads into the folder of a person.
pub(super) fn is_personal(path: &str) -> bool {
    HOMES.iter().any(|home| {
        path.match_indices(home).any(|(at, home)| {
            let name = path[at + home.len()..].split(['/', '\\', '"', '<', '\0']).next().unwrap_or_default();
            let begins = at == 0 || home.starts_with(':') || !path.as_bytes()[at - 1].is_ascii_alphanumeric();
            begins && !name.is_empty() && !NOBODY.contains(&name)
        })
    })
}

/// What a chunk of a PNG tells; `data` is its begin.
pub(super) fn of_chunk(kind: [u8; 4], data: &[u8]) -> Option<&'static str> {
    match &kind {
        b"eXIf" => exif(data),
        b"tEXt" | b"iTXt" => text(data),
        _ => None,
    }
}

/// A text with its keyword. A text that is compressed is not looked at.
fn text(data: &[u8]) -> Option<&'static str> {
    let end = data.iter().position(|byte| *byte == 0)?;
    let (keyword, value) = (&data[..end], String::from_utf8_lossy(&data[end + 1..]));
    let is_named = PEOPLE.contains(&keyword) && value.chars().any(char::is_alphanumeric);
    if value.contains("GPSLatitude") {
        Some(PLACE)
    } else if is_named || value.contains("<dc:creator>") {
        Some(AUTHOR)
    } else {
        is_personal(&value).then_some(FOLDER)
    }
}

/// The entries of Exif for a place and for people: GPSInfo, Artist, XPAuthor.
fn exif(data: &[u8]) -> Option<&'static str> {
    let little = match data.get(..4)? {
        b"II\x2a\0" => true,
        b"MM\0\x2a" => false,
        _ => return None,
    };
    let number = |at: usize, bytes: usize| -> Option<usize> {
        let field = data.get(at..at.checked_add(bytes)?)?;
        let add = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
        Some(if little { field.iter().rev().fold(0, add) } else { field.iter().fold(0, add) })
    };
    let first = number(4, 4)?;
    let tags: Vec<usize> = (0..number(first, 2)?).map_while(|at| number(first.checked_add(2 + at * 12)?, 2)).collect();
    if tags.contains(&0x8825) {
        return Some(PLACE);
    }
    tags.iter().any(|tag| [0x013b, 0x9c9d].contains(tag)).then_some(AUTHOR)
}
