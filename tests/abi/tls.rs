//! Certificates of servers that are not accepted.

use std::net::TcpListener;
use std::sync::Arc;

use crate::support::Client;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/abi/tls");

/// A self-signed certificate that is also marked as that of an authority, as `openssl req -x509` makes it. Its file as
/// `caFile` does not help, so the remedy must not be to pass it.
#[test]
#[cfg_attr(windows, ignore = "Windows verifies certificates itself, with other messages")]
fn a_server_certificate_that_is_marked_as_an_authority_is_told_in_words() {
    let certificate = format!("{FOLDER}/ca_server.pem");
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(&certificate).unwrap()],
            PrivateKeyDer::from_pem_file(format!("{FOLDER}/ca_server_key.pem")).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut session = rustls::ServerConnection::new(config.clone()).unwrap();
            while session.is_handshaking() && session.complete_io(&mut stream).is_ok() {}
        }
    });
    let client = Client::open(&json!({
        "credential": {"type": "token", "accessToken": "a-token-of-a-test"},
        "serviceUrl": format!("https://127.0.0.1:{port}/"), "caFile": certificate, "retry": {"retryTimeoutSeconds": 0},
    }));
    let answer = client.call("app.list", json!({}));
    assert_eq!(answer.failure(), (11, "network.tls"));
    let (message, hint) = (&answer.json["error"]["message"], answer.json["error"]["hint"].as_str().unwrap());
    assert!(message.as_str().unwrap().contains("marked as that of a certificate authority"), "{}", answer.text);
    assert!(hint.contains("give the server a certificate of its own"), "{hint}");
}
