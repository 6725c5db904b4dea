//! The shell of certificate files: tag, length, contents. Reads DER, and the BER that some tools write in its place.

use std::borrow::Cow;

use super::trouble::{Result, Trouble};

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[0]`, around something.
pub(super) const WITHIN: u8 = 0xA0;
/// `[0]`, in place of the tag of an octet string.
pub(super) const IN_PLACE: u8 = 0x80;
const CONSTRUCTED: u8 = 0x20;

/// What is left to read.
#[derive(Clone, Copy)]
pub(super) struct Der<'a>(pub(super) &'a [u8]);

impl<'a> Der<'a> {
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The contents of the next value, which must have this tag.
    pub(super) fn take(&mut self, tag: u8) -> Result<Der<'a>> {
        match self.next()? {
            (found, contents) if found == tag => Ok(Der(contents)),
            _ => Err(Trouble::Damaged),
        }
    }

    /// The same for a value that may be left out.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Der<'a>>> {
        if self.0.first() == Some(&tag) { self.take(tag).map(Some) } else { Ok(None) }
    }

    /// An octet string, which BER may cut into pieces.
    pub(super) fn octets(&mut self, tag: u8) -> Result<Cow<'a, [u8]>> {
        let (found, contents) = self.next()?;
        if found == tag {
            return Ok(Cow::Borrowed(contents));
        }
        if found != tag | CONSTRUCTED {
            return Err(Trouble::Damaged);
        }
        let (mut pieces, mut whole) = (Der(contents), Vec::new());
        while !pieces.is_empty() {
            whole.extend_from_slice(pieces.take(OCTETS)?.0);
        }
        Ok(Cow::Owned(whole))
    }

    /// A count: not negative, and no larger than 32 bits.
    pub(super) fn count(&mut self) -> Result<u32> {
        let bytes = self.take(INTEGER)?.0;
        let short = match bytes {
            [0, rest @ ..] => rest,
            [first, ..] if *first < 0x80 => bytes,
            _ => return Err(Trouble::Damaged),
        };
        if short.len() > 4 {
            return Ok(u32::MAX);
        }
        Ok(short.iter().fold(0, |count, byte| count << 8 | u32::from(*byte)))
    }

    fn next(&mut self) -> Result<(u8, &'a [u8])> {
        let (tag, length) = self.head()?;
        if let Some(length) = length {
            let (contents, rest) = self.0.split_at_checked(length).ok_or(Trouble::Damaged)?;
            self.0 = rest;
            return Ok((tag, contents));
        }
        // BER without a length: up to the two zeros that are its own.
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
                (_, Some(length)) => self.0 = self.0.get(length..).ok_or(Trouble::Damaged)?,
                (_, None) => open += 1,
            }
        }
    }

    /// Tag and length; none when the end is marked instead. Tags above 30 stand in no file of this kind.
    fn head(&mut self) -> Result<(u8, Option<usize>)> {
        let [tag, length, rest @ ..] = self.0 else { return Err(Trouble::Damaged) };
        let long = usize::from(*length & 0x7F);
        self.0 = rest;
        match *length {
            0..0x80 => Ok((*tag, Some(long))),
            0x80 if tag & CONSTRUCTED != 0 => Ok((*tag, None)),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(long).ok_or(Trouble::Damaged)?;
                self.0 = rest;
                let length = bytes.iter().fold(0_u64, |length, byte| length << 8 | u64::from(*byte));
                Ok((*tag, Some(usize::try_from(length).map_err(|_| Trouble::Damaged)?)))
            }
            _ => Err(Trouble::Damaged),
        }
    }
}

/// `1.2.840.113549.1.12.1.1`, for people.
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
