//! Certificates in PFX files and keys with passwords. `pfx/make.sh` makes the files.

use serde_json::{Value, json};

use super::server::{CLIENT, Cloud, Expect, TENANT};
use super::*;

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(fixture("pfx").join(name)).unwrap()
}

fn credential(path: &Path, password: Option<&str>) -> Value {
    let mut credential =
        json!({"type": "certificate", "tenantId": TENANT, "clientId": CLIENT, "certificatePath": path});
    if let Some(password) = password {
        credential["certificatePassword"] = json!(password);
    }
    credential
}

async fn try_file(name: &str, password: Option<&str>) -> Result<Token, Error> {
    let cloud = Cloud::new(Expect::Certificate(0));
    let token = sign_in(&cloud, credential(&fixture("pfx").join(name), password), &[]).await;
    cloud.get(|cloud| assert_eq!(cloud.exchanges, usize::from(token.is_ok())));
    token
}

async fn try_bytes(bytes: &[u8], password: &str) -> Result<Token, Error> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    sign_in(&Cloud::new(Expect::Certificate(0)), credential(file.path(), Some(password)), &[]).await
}

#[tokio::test]
async fn a_pfx_of_any_tool_signs_in() {
    for name in ["openssl3", "windows", "windows-3des", "legacy", "rc2-128", "aes128", "dotnet", "fast", "nomac"] {
        let token = try_file(&format!("{name}.pfx"), Some(PASSWORD)).await;
        assert_eq!(token.unwrap_or_else(|error| panic!("{name}: {error}")).account.credential, "certificate");
        let wrong = error_of(try_file(&format!("{name}.pfx"), Some("wrong-Pa55")).await);
        assert_eq!(wrong.code().name, "auth.certificate_password", "{name}: {wrong}");
        assert_eq!(wrong.to_string(), "the password of the PFX is wrong", "{name}");
        assert!(!wrong.to_json().contains("wrong-Pa55"));
        for password in [None, Some("")] {
            let none = error_of(try_file(&format!("{name}.pfx"), password).await);
            assert_eq!(none.code().name, "auth.certificate_password", "{name}: {none}");
            assert_eq!(none.to_string(), "the PFX has a password", "{name}");
        }
    }
}

#[tokio::test]
async fn an_empty_password_and_none_open_the_same_files() {
    for name in ["empty.pfx", "absent.pfx", "plain.pfx"] {
        for password in [None, Some("")] {
            token_of(try_file(name, password).await);
        }
    }
    assert_eq!(error_of(try_file("absent.pfx", Some("x")).await).code().name, "auth.certificate_password");
}

#[tokio::test]
async fn a_pfx_holds_the_certificates_of_its_issuers() {
    let cloud = Cloud::new(Expect::Certificate(2));
    let mut credential = credential(&fixture("pfx/legacy.pfx"), Some(PASSWORD));
    credential["sendCertificateChain"] = json!(true);
    token_of(sign_in(&cloud, credential, &[]).await);
    cloud.get(|cloud| assert_eq!(cloud.exchanges, 1));
}

#[tokio::test]
async fn a_pfx_may_be_text_and_come_from_variables() {
    // As build systems store it: base64, in one line or several.
    let text = STANDARD.encode(bytes("windows.pfx"));
    let lines = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\r\n").collect::<String>();
    for text in [text, lines] {
        let cloud = Cloud::new(Expect::Certificate(0));
        token_of(sign_in(&cloud, certificate(&text, json!({"certificatePassword": PASSWORD})), &[]).await);
        cloud.get(|cloud| assert_eq!(cloud.exchanges, 1));
    }
    let path = fixture("pfx/legacy.pfx");
    let mut variables = [&IDS[..], &[("AZURE_CLIENT_CERTIFICATE_PATH", path.to_str().unwrap())]].concat();
    variables.push(("AZURE_CLIENT_CERTIFICATE_PASSWORD", PASSWORD));
    let cloud = Cloud::new(Expect::Certificate(0));
    let token = token_of(sign_in(&cloud, json!({"type": "environment"}), &variables).await);
    assert_eq!(token.account.credential, "environment: certificate");
}

