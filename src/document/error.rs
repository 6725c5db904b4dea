//! The errors of documents: what is wrong with a text, a pointer or a patch, and where.

use std::fmt;

use super::tree::MAX_BYTES;

/// A text is not JSON by RFC 8259: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub problem: Problem,
    /// The place: bytes from the start of the text. A byte order mark counts.
    pub offset: usize,
    /// The line of the place, from 1.
    pub line: usize,
    /// The column of the place in characters, from 1. A byte order mark does not count.
    pub column: usize,
}

impl SyntaxError {
    /// A problem at a byte offset of the text.
    pub(super) fn at(text: &str, offset: usize, problem: Problem) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        SyntaxError {
            problem,
            offset,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().filter(|&c| c != '\u{feff}').count() + 1,
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Problem::TooLarge { .. } = self.problem {
            return self.problem.fmt(f);
        }
        write!(f, "line {}, column {} (byte {}): {}", self.line, self.column, self.offset, self.problem)
    }
}

impl std::error::Error for SyntaxError {}

/// The ways in which a text fails to be JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The text is empty or has only white space.
    Empty,
    /// The text ends inside a value, usually because a download or a file was cut short.
    CutShort,
    /// The text has more bytes than [`MAX_BYTES`].
    TooLarge {
        /// Size of the text in bytes.
        bytes: usize,
    },
    /// A byte order mark (U+FEFF) stands elsewhere than at the start of the text.
    ByteOrderMark,
    /// The text has a NUL character (U+0000), as UTF-16 that was read as UTF-8 has, and a binary file.
    Nul,
    /// The text has a comment: `//`, `/*` or `#`.
    Comment,
    /// A `/*` has no `*/`; only [`blank_comments`](super::blank_comments) finds this.
    CommentNotClosed,
    /// A comma stands before `}` or `]`.
    TrailingComma,
    /// There is no value where one belongs.
    ValueMissing,
    /// There is no comma between two members or elements.
    CommaMissing,
    /// There is no colon after a name.
    ColonMissing,
    /// This quotation mark is not `"`.
    Quotes(char),
    /// A name has no quotation marks.
    BareName,
    /// A number is `NaN` or `Infinity`.
    NotANumber,
    /// This word is not JSON: `True`, `None`, `undefined`.
    Word(String),
    /// A number has a leading zero: `010`.
    LeadingZero,
    /// A number has a plus sign: `+1`.
    LeadingPlus,
    /// A number is hexadecimal: `0x10`.
    Hexadecimal,
    /// A number is incomplete: `.5`, `5.`, `1e`, `-`.
    NumberForm,
    /// A string contains this control character instead of its escape.
    ControlCharacter(u8),
    /// A backslash is followed by this character: `\x`.
    Escape(char),
    /// `\u` is not followed by four hexadecimal digits.
    UnicodeEscape,
    /// This bracket closes nothing: `]` in place of `}`, the other way round, or one too many.
    Bracket(char),
    /// There is a second value after the first.
    AfterEnd,
    /// Any other character that does not belong there.
    Unexpected(char),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Empty => f.write_str("the text holds no JSON value"),
            Problem::CutShort => f.write_str("the text ends too early and was probably cut short"),
            Problem::TooLarge { bytes } => {
                write!(f, "the document has {bytes} bytes, more than the limit of {} MiB", MAX_BYTES / (1024 * 1024))
            }
            Problem::ByteOrderMark => {
                f.write_str("a byte order mark (U+FEFF) is only allowed at the very start of the text")
            }
            Problem::Nul => {
                f.write_str("the text has a NUL character (U+0000): it is UTF-16 or no text at all, save it as UTF-8")
            }
            Problem::Comment => f.write_str("JSON has no comments; remove it"),
            Problem::CommentNotClosed => f.write_str("the comment has no end; close it with '*/'"),
            Problem::TrailingComma => f.write_str("a comma follows the last value; remove it"),
            Problem::ValueMissing => f.write_str("a value is missing here"),
            Problem::CommaMissing => f.write_str("a comma is missing before this value"),
            Problem::ColonMissing => f.write_str("a colon is missing after the name"),
            Problem::Quotes(found) => {
                write!(f, "strings need straight double quotation marks (\"), not {found}")
            }
            Problem::BareName => f.write_str("a name needs double quotation marks"),
            Problem::NotANumber => f.write_str("NaN and Infinity are not JSON, use a number, a string or null"),
            Problem::Word(word) => write!(f, "'{word}' is not JSON, only true, false and null are"),
            Problem::LeadingZero => f.write_str("a number must not begin with a zero, remove it"),
            Problem::LeadingPlus => f.write_str("a number must not begin with a plus sign, remove it"),
            Problem::Hexadecimal => f.write_str("hexadecimal numbers are not JSON, write decimal digits"),
            Problem::NumberForm => {
                f.write_str("the number is incomplete, digits must surround the point and follow the exponent")
            }
            Problem::ControlCharacter(byte) => write!(
                f,
                "the string contains the control character U+{byte:04X}, write it as an escape such as \\n or \\u{byte:04x}"
            ),
            Problem::Escape(found) => {
                write!(f, "'\\{}' is not an escape, a backslash is written '\\\\'", found.escape_default())
            }
            Problem::UnicodeEscape => f.write_str("'\\u' needs four hexadecimal digits"),
            Problem::Bracket(found) => write!(f, "'{found}' closes nothing that is open here"),
            Problem::AfterEnd => f.write_str("the document ended before this text, only one value is allowed"),
            Problem::Unexpected(found) => {
                write!(f, "unexpected character '{}'", found.escape_default())
            }
        }
    }
}

