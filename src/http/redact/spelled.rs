//! Finds a secret in a text, however a server has written it.
//!
//! Each character of the secret may be plain or escaped by itself, since every server escapes different characters: as in
//! URLs (`%2B`, and `%252B` when it was encoded twice), JSON (`\u002B`, `\"`, and with more backslashes when JSON stands
//! in a JSON string) or XML (`&#43;`, `&amp;`, `&amp;amp;`). Between two characters there may be a line end with the
//! blanks that follow it.
//!
//! The cost is linear in the text: at each place the search ends at the first character that differs.

/// The search for one secret.
pub(super) struct Spelled<'a> {
    secret: &'a str,
    first: char,
}

/// A place may be read in several ways: `%25` is a percent sign, or the first of `%25`'s three characters. This many are
/// followed; more differ only in texts that are not escaped by rule.
const MAX_READINGS: usize = 8;
/// How many times an escape may be escaped again.
const MAX_DEPTH: usize = 8;
/// The longest indentation after a line end, in bytes.
const MAX_INDENT: usize = 64;
/// The longest escape of one character, in bytes.
const MAX_ESCAPE: usize = 24;

/// The ends of all readings up to the present character of the secret.
#[derive(Default)]
struct Readings {
    ends: [usize; MAX_READINGS],
    count: usize,
}

