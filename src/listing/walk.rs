//! Looks into a folder of listings, bounded, and notes what is wrong with it.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::fault::{Fault, FaultKind};
use super::folder::{Media, TextFile, path_in};
use super::layout;
use crate::files::{self, Entry};
use crate::text::{self, NotText};

/// The longest text in bytes.
pub(super) const MAX_TEXT: u64 = 1024 * 1024;
/// The most bytes of all texts.
const MAX_TEXTS: u64 = 64 * 1024 * 1024;
/// The most files and folders. A listing in 100 languages with 100 files each has half as many.
const MAX_ENTRIES: usize = 20_000;
/// How a pointer of Git LFS begins.
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/";
/// How much of a file is read at once.
const CHUNK: usize = 64 * 1024;

/// A folder that is being read.
pub(super) struct Walk {
    root: PathBuf,
    entries: usize,
    texts: u64,
    pub(super) faults: Vec<Fault>,
}

impl Walk {
    pub(super) fn new(root: &Path) -> Walk {
        Walk { root: root.to_owned(), entries: 0, texts: 0, faults: Vec::new() }
    }

    pub(super) fn fault(&mut self, kind: FaultKind, file: &str, message: impl Into<String>) {
        self.faults.push(Fault::new(kind, file, message));
    }

    /// A file or folder that stands for nothing.
    pub(super) fn unknown(&mut self, file: &str, what: &str, nearest: Option<String>) {
        self.faults.push(Fault::new(FaultKind::Unknown, file, what).nearest(nearest));
    }

    pub(super) fn path(&self, file: &str) -> PathBuf {
        path_in(&self.root, file)
    }

    /// What is in a folder, by name, without what belongs to tools. A name that another entry has in another letter case is
    /// a fault: on Windows there can be only one of the two.
    pub(super) fn entries(&mut self, folder: &str) -> Vec<Entry> {
        self.entries_without(folder, |name, _| layout::is_ignored(name))
    }

    /// The same for the folder of add-ons, where product ids name the folders.
    pub(super) fn add_ons(&mut self, folder: &str) -> Vec<Entry> {
        let is_ignored = |name: &str, is_folder: bool| match is_folder {
            true => name.starts_with('.'),
            false => layout::is_ignored(name),
        };
        self.entries_without(folder, is_ignored)
    }

    fn entries_without(&mut self, folder: &str, is_ignored: impl Fn(&str, bool) -> bool) -> Vec<Entry> {
        let path = self.path(folder);
        let (mut entries, links) = match files::entries(&path).and_then(|all| Ok((all, files::links(&path)?))) {
            Ok(found) => found,
            Err(error) => {
                let shown = if folder.is_empty() { "." } else { folder };
                self.fault(FaultKind::Unreadable, shown, format!("the folder can't be read: {error}"));
                return Vec::new();
            }
        };
        self.entries += entries.len();
        if self.entries > MAX_ENTRIES {
            let message = format!("there are more than {MAX_ENTRIES} files");
            self.fault(FaultKind::TooLarge, folder, message);
            return Vec::new();
        }
        for name in &links {
            let target = self.path(&join(folder, name));
            let is_folder = files::is_folder(&target);
            if is_ignored(name, is_folder == Some(true)) {
                continue;
            }
            if is_folder != Some(false) || !files::is_inside(&target, &self.root) {
                let what = "a symbolic link must lead to a file in the folder";
                self.fault(FaultKind::Link, &join(folder, name), what);
                entries.retain(|entry| entry.name != *name);
            }
        }
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        entries.retain(|entry| !self.is_left_over(folder, entry) && !is_ignored(&entry.name, entry.is_folder));
        entries.retain(|entry| match seen.insert(entry.name.to_lowercase(), entry.name.clone()) {
            None => true,
            Some(twin) => {
                let message = format!("the name differs from `{twin}` in letter case only");
                self.faults.push(Fault::new(FaultKind::Twice, &join(folder, &entry.name), message));
                false
            }
        });
        entries
    }

    /// Whether a file was left by a pull that was interrupted, which is a fault: without it an image would look removed.
    fn is_left_over(&mut self, folder: &str, entry: &Entry) -> bool {
        let what = match layout::moved_from(&entry.name) {
            _ if entry.is_folder => return false,
            Some(name) => format!(
                "a pull was interrupted while it renamed the file; rename it to {name}, or to a free name if that one is taken"
            ),
            None if entry.name.ends_with(files::PARTIAL) && !layout::is_ignored(&entry.name) => {
                "the file was left when writing was interrupted; it can be deleted".to_owned()
            }
            None => return false,
        };
        self.fault(FaultKind::Unknown, &join(folder, &entry.name), what);
        true
    }

