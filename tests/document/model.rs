//! Documents as values, a writer that spells them in every way, and an independent parser that checks the results.

use std::collections::BTreeMap;

use proptest::prelude::*;

/// A JSON value without loss: exact numbers, strings of any code units.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// digits * 10^exponent.
    Number(i64, i32),
    Text(Vec<u16>),
    List(Vec<Value>),
    Map(BTreeMap<Vec<u16>, Value>),
}

/// Strings with difficult characters: quotation marks, control characters, both cases, other scripts, surrogates.
fn units() -> impl Strategy<Value = Vec<u16>> {
    let unit = prop_oneof![
        6 => (b'a'..=b'e').prop_map(u16::from),
        2 => (b'A'..=b'C').prop_map(u16::from),
        1 => prop::sample::select(vec![b'"', b'\\', b'/', b'~', b' ', b'\n', 0, 0x7f]).prop_map(u16::from),
        1 => prop::sample::select(vec![0xe9, 0x2028, 0x65e5, 0xd83d, 0xde00, 0xd800, 0xdfff, 0xfeff]),
    ];
    prop::collection::vec(unit, 0..6)
}

pub(crate) fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-30i64..30, -3i32..4).prop_map(|(digits, exponent)| number(digits, exponent)),
        (any::<i64>(), -400i32..400).prop_map(|(digits, exponent)| number(digits, exponent)),
        units().prop_map(Value::Text),
    ]
}

/// Normalizes a number, so that equal numbers are equal values.
fn number(mut digits: i64, mut exponent: i32) -> Value {
    if digits == 0 {
        return Value::Number(0, 0);
    }
    while digits % 10 == 0 {
        digits /= 10;
        exponent += 1;
    }
    Value::Number(digits, exponent)
}

pub(crate) fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
            prop::collection::btree_map(units(), inner, 0..6).prop_map(Value::Map),
        ]
    })
}

/// A source of choices for the writer.
pub(crate) struct Dice {
    state: u64,
    /// Whether the writer adds earlier duplicates of members.
    duplicates: bool,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice { state: seed | 1, duplicates: true }
    }

    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }
}

/// Writes a value in a random spelling: white space, escapes, forms of numbers, order of members, and earlier
/// duplicates that do not count.
pub(crate) fn write(value: &Value, dice: &mut Dice) -> String {
    let mut out = String::new();
    space(&mut out, dice);
    write_into(value, dice, &mut out);
    space(&mut out, dice);
    out
}

/// As [`write`], for a text that a person edited: duplicates would be refused.
pub(crate) fn write_edited(value: &Value, dice: &mut Dice) -> String {
    dice.duplicates = false;
    let text = write(value, dice);
    dice.duplicates = true;
    text
}

fn space(out: &mut String, dice: &mut Dice) {
    out.push_str([" ", "\n", "\r\n\t", "  ", "", "", "", "", "", ""][dice.roll(10)]);
}

fn write_into(value: &Value, dice: &mut Dice, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(digits, exponent) => write_number(*digits, *exponent, dice, out),
        Value::Text(units) => write_text(units, dice, out),
        Value::List(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                space(out, dice);
                write_into(element, dice, out);
                space(out, dice);
            }
            out.push(']');
        }
        Value::Map(members) => {
            let mut order: Vec<(&Vec<u16>, &Value)> = members.iter().collect();
            for at in (1..order.len()).rev() {
                order.swap(at, dice.roll(at + 1));
            }
            let void = Value::Number(4711, 0);
            if !order.is_empty() && dice.roll(8) == 0 && dice.duplicates {
                let name = order[dice.roll(order.len())].0;
                order.insert(0, (name, &void));
            }
            out.push('{');
            for (index, (name, value)) in order.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                space(out, dice);
                write_text(name, dice, out);
                space(out, dice);
                out.push(':');
                space(out, dice);
                write_into(value, dice, out);
                space(out, dice);
            }
            out.push('}');
        }
    }
}

fn write_number(digits: i64, exponent: i32, dice: &mut Dice, out: &mut String) {
    let sign = if digits < 0 { "-" } else { "" };
    let magnitude = digits.unsigned_abs().to_string();
    let text = match dice.roll(4) {
        0 if (0..20).contains(&exponent) && digits != 0 => {
            format!("{sign}{magnitude}{}", "0".repeat(exponent as usize))
        }
        1 if digits == 0 => ["-0", "0.00", "0e5", "-0.0E-7"][dice.roll(4)].to_owned(),
        2 if (-20..0).contains(&exponent) => {
            let padded = format!("{magnitude:0>21}");
            let (whole, fraction) = padded.split_at(padded.len() - (-exponent) as usize);
            let whole = whole.trim_start_matches('0');
            format!("{sign}{}.{fraction}{}", if whole.is_empty() { "0" } else { whole }, "0".repeat(dice.roll(3)))
        }
        3 => format!("{sign}{magnitude}.0E{}{}", if exponent < 0 { "-00" } else { "+" }, exponent.abs()),
        _ => format!("{sign}{magnitude}e{exponent}"),
    };
    out.push_str(&text);
}

