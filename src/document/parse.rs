//! Text to a flat tree of spans.
//!
//! The tree is one vector in document order. A container is followed by its children, a member by its name and then
//! its value, and every node knows where its subtree ends. So nothing here recurses: depth costs neither stack when
//! reading nor when dropping, and comparing two trees of the same shape is a walk along two vectors.

use super::error::{Problem, SyntaxError};

/// The largest document that is read: 64 MiB. A submission has some hundred kilobytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    /// The kind in words, with its article.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::False | Kind::True => "a boolean",
            Kind::Number => "a number",
            Kind::String => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        }
    }

    pub(super) fn is_container(self) -> bool {
        matches!(self, Kind::Array | Kind::Object)
    }
}

const KINDS: [Kind; 8] =
    [Kind::Null, Kind::False, Kind::True, Kind::Number, Kind::String, Kind::Array, Kind::Object, Kind::Null];
const ESCAPED: u32 = 1 << 3;
const LONE: u32 = 1 << 4;
const COUNT_SHIFT: u32 = 6;
const COUNT_ONE: u32 = 1 << COUNT_SHIFT;
const NONE: u32 = u32::MAX;

/// Index of a node in its tree.
pub(super) type Id = u32;
pub(super) const ROOT: Id = 0;

/// 16 bytes, because a document has a node for every dozen bytes of text.
#[derive(Clone, Copy)]
struct Node {
    start: u32,
    end: u32,
    /// The node after the subtree. While a container is open: the container around it.
    next: u32,
    /// Kind, flags, number of children.
    info: u32,
}

/// A parsed text.
pub(super) struct Tree<'t> {
    pub(super) text: &'t str,
    nodes: Vec<Node>,
    pub(super) bom: bool,
}

impl<'t> Tree<'t> {
    pub(super) fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    pub(super) fn kind(&self, id: Id) -> Kind {
        KINDS[(self.nodes[id as usize].info & 7) as usize]
    }

    pub(super) fn start(&self, id: Id) -> usize {
        self.nodes[id as usize].start as usize
    }

    pub(super) fn end(&self, id: Id) -> usize {
        self.nodes[id as usize].end as usize
    }

    /// The node after the subtree of `id`: its next sibling, if it has one.
    pub(super) fn next(&self, id: Id) -> Id {
        self.nodes[id as usize].next
    }

    /// Elements of an array, members of an object (duplicates count), 0 for anything else.
    pub(super) fn count(&self, id: Id) -> usize {
        (self.nodes[id as usize].info >> COUNT_SHIFT) as usize
    }

    /// The text of the value as it stands there.
    pub(super) fn span(&self, id: Id) -> &'t str {
        &self.text[self.start(id)..self.end(id)]
    }

    /// A string's text between its quotation marks, escapes as written.
    pub(super) fn raw(&self, id: Id) -> &'t str {
        &self.text[self.start(id) + 1..self.end(id) - 1]
    }

    pub(super) fn escaped(&self, id: Id) -> bool {
        self.nodes[id as usize].info & ESCAPED != 0
    }

    /// Whether the string has half of a surrogate pair, which only an escape can spell.
    pub(super) fn lone(&self, id: Id) -> bool {
        self.nodes[id as usize].info & LONE != 0
    }

    /// Kind and number of children, for comparing shapes in one step.
    pub(super) fn shape(&self, id: Id) -> u32 {
        self.nodes[id as usize].info & !(ESCAPED | LONE)
    }

    /// The elements of an array.
    pub(super) fn elements(&self, array: Id) -> Children<'_, 't> {
        Children { tree: self, at: array + 1, end: self.next(array), step: 0 }
    }

    /// The names of an object's members, in order, duplicates included. The value of name `n` is `n + 1`.
    pub(super) fn names(&self, object: Id) -> Children<'_, 't> {
        Children { tree: self, at: object + 1, end: self.next(object), step: 1 }
    }
}

pub(super) struct Children<'a, 't> {
    tree: &'a Tree<'t>,
    at: Id,
    end: Id,
    step: u32,
}

impl Iterator for Children<'_, '_> {
    type Item = Id;

    fn next(&mut self) -> Option<Id> {
        if self.at >= self.end {
            return None;
        }
        let id = self.at;
        self.at = self.tree.next(id + self.step);
        Some(id)
    }
}

/// Reads a whole text. A byte order mark at its start is skipped.
pub(super) fn parse(text: &str) -> Result<Tree<'_>, SyntaxError> {
    if text.len() > MAX_BYTES {
        return Err(SyntaxError::at("", 0, Problem::TooLarge { bytes: text.len() }));
    }
    let bom = text.starts_with('\u{feff}');
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        at: if bom { 3 } else { 0 },
        nodes: Vec::with_capacity(text.len() / 12 + 4),
        open: NONE,
    };
    match parser.document() {
        Ok(()) => Ok(Tree { text, nodes: parser.nodes, bom }),
        Err(Stop { at, problem }) => Err(SyntaxError::at(text, at, problem)),
    }
}

struct Stop {
    at: usize,
    problem: Problem,
}

struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The innermost open container.
    open: u32,
}

impl Parser<'_> {
    fn document(&mut self) -> Result<(), Stop> {
        self.skip_space();
        if self.at == self.bytes.len() {
            return self.stop(self.at, Problem::Empty);
        }
        loop {
            if self.value()? {
                continue;
            }
            if !self.after_value()? {
                break;
            }
        }
        self.skip_space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected(Problem::AfterEnd)),
        }
    }

    /// Reads a scalar or opens a container; true when another value must follow at once.
    fn value(&mut self) -> Result<bool, Stop> {
        self.skip_space();
        let start = self.at;
        match self.peek() {
            Some(b'"') => {
                self.string()?;
                Ok(false)
            }
            Some(b'{') => {
                self.at += 1;
                self.skip_space();
                self.push(start, Kind::Object);
                if self.peek() == Some(b'}') {
                    self.at += 1;
                    self.leaf_end();
                    return Ok(false);
                }
                self.enter();
                self.name()?;
                Ok(true)
            }
            Some(b'[') => {
                self.at += 1;
                self.skip_space();
                self.push(start, Kind::Array);
                if self.peek() == Some(b']') {
                    self.at += 1;
                    self.leaf_end();
                    return Ok(false);
                }
                self.enter();
                Ok(true)
            }
            Some(b'-' | b'0'..=b'9') => {
                self.number()?;
                Ok(false)
            }
            Some(b't') => self.word("true", Kind::True),
            Some(b'f') => self.word("false", Kind::False),
            Some(b'n') => self.word("null", Kind::Null),
            _ => Err(self.unexpected(Problem::ValueMissing)),
        }
    }

    /// Closes what closes here; true when another value follows, false at the end of the root.
    fn after_value(&mut self) -> Result<bool, Stop> {
        loop {
            if self.open == NONE {
                return Ok(false);
            }
            let open = self.open as usize;
            self.nodes[open].info += COUNT_ONE;
            self.skip_space();
            let object = self.nodes[open].info & 7 == Kind::Object as u32;
            match self.peek() {
                Some(b',') => {
                    let comma = self.at;
                    self.at += 1;
                    self.skip_space();
                    if matches!(self.peek(), Some(b'}' | b']')) {
                        return self.stop(comma, Problem::TrailingComma);
                    }
                    if object {
                        self.name()?;
                    }
                    return Ok(true);
                }
                Some(b'}') if object => self.close(),
                Some(b']') if !object => self.close(),
                Some(byte @ (b'}' | b']')) => {
                    return self.stop(self.at, Problem::Bracket(byte as char));
                }
                _ => return Err(self.unexpected(Problem::CommaMissing)),
            }
        }
    }

    fn close(&mut self) {
        self.at += 1;
        let next = self.nodes.len() as u32;
        let node = &mut self.nodes[self.open as usize];
        self.open = node.next;
        node.next = next;
        node.end = self.at as u32;
    }

    fn enter(&mut self) {
        let id = self.nodes.len() as u32 - 1;
        self.nodes[id as usize].next = self.open;
        self.open = id;
    }

    fn push(&mut self, start: usize, kind: Kind) {
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(Node { start: start as u32, end: self.at as u32, next, info: kind as u32 });
    }

    fn leaf_end(&mut self) {
        let end = self.at as u32;
        if let Some(node) = self.nodes.last_mut() {
            node.end = end;
        }
    }

    fn name(&mut self) -> Result<(), Stop> {
        match self.peek() {
            Some(b'"') => self.string()?,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'0'..=b'9') => {
                return self.stop(self.at, Problem::BareName);
            }
            _ => return Err(self.unexpected(Problem::BareName)),
        }
        self.skip_space();
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                Ok(())
            }
            _ => Err(self.unexpected(Problem::ColonMissing)),
        }
    }

    fn string(&mut self) -> Result<(), Stop> {
        let start = self.at;
        let bytes = self.bytes;
        let mut at = start + 1;
        let mut flags = 0;
        // Offset after a high surrogate's escape that still waits for its other half.
        let mut high = usize::MAX;
        loop {
            at = plain_end(bytes, at);
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    flags |= ESCAPED;
                    match bytes.get(at + 1) {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at += 2,
                        Some(b'u') => {
                            let Some(unit) = hex4(bytes, at + 2) else {
                                let cut = bytes[at + 2..].len() < 4 && !bytes[at + 2..].contains(&b'"');
                                return self.stop(at, if cut { Problem::CutShort } else { Problem::UnicodeEscape });
                            };
                            match unit {
                                0xd800..=0xdbff => {
                                    if high != usize::MAX {
                                        flags |= LONE;
                                    }
                                    high = at + 6;
                                }
                                0xdc00..=0xdfff => {
                                    if high != at {
                                        flags |= LONE;
                                    }
                                    high = usize::MAX;
                                }
                                _ => {}
                            }
                            at += 6;
                        }
                        Some(_) => {
                            let found = self.text[at + 1..].chars().next().unwrap_or('\\');
                            return self.stop(at, Problem::Escape(found));
                        }
                        None => return self.stop(at, Problem::CutShort),
                    }
                    if high != usize::MAX && high != at {
                        flags |= LONE;
                        high = usize::MAX;
                    }
                }
                Some(&byte) => return self.stop(at, Problem::ControlCharacter(byte)),
                None => return self.stop(at, Problem::CutShort),
            }
        }
        if high != usize::MAX {
            flags |= LONE;
        }
        self.at = at + 1;
        self.push(start, Kind::String);
        if let Some(node) = self.nodes.last_mut() {
            node.info |= flags;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Stop> {
        let start = self.at;
        let bytes = self.bytes;
        let mut at = start;
        if bytes[at] == b'-' {
            at += 1;
        }
        match bytes.get(at) {
            Some(b'0') => {
                at += 1;
                match bytes.get(at) {
                    Some(b'0'..=b'9') => return self.stop(start, Problem::LeadingZero),
                    Some(b'x' | b'X') => return self.stop(start, Problem::Hexadecimal),
                    _ => {}
                }
            }
            Some(b'1'..=b'9') => at = digits_end(bytes, at),
            Some(b'I' | b'N') => return self.stop(start, Problem::NotANumber),
            None => return self.stop(start, Problem::CutShort),
            _ => return self.stop(start, Problem::NumberForm),
        }
        if bytes.get(at) == Some(&b'.') {
            let end = digits_end(bytes, at + 1);
            if end == at + 1 {
                return self.number_stop(start, end);
            }
            at = end;
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            at += 1;
            if matches!(bytes.get(at), Some(b'+' | b'-')) {
                at += 1;
            }
            let end = digits_end(bytes, at);
            if end == at {
                return self.number_stop(start, end);
            }
            at = end;
        }
        if matches!(bytes.get(at), Some(b'.' | b'+' | b'-' | b'_' | b'a'..=b'z' | b'A'..=b'Z')) {
            return self.stop(start, Problem::NumberForm);
        }
        self.at = at;
        self.push(start, Kind::Number);
        Ok(())
    }

    fn number_stop<T>(&self, start: usize, end: usize) -> Result<T, Stop> {
        let cut = end == self.bytes.len();
        self.stop(start, if cut { Problem::CutShort } else { Problem::NumberForm })
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<bool, Stop> {
        let start = self.at;
        if !self.bytes[start..].starts_with(word.as_bytes()) {
            return Err(self.unexpected(Problem::ValueMissing));
        }
        let end = start + word.len();
        if matches!(self.bytes.get(end), Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_')) {
            return Err(self.unexpected(Problem::ValueMissing));
        }
        self.at = end;
        self.push(start, kind);
        Ok(false)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    fn stop<T>(&self, at: usize, problem: Problem) -> Result<T, Stop> {
        Err(Stop { at, problem })
    }

    /// Names the usual suspects; `otherwise` is what is wrong when it is none of them.
    fn unexpected(&self, otherwise: Problem) -> Stop {
        let rest = &self.text[self.at.min(self.text.len())..];
        let bytes = rest.as_bytes();
        let problem = match rest.chars().next() {
            None => Problem::CutShort,
            Some('\u{feff}') => Problem::ByteOrderMark,
            Some('/') if matches!(bytes.get(1), Some(b'/' | b'*')) => Problem::Comment,
            Some('#') => Problem::Comment,
            Some(quote @ ('\'' | '`' | '\u{2018}'..='\u{201e}')) => Problem::Quotes(quote),
            Some('}' | ']') if otherwise == Problem::ValueMissing && self.open != NONE => Problem::ValueMissing,
            Some(bracket @ ('}' | ']')) => Problem::Bracket(bracket),
            _ if matches!(otherwise, Problem::AfterEnd | Problem::CommaMissing | Problem::ColonMissing) => otherwise,
            Some('+') => Problem::LeadingPlus,
            Some('.') => Problem::NumberForm,
            Some(',') => Problem::ValueMissing,
            Some(letter) if letter.is_ascii_alphabetic() => {
                let end = bytes.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(bytes.len());
                let word = &rest[..end.min(24)];
                if matches!(word, "NaN" | "Infinity") {
                    Problem::NotANumber
                } else if end == bytes.len() && ["true", "false", "null"].iter().any(|w| w.starts_with(word)) {
                    Problem::CutShort
                } else {
                    Problem::Word(word.to_owned())
                }
            }
            Some(other) => Problem::Unexpected(other),
        };
        Stop { at: self.at, problem }
    }
}

fn digits_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    at
}

pub(super) fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    let mut unit = 0;
    for &digit in digits {
        unit = unit * 16 + (digit as char).to_digit(16)?;
    }
    Some(unit)
}

/// The first quotation mark, backslash or control character at or after `at`, eight bytes a step.
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
    while let Some(chunk) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3], chunk[4], chunk[5], chunk[6], chunk[7]]);
        let quote = word ^ (ONES * b'"' as u64);
        let slash = word ^ (ONES * b'\\' as u64);
        let hit = (quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        let hit = hit & TOPS;
        if hit != 0 {
            // A borrow can only raise a false hit above a true one, so the lowest is right.
            return at + (hit.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}
