//! Compares numbers regardless of their spelling, and spells binary floating-point numbers.
//!
//! A number is an exact decimal of any length, except for numbers that .NET can't hold exactly: see [`denotes`]. The
//! PowerShell module writes a .NET Half, Single or Double in a form of its own, with 5, 9 or 17 digits (see [`binary`]). The
//! shortest spelling of that value is found here, so that it is the same on all editions of PowerShell.

use std::ops::RangeInclusive;

/// The value of a number: `0.digits * 10^exponent`, where the digits neither begin nor end with a zero.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i128,
}

/// Parses a number. `None` if its exponent has more than 30 digits; such a number equals only its own spelling.
fn decimal(lexeme: &str) -> Option<Decimal> {
    let (negative, rest) = match lexeme.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, lexeme),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, "0"),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    let zeros = digits.iter().take_while(|&&d| d == b'0').count();
    if zeros == digits.len() {
        return Some(Decimal { negative: false, digits: Vec::new(), exponent: 0 });
    }
    digits.drain(..zeros);
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    let (sign, magnitude) = match exponent.strip_prefix('-') {
        Some(magnitude) => (-1, magnitude),
        None => (1, exponent.strip_prefix('+').unwrap_or(exponent)),
    };
    let magnitude = magnitude.trim_start_matches('0');
    if magnitude.len() > 30 {
        return None;
    }
    let exponent = if magnitude.is_empty() { 0 } else { magnitude.parse::<i128>().ok()? };
    Some(Decimal { negative, digits, exponent: sign * exponent + whole.len() as i128 - zeros as i128 })
}

