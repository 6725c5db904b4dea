//! Dates in HTTP headers.

use jiff::Timestamp;

/// Parses the date of a header: `Thu, 01 Jan 2026 00:00:30 GMT`. `None` for anything else.
pub(super) fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}