#[tokio::test]
async fn a_private_key_in_pem_may_have_a_password() {
    for name in ["pfx/key-aes.pem", "pfx/key-3des.pem"] {
        let pem = text(name) + &text("cert.pem");
        let cloud = Cloud::new(Expect::Certificate(0));
        token_of(sign_in(&cloud, certificate(&pem, json!({"certificatePassword": PASSWORD})), &[]).await);
        cloud.get(|cloud| assert_eq!(cloud.exchanges, 1));
        for (more, words) in [
            (json!({"certificatePassword": "wrong"}), "the password of the private key is wrong"),
            (json!({}), "the private key has a password"),
        ] {
            let error = error_of(sign_in(&cloud, certificate(&pem, more), &[]).await);
            assert_eq!((error.code().name, error.to_string().as_str()), ("auth.certificate_password", words), "{name}");
        }
    }
    let old = text("pfx/key-old.pem") + &text("cert.pem");
    let cloud = Cloud::new(Expect::Certificate(0));
    let error = error_of(sign_in(&cloud, certificate(&old, json!({"certificatePassword": PASSWORD})), &[]).await);
    assert_eq!(error.code().name, "auth.certificate_unreadable");
    assert!(error.to_json().contains("openssl pkcs8 -topk8"), "{error}");
    assert_no_secret_in(&error.to_json());
}

/// Cuts and changes a file at every byte, and files without an authentication code at every seventh. Each time there is an
/// error or, where the byte does not matter, a sign-in; never a panic.
#[tokio::test]
async fn a_damaged_pfx_is_refused() {
    for (name, password) in [("fast.pfx", PASSWORD), ("nomac.pfx", PASSWORD), ("plain.pfx", "")] {
        let whole = bytes(name);
        let cloud = Cloud::new(Expect::Certificate(0));
        let read = async |bytes: &[u8]| {
            // As text, which saves a file for each case.
            let credential = certificate(&STANDARD.encode(bytes), json!({"certificatePassword": password}));
            sign_in(&cloud, credential, &[]).await
        };
        for length in (1..whole.len()).step_by(if name == "fast.pfx" { 1 } else { 7 }) {
            let error = error_of(read(&whole[..length]).await);
            assert_eq!(error.code().name, "auth.certificate_unreadable", "{name} cut to {length}: {error}");
        }
        // With an authentication code only bytes outside of it can change unnoticed. Without one a changed certificate may be
        // read, which the sign-in service refuses.
        let has_code = name == "fast.pfx";
        let mut refusals = 0;
        for at in (0..whole.len()).step_by(if has_code { 1 } else { 7 }) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xFF;
            if let Err(error) = read(&bytes).await {
                let known = ["auth.certificate_unreadable", "auth.certificate_password", "auth.refused"];
                let code = error.code().name;
                assert!(known[..if has_code { 2 } else { 3 }].contains(&code), "{name} at {at}: {error}");
                refusals += 1;
            }
        }
        assert!(!has_code || refusals > whole.len() - 16, "{refusals} of {}", whole.len());
    }
}

#[tokio::test]
async fn a_pfx_with_too_many_rounds_is_refused() {
    let mut whole = bytes("windows.pfx");
    // The last number of the file is the rounds of its authentication code: 2000 becomes 16 million.
    let end = whole.split_off(whole.len() - 4);
    assert_eq!(end, [0x02, 0x02, 0x07, 0xD0]);
    whole.extend([0x02, 0x04, 0x01, 0x00, 0x00, 0x00]);
    let length = u16::from_be_bytes([whole[2], whole[3]]) + 2;
    whole[2..4].copy_from_slice(&length.to_be_bytes());
    // The sequence of the authentication code ends the file; its length is in one byte.
    let mac = whole.windows(3).rposition(|bytes| bytes == [0x30, 0x41, 0x30]).unwrap();
    whole[mac + 1] += 2;
    let error = error_of(try_bytes(&whole, PASSWORD).await);
    assert_eq!(error.code().name, "auth.certificate_unreadable");
    assert!(error.to_string().contains("too many rounds"), "{error}");
}

/// The offset of the contents of the first value, and their length.
fn element(bytes: &[u8]) -> (usize, usize) {
    match bytes[1] {
        0x82 => (4, usize::from(bytes[2]) << 8 | usize::from(bytes[3])),
        0x81 => (3, usize::from(bytes[2])),
        short => (2, usize::from(short)),
    }
}