fn write_text(units: &[u16], dice: &mut Dice, out: &mut String) {
    out.push('"');
    let mut at = 0;
    while at < units.len() {
        let pair =
            at + 1 < units.len() && (0xd800..0xdc00).contains(&units[at]) && (0xdc00..0xe000).contains(&units[at + 1]);
        if pair && dice.roll(2) == 0 {
            out.push_str(&String::from_utf16(&units[at..at + 2]).unwrap());
            at += 2;
            continue;
        }
        let unit = units[at];
        at += 1;
        let plain = char::from_u32(unit as u32).filter(|&c| c >= ' ' && c != '"' && c != '\\');
        match (plain, dice.roll(6)) {
            (Some('/'), 0) => out.push_str("\\/"),
            (Some(c), 1..) => out.push(c),
            (None, 1..3) if unit == b'\n' as u16 => out.push_str("\\n"),
            (None, 1..3) if unit == b'"' as u16 => out.push_str("\\\""),
            (None, 1..3) if unit == b'\\' as u16 => out.push_str("\\\\"),
            (_, 3) => out.push_str(&format!("\\u{unit:04X}")),
            _ => out.push_str(&format!("\\u{unit:04x}")),
        }
        if pair {
            // The other half must be an escape as well.
            out.push_str(&format!("\\u{:04x}", units[at]));
            at += 1;
        }
    }
    out.push('"');
}

/// Reads a text that is known to be valid. Plain recursion: the documents are small.
pub(crate) fn read(text: &str) -> Value {
    let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
    let value = reader.value();
    reader.space();
    assert_eq!(reader.at, text.len(), "{text}");
    value
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn space(&mut self) {
        while self.at < self.bytes.len() && b" \t\r\n".contains(&self.bytes[self.at]) {
            self.at += 1;
        }
    }

    fn take(&mut self) -> u8 {
        self.at += 1;
        self.bytes[self.at - 1]
    }

    fn value(&mut self) -> Value {
        self.space();
        match self.take() {
            b'n' => self.skip(3, Value::Null),
            b't' => self.skip(3, Value::Bool(true)),
            b'f' => self.skip(4, Value::Bool(false)),
            b'"' => Value::Text(self.text()),
            b'[' => {
                let mut elements = Vec::new();
                while !self.ends(b']') {
                    elements.push(self.value());
                }
                Value::List(elements)
            }
            b'{' => {
                let mut members = BTreeMap::new();
                while !self.ends(b'}') {
                    self.space();
                    assert_eq!(self.take(), b'"');
                    let name = self.text();
                    self.space();
                    assert_eq!(self.take(), b':');
                    members.insert(name, self.value());
                }
                Value::Map(members)
            }
            _ => self.number(),
        }
    }

    fn skip(&mut self, count: usize, value: Value) -> Value {
        self.at += count;
        value
    }

    fn ends(&mut self, close: u8) -> bool {
        self.space();
        if self.bytes[self.at] == b',' {
            self.at += 1;
            return false;
        }
        let ends = self.bytes[self.at] == close;
        self.at += usize::from(ends);
        ends
    }

    fn number(&mut self) -> Value {
        let start = self.at - 1;
        while self.at < self.bytes.len() && b"0123456789+-.eE".contains(&self.bytes[self.at]) {
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.bytes[start..self.at]).unwrap().to_lowercase();
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let places = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let digits: i128 = mantissa.replace('.', "").parse().unwrap();
        let mut exponent: i32 = exponent.parse::<i32>().unwrap() - places as i32;
        let mut digits = digits;
        while digits != 0 && digits % 10 == 0 {
            digits /= 10;
            exponent += 1;
        }
        number(digits as i64, exponent)
    }

    fn text(&mut self) -> Vec<u16> {
        let mut units = Vec::new();
        loop {
            match self.take() {
                b'"' => return units,
                b'\\' => match self.take() {
                    b'u' => {
                        let digits = std::str::from_utf8(&self.bytes[self.at..self.at + 4]).unwrap();
                        units.push(u16::from_str_radix(digits, 16).unwrap());
                        self.at += 4;
                    }
                    b'n' => units.push(10),
                    b't' => units.push(9),
                    b'r' => units.push(13),
                    b'b' => units.push(8),
                    b'f' => units.push(12),
                    other => units.push(other as u16),
                },
                _ => {
                    let text = std::str::from_utf8(&self.bytes[self.at - 1..]).unwrap();
                    let c = text.chars().next().unwrap();
                    units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
                    self.at += c.len_utf8() - 1;
                }
            }
        }
    }
}

/// One change somewhere in a value. Lists stay lists, since a merge takes a single value for the list with it.
pub(crate) fn edit(value: &mut Value, new: &Value, dice: &mut Dice) {
    match value {
        Value::List(elements) if !elements.is_empty() && dice.roll(4) != 0 => {
            let at = dice.roll(elements.len());
            match dice.roll(6) {
                0 => {
                    elements.remove(at);
                }
                1 => elements.insert(at, new.clone()),
                2 => {
                    let moved = elements.remove(at);
                    let to = dice.roll(elements.len() + 1);
                    elements.insert(to, moved);
                }
                _ => edit(&mut elements[at], new, dice),
            }
        }
        Value::Map(members) if !members.is_empty() && dice.roll(4) != 0 => {
            let at = dice.roll(members.len());
            let name = members.keys().nth(at).unwrap().clone();
            match dice.roll(5) {
                0 => {
                    members.remove(&name);
                }
                1 => {
                    let mut other = name;
                    other.push(dice.roll(0x20) as u16 + 0x41);
                    members.insert(other, new.clone());
                }
                _ => edit(members.get_mut(&name).unwrap(), new, dice),
            }
        }
        Value::List(elements) => elements.push(new.clone()),
        other => *other = new.clone(),
    }
}
