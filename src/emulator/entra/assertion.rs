//! Client assertions, checked as Entra ID checks them: signed by a certificate of the application, or by an issuer that
//! it trusts for a subject.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use webpki::EndEntityCert;

use super::token::Refusal;
use crate::emulator::blob::sas::hmac_sha256;
use crate::emulator::clock::http_text;
use crate::emulator::json::{self, Json};
use crate::emulator::state::Store;

/// What an assertion of another issuer must be made out to.
pub(crate) const EXCHANGE: &str = "api://AzureADTokenExchange";

/// What the application trusts besides its secret: the JSON of `PUT /_emulator/trust`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Trust {
    /// Certificates as PEM.
    pub(crate) certificates: Vec<String>,
    /// Federated credentials; without them those of the emulator's own issuers.
    pub(crate) federated: Option<Vec<Federated>>,
}

/// A federated credential of the application.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Federated {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    #[serde(default = "exchange")]
    pub(crate) audience: String,
}

fn exchange() -> String {
    EXCHANGE.to_owned()
}

impl Trust {
    /// The certificates, or why one can't be read.
    pub(crate) fn read_certificates(&self) -> Result<Vec<CertificateDer<'static>>, String> {
        let read = |pem: &String| CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| error.to_string());
        self.certificates.iter().map(read).collect()
    }
}

/// A JWT, taken apart.
struct Jwt<'a> {
    signed: &'a str,
    header: Json,
    claims: Json,
    signature: Vec<u8>,
}

impl Jwt<'_> {
    fn read(token: &str) -> Option<Jwt<'_>> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let part = |text: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
            json::parse(std::str::from_utf8(&bytes).ok()?).ok().filter(|part| matches!(part, Json::Object(_)))
        };
        let signature = URL_SAFE_NO_PAD.decode(signature.trim_end_matches('=')).ok()?;
        Some(Jwt { signed, header: part(header)?, claims: part(claims)?, signature })
    }

    fn number(&self, claim: &str) -> Option<f64> {
        self.claims.get(claim).and_then(Json::as_f64)
    }
}

fn refusal(number: u32, text: impl Into<String>) -> Refusal {
    (401, "invalid_client", number, text.into())
}

/// Whether the assertion shows that the caller is the application; `endpoints` are the addresses it may be made out to.
pub(crate) fn check(store: &Store, assertion: &str, endpoints: &[String]) -> Result<(), Refusal> {
    let malformed = || refusal(50_027, "JWT token is invalid or malformed.");
    let jwt = Jwt::read(assertion).ok_or_else(malformed)?;
    let own = hmac_sha256(&store.account.key, jwt.signed.as_bytes());
    match jwt.header.text_of("alg").as_str() {
        "HS256" if own[..] == jwt.signature[..] => federated(store, &jwt)?,
        "PS256" | "RS256" => signed(store, &jwt, endpoints)?,
        _ => return Err(malformed()),
    }
    let now = store.now().as_second() as f64;
    let (from, until) = (jwt.number("nbf").unwrap_or(0.0), jwt.number("exp").ok_or_else(malformed)?);
    // The service allows five minutes for clocks that differ.
    if from > now + 300.0 || until <= now {
        let text = format!(
            "Client assertion is not within its valid time range. Current time: {}, assertion valid from {from}, expiry \
             time of assertion {until}.",
            http_text(store.now())
        );
        return Err(refusal(700_024, text));
    }
    Ok(())
}

/// Signed with a certificate that is registered for the application.
fn signed(store: &Store, jwt: &Jwt<'_>, endpoints: &[String]) -> Result<(), Refusal> {
    let client = &store.account.client_id;
    let thumbprints = [("x5t#S256", &digest::SHA256), ("x5t", &digest::SHA1_FOR_LEGACY_USE_ONLY)];
    let certificates = store.trust.read_certificates().unwrap_or_default();
    let named = thumbprints.iter().find(|(name, _)| jwt.header.get(name).is_some());
    let Some((name, hash)) = named else {
        let issuer = jwt.claims.text_of("iss");
        let text = format!("No matching federated identity record found for presented assertion issuer '{issuer}'.");
        return Err(refusal(700_211, text));
    };
    let thumbprint = jwt.header.text_of(name);
    let known = certificates
        .iter()
        .find(|certificate| URL_SAFE_NO_PAD.encode(digest::digest(hash, certificate)) == thumbprint)
        .ok_or_else(|| {
            let text = format!(
                "The certificate with identifier used to sign the client assertion is not registered on application. \
                 [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}']"
            );
            refusal(700_027, text)
        })?;
    let algorithm = match jwt.header.text_of("alg").as_str() {
        "PS256" => webpki::ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        _ => webpki::ring::RSA_PKCS1_2048_8192_SHA256,
    };
    let verified = EndEntityCert::try_from(known)
        .and_then(|known| known.verify_signature(algorithm, jwt.signed.as_bytes(), &jwt.signature));
    if verified.is_err() {
        return Err(refusal(700_027, "Client assertion failed signature validation."));
    }
    // With a chain, the certificate that signed comes first.
    let chain = jwt.header.get("x5c").map(Json::items);
    if chain.is_some_and(|chain| chain.first().and_then(Json::as_text) != Some(STANDARD.encode(known))) {
        return Err(refusal(50_027, "The certificate in 'x5c' is not the one that signed the token."));
    }
    if !endpoints.contains(&jwt.claims.text_of("aud")) {
        let text = "Client assertion audience claim does not match Realm issuer. Review the documentation.";
        return Err(refusal(700_023, text));
    }
    if ["iss", "sub"].iter().any(|name| !jwt.claims.text_of(name).eq_ignore_ascii_case(client)) {
        let text = "Client assertion application identifier doesn't match 'client_id' parameter.";
        return Err(refusal(700_021, text));
    }
    if jwt.claims.text_of("jti").is_empty() {
        return Err(refusal(50_027, "JWT token is invalid or malformed: 'jti' is missing."));
    }
    Ok(())
}

/// Signed by an issuer that the application trusts for this subject and audience.
fn federated(store: &Store, jwt: &Jwt<'_>) -> Result<(), Refusal> {
    let claim = |name: &str| jwt.claims.text_of(name);
    let (issuer, subject, audience) = (claim("iss"), claim("sub"), claim("aud"));
    let trusted = store.trust.federated.clone().unwrap_or_else(|| super::identity::trusted(store));
    let of_issuer: Vec<_> = trusted.iter().filter(|known| known.issuer == issuer).collect();
    let told = |number, what: &str, value: &str| {
        let text = format!(
            "No matching federated identity record found for presented assertion {what} '{value}'. Check your federated \
             identity credential Subject, Audience and Issuer against the presented assertion."
        );
        Err(refusal(number, text))
    };
    if of_issuer.is_empty() {
        return told(700_211, "issuer", &issuer);
    }
    let of_subject: Vec<_> = of_issuer.iter().filter(|known| known.subject == subject).collect();
    if of_subject.is_empty() {
        return told(700_213, "subject", &subject);
    }
    if !of_subject.iter().any(|known| known.audience == audience) {
        return told(700_212, "audience", &audience);
    }
    Ok(())
}
