//! A certificate with an RSA key, which signs the assertions of its application.

mod der;
mod encrypted;
mod failure;
mod kdf;
mod pfx;
mod validity;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{Timestamp, ToSpan};
use ring::digest;
use ring::error::KeyRejected;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{KeyPair, RSA_PSS_SHA256, RsaKeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use url::Url;
use zeroize::{Zeroize, Zeroizing};

use der::Der;
use encrypted::Rounds;
use failure::Failure;
use validity::Validity;

use crate::blocking;
use crate::config::Secret;
use crate::error::{Error, Result, codes};
use crate::text::{self, NotText, TextFile};

/// Reads and parses a certificate on a thread for blocking work: the key derivation of some files takes seconds, during
/// which other tasks must go on and a cancelled job must end. A file is read at each sign-in, so that it can be replaced.
pub(super) async fn load(path: Option<String>, text: Option<Secret>, password: Option<Secret>) -> Result<Certificate> {
    blocking::run(move || {
        let (bytes, file) = match (&path, &text) {
            (Some(path), None) => {
                let file = TextFile {
                    what: "the certificate",
                    path,
                    without_file: "pass the content itself as `certificate`, a PFX in base64",
                };
                (file.bytes()?, Some(file))
            }
            (None, Some(text)) => (Zeroizing::new(text.reveal().as_bytes().to_vec()), None),
            _ => {
                let message = "the credential must have either `certificatePath` or `certificate`";
                return Err(Error::new(&codes::CONFIG_INVALID, message));
            }
        };
        let not_text = |reason: NotText| match &file {
            Some(file) => file.refusal(reason),
            None => unreadable(format!("`certificate` can't be read: {reason}")).hint(reason.remedy()),
        };
        Certificate::parse(&bytes, password.as_ref(), not_text)
    })
    .await
}

/// Reads any bytes as a certificate, for the fuzz target; says whether they are one.
#[cfg(fuzzing)]
pub fn fuzzed(bytes: &[u8], password: &str) -> bool {
    Certificate::parse(bytes, Some(&Secret::new(password.to_owned())), |reason| unreadable(reason.to_string())).is_ok()
}

/// A certificate with its private key and the certificates of its issuers.
pub(super) struct Certificate {
    key: RsaKeyPair,
    /// The certificate of the key first, then the others in any order.
    chain: Vec<CertificateDer<'static>>,
}

impl Certificate {
    /// Parses PEM (one private key, PKCS #8 or PKCS #1, and certificates in any order), a PFX, or a PFX in base64.
    /// `not_text` makes the error of bytes that are neither a PFX nor text.
    fn parse(bytes: &[u8], password: Option<&Secret>, not_text: impl FnOnce(NotText) -> Error) -> Result<Certificate> {
        let password = password.map_or("", Secret::reveal);
        if bytes.first() == Some(&der::SEQUENCE) {
            return Certificate::from_der(bytes, password);
        }
        let text = text::decode(bytes).map_err(not_text)?;
        if !text.contains("-----BEGIN") {
            let compact = Zeroizing::new(text.replace(|c: char| c.is_ascii_whitespace(), ""));
            if let Ok(bytes) = STANDARD.decode(compact.as_bytes()).map(Zeroizing::new) {
                return Certificate::from_der(&bytes, password);
            }
        }
        Certificate::from_pem(text.as_bytes(), password)
    }

    /// A PFX. Other files in DER hold a part of what is needed, and are refused with what they hold.
    fn from_der(bytes: &[u8], password: &str) -> Result<Certificate> {
        // A PFX begins with its version 3, a private key with a smaller one, a certificate with the part that is signed,
        // and PKCS #7, which `.p7b` files hold, with an object identifier.
        let held = match Der(bytes).take(der::SEQUENCE).map(|contents| contents.0) {
            Ok([der::SEQUENCE, ..]) => "a certificate without its private key, in DER",
            Ok([der::INTEGER, 1, 0 | 1, ..]) => "a private key without its certificate, in DER",
            Ok([der::OID, ..]) => "certificates without a private key, in PKCS #7",
            _ => return Certificate::from_pfx(bytes, password),
        };
        let hint = "give a PFX, or a PEM with the certificate and its private key: `openssl pkcs12 -export` makes a PFX of both";
        Err(unreadable(format!("the file holds {held}")).hint(hint))
    }

    fn from_pfx(bytes: &[u8], password: &str) -> Result<Certificate> {
        let refused = |failure: Failure| failure.error("the PFX", !password.is_empty());
        let contents = pfx::read(bytes, password).map_err(refused)?;
        match &contents.keys[..] {
            [] => Err(refused(Failure::Content("holds no private key"))),
            [key] => Certificate::of("PFX", RsaKeyPair::from_pkcs8(key), contents.certificates),
            _ => Err(refused(Failure::Content("holds several private keys"))),
        }
    }

    fn from_pem(bytes: &[u8], password: &str) -> Result<Certificate> {
        if contains(bytes, b"Proc-Type: 4,ENCRYPTED") {
            let reason = "the private key has a password in the traditional format of OpenSSL";
            return Err(unreadable(reason).hint("convert it with `openssl pkcs8 -topk8 -in old.pem -out new.pem`"));
        }
        let chain: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bytes).collect();
        let chain = chain.map_err(|_| unreadable("a certificate in the PEM is damaged"))?;
        let key = match encrypted_key(bytes) {
            Some(encrypted) => {
                let decrypted = encrypted::with_password(password, |password| {
                    encrypted::private_key(Der(encrypted.secret_der()), password, &mut Rounds::default())
                });
                let decrypted = decrypted.map_err(|failure| failure.error("the private key", !password.is_empty()))?;
                RsaKeyPair::from_pkcs8(&decrypted)
            }
            None => {
                let key = PrivateKeyDer::from_pem_slice(bytes);
                let mut key = key.map_err(|_| unreadable("the PEM holds no private key"))?;
                let pair = match &key {
                    PrivateKeyDer::Pkcs8(der) => Ok(RsaKeyPair::from_pkcs8(der.secret_pkcs8_der())),
                    PrivateKeyDer::Pkcs1(der) => Ok(RsaKeyPair::from_der(der.secret_pkcs1_der())),
                    _ => Err(unreadable("the private key is not an RSA key")),
                };
                key.zeroize();
                pair?
            }
        };
        Certificate::of("PEM", key, chain)
    }

    fn of(
        what: &str,
        key: std::result::Result<RsaKeyPair, KeyRejected>,
        mut chain: Vec<CertificateDer<'static>>,
    ) -> Result<Certificate> {
        let key = key.map_err(|reason| {
            unreadable(format!("the private key is not an RSA key of at least 2048 bits: {reason}"))
        })?;
        // The encoding of a certificate contains that of its public key. The certificates of issuers have other keys.
        let own = chain.iter().position(|certificate| contains(certificate, key.public_key().as_ref()));
        let own = own.ok_or_else(|| unreadable(format!("the {what} holds no certificate of its private key")))?;
        chain[..=own].rotate_right(1);
        Ok(Certificate { key, chain })
    }

    /// What people need to know about the dates of the certificate: that it ends soon, or is not valid yet.
    ///
    /// # Errors
    /// `auth.certificate_expired`.
    pub(super) fn remark(&self, now: Timestamp) -> Result<Option<String>> {
        Validity::of(&self.chain[0]).remark(now)
    }

    /// An assertion for one sign-in. It is valid from a minute before `now`, because the clock of this machine may be ahead
    /// of the service's.
    pub(super) fn assertion(
        &self,
        audience: &Url,
        client_id: &str,
        now: Timestamp,
        send_chain: bool,
    ) -> Result<Secret> {
        let random = SystemRandom::new();
        let mut id = [0; 16];
        random
            .fill(&mut id)
            .map_err(|_| Error::new(&codes::INTERNAL_STATE, "the system gives no random numbers to sign with"))?;
        let thumbprint = digest::digest(&digest::SHA256, &self.chain[0]);
        let mut header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": URL_SAFE_NO_PAD.encode(thumbprint.as_ref())});
        if send_chain {
            header["x5c"] = self.chain.iter().map(|certificate| STANDARD.encode(certificate)).collect();
        }
        let from = now.saturating_sub(1.minute()).unwrap_or(now).as_second();
        let claims = json!({
            "aud": audience.as_str(), "iss": client_id, "sub": client_id, "jti": URL_SAFE_NO_PAD.encode(id),
            "nbf": from, "iat": from, "exp": from + 600,
        });
        let mut jwt = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let mut signature = vec![0; self.key.public().modulus_len()];
        // Signing fails only for lack of random numbers, which the system has just given, or for a key whose parts do not
        // belong together.
        let result = self.key.sign(&RSA_PSS_SHA256, &random, jwt.as_bytes(), &mut signature);
        result.map_err(|_| unreadable("the private key is damaged: it signs nothing"))?;
        jwt.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut jwt);
        Ok(Secret::new(jwt))
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The encrypted private key of a PEM. The PEM parser skips it because TLS has no use for one, so the parser gets a copy
/// with the label of a plain key.
fn encrypted_key(bytes: &[u8]) -> Option<PrivateKeyDer<'static>> {
    const LABEL: &str = " ENCRYPTED PRIVATE KEY-----";
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.contains(LABEL))?;
    let text = Zeroizing::new(text.replace(LABEL, " PRIVATE KEY-----"));
    PrivateKeyDer::from_pem_slice(text.as_bytes()).ok()
}

fn unreadable(reason: impl Into<String>) -> Error {
    Error::new(&codes::AUTH_CERTIFICATE_UNREADABLE, reason)
}