/// Why a function of this module failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentError {
    /// The document is not JSON.
    Document(SyntaxError),
    /// The new value is not JSON.
    Value(SyntaxError),
    /// The text is not a JSON Pointer (RFC 6901).
    PointerForm {
        /// The pointer as given.
        pointer: String,
    },
    /// There is nothing at the pointer.
    NotFound {
        /// The pointer as given.
        pointer: String,
        /// The longest leading part of it that exists.
        found: String,
        /// What stopped the search, as the rest of a sentence: `but it has no member 'x'`.
        reason: String,
    },
    /// The empty pointer names the whole document, which can be replaced but not removed.
    RemoveRoot,
    /// The text of a patch is not JSON.
    Patch(SyntaxError),
    /// An operation of a patch is malformed.
    OperationForm {
        /// The position of the operation, from 0.
        index: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// An operation of a patch failed.
    Operation {
        /// The position of the operation, from 0.
        index: usize,
        /// Why it failed.
        reason: Box<DocumentError>,
    },
    /// An object of the new value has two members with the same name. Readers take one and drop the other.
    DuplicateName {
        /// The place of the second member in the new value.
        pointer: String,
    },
    /// Another value, or none, is where an edit says that its old value is.
    OldValue {
        /// The path of the edit.
        pointer: String,
        /// The old value of the edit, shortened.
        expected: String,
        /// The value that is there, shortened; `None` if there is none.
        found: Option<String>,
    },
    /// An operation `test` of a patch found another value.
    Test {
        /// The pointer that was tested.
        pointer: String,
    },
}

impl DocumentError {
    /// A stable name of the error, such as `document.not_found`.
    pub fn code(&self) -> &'static str {
        match self {
            DocumentError::Document(_) => "document.invalid_json",
            DocumentError::Value(_) => "document.invalid_value",
            DocumentError::PointerForm { .. } => "document.invalid_pointer",
            DocumentError::NotFound { .. } => "document.not_found",
            DocumentError::RemoveRoot => "document.remove_root",
            DocumentError::Patch(_) | DocumentError::OperationForm { .. } => "document.invalid_patch",
            DocumentError::Operation { reason, .. } => reason.code(),
            DocumentError::DuplicateName { .. } => "document.duplicate_name",
            DocumentError::OldValue { .. } => "document.old_value",
            DocumentError::Test { .. } => "document.test_failed",
        }
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DocumentError::Document(error) => write!(f, "the document is not valid JSON: {error}"),
            DocumentError::Value(error) => write!(f, "the new value is not valid JSON: {error}"),
            DocumentError::PointerForm { pointer } => write!(
                f,
                "'{pointer}' is not a JSON pointer: it must be empty or begin with '/', and '~' is written '~0', '/' in a name '~1'"
            ),
            DocumentError::NotFound { pointer, found, reason } => {
                write!(f, "there is nothing at '{pointer}': '{found}' exists, {reason}")
            }
            DocumentError::RemoveRoot => f.write_str("the whole document cannot be removed, name a member of it"),
            DocumentError::Patch(error) => write!(f, "the patch is not valid JSON: {error}"),
            DocumentError::OperationForm { index, reason } => {
                write!(f, "operation {index} of the patch is malformed: {reason}")
            }
            DocumentError::Operation { index, reason } => {
                write!(f, "operation {index} of the patch failed: {reason}")
            }
            DocumentError::DuplicateName { pointer } => {
                write!(f, "the new value has two members with the name of '{pointer}', remove one of them")
            }
            DocumentError::OldValue { pointer, expected, found } => {
                let found = found.as_deref().unwrap_or("nothing");
                write!(f, "'{pointer}' has {found} now, and the edit was made for {expected}")
            }
            DocumentError::Test { pointer } => {
                write!(f, "the value at '{pointer}' is not the one that the patch expects")
            }
        }
    }
}

impl std::error::Error for DocumentError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            DocumentError::Document(error) | DocumentError::Value(error) | DocumentError::Patch(error) => Some(error),
            DocumentError::Operation { reason, .. } => Some(reason.as_ref()),
            _ => None,
        }
    }
}
