//! When a certificate is valid (RFC 5280, section 4.1.2.5).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::der::{self, Der};
use crate::error::{Error, Result, codes};

const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// How long before its end a certificate is reported: Entra ID warns as early, and a change needs people.
const DAYS_OF_NOTICE: i64 = 30;

/// The first and the last second in which a certificate is valid. `None` is a date that can't be read, or that is later than
/// any that this library knows: `99991231235959Z` stands for a certificate without an end.
pub(super) struct Validity {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Validity {
    /// Reads the dates of a certificate in DER.
    pub(super) fn of(certificate: &[u8]) -> Validity {
        let [from, until] = dates(certificate).unwrap_or_default();
        Validity { from, until }
    }

    /// What people need to know about the dates before they sign in with the certificate.
    ///
    /// A certificate that is not valid yet is only a remark: the clock of this machine may be wrong, and the sign-in
    /// service decides by its own.
    ///
    /// # Errors
    /// `auth.certificate_expired`.
    pub(super) fn remark(&self, now: Timestamp) -> Result<Option<String>> {
        if let Some(until) = self.until.filter(|until| *until < now) {
            let message = format!("the certificate was valid until {until}");
            return Err(Error::new(&codes::AUTH_CERTIFICATE_EXPIRED, message));
        }
        if let Some(from) = self.from.filter(|from| now < *from) {
            return Ok(Some(format!(
                "the certificate is not valid before {from}: if that is past, the clock of this machine is slow"
            )));
        }
        let notice = self.until.and_then(|until| until.checked_sub((24 * DAYS_OF_NOTICE).hours()).ok());
        Ok(self.until.filter(|_| notice.is_some_and(|notice| notice <= now)).map(|until| {
            format!(
                "the certificate is valid until {until}: make a new one, add it in Entra ID under 'Certificates & secrets' \
                 beside the old one (both are valid at once), sign in with the new one, and then remove the old one"
            )
        }))
    }
}

fn dates(certificate: &[u8]) -> super::failure::Result<[Option<Timestamp>; 2]> {
    let mut signed = Der(certificate).take(der::SEQUENCE)?.take(der::SEQUENCE)?;
    signed.optional(der::EXPLICIT_0)?;
    for before in [der::INTEGER, der::SEQUENCE, der::SEQUENCE] {
        // The serial number, the algorithm of the signature, the issuer.
        signed.take(before)?;
    }
    let mut validity = signed.take(der::SEQUENCE)?;
    Ok([time(&mut validity)?, time(&mut validity)?])
}

fn time(dates: &mut Der<'_>) -> super::failure::Result<Option<Timestamp>> {
    Ok(match dates.optional(UTC_TIME)? {
        // Two digits for a year from 1950 to 2049.
        Some(Der(digits)) => timestamp(if digits < b"5".as_slice() { "20" } else { "19" }, digits),
        None => timestamp("", dates.take(GENERALIZED_TIME)?.0),
    })
}

/// `century` and `digits` are a time as in `20261031183654Z`.
fn timestamp(century: &str, digits: &[u8]) -> Option<Timestamp> {
    let digits = format!("{century}{}", std::str::from_utf8(digits).ok()?);
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", digits).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}