/// Whether two texts are the same number: `1.10` and `11e-1` are, `-0` and `0` too.
pub(super) fn same(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match (decimal(a), decimal(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// The binary floating-point types of .NET.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binary {
    Half,
    Single,
    Double,
}

/// The type of a number in the form `d.ddE+ddd` with exactly 5, 9 or 17 digits, the formats `E4`, `E8` and `E16` of .NET.
/// The PowerShell module writes binary floating-point numbers in this form, and no other numbers. `None` for any other
/// form.
fn binary(lexeme: &str) -> Option<Binary> {
    let bytes = lexeme.strip_prefix('-').unwrap_or(lexeme).as_bytes();
    let kind = match bytes.len() {
        11 => Binary::Half,
        15 => Binary::Single,
        23 => Binary::Double,
        _ => return None,
    };
    let exponent = bytes.len() - 5;
    let form = bytes[1] == b'.'
        && bytes[exponent] == b'E'
        && matches!(bytes[exponent + 1], b'+' | b'-')
        && bytes[exponent + 2..].iter().all(u8::is_ascii_digit)
        && bytes[2..exponent].iter().all(u8::is_ascii_digit);
    form.then_some(kind)
}

/// The shortest spelling of a number in the form of [`binary`]; `None` for any other form. `Err` if the number is infinite
/// as a double: it may stand for a number of the baseline that .NET read as infinity, but can't be written.
pub(super) fn shortest(lexeme: &str) -> Option<Result<String, ()>> {
    let kind = binary(lexeme)?;
    let value: f64 = lexeme.parse().ok()?;
    if !value.is_finite() {
        return Some(Err(()));
    }
    Some(Ok(match kind {
        // Five digits tell all half-precision numbers apart, and one of their roundings is the shortest spelling.
        Binary::Half if value == 0.0 || HALVES.contains(&value.abs()) => shortest_half(value),
        Binary::Single => match lexeme.parse::<f32>() {
            Ok(single) if single.is_finite() && (single == 0.0) == (value == 0.0) => print(&format!("{single:e}")),
            _ => return None,
        },
        Binary::Double => print(&format!("{value:e}")),
        // Outside the range of a half-precision number: a number of another tool that has the same form by chance.
        Binary::Half => return None,
    }))
}

/// The range of the absolute value of a half-precision number, in five digits.
const HALVES: RangeInclusive<f64> = 5.9605e-8..=65_504.0;

/// The spelling with the fewest digits (up to five) that still rounds to the same half-precision number.
fn shortest_half(value: f64) -> String {
    let target = half_bits(value);
    for digits in 0..4 {
        let text = format!("{value:.digits$e}");
        if text.parse::<f64>().is_ok_and(|short| half_bits(short) == target) {
            return print(&text);
        }
    }
    print(&format!("{value:.4e}"))
}

/// The value rounded to the precision of a half (eleven significant bits), as the bits of an `f64`.
fn half_bits(value: f64) -> u64 {
    let exponent = ((value.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    let step = 2f64.powi(exponent.max(-14) - 10);
    ((value / step).round_ties_even() * step).to_bits()
}

/// Spells a number like ECMAScript: plain digits from 1e-6 to below 1e21, else with an exponent.
fn print(scientific: &str) -> String {
    spell(scientific, |_| -5..=21, |sign, exponent| format!("e{sign}{exponent}"))
}

/// The texts that .NET prints for the number as a Double: with all digits that it needs (.NET), and with up to 15 digits
/// (.NET Framework).
pub(super) fn doubles(lexeme: &str) -> Vec<String> {
    let Ok(value) = lexeme.parse::<f64>() else {
        return Vec::new();
    };
    if !value.is_finite() {
        return vec![if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()];
    }
    if value == 0.0 {
        return vec!["0".to_owned(), "-0".to_owned()];
    }
    let plain = |digits: i32| -3..=digits.max(15);
    let print = |text: &str| spell(text, plain, |sign, exponent| format!("E{sign}{exponent:02}"));
    vec![print(&format!("{value:e}")), print(&format!("{value:.14e}"))]
}

/// Spells a number that is given as `d.ddde±x`. `plain` is called with the number of digits and returns the positions of
/// the decimal point at which plain digits are written; elsewhere `power` writes the exponent.
fn spell(scientific: &str, plain: impl Fn(i32) -> RangeInclusive<i32>, power: impl Fn(char, u32) -> String) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let all: String = mantissa.chars().filter(|&c| c != '.').collect();
    let digits = all.trim_end_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    let point = exponent + 1;
    let count = digits.len() as i32;
    match point {
        _ if !plain(count).contains(&point) => {
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            let power = power(if exponent < 0 { '-' } else { '+' }, exponent.unsigned_abs());
            format!("{sign}{first}{dot}{rest}{power}")
        }
        1.. if count <= point => format!("{sign}{digits}{}", "0".repeat((point - count) as usize)),
        1.. => format!("{sign}{}.{}", &digits[..point as usize], &digits[point as usize..]),
        _ => format!("{sign}0.{}{digits}", "0".repeat(-point as usize)),
    }
}

/// Whether `written` stands for the number `original`: it is the same decimal, or the binary number that .NET reads
/// `original` as.
pub(super) fn denotes(original: &str, written: &str) -> bool {
    if same(original, written) {
        return true;
    }
    let Some(kind) = binary(written) else {
        return rounded(original, written);
    };
    if let Some(Ok(short)) = shortest(written)
        && same(&short, original)
    {
        return true;
    }
    // .NET reads a number that no other type can hold as a double, even if that is infinity.
    kind == Binary::Double && matches!((original.parse::<f64>(), written.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

/// Whether `original` has more digits than a double can hold, or is too small for one, and `written` is what .NET prints
/// for the nearest double. An integer must be exact: the next integer is another number.
fn rounded(original: &str, written: &str) -> bool {
    if !written.contains(['.', 'e', 'E']) {
        return false;
    }
    let (Ok(held), Ok(value)) = (original.parse::<f64>(), written.parse::<f64>()) else {
        return false;
    };
    if held != value || !value.is_finite() {
        return false;
    }
    if value == 0.0 {
        // .NET prints only these; a zero in any other spelling was written by the user.
        return matches!(written, "0.0" | "-0.0");
    }
    let exact = decimal(original).is_some_and(|own| own.digits.len() <= 15);
    let printed = same(written, &format!("{value:e}")) || same(written, &format!("{value:.16e}"));
    printed && !(exact && value.is_normal())
}

/// Whether `original` is an integer of more digits than a double holds, and `written` the integer that a tool prints for
/// the nearest double: its shortest digits, 15 or 17 digits, or all of them.
pub(super) fn lost_digits(original: &str, written: &str) -> bool {
    let Some(own) = decimal(original).filter(|own| own.digits.len() > 15) else { return false };
    if own.exponent < own.digits.len() as i128 || same(original, written) {
        return false;
    }
    let Ok(value) = original.parse::<f64>() else { return false };
    value.is_finite()
        && [format!("{value:e}"), format!("{value:.14e}"), format!("{value:.16e}"), format!("{value:.0}")]
            .iter()
            .any(|printed| same(printed, written))
}

/// A hash of a number: the same if one stands for the other ([`denotes`]), and mostly different if not.
pub(super) fn rough(lexeme: &str) -> u64 {
    if lexeme.len() < 16
        && let Ok(integer) = lexeme.parse::<i64>()
    {
        return (integer as f64).to_bits();
    }
    let value = match shortest(lexeme) {
        Some(Ok(short)) => short.parse::<f64>(),
        _ => lexeme.parse::<f64>(),
    };
    match value {
        Ok(value) if value != 0.0 => value.to_bits(),
        _ => 0,
    }
}
