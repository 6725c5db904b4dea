//! PFX files (PKCS #12, RFC 7292): verifies the password and reads keys and certificates.

use ring::{digest, hmac};
use rustls::pki_types::CertificateDer;
use zeroize::Zeroizing;

use super::der::{Der, EXPLICIT_0, IMPLICIT_0, OCTETS, OID, SEQUENCE};
use super::encrypted::{self, HMAC_SHA1, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512, Password, Pbkdf2, Rounds, unsupported};
use super::failure::{Failure, Result};
use super::kdf::{self, Purpose};

const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const ENCRYPTED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06";
const BAGS: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01";
const PBMAC1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0e";
const X509: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x16\x01";

/// The contents of a file.
#[derive(Default)]
pub(super) struct Contents {
    /// Private keys, PKCS #8.
    pub(super) keys: Vec<Zeroizing<Vec<u8>>>,
    /// Certificates in any order.
    pub(super) certificates: Vec<CertificateDer<'static>>,
}

/// Reads a file with this password. An empty password also means no password.
pub(super) fn read(bytes: &[u8], password: &str) -> Result<Contents> {
    encrypted::with_password(password, |password| read_with(bytes, password))
}

fn read_with(bytes: &[u8], password: &Password) -> Result<Contents> {
    let rounds = &mut Rounds::default();
    let mut file = Der(bytes).take(SEQUENCE)?;
    if file.count()? != 3 {
        return Err(Failure::Malformed);
    }
    let mut safe = file.take(SEQUENCE)?;
    if safe.take(OID)?.0 != DATA {
        return Err(Failure::Content("is signed with a certificate in place of a password"));
    }
    let safe = safe.take(EXPLICIT_0)?.octets(OCTETS)?;
    // A few tools leave the authentication code out. Then wrong padding shows that the password is wrong.
    if let Some(mac) = file.optional(SEQUENCE)? {
        verify(mac, &safe, password, rounds)?;
    }
    let mut contents = Contents::default();
    let mut parts = Der(&safe).take(SEQUENCE)?;
    while !parts.is_empty() {
        let mut part = parts.take(SEQUENCE)?;
        match part.take(OID)?.0 {
            DATA => contents.add(&part.take(EXPLICIT_0)?.octets(OCTETS)?, password, rounds)?,
            ENCRYPTED => {
                let mut part = part.take(EXPLICIT_0)?.take(SEQUENCE)?;
                part.count()?;
                let mut part = part.take(SEQUENCE)?;
                part.take(OID)?;
                let algorithm = part.take(SEQUENCE)?;
                let decrypted = encrypted::decrypt(algorithm, &part.octets(IMPLICIT_0)?, password, rounds)?;
                contents.add(&decrypted, password, rounds)?;
            }
            oid => return Err(unsupported("a part", oid)),
        }
    }
    Ok(contents)
}

/// Verifies the authentication code of the file with the password.
fn verify(mut mac: Der<'_>, safe: &[u8], password: &Password, rounds: &mut Rounds) -> Result<()> {
    let mut digest = mac.take(SEQUENCE)?;
    let mut algorithm = digest.take(SEQUENCE)?;
    let oid = algorithm.take(OID)?.0;
    let code = digest.octets(OCTETS)?;
    if oid == PBMAC1 {
        return verify_pbmac1(algorithm.take(SEQUENCE)?, &code, safe, password, rounds);
    }
    let (hash, algorithm) = match oid {
        b"\x2b\x0e\x03\x02\x1a" => (&digest::SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x01" => (&digest::SHA256, hmac::HMAC_SHA256),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x02" => (&digest::SHA384, hmac::HMAC_SHA384),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x03" => (&digest::SHA512, hmac::HMAC_SHA512),
        _ => return Err(unsupported("an authentication code", oid)),
    };
    let salt = mac.octets(OCTETS)?;
    let count = if mac.is_empty() { 1 } else { mac.count()? };
    let mut key = Zeroizing::new(vec![0; hash.output_len()]);
    kdf::derive(hash, Purpose::Mac, &password.utf16, &salt, rounds.take(count)?.get(), &mut key);
    hmac::verify(&hmac::Key::new(algorithm, &key), safe, &code).map_err(|_| Failure::WrongPassword)
}

/// Verifies PBMAC1 (RFC 9579), whose parameters hold salt and rounds.
fn verify_pbmac1(
    mut parameters: Der<'_>,
    code: &[u8],
    safe: &[u8],
    password: &Password,
    rounds: &mut Rounds,
) -> Result<()> {
    let derivation = Pbkdf2::parse(parameters.take(SEQUENCE)?, rounds)?;
    let algorithm = match parameters.take(SEQUENCE)?.take(OID)?.0 {
        HMAC_SHA1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        HMAC_SHA256 => hmac::HMAC_SHA256,
        HMAC_SHA384 => hmac::HMAC_SHA384,
        HMAC_SHA512 => hmac::HMAC_SHA512,
        oid => return Err(unsupported("an authentication code", oid)),
    };
    let key = derivation.key(password, algorithm.digest_algorithm().output_len())?;
    hmac::verify(&hmac::Key::new(algorithm, &key), safe, code).map_err(|_| Failure::WrongPassword)
}

impl Contents {
    /// Adds the keys and certificates of one part, and skips anything else.
    fn add(&mut self, bags: &[u8], password: &Password, rounds: &mut Rounds) -> Result<()> {
        let mut bags = Der(bags).take(SEQUENCE)?;
        while !bags.is_empty() {
            let mut bag = bags.take(SEQUENCE)?;
            let kind = bag.take(OID)?.0;
            let mut value = bag.take(EXPLICIT_0)?;
            match kind.strip_prefix(BAGS) {
                Some([1]) => self.keys.push(Zeroizing::new(value.0.to_vec())),
                Some([2]) => self.keys.push(encrypted::private_key(value, password, rounds)?),
                Some([3]) => {
                    let mut value = value.take(SEQUENCE)?;
                    if value.take(OID)?.0 == X509 {
                        let certificate = value.take(EXPLICIT_0)?.octets(OCTETS)?;
                        self.certificates.push(CertificateDer::from(certificate.into_owned()));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}
