//! What is wrong with a folder.

use schemars::JsonSchema;
use serde::Serialize;

/// A fault of a folder. Nothing is sent while there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// The file or folder, from the folder that was read, with `/` between folders.
    pub file: String,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// The name that was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// A file or folder that stands for nothing.
    Unknown,
    /// A text in another encoding than UTF-8, or UTF-16 with a mark.
    Encoding,
    /// Two files for one thing: names that differ in letter case, or a `.txt` beside a `.json`.
    Twice,
    /// A symbolic link to a folder, or out of the folder.
    Link,
    /// A text with marks of a merge that was not finished.
    Conflict,
    /// The pointer of Git LFS in place of the file.
    Pointer,
    /// A text of more than 1 MiB, or more files than a listing has.
    TooLarge,
    /// A file that can't be read.
    Unreadable,
    /// A JSON file with something else than belongs there.
    Json,
    /// A placeholder or a caption without its picture.
    Alone,
}

impl Fault {
    /// A fault of a whole file.
    pub fn new(kind: FaultKind, file: &str, message: impl Into<String>) -> Fault {
        Fault { kind, file: file.to_owned(), line: None, column: None, message: message.into(), nearest: None }
    }

    pub(super) fn at(self, line: usize, column: usize) -> Fault {
        Fault { line: Some(line), column: Some(column), ..self }
    }

    /// The same with the name that was probably meant.
    #[must_use]
    pub fn nearest(self, nearest: Option<String>) -> Fault {
        Fault { nearest, ..self }
    }

    /// The place, the fault and what was probably meant, in one sentence.
    pub fn sentence(&self) -> String {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        let nearest = self.nearest.as_ref().map(|nearest| format!("; did you mean {nearest}?")).unwrap_or_default();
        format!("{}{line}: {}{nearest}", self.file, self.message)
    }
}
