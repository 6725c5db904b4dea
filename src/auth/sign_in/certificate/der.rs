//! The encoding of certificate files: tag, length, contents (ITU-T X.690). Reads DER, and the BER that some tools write.

use std::borrow::Cow;

use super::failure::{Failure, Result};

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[0] EXPLICIT`.
pub(super) const EXPLICIT_0: u8 = 0xA0;
/// `[0] IMPLICIT`, in place of the tag of an octet string.
pub(super) const IMPLICIT_0: u8 = 0x80;
const CONSTRUCTED: u8 = 0x20;

/// Reads values one after another.
#[derive(Clone, Copy)]
pub(super) struct Der<'a>(pub(super) &'a [u8]);

impl<'a> Der<'a> {
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The contents of the next value. It must have this tag.
    pub(super) fn take(&mut self, tag: u8) -> Result<Der<'a>> {
        match self.next()? {
            (actual, contents) if actual == tag => Ok(Der(contents)),
            _ => Err(Failure::Malformed),
        }
    }

    /// The contents of the next value if it has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Der<'a>>> {
        if self.0.first() == Some(&tag) { self.take(tag).map(Some) } else { Ok(None) }
    }

    /// The contents of an octet string. BER may split it into several.
    pub(super) fn octets(&mut self, tag: u8) -> Result<Cow<'a, [u8]>> {
        let (actual, contents) = self.next()?;
        if actual == tag {
            return Ok(Cow::Borrowed(contents));
        }
        if actual != tag | CONSTRUCTED {
            return Err(Failure::Malformed);
        }
        let (mut parts, mut all) = (Der(contents), Vec::new());
        while !parts.is_empty() {
            all.extend_from_slice(parts.take(OCTETS)?.0);
        }
        Ok(Cow::Owned(all))
    }

    /// An integer that is not negative. One of more than 32 bits is returned as `u32::MAX`.
    pub(super) fn count(&mut self) -> Result<u32> {
        let bytes = self.take(INTEGER)?.0;
        let short = match bytes {
            [0, rest @ ..] => rest,
            [first, ..] if *first < 0x80 => bytes,
            _ => return Err(Failure::Malformed),
        };
        if short.len() > 4 {
            return Ok(u32::MAX);
        }
        Ok(short.iter().fold(0, |count, byte| count << 8 | u32::from(*byte)))
    }

    /// The tag and the contents of the next value.
    fn next(&mut self) -> Result<(u8, &'a [u8])> {
        let (tag, length) = self.head()?;
        if let Some(length) = length {
            let (contents, rest) = self.0.split_at_checked(length).ok_or(Failure::Malformed)?;
            self.0 = rest;
            return Ok((tag, contents));
        }
        // The indefinite length of BER: up to the end-of-contents octets of this value, two zeros.
        let all = self.0;
        let mut open = 1_usize;
        loop {
            let before = self.0;
            match self.head()? {
                (0, Some(0)) => {
                    open -= 1;
                    if open == 0 {
                        return Ok((tag, &all[..all.len() - before.len()]));
                    }
                }
                (_, Some(length)) => self.0 = self.0.get(length..).ok_or(Failure::Malformed)?,
                (_, None) => open += 1,
            }
        }
    }

    /// The tag and the length of the next value; `None` for an indefinite length. Tags above 30 do not occur in these files.
    fn head(&mut self) -> Result<(u8, Option<usize>)> {
        let [tag, length, rest @ ..] = self.0 else { return Err(Failure::Malformed) };
        let long = usize::from(*length & 0x7F);
        self.0 = rest;
        match *length {
            0..0x80 => Ok((*tag, Some(long))),
            0x80 if tag & CONSTRUCTED != 0 => Ok((*tag, None)),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(long).ok_or(Failure::Malformed)?;
                self.0 = rest;
                let length = bytes.iter().fold(0_u64, |length, byte| length << 8 | u64::from(*byte));
                Ok((*tag, Some(usize::try_from(length).map_err(|_| Failure::Malformed)?)))
            }
            _ => Err(Failure::Malformed),
        }
    }
}

/// An object identifier as in `1.2.840.113549.1.12.1.1`, for messages.
pub(super) fn dotted(oid: &[u8]) -> String {
    let mut numbers = Vec::new();
    let mut number = 0_u64;
    for byte in oid {
        number = number << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            if numbers.is_empty() {
                let root = (number / 40).min(2);
                numbers.push(root.to_string());
                number -= root * 40;
            }
            numbers.push(number.to_string());
            number = 0;
        }
    }
    numbers.join(".")
}
