//! The certificate that made a signature, as far as its names go. Nothing is verified.

/// The certificate of a signature.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signer {
    /// The parts of its subject: the object identifier of each, with its value.
    subject: Vec<(String, String)>,
    /// Whether it names itself as its issuer.
    pub(super) is_self_signed: bool,
}

impl Signer {
    /// The subject for people, with its most special part first, as manifests write it.
    pub(super) fn shown(&self) -> String {
        let key = |oid: &str| KEYS.iter().find(|(_, own)| *own == oid).map_or(oid, |(key, _)| *key).to_owned();
        let parts = self.subject.iter().rev().map(|(oid, value)| format!("{}={value}", key(oid)));
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// The keys of names in manifests, with their object identifiers; of several the one that Windows writes comes first.
const KEYS: [(&str, &str); 18] = [
    ("CN", "2.5.4.3"),
    ("SN", "2.5.4.4"),
    ("SERIALNUMBER", "2.5.4.5"),
    ("C", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("S", "2.5.4.8"),
    ("ST", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("T", "2.5.4.12"),
    ("TITLE", "2.5.4.12"),
    ("PostalCode", "2.5.4.17"),
    ("G", "2.5.4.42"),
    ("I", "2.5.4.43"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("E", "1.2.840.113549.1.9.1"),
    ("EMAIL", "1.2.840.113549.1.9.1"),
];

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
/// What is tagged with 0 in its context.
const FIRST: u8 = 0xa0;

/// The certificate of the signature in a message of PKCS #7 (RFC 2315); `None` for another form.
pub(super) fn signer(message: &[u8]) -> Option<Signer> {
    let mut content = Reader(Reader(message).take(SEQUENCE)?);
    content.next()?;
    let mut signed = Reader(Reader(content.take(FIRST)?).take(SEQUENCE)?);
    signed.take(INTEGER)?;
    signed.take(SET)?;
    signed.take(SEQUENCE)?;
    let mut certificates = Reader(signed.take(FIRST)?);
    let mut signers = signed.next()?;
    if signers.0 != SET {
        // Revoked certificates come before the signers.
        signers = signed.next()?;
    }
    let mut info = Reader(Reader(signers.1).take(SEQUENCE)?);
    info.take(INTEGER)?;
    let mut wanted = Reader(info.take(SEQUENCE)?);
    let (issuer, serial) = (wanted.take(SEQUENCE)?, wanted.take(INTEGER)?);
    while let Some((SEQUENCE, certificate)) = certificates.next() {
        let mut fields = Reader(Reader(certificate).take(SEQUENCE)?);
        let mut field = fields.next()?;
        if field.0 == FIRST {
            field = fields.next()?;
        }
        fields.take(SEQUENCE)?;
        let own_issuer = fields.take(SEQUENCE)?;
        fields.take(SEQUENCE)?;
        let subject = fields.take(SEQUENCE)?;
        if field == (INTEGER, serial) && own_issuer == issuer {
            return Some(Signer { subject: names(subject)?, is_self_signed: subject == issuer });
        }
    }
    None
}

/// Whether a certificate has a publisher's name, whatever the order of its parts is; `None` for a publisher in a form that is
/// not known.
pub(super) fn is_named(signer: &Signer, publisher: &str) -> Option<bool> {
    let mut named = distinguished(publisher)?;
    let mut own = signer.subject.clone();
    named.sort();
    own.sort();
    Some(named == own)
}

/// The parts of a name in a certificate.
fn names(name: &[u8]) -> Option<Vec<(String, String)>> {
    let (mut rest, mut found) = (Reader(name), Vec::new());
    while let Some((SET, set)) = rest.next() {
        let mut set = Reader(set);
        while let Some((SEQUENCE, pair)) = set.next() {
            let mut pair = Reader(pair);
            found.push((identifier(pair.take(0x06)?)?, string(pair.next()?)?));
        }
    }
    Some(found)
}

/// An object identifier with dots.
fn identifier(bytes: &[u8]) -> Option<String> {
    let (mut numbers, mut number) = (Vec::new(), 0_u64);
    for byte in bytes {
        number = number.checked_mul(128)?.checked_add(u64::from(byte & 0x7f))?;
        if byte & 0x80 == 0 {
            numbers.push(number);
            number = 0;
        }
    }
    let first = *numbers.first()?;
    let root = (first / 40).min(2);
    let parts = [root, first - root * 40].into_iter().chain(numbers.into_iter().skip(1));
    Some(parts.map(|part| part.to_string()).collect::<Vec<_>>().join("."))
}

/// The text of a string of ASN.1.
fn string((tag, bytes): (u8, &[u8])) -> Option<String> {
    match tag {
        // UTF8String, NumericString, PrintableString, IA5String.
        0x0c | 0x12 | 0x13 | 0x16 => String::from_utf8(bytes.to_vec()).ok(),
        // TeletexString, which is written as Latin-1.
        0x14 => Some(bytes.iter().map(|&byte| char::from(byte)).collect()),
        // BMPString.
        0x1e => {
            let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    }
}

/// The parts of a distinguished name as manifests write it: `CN=Contoso, O="Contoso, Inc."`.
fn distinguished(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, behind) = rest.split_once('=')?;
        let key = key.trim();
        let key = key.strip_prefix("OID.").or_else(|| key.strip_prefix("oid.")).unwrap_or(key);
        let known = KEYS.iter().find(|(own, _)| own.eq_ignore_ascii_case(key)).map(|(_, oid)| (*oid).to_owned());
        let is_identifier = key.contains('.') && key.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let oid = known.or_else(|| is_identifier.then(|| key.to_owned()))?;
        let behind = behind.trim_start();
        let value;
        (value, rest) = match behind.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted)?,
            None => match behind.split_once([',', ';', '+']) {
                Some((value, rest)) => (value.trim().to_owned(), rest),
                None => (behind.trim().to_owned(), ""),
            },
        };
        found.push((oid, value));
        rest = rest.trim_start();
    }
    Some(found)
}

/// A value in quotation marks, which two of them stand for, and what is behind it.
fn quoted_value(text: &str) -> Option<(String, &str)> {
    let (mut value, mut rest) = (String::new(), text);
    loop {
        let (before, behind) = rest.split_once('"')?;
        value.push_str(before);
        match behind.strip_prefix('"') {
            Some(more) => {
                value.push('"');
                rest = more;
            }
            None => {
                let behind = behind.trim_start();
                return Some((value, behind.strip_prefix([',', ';', '+']).unwrap_or(behind)));
            }
        }
    }
}

/// Reads elements of DER one by one.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    /// The tag and the content of the next element.
    fn next(&mut self) -> Option<(u8, &'b [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (bytes.iter().fold(0, |length, &byte| length << 8 | usize::from(byte)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next element, which has this tag.
    fn take(&mut self, tag: u8) -> Option<&'b [u8]> {
        self.next().filter(|(own, _)| *own == tag).map(|(_, content)| content)
    }
}

#[cfg(test)]
mod tests {
    use super::{distinguished, identifier};

    #[test]
    fn names_are_read_as_manifests_write_them() {
        let pair = |oid: &str, value: &str| (oid.to_owned(), value.to_owned());
        assert_eq!(
            distinguished(r#"CN=Contoso, O="Contoso, ""Inc.""", OID.2.5.4.97=X-1"#),
            Some(vec![pair("2.5.4.3", "Contoso"), pair("2.5.4.10", "Contoso, \"Inc.\""), pair("2.5.4.97", "X-1")])
        );
        assert_eq!(distinguished("Contoso"), None);
        assert_eq!(distinguished("XX=Contoso"), None);
        assert_eq!(identifier(&[0x55, 4, 3]).as_deref(), Some("2.5.4.3"));
        assert_eq!(identifier(&[0x2a, 0x86, 0x48]).as_deref(), Some("1.2.840"));
    }
}
