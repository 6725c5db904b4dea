//! The file with additional certificate authorities.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::error::{Error, Result, codes};
use crate::text::{TextFile, decode};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// Reads the certificates of `caFile`: any number in PEM, or one in DER. Each is parsed, so that one that can't be used
/// is named here and does not fail the first request.
///
/// # Errors
/// `file.not_found`, `file.unreadable`, `file.encoding`; `config.invalid` for a file without a certificate and for a
/// certificate that can't be parsed, with its number and line.
pub(super) fn read(path: &str) -> Result<Vec<reqwest::Certificate>> {
    let file = TextFile { what: "`caFile`", path, without_file: "give the path of a regular file" };
    let bytes = file.bytes()?;
    // A sequence of more than 127 bytes. In a text, the second byte is a character below 0x80.
    if bytes.first() == Some(&0x30) && bytes.get(1).is_some_and(|byte| *byte >= 0x80) {
        let certificate = parse(CertificateDer::from(bytes.to_vec())).map_err(|reason| {
            let message = format!("`caFile` can't be used: the certificate (DER) in {path} can't be parsed: {reason}");
            Error::new(&codes::CONFIG_INVALID, message)
        });
        return Ok(vec![certificate?]);
    }
    let text = decode(&bytes).map_err(|reason| file.refusal(reason))?;
    let mut certificates = Vec::new();
    let mut others = Vec::new();
    for Block { label, line, pem } in blocks(&text) {
        if label != "CERTIFICATE" {
            others.push(format!("`{label}` at line {line}"));
            continue;
        }
        let number = certificates.len() + 1;
        let parsed = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| "its base64 is damaged".to_owned());
        certificates.push(parsed.and_then(parse).map_err(|reason| {
            let message = format!(
                "`caFile` can't be used: certificate {number} in {path}, at line {line}, can't be parsed: {reason}"
            );
            Error::new(&codes::CONFIG_INVALID, message).hint("replace or remove this certificate")
        })?);
    }
    if certificates.is_empty() {
        let found = if others.is_empty() { String::new() } else { format!(", but {}", others.join(", ")) };
        let message = format!("`caFile` holds no certificate in PEM or DER{found}: {path}");
        return Err(Error::new(&codes::CONFIG_INVALID, message));
    }
    Ok(certificates)
}

/// Checks that TLS can use the certificate as an authority.
fn parse(der: CertificateDer<'static>) -> std::result::Result<reqwest::Certificate, String> {
    let certificate = reqwest::Certificate::from_der(&der).map_err(|_| "its DER is damaged".to_owned())?;
    RootCertStore::empty().add(der).map_err(|error| match error {
        rustls::Error::InvalidCertificate(rustls::CertificateError::BadEncoding) => "its DER is damaged".to_owned(),
        other => other.to_string(),
    })?;
    Ok(certificate)
}

/// A block of a PEM file.
struct Block<'a> {
    /// `CERTIFICATE`, `PRIVATE KEY` …
    label: &'a str,
    /// The line of its first marker, counted from 1.
    line: usize,
    /// From its first marker to its last one, or to the end of the file.
    pem: &'a str,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut open: Option<(usize, usize, &str)> = None;
    let mut at = 0;
    for (index, whole) in text.split_inclusive('\n').enumerate() {
        let line = whole.trim();
        if let Some(label) = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix("-----")) {
            // A block without an end is one that was cut short.
            if let Some((start, line, label)) = open.replace((at, index + 1, label)) {
                blocks.push(Block { label, line, pem: &text[start..at] });
            }
        } else if line.starts_with(END)
            && let Some((start, line, label)) = open.take()
        {
            blocks.push(Block { label, line, pem: &text[start..at + whole.len()] });
        }
        at += whole.len();
    }
    if let Some((start, line, label)) = open {
        blocks.push(Block { label, line, pem: &text[start..] });
    }
    blocks
}
