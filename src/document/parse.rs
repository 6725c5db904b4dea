//! Parses a text into a tree of spans, strictly by RFC 8259.

use super::error::{Problem, SyntaxError};
use super::steps;
use super::tree::{COUNT_ONE, ESCAPED, KIND, LONE, MAX_BYTES, NONE, Node, Tree, ValueKind};

/// Parses a whole text. A byte order mark at its start is skipped.
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

/// Where parsing stopped, and why.
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

    /// Reads a scalar or opens a container. Returns true if a value must follow: the first one in the container.
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
                self.push(start, ValueKind::Object);
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
                self.push(start, ValueKind::Array);
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
            Some(b't') => self.word("true", ValueKind::True),
            Some(b'f') => self.word("false", ValueKind::False),
            Some(b'n') => self.word("null", ValueKind::Null),
            _ => Err(self.unexpected(Problem::ValueMissing)),
        }
    }

    /// Reads what follows a value: closing brackets, or a comma and a name. Returns true if another value must follow, and
    /// false at the end of the root.
    fn after_value(&mut self) -> Result<bool, Stop> {
        loop {
            if self.open == NONE {
                return Ok(false);
            }
            let open = self.open as usize;
            self.nodes[open].info += COUNT_ONE;
            self.skip_space();
            let object = self.nodes[open].info & KIND == ValueKind::Object as u32;
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

    fn push(&mut self, start: usize, kind: ValueKind) {
        steps::count();
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
        // The place after the escape of a high surrogate, where that of its low surrogate must stand.
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
                Some(0) => return self.stop(at, Problem::Nul),
                Some(&byte) => return self.stop(at, Problem::ControlCharacter(byte)),
                None => return self.stop(at, Problem::CutShort),
            }
        }
        if high != usize::MAX {
            flags |= LONE;
        }
        self.at = at + 1;
        self.push(start, ValueKind::String);
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
        self.push(start, ValueKind::Number);
        Ok(())
    }

    fn number_stop<T>(&self, start: usize, end: usize) -> Result<T, Stop> {
        let cut = end == self.bytes.len();
        self.stop(start, if cut { Problem::CutShort } else { Problem::NumberForm })
    }

    fn word(&mut self, word: &str, kind: ValueKind) -> Result<bool, Stop> {
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

    /// The problem at this place: a common mistake by its name, else `otherwise`.
    fn unexpected(&self, otherwise: Problem) -> Stop {
        let rest = &self.text[self.at.min(self.text.len())..];
        let bytes = rest.as_bytes();
        let problem = match rest.chars().next() {
            None => Problem::CutShort,
            Some('\u{feff}') => Problem::ByteOrderMark,
            Some('\0') => Problem::Nul,
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

/// The value of four hexadecimal digits.
pub(super) fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    let mut unit = 0;
    for &digit in digits {
        unit = unit * 16 + (digit as char).to_digit(16)?;
    }
    Some(unit)
}

/// The place of the first quotation mark, backslash or control character at or after `at`. Looks at eight bytes at a time.
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
            // A borrow can set a wrong bit only above a right one, so the lowest bit is right.
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
