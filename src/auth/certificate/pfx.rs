//! PFX files (PKCS #12, RFC 7292): what is in one, once its password has shown to be right.

use ring::{digest, hmac};
use rustls::pki_types::CertificateDer;
use zeroize::Zeroizing;

use super::der::{Der, IN_PLACE, OCTETS, OID, SEQUENCE, WITHIN};
use super::kdf::{self, Purpose};
use super::sealed::{self, HMAC_SHA1, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512, Password, Pbkdf2, Work, unknown};
use super::trouble::{Result, Trouble};

const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const ENCRYPTED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06";
const BAGS: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01";
const PBMAC1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0e";
const X509: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x16\x01";

/// What is in a file.
#[derive(Default)]
pub(super) struct Contents {
    /// Private keys, PKCS #8.
    pub(super) keys: Vec<Zeroizing<Vec<u8>>>,
    /// Certificates, in no order.
    pub(super) certificates: Vec<CertificateDer<'static>>,
}

/// Reads a file with this password; an empty one may also mean that there is none.
pub(super) fn read(bytes: &[u8], password: &str) -> Result<Contents> {
    sealed::with(password, |password| read_with(bytes, password))
}

fn read_with(bytes: &[u8], password: &Password) -> Result<Contents> {
    let work = &mut Work::default();
    let mut file = Der(bytes).take(SEQUENCE)?;
    if file.count()? != 3 {
        return Err(Trouble::Damaged);
    }
    let mut safe = file.take(SEQUENCE)?;
    if safe.take(OID)?.0 != DATA {
        return Err(Trouble::Content("is signed with a certificate in place of a password"));
    }
    let safe = safe.take(WITHIN)?.octets(OCTETS)?;
    // Few tools leave it out. Then the end of what is decrypted tells a wrong password.
    if let Some(mac) = file.optional(SEQUENCE)? {
        verify(mac, &safe, password, work)?;
    }
    let mut contents = Contents::default();
    let mut parts = Der(&safe).take(SEQUENCE)?;
    while !parts.is_empty() {
        let mut part = parts.take(SEQUENCE)?;
        match part.take(OID)?.0 {
            DATA => contents.add(&part.take(WITHIN)?.octets(OCTETS)?, password, work)?,
            ENCRYPTED => {
                let mut part = part.take(WITHIN)?.take(SEQUENCE)?;
                part.count()?;
                let mut part = part.take(SEQUENCE)?;
                part.take(OID)?;
                let algorithm = part.take(SEQUENCE)?;
                let opened = sealed::open(algorithm, &part.octets(IN_PLACE)?, password, work)?;
                contents.add(&opened, password, work)?;
            }
            oid => return Err(unknown("a part", oid)),
        }
    }
    Ok(contents)
}

/// Whether the password made this file's authentication code.
fn verify(mut mac: Der<'_>, safe: &[u8], password: &Password, work: &mut Work) -> Result<()> {
    let mut digest = mac.take(SEQUENCE)?;
    let mut algorithm = digest.take(SEQUENCE)?;
    let oid = algorithm.take(OID)?.0;
    let code = digest.octets(OCTETS)?;
    if oid == PBMAC1 {
        return verify_pbmac1(algorithm.take(SEQUENCE)?, &code, safe, password, work);
    }
    let (hash, algorithm) = match oid {
        b"\x2b\x0e\x03\x02\x1a" => (&digest::SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x01" => (&digest::SHA256, hmac::HMAC_SHA256),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x02" => (&digest::SHA384, hmac::HMAC_SHA384),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x03" => (&digest::SHA512, hmac::HMAC_SHA512),
        _ => return Err(unknown("an authentication code", oid)),
    };
    let salt = mac.octets(OCTETS)?;
    let rounds = if mac.is_empty() { 1 } else { mac.count()? };
    let mut key = Zeroizing::new(vec![0; hash.output_len()]);
    kdf::derive(hash, Purpose::Mac, &password.wide, &salt, work.take(rounds)?.get(), &mut key);
    hmac::verify(&hmac::Key::new(algorithm, &key), safe, &code).map_err(|_| Trouble::Password)
}

/// The newer code (RFC 9579): salt and rounds stand in its own parameters.
fn verify_pbmac1(
    mut parameters: Der<'_>,
    code: &[u8],
    safe: &[u8],
    password: &Password,
    work: &mut Work,
) -> Result<()> {
    let derivation = Pbkdf2::read(parameters.take(SEQUENCE)?, work)?;
    let algorithm = match parameters.take(SEQUENCE)?.take(OID)?.0 {
        HMAC_SHA1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        HMAC_SHA256 => hmac::HMAC_SHA256,
        HMAC_SHA384 => hmac::HMAC_SHA384,
        HMAC_SHA512 => hmac::HMAC_SHA512,
        oid => return Err(unknown("an authentication code", oid)),
    };
    let key = derivation.key(password, algorithm.digest_algorithm().output_len())?;
    hmac::verify(&hmac::Key::new(algorithm, &key), safe, code).map_err(|_| Trouble::Password)
}

impl Contents {
    /// Adds the bags of one part; bags of other kinds are of no use here.
    fn add(&mut self, bags: &[u8], password: &Password, work: &mut Work) -> Result<()> {
        let mut bags = Der(bags).take(SEQUENCE)?;
        while !bags.is_empty() {
            let mut bag = bags.take(SEQUENCE)?;
            let kind = bag.take(OID)?.0;
            let mut value = bag.take(WITHIN)?;
            match kind.strip_prefix(BAGS) {
                Some([1]) => self.keys.push(Zeroizing::new(value.0.to_vec())),
                Some([2]) => self.keys.push(sealed::private_key(value, password, work)?),
                Some([3]) => {
                    let mut value = value.take(SEQUENCE)?;
                    if value.take(OID)?.0 == X509 {
                        let certificate = value.take(WITHIN)?.octets(OCTETS)?;
                        self.certificates.push(CertificateDer::from(certificate.into_owned()));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}