impl Readings {
    fn add(&mut self, end: usize) {
        if self.count < MAX_READINGS && !self.iter().any(|known| known == end) {
            self.ends[self.count] = end;
            self.count += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        self.ends[..self.count].iter().copied()
    }
}

impl<'a> Spelled<'a> {
    /// The search for this secret; `None` for an empty one.
    pub(super) fn new(secret: &'a str) -> Option<Spelled<'a>> {
        Some(Spelled { secret, first: secret.chars().next()? })
    }

    /// Whether the secret may begin with this byte.
    pub(super) fn may_begin_with(&self, byte: u8) -> bool {
        let mut literal = [0; 4];
        let literal = self.first.encode_utf8(&mut literal).as_bytes()[0];
        byte == literal || matches!(byte, b'%' | b'\\' | b'&') || (byte == b'+' && self.first == ' ')
    }

    /// The end of the secret that begins at `at`. When the text was cut, a beginning of the secret at its end counts.
    pub(super) fn end(&self, text: &[u8], at: usize, cut: bool) -> Option<usize> {
        let mut readings = Readings::default();
        readings.add(at);
        for (index, c) in self.secret.chars().enumerate() {
            let mut next = Readings::default();
            for end in readings.iter() {
                after(text, end, c, &mut next);
                if let Some(end) = (index > 0).then(|| after_line_end(text, end)).flatten() {
                    after(text, end, c, &mut next);
                }
            }
            if next.count == 0 {
                let is_cut = |end: usize| {
                    let rest = text.len() - end;
                    rest == 0 || (rest < MAX_ESCAPE && matches!(text[end], b'%' | b'\\' | b'&' | b'\r' | b'\n'))
                };
                return (cut && index > 0 && readings.iter().any(is_cut)).then_some(text.len());
            }
            readings = next;
        }
        readings.iter().max()
    }
}

/// Adds the ends of all spellings of `c` that begin at `at`.
fn after(text: &[u8], at: usize, c: char, ends: &mut Readings) {
    #[cfg(test)]
    steps::count();
    let mut utf8 = [0; 4];
    let utf8 = c.encode_utf8(&mut utf8).as_bytes();
    let rest = &text[at..];
    if rest.starts_with(utf8) {
        ends.add(at + utf8.len());
    }
    match rest.first() {
        Some(b'%') => {
            let mut end = 0;
            let decoded = utf8.iter().all(|byte| match percent(&rest[end..]) {
                Some((value, length)) if value == *byte => {
                    end += length;
                    true
                }
                _ => false,
            });
            if decoded {
                ends.add(at + end);
            }
            if c == '%' {
                repeated(&rest[1..], b"25").for_each(|length| ends.add(at + 1 + length));
            }
        }
        Some(b'+') if c == ' ' => ends.add(at + 1),
        Some(b'\\') => after_backslashes(rest, at, c, ends),
        Some(b'&') if c == '&' => repeated(&rest[1..], b"amp;").for_each(|length| ends.add(at + 1 + length)),
        Some(b'&') => {
            if let Some(length) = entity(rest, c) {
                ends.add(at + length);
            }
        }
        _ => {}
    }
}

/// `%2B`, `%252B`, `%25252B`: the byte, and the length of its spelling.
fn percent(text: &[u8]) -> Option<(u8, usize)> {
    let digits_at = |at: usize| text.get(at..at + 2).and_then(hex);
    let mut end = 1;
    // `%25` itself is a percent sign, so the last `25` may be the digits.
    while end < 2 * MAX_DEPTH && digits_at(end) == Some(0x25) && digits_at(end + 2).is_some() {
        end += 2;
    }
    (text.first() == Some(&b'%')).then_some((u8::try_from(digits_at(end)?).ok()?, end + 2))
}

/// The lengths of one, two, … times `part` at the start of a text: the readings of an escape that may be escaped again.
fn repeated(text: &[u8], part: &'static [u8]) -> impl Iterator<Item = usize> {
    let count = text.chunks(part.len()).take(MAX_DEPTH).take_while(|chunk| *chunk == part).count();
    (1..=count).map(|times| times * part.len())
}

fn after_backslashes(rest: &[u8], at: usize, c: char, ends: &mut Readings) {
    let count = rest.iter().take(MAX_DEPTH).take_while(|byte| **byte == b'\\').count();
    if c == '\\' {
        [2, 4, 8].into_iter().filter(|length| *length <= count).for_each(|length| ends.add(at + length));
    }
    match rest.get(count) {
        Some(b'u') => {
            let mut end = 0;
            let mut units = [0; 2];
            let decoded = c.encode_utf16(&mut units).iter().all(|unit| {
                let more = rest[end..].iter().take(MAX_DEPTH).take_while(|byte| **byte == b'\\').count();
                let digits = end + more + 1;
                let same = more > 0
                    && rest.get(digits - 1) == Some(&b'u')
                    && rest.get(digits..digits + 4).and_then(hex) == Some(u32::from(*unit));
                end = digits + 4;
                same
            });
            if decoded {
                ends.add(at + end);
            }
        }
        Some(byte) if matches!(c, '"' | '/' | '\'') && u32::from(*byte) == u32::from(c) => ends.add(at + count + 1),
        _ => {}
    }
}

/// The length of an entity that stands for `c`: `&#43;`, `&#x2B;`, and `&amp;#43;` when it was escaped again.
fn entity(rest: &[u8], c: char) -> Option<usize> {
    let start = 1 + repeated(&rest[1..], b"amp;").last().unwrap_or_default();
    let rest = &rest[start..];
    let name: &[u8] = match c {
        '"' => b"quot;",
        '<' => b"lt;",
        '>' => b"gt;",
        '\'' => b"apos;",
        _ => b"",
    };
    if !name.is_empty() && rest.starts_with(name) {
        return Some(start + name.len());
    }
    let digits = rest.strip_prefix(b"#")?;
    let end = digits.iter().take(9).position(|byte| *byte == b';')?;
    let number = str::from_utf8(&digits[..end]).ok()?;
    let value = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    (value == u32::from(c)).then_some(start + 1 + end + 1)
}

/// The place after a line end at `at` and the blanks that follow it. The line end may be escaped as in JSON or URLs.
fn after_line_end(text: &[u8], at: usize) -> Option<usize> {
    const ENDS: [&[u8]; 8] = [b"\r", b"\n", b"\\r", b"\\n", b"%0D", b"%0A", b"%0d", b"%0a"];
    let mut end = at;
    for _ in 0..2 {
        end += ENDS.iter().find(|line_end| text[end..].starts_with(line_end)).map_or(0, |line_end| line_end.len());
    }
    let blanks = text[end..].iter().take(MAX_INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    (end > at).then_some(end + blanks)
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
}

/// Counts the comparisons, for the tests of the cost.
#[cfg(test)]
pub(super) mod steps {
    use std::cell::Cell;

    thread_local! {
        static STEPS: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn count() {
        STEPS.set(STEPS.get() + 1);
    }

    /// The comparisons that `work` makes.
    pub(in crate::http::redact) fn of(work: impl FnOnce()) -> u64 {
        let before = STEPS.get();
        work();
        STEPS.get() - before
    }
}
