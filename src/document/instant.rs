//! Points in time regardless of their spelling: ISO 8601 as PowerShell reads it, and `/Date(n)/`.

/// The time of a string that a JSON tool on .NET would turn into a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Instant {
    /// Seconds since 1970-01-01T00:00:00, in UTC if the string has a zone, else in local time.
    pub(super) seconds: i64,
    /// The digits after the decimal point, without trailing zeros.
    fraction: Vec<u8>,
    /// Whether the string has a zone. A time with a zone never equals one without.
    zoned: bool,
}

/// Parses `yyyy-MM-ddTHH:mm:ss[.f][Z|±hh:mm|±hhmm]` or `/Date(milliseconds[±hhmm])/`; `None` for any other text.
pub(super) fn instant(text: &[u8]) -> Option<Instant> {
    if let Some(rest) = text.strip_prefix(b"/Date(") {
        return date_literal(rest.strip_suffix(b")/")?);
    }
    if text.len() < 19 || text.len() > 64 {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<i64> {
        let mut value = 0;
        for &digit in &text[from..to] {
            if !digit.is_ascii_digit() {
                return None;
            }
            value = value * 10 + (digit - b'0') as i64;
        }
        Some(value)
    };
    if (text[4], text[7], text[10], text[13], text[16]) != (b'-', b'-', b'T', b':', b':') {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let midnight = hour == 24 && minute == 0 && second == 0;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || minute > 59 || second > 59 {
        return None;
    }
    if hour > 23 && !midnight {
        return None;
    }
    let mut rest = &text[19..];
    let mut fraction = Vec::new();
    if let Some(digits) = rest.strip_prefix(b".") {
        let end = digits.iter().position(|d| !d.is_ascii_digit()).unwrap_or(digits.len());
        if end == 0 {
            return None;
        }
        fraction.extend_from_slice(&digits[..end]);
        while fraction.last() == Some(&b'0') {
            fraction.pop();
        }
        rest = &digits[end..];
    }
    let offset = match rest {
        [] => None,
        b"Z" | b"z" => Some(0),
        _ => Some(offset(rest)?),
    };
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(Instant { seconds: seconds - offset.unwrap_or(0), fraction, zoned: offset.is_some() })
}

/// Whether two strings are the same time.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    matches!((instant(a), instant(b)), (Some(a), Some(b)) if a == b)
}

/// Why the change of the time `before` to the time `new` looks like one by a tool; `None` if it may be the user's.
pub(super) fn respelled(before: &[u8], new: &[u8]) -> Option<&'static str> {
    let (old, time) = (instant(before)?, instant(new)?);
    if old == time {
        return Some("the date is spelled differently, but the time is the same");
    }
    if !old.zoned && time.zoned && local(new).as_ref() == Some(&old) {
        return Some("the date got a time zone that it did not have, but its local time is the same");
    }
    // .NET has no time before year 1 or after year 9999. It clamps a time that another zone would move out of that
    // range.
    if old.zoned && first_year(before) && first_year(new) {
        return Some("the date in year 1 was converted to another time zone, and .NET cut it off");
    }
    if old.zoned && last_day(before) && last_day(new) {
        return Some("the date on the last day of year 9999 was converted to another time zone, and .NET cut it off");
    }
    None
}

/// Whether a time became the text that PowerShell's `[string]` makes of a .NET date: `MM/dd/yyyy HH:mm:ss` in every
/// culture, without zone and fraction.
pub(super) fn cast(before: &[u8], new: &[u8]) -> bool {
    const FORM: &[u8] = b"00/00/0000 00:00:00";
    let fits = |(&c, &form): (&u8, &u8)| if form == b'0' { c.is_ascii_digit() } else { c == form };
    new.len() == FORM.len() && new.iter().zip(FORM).all(fits) && instant(before).is_some()
}

/// The local time of a string, without its zone.
fn local(text: &[u8]) -> Option<Instant> {
    let end = text.iter().skip(19).position(|&c| c != b'.' && !c.is_ascii_digit()).map_or(text.len(), |at| at + 19);
    instant(&text[..end])
}

fn last_day(text: &[u8]) -> bool {
    text.starts_with(b"9999-12-31")
}

fn first_year(text: &[u8]) -> bool {
    text.starts_with(b"0001-")
}

/// Parses the text between the brackets of `/Date(…)/`. An offset there only says how to display the time.
fn date_literal(text: &[u8]) -> Option<Instant> {
    let text = std::str::from_utf8(text).ok()?;
    let end = text.char_indices().skip(1).find(|&(_, c)| c == '+' || c == '-').map_or(text.len(), |(at, _)| at);
    if end < text.len() {
        offset(&text.as_bytes()[end..])?;
    }
    let milliseconds: i64 = text[..end].parse().ok()?;
    let mut fraction = format!("{:03}", milliseconds.rem_euclid(1_000)).into_bytes();
    while fraction.last() == Some(&b'0') {
        fraction.pop();
    }
    Some(Instant { seconds: milliseconds.div_euclid(1_000), fraction, zoned: true })
}

/// Parses `±hh:mm` or `±hhmm` to seconds.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let digits = match *digits {
        [a, b, b':', c, d] | [a, b, c, d] => [a, b, c, d],
        _ => return None,
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |at: usize| (digits[at] - b'0') as i64;
    Some(sign * ((digit(0) * 10 + digit(1)) * 3_600 + (digit(2) * 10 + digit(3)) * 60))
}

/// Days since 1970-01-01 in the Gregorian calendar, by Howard Hinnant's algorithm `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}