    /// Reads a text.
    pub(super) fn text(&mut self, file: &str, member: &str) -> Option<TextFile> {
        let bytes = match files::read(&self.path(file), MAX_TEXT) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::FileTooLarge => {
                self.fault(FaultKind::TooLarge, file, "a text has at most 1 MiB");
                return None;
            }
            Err(error) => {
                self.fault(FaultKind::Unreadable, file, format!("it can't be read: {error}"));
                return None;
            }
        };
        self.texts += bytes.len() as u64;
        if self.texts > MAX_TEXTS {
            self.fault(FaultKind::TooLarge, file, "the texts of the folder have more than 64 MiB");
            return None;
        }
        if let Some(fault) = fault_of(file, &bytes) {
            self.faults.push(fault);
            return None;
        }
        match text::decode(&bytes) {
            Ok(text) => {
                let (member, file) = (member.to_owned(), file.to_owned());
                Some(TextFile { member, file, line: 1, is_json: false, text: folded(&text) })
            }
            Err(not_text) => {
                let fault = Fault::new(FaultKind::Encoding, file, format!("{not_text}; {}", not_text.remedy()));
                let (line, column) = place_of(&bytes, not_text);
                self.faults.push(fault.at(line, column));
                None
            }
        }
    }

    /// Reads a picture or video for its hash.
    pub(super) fn media(&mut self, file: &str) -> Option<Media> {
        match hashed(&self.path(file)) {
            Ok((start, _, _)) if start.starts_with(LFS) => {
                let what = "it is a pointer of Git LFS, not the file itself: run `git lfs pull`";
                self.fault(FaultKind::Pointer, file, what);
                None
            }
            Ok((_, bytes, sha256)) => Some(Media { file: file.to_owned(), bytes, sha256, shared: None }),
            Err(error) => {
                self.fault(FaultKind::Unreadable, file, format!("it can't be read: {error}"));
                None
            }
        }
    }
}

/// The line and the column of what is no text, from 1. In what is not UTF-8 the column counts bytes that are.
fn place_of(bytes: &[u8], not_text: NotText) -> (usize, usize) {
    let at = match not_text {
        NotText::NotUtf8(_, at) | NotText::Nul(at) | NotText::Replaced(at) => at,
        // Offsets in UTF-16 are those of the decoded text.
        NotText::BrokenUtf16(_) | NotText::Utf16WithoutMark | NotText::Utf32 => 0,
    };
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let before = String::from_utf8_lossy(bytes.get(..at).unwrap_or_default());
    let line = with_line_feeds(&before);
    (line.matches('\n').count() + 1, line.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
}

/// The path of an entry of a folder.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A name and its ending in small letters.
pub(super) fn split(name: &str) -> (&str, String) {
    match name.rsplit_once('.') {
        Some((stem, ending)) => (stem, ending.to_ascii_lowercase()),
        None => (name, String::new()),
    }
}

/// A text with LF as line ends, without those at its end.
pub(super) fn folded(text: &str) -> String {
    with_line_feeds(text).trim_end_matches('\n').to_owned()
}

fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A text of a file that is written: it ends in one line end, unless it is empty.
pub(super) fn line(text: String) -> String {
    if text.is_empty() { text } else { text + "\n" }
}

/// A fault of a text that has nothing to do with its encoding.
fn fault_of(file: &str, bytes: &[u8]) -> Option<Fault> {
    if bytes.starts_with(LFS) {
        let what = "it is a pointer of Git LFS, not the text itself: run `git lfs pull`";
        return Some(Fault::new(FaultKind::Pointer, file, what));
    }
    let line = conflict_line(&String::from_utf8_lossy(bytes))?;
    Some(Fault::new(FaultKind::Conflict, file, "it has the marks of a merge that was not finished").at(line, 1))
}

/// The line with the first mark of an unfinished merge, from 1.
fn conflict_line(text: &str) -> Option<usize> {
    let is_mark = |line: &str| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ");
    Some(text.split(['\r', '\n']).position(is_mark)? + 1)
}

/// Whether the reader would read this text from a file with it.
pub(super) fn is_readable(text: &str) -> bool {
    text.len() as u64 <= MAX_TEXT
        && !text.starts_with('\u{FEFF}')
        && fault_of("", text.as_bytes()).is_none()
        && text::decode(text.as_bytes()).is_ok()
}

/// The start, the size and the SHA-256 of a file.
fn hashed(path: &Path) -> io::Result<(Vec<u8>, u64, String)> {
    let mut file = files::open(path)?;
    let (mut start, mut size, mut hash) = (Vec::new(), 0, Sha256::new());
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = file.read(&mut chunk)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        if start.is_empty() {
            start.extend_from_slice(bytes.get(..LFS.len()).unwrap_or(bytes));
        }
        size += read as u64;
        hash.update(bytes);
    }
    Ok((start, size, format!("{:x}", hash.finalize())))
}
