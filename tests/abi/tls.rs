//! Certificates of servers: which are accepted.

use std::net::TcpListener;
use std::sync::Arc;

use crate::support::Client;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;

/// Why a test of another authority can't run under Wine.
#[cfg(windows)]
const NO_OTHERS: &str = "Wine takes no authority besides those of its system";
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/abi/tls");

/// A server that makes a TLS connection and then closes it; returns its port. It ends with the process.
fn server(certificate: &str, key: &str) -> u16 {
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(certificate).unwrap()],
            PrivateKeyDer::from_pem_file(key).unwrap(),
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
    port
}

fn client(port: u16, ca_file: Option<&str>) -> Client {
    Client::open(&json!({
        "credential": {"type": "token", "accessToken": "a-token-of-a-test"},
        "serviceUrl": format!("https://127.0.0.1:{port}/"), "caFile": ca_file, "retry": {"retryTimeoutSeconds": 0},
    }))
}

/// A self-signed certificate that is also marked as that of an authority, as `openssl req -x509` makes it. Its file as
/// `caFile` does not help, so the remedy must not be to pass it.
#[test]
#[cfg_attr(windows, ignore = "Windows verifies certificates itself, with other messages")]
fn a_server_certificate_that_is_marked_as_an_authority_is_told_in_words() {
    let certificate = format!("{FOLDER}/ca_server.pem");
    let port = server(&certificate, &format!("{FOLDER}/ca_server_key.pem"));
    let answer = client(port, Some(&certificate)).call("app.list", json!({}));
    assert_eq!(answer.failure(), (11, "network.tls"));
    let (message, hint) = (&answer.json["error"]["message"], answer.json["error"]["hint"].as_str().unwrap());
    assert!(message.as_str().unwrap().contains("marked as that of a certificate authority"), "{}", answer.text);
    assert!(hint.contains("give the server a certificate of its own"), "{hint}");
}

/// A server whose certificate an authority of a company has signed.
fn of_authority() -> u16 {
    server(&format!("{FOLDER}/of_authority.pem"), &format!("{FOLDER}/of_authority_key.pem"))
}

/// The code of a call: `network.tls` if the certificate is not accepted, another one if it is, since the server then goes.
fn code(port: u16, ca_file: Option<&str>) -> String {
    let answer = client(port, ca_file).call("app.list", json!({}));
    answer.failure().1.to_owned()
}

#[test]
fn an_authority_of_the_file_is_trusted() {
    #[cfg(windows)]
    if crate::support::wine::is_wine() {
        println!("not run: {NO_OTHERS}");
        return;
    }
    let port = of_authority();
    // On Windows the other test may have added the authority to the system.
    if cfg!(not(windows)) {
        assert_eq!(code(port, None), "network.tls");
    }
    let answer = client(port, Some(&format!("{FOLDER}/authority.pem"))).call("app.list", json!({}));
    assert_ne!(answer.failure().1, "network.tls", "{}", answer.text);
}

/// Removes the authority of this folder from the machine's store, however the test ends.
#[cfg(windows)]
struct Removed;

#[cfg(windows)]
impl Drop for Removed {
    fn drop(&mut self) {
        certutil(&["-delstore", "Root", "StoreShip test authority"]);
    }
}

#[cfg(windows)]
fn certutil(arguments: &[&str]) -> std::process::Output {
    std::process::Command::new("certutil").args(arguments).output().unwrap()
}

/// Only on a machine of a build, which is thrown away: everybody has the key of the certificate that the authority has signed.
/// Needs an administrator. The store of a user would do too, but Windows asks the user before it takes an authority.
#[test]
#[cfg(windows)]
fn an_authority_in_the_store_of_windows_is_trusted() {
    if crate::support::wine::is_wine() {
        println!("not run: {NO_OTHERS}");
        return;
    }
    if std::env::var_os("CI").is_none() {
        println!("not run: the authorities of a machine are changed only where the variable CI is set");
        return;
    }
    let port = of_authority();
    assert_eq!(code(port, None), "network.tls");
    let removed = Removed;
    let added = certutil(&["-f", "-addstore", "Root", &format!("{FOLDER}/authority.pem")]);
    if !added.status.success() {
        println!("not run: only an administrator may add an authority: {}", String::from_utf8_lossy(&added.stdout));
        return;
    }
    let found = code(port, None);
    drop(removed);
    assert_ne!(found, "network.tls");
}
