//! A certificate signs the assertion by which its application is known.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{Timestamp, ToSpan};
use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{KeyPair, RSA_PSS_SHA256, RsaKeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use url::Url;
use zeroize::Zeroizing;

use crate::config::Secret;
use crate::error::{Error, Result, codes};

/// The file, or the text in the configuration. A file is read for each exchange, so that it may be replaced.
pub(super) fn read(path: Option<&str>, text: Option<&Secret>) -> Result<Zeroizing<Vec<u8>>> {
    match (path, text) {
        (Some(path), None) => std::fs::read(path).map(Zeroizing::new).map_err(|error| {
            let code = match error.kind() {
                std::io::ErrorKind::NotFound => &codes::FILE_NOT_FOUND,
                _ => &codes::FILE_UNREADABLE,
            };
            Error::new(code, format!("the certificate can't be read from {path}: {error}"))
        }),
        (None, Some(text)) => Ok(Zeroizing::new(text.reveal().as_bytes().to_vec())),
        _ => {
            let message = "the credential must have either `certificatePath` or `certificate`";
            Err(Error::new(&codes::CONFIG_INVALID, message))
        }
    }
}

/// A certificate with its key, and those that vouch for it.
pub(super) struct Certificate {
    key: RsaKeyPair,
    /// The certificate of the key comes first.
    chain: Vec<CertificateDer<'static>>,
}

impl Certificate {
    /// Reads PEM: one private key, PKCS #8 or PKCS #1, and certificates in any order.
    pub(super) fn parse(bytes: &[u8], password: Option<&Secret>) -> Result<Certificate> {
        if bytes.first() == Some(&0x30) {
            return Err(unreadable("a PFX file can't be read: turn it into PEM with `openssl pkcs12 -nodes`"));
        }
        if password.is_some() || contains(bytes, b"ENCRYPTED") {
            return Err(unreadable(
                "a key with a password can't be read: store it without, where only the job can read it",
            ));
        }
        let chain: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bytes).collect();
        let mut chain = chain.map_err(|_| unreadable("a certificate in the PEM is damaged"))?;
        let key = PrivateKeyDer::from_pem_slice(bytes).map_err(|_| unreadable("the PEM holds no private key"))?;
        let key = match &key {
            PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(unreadable("the private key is not an RSA key")),
        };
        let key =
            key.map_err(|reason| unreadable(&format!("the private key is no RSA key of 2048 bits or more: {reason}")))?;
        // A certificate holds its public key as these very bytes, and an authority's has another key.
        let own = chain.iter().position(|certificate| contains(certificate, key.public_key().as_ref()));
        let own = own.ok_or_else(|| unreadable("the PEM holds no certificate of its private key"))?;
        chain[..=own].rotate_right(1);
        Ok(Certificate { key, chain })
    }

    /// The assertion for one exchange. The clock of this machine may be a minute ahead of the service's.
    pub(super) fn assertion(
        &self,
        audience: &Url,
        client_id: &str,
        now: Timestamp,
        send_chain: bool,
    ) -> Result<Secret> {
        let random = SystemRandom::new();
        let mut id = [0; 16];
        random.fill(&mut id).map_err(|_| no_random())?;
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
        self.key.sign(&RSA_PSS_SHA256, &random, jwt.as_bytes(), &mut signature).map_err(|_| no_random())?;
        jwt.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut jwt);
        Ok(Secret::new(jwt))
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn unreadable(reason: &str) -> Error {
    Error::new(&codes::AUTH_CERTIFICATE_UNREADABLE, reason)
}

fn no_random() -> Error {
    Error::new(&codes::INTERNAL_STATE, "the system gives no random numbers to sign with")
}