/// The format allows BER: indefinite lengths, and octet strings in several parts. This one is made from DER.
#[tokio::test]
async fn a_pfx_may_be_ber() {
    let der = bytes("fast.pfx");
    let version = &der[4..7];
    let safe = &der[7..];
    let (head, length) = element(safe);
    let (oid, mac) = (&safe[head..head + 11], &safe[head + length..]);
    let (outer, inner) = (element(&safe[head + 11..]).0, &safe[head + 11..head + length]);
    let (start, _) = element(&inner[outer..]);
    let content = &inner[outer + start..];
    let mut ber = vec![0x30, 0x80];
    ber.extend_from_slice(version);
    ber.extend([0x30, 0x80]);
    ber.extend_from_slice(oid);
    ber.extend([0xA0, 0x80, 0x24, 0x80]);
    for piece in content.chunks(100) {
        ber.extend([0x04, piece.len() as u8]);
        ber.extend_from_slice(piece);
    }
    ber.extend([0; 6]);
    ber.extend_from_slice(mac);
    ber.extend([0; 2]);
    token_of(try_bytes(&ber, PASSWORD).await);
    for length in 1..ber.len() - 2 {
        let cut = STANDARD.encode(&ber[..length]);
        let credential = certificate(&cut, json!({"certificatePassword": PASSWORD}));
        error_of(sign_in(&Cloud::new(Expect::Certificate(0)), credential, &[]).await);
    }
}

/// One value of DER.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let length = u16::try_from(contents.len()).unwrap().to_be_bytes();
    [&[tag, 0x82], &length[..], &contents].concat()
}

/// Adds PBMAC1 (RFC 9579) to a file without an authentication code, because few tools write it.
#[tokio::test]
async fn a_pfx_may_have_the_newer_authentication_code() {
    let plain = bytes("nomac.pfx");
    // The version, and the sequence of the content type and of `[0]` with the octets that are authenticated.
    let (version, safe) = (&plain[4..7], &plain[7..]);
    let outer = element(&safe[4 + 11..]).0;
    let octets = &safe[4 + 11 + outer..];
    let (start, length) = element(octets);
    let content = &octets[start..start + length];
    let rounds = std::num::NonZeroU32::new(1_000).unwrap();
    let mut key = [0; 32];
    ring::pbkdf2::derive(ring::pbkdf2::PBKDF2_HMAC_SHA512, rounds, b"some salt", PASSWORD.as_bytes(), &mut key);
    let code = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key), content);
    let oid = |end: &[u8]| der(0x06, &[b"\x2a\x86\x48\x86\xf7\x0d", end]);
    let (salt, iterations, size) = (der(0x04, &[b"some salt"]), der(0x02, &[b"\x03\xe8"]), der(0x02, &[&[32]]));
    let (sha512, sha256) = (oid(b"\x02\x0b"), oid(b"\x02\x09"));
    let parameters = der(0x30, &[&salt, &iterations, &size, &der(0x30, &[&sha512])]);
    let derivation = der(0x30, &[&oid(b"\x01\x05\x0c"), &parameters]);
    let pbmac1 = der(0x30, &[&oid(b"\x01\x05\x0e"), &der(0x30, &[&derivation, &der(0x30, &[&sha256])])]);
    let digest = der(0x30, &[&pbmac1, &der(0x04, &[code.as_ref()])]);
    let unused = [der(0x04, &[b"NOT USED"]), der(0x02, &[&[1]])].concat();
    let file = der(0x30, &[version, safe, &der(0x30, &[&digest, &unused])]);
    token_of(try_bytes(&file, PASSWORD).await);
    assert_eq!(error_of(try_bytes(&file, "wrong").await).code().name, "auth.certificate_password");
    let mut other = file.clone();
    let at = other.len() - unused.len() - 1;
    other[at] ^= 1;
    assert_eq!(error_of(try_bytes(&other, PASSWORD).await).code().name, "auth.certificate_password");
}

#[tokio::test]
async fn an_incomplete_pfx_is_reported() {
    let error = error_of(try_file("nokey.pfx", Some(PASSWORD)).await);
    assert_eq!(error.to_string(), "the PFX holds no private key");
    let error = error_of(try_bytes(b"\x30\x03\x02\x01\x04", "").await);
    assert_eq!(error.to_string(), "the PFX is damaged or cut short");
    assert_no_secret_in(&error.to_json());
}
