//! Removes comments from JSON that people write.

use super::error::{Problem, SyntaxError};

/// Replaces `//` and `/* */` comments by spaces, so that a file which a person wrote can be read as JSON.
///
/// Every byte of a comment becomes a space, and line breaks stay, so that the places in later errors are places in the
/// file. Use it only for files that users write: the service sends no comments, and one in its answer is an error.
///
/// # Errors
/// A `/*` has no `*/`.
///
/// # Examples
/// ```
/// use storeship::document::blank_comments;
/// assert_eq!(blank_comments("[1, // one\n \"//\"]")?, "[1,       \n \"//\"]");
/// # Ok::<(), storeship::document::SyntaxError>(())
/// ```
pub fn blank_comments(text: &str) -> Result<String, SyntaxError> {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    // The text before this place has been copied.
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        let end = match (bytes[at], bytes.get(at + 1)) {
            (b'"', _) => {
                at = string_end(bytes, at + 1);
                continue;
            }
            (b'/', Some(b'/')) => {
                bytes[at..].iter().position(|&b| b == b'\n' || b == b'\r').map_or(bytes.len(), |n| at + n)
            }
            (b'/', Some(b'*')) => match text[at + 2..].find("*/") {
                Some(length) => at + 2 + length + 2,
                None => return Err(SyntaxError::at(text, at, Problem::CommentNotClosed)),
            },
            _ => {
                at += 1;
                continue;
            }
        };
        out.push_str(&text[copied..at]);
        for &byte in &bytes[at..end] {
            out.push(if matches!(byte, b'\n' | b'\r') { byte as char } else { ' ' });
        }
        copied = end;
        at = end;
    }
    out.push_str(&text[copied..]);
    Ok(out)
}

/// The place after the closing quotation mark of a string, or the end of the text if there is none.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}
