//! Client assertions signed with a certificate: every claim that Entra ID checks, and its error.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};

use crate::router::Store;

const CERTIFICATE: &str = include_str!("../sign_in/cert.pem");
const KEY: &str = include_str!("../sign_in/key.pem");

fn signed(header: &Value, claims: &Value) -> String {
    let key =
        RsaKeyPair::from_pkcs8(PrivatePkcs8KeyDer::from_pem_slice(KEY.as_bytes()).unwrap().secret_pkcs8_der()).unwrap();
    let text = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let mut signature = vec![0; key.public().modulus_len()];
    let random = SystemRandom::new();
    match header["alg"] == "RS256" {
        true => key.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).unwrap(),
        false => key.sign(&RSA_PSS_SHA256, &random, text.as_bytes(), &mut signature).unwrap(),
    }
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The status and the AADSTS number of a sign-in with this assertion; the number is 0 on success.
async fn sign_in(store: &Store, assertion: &str) -> (u16, u64) {
    let kind = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let response = store.token_request(&[("client_secret", ""), ("client_assertion", assertion), kind]).await;
    (response.status, response.json()["error_codes"][0].as_u64().unwrap_or_default())
}

#[tokio::test]
async fn every_part_of_an_assertion_counts() {
    let store = Store::start().await;
    let trust = json!({ "certificates": [CERTIFICATE] });
    assert_eq!(store.control("PUT", "trust", trust).await.status, 204);
    let der = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap();
    let thumbprint = |hash| URL_SAFE_NO_PAD.encode(digest::digest(hash, &der));
    let endpoints = store.endpoints();
    let now = jiff::Timestamp::now().as_second();
    let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint(&digest::SHA256)});
    let claims = json!({
        "aud": format!("{}{}/oauth2/v2.0/token", endpoints.authority, endpoints.tenant_id),
        "iss": endpoints.client_id, "sub": endpoints.client_id, "jti": "1", "nbf": now - 60, "exp": now + 600,
    });
    let old = json!({"alg": "RS256", "typ": "JWT", "x5t": thumbprint(&digest::SHA1_FOR_LEGACY_USE_ONLY)});
    for header in [&header, &old] {
        assert_eq!(sign_in(&store, &signed(header, &claims)).await, (200, 0), "{header}");
    }
    for (name, value, number) in [
        ("aud", json!("https://login.microsoftonline.com/x/oauth2/v2.0/token"), 700_023),
        ("iss", json!("00000000-0000-0000-0000-000000000001"), 700_021),
        ("sub", json!(null), 700_021),
        ("jti", json!(null), 50_027),
        ("exp", json!(null), 50_027),
        ("exp", json!(now - 1), 700_024),
        ("nbf", json!(now + 400), 700_024),
    ] {
        let mut claims = claims.clone();
        claims[name] = value.clone();
        assert_eq!(sign_in(&store, &signed(&header, &claims)).await, (401, number), "{name} {value}");
    }
    for (name, value, number) in [
        ("alg", json!("RS256"), 700_027),
        ("x5t#S256", json!(thumbprint(&digest::SHA512)), 700_027),
        ("x5c", json!([STANDARD.encode("another")]), 50_027),
    ] {
        let mut header = header.clone();
        header[name] = value.clone();
        let assertion = match name {
            // Signed with PS256, while the header names RS256.
            "alg" => {
                let original = signed(&json!({"alg": "PS256"}), &claims);
                let parts = [header.to_string(), claims.to_string()].map(|part| URL_SAFE_NO_PAD.encode(part));
                format!("{}.{}", parts.join("."), original.rsplit('.').next().unwrap())
            }
            _ => signed(&header, &claims),
        };
        assert_eq!(sign_in(&store, &assertion).await, (401, number), "{name} {value}");
    }
    let whole = signed(&header, &claims);
    let mut other = claims.clone();
    other["jti"] = json!("2");
    let forged = format!(
        "{}.{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(other.to_string()),
        whole.rsplit('.').next().unwrap()
    );
    assert_eq!(sign_in(&store, &forged).await, (401, 700_027), "forged");
}
