//! Client assertions, checked as Entra ID checks them: signed with a certificate of the application, or issued by an
//! issuer that the application trusts.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest;
use webpki::EndEntityCert;

use super::error::TokenError;
use super::issuers::BASE;
use super::jwt::Jwt;
use super::trust::Trust;
use crate::emulator::clock::http_text;
use crate::emulator::instance::Instance;
use crate::emulator::json::Json;

/// Seconds by which the clock of a client may be ahead.
const CLOCK_SKEW: f64 = 300.0;

/// Checks that an assertion authenticates the application. `endpoints` are the audiences that an assertion of the
/// application itself may have.
pub(super) fn check(
    instance: &Instance,
    trust: &Trust,
    assertion: &str,
    endpoints: &[String],
) -> Result<(), TokenError> {
    let malformed = || TokenError::invalid_client(50_027, "JWT token is invalid or malformed.");
    let jwt = Jwt::parse(assertion).ok_or_else(malformed)?;
    match jwt.header.text_of("alg").as_str() {
        // The emulator's own issuers sign with the key of the emulator.
        "HS256" if instance.account.sign_token(jwt.signed_text.as_bytes()) == jwt.signature => {
            check_federated(instance, trust, &jwt)?;
        }
        "PS256" | "RS256" => check_signed(instance, trust, &jwt, endpoints)?,
        _ => return Err(malformed()),
    }
    let now = instance.now().as_second() as f64;
    let (from, until) = (jwt.number("nbf").unwrap_or(0.0), jwt.number("exp").ok_or_else(malformed)?);
    if from > now + CLOCK_SKEW || until <= now {
        let text = format!(
            "Client assertion is not within its valid time range. Current time: {}, assertion valid from {from}, expiry \
             time of assertion {until}.",
            http_text(instance.now())
        );
        return Err(TokenError::invalid_client(700_024, text));
    }
    Ok(())
}

/// Checks an assertion that the application signed with one of its certificates.
fn check_signed(instance: &Instance, trust: &Trust, jwt: &Jwt<'_>, endpoints: &[String]) -> Result<(), TokenError> {
    let client = &instance.account.client_id;
    let thumbprints = [("x5t#S256", &digest::SHA256), ("x5t", &digest::SHA1_FOR_LEGACY_USE_ONLY)];
    let certificates = trust.certificates().unwrap_or_default();
    let named = thumbprints.iter().find(|(name, _)| jwt.header.get(name).is_some());
    let Some((name, hash)) = named else {
        let issuer = jwt.claims.text_of("iss");
        let text = format!("No matching federated identity record found for presented assertion issuer '{issuer}'.");
        return Err(TokenError::invalid_client(700_211, text));
    };
    let thumbprint = jwt.header.text_of(name);
    let certificate = certificates
        .iter()
        .find(|certificate| URL_SAFE_NO_PAD.encode(digest::digest(hash, certificate)) == thumbprint)
        .ok_or_else(|| {
            let text = format!(
                "The certificate with identifier used to sign the client assertion is not registered on application. \
                 [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}']"
            );
            TokenError::invalid_client(700_027, text)
        })?;
    let algorithm = match jwt.header.text_of("alg").as_str() {
        "PS256" => webpki::ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        _ => webpki::ring::RSA_PKCS1_2048_8192_SHA256,
    };
    let verified = EndEntityCert::try_from(certificate)
        .and_then(|certificate| certificate.verify_signature(algorithm, jwt.signed_text.as_bytes(), &jwt.signature));
    if verified.is_err() {
        return Err(TokenError::invalid_client(700_027, "Client assertion failed signature validation."));
    }
    // A chain begins with the certificate of the key that signed.
    let chain = jwt.header.get("x5c").map(Json::items);
    if chain.is_some_and(|chain| chain.first().and_then(Json::as_text) != Some(STANDARD.encode(certificate))) {
        return Err(TokenError::invalid_client(
            50_027,
            "The certificate in 'x5c' is not the one that signed the token.",
        ));
    }
    if !endpoints.contains(&jwt.claims.text_of("aud")) {
        let text = "Client assertion audience claim does not match Realm issuer. Review the documentation.";
        return Err(TokenError::invalid_client(700_023, text));
    }
    if ["iss", "sub"].iter().any(|name| !jwt.claims.text_of(name).eq_ignore_ascii_case(client)) {
        let text = "Client assertion application identifier doesn't match 'client_id' parameter.";
        return Err(TokenError::invalid_client(700_021, text));
    }
    if jwt.claims.text_of("jti").is_empty() {
        return Err(TokenError::invalid_client(50_027, "JWT token is invalid or malformed: 'jti' is missing."));
    }
    Ok(())
}

/// Checks an assertion of another issuer against the federated credentials.
fn check_federated(instance: &Instance, trust: &Trust, jwt: &Jwt<'_>) -> Result<(), TokenError> {
    let claim = |name: &str| jwt.claims.text_of(name);
    let (issuer, subject, audience) = (claim("iss"), claim("sub"), claim("aud"));
    let mismatch = |code, name: &str, value: &str| {
        let text = format!(
            "No matching federated identity record found for presented assertion {name} '{value}'. Check your federated \
             identity credential Subject, Audience and Issuer against the presented assertion."
        );
        Err(TokenError::invalid_client(code, text))
    };
    // The emulator signed the assertion, so that the issuer is one of its own, at the host that the client named.
    let origin = issuer.split_once(BASE).map_or("", |(origin, _)| origin);
    let mut credentials = trust.federated_credentials(instance, origin);
    credentials.retain(|credential| credential.issuer == issuer);
    if credentials.is_empty() {
        return mismatch(700_211, "issuer", &issuer);
    }
    let in_other_case = credentials.iter().any(|credential| credential.subject.eq_ignore_ascii_case(&subject));
    credentials.retain(|credential| credential.subject == subject);
    if credentials.is_empty() && in_other_case {
        let text = format!(
            "No matching federated identity record found for presented assertion subject '{subject}'. The subject matches \
             with case-insensitive comparison, but not with case-sensitive comparison. Check your federated identity \
             credential Subject, Audience and Issuer against the presented assertion."
        );
        return Err(TokenError::invalid_client(7_002_138, text));
    }
    if credentials.is_empty() {
        return mismatch(700_213, "subject", &subject);
    }
    credentials.retain(|credential| credential.audience == audience);
    if credentials.is_empty() {
        return mismatch(700_212, "audience", &audience);
    }
    Ok(())
}
