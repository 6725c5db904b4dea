//! Secrets, tokens and certificates in the encodings that tools write: decoded, or refused before anything is sent.

use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::support::{Client as AbiClient, Store};

/// A text in all encodings that are read.
fn readable(text: &str) -> Vec<Vec<u8>> {
    let utf_16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
    };
    vec![
        text.as_bytes().to_vec(),
        format!("\u{FEFF}{text}").into_bytes(),
        utf_16([0xFF, 0xFE], u16::to_le_bytes),
        utf_16([0xFE, 0xFF], u16::to_be_bytes),
    ]
}

/// A text in encodings that are refused, with the words that name the encoding.
fn unreadable(text: &str) -> Vec<(Vec<u8>, &'static str)> {
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf_32: Vec<u8> = format!("\u{FEFF}{text}").chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    vec![
        (utf_16, "UTF-16 without a byte order mark"),
        (utf_32, "UTF-32"),
        ([text.as_bytes(), b"\xE9"].concat(), "0xE9 at offset"),
        ([text.as_bytes(), b"\0"].concat(), "NUL character at offset"),
    ]
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(body).unwrap()
}

#[tokio::test]
async fn a_federated_token_is_read_as_windows_powershell_writes_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let variables = [&IDS[..], &[("AZURE_FEDERATED_TOKEN_FILE", path.to_str().unwrap())]].concat();
    let credential = json!({"type": "federatedFile"});
    for bytes in readable("file-1\r\n") {
        let cloud = Cloud::new(Expect::Assertion("file-".to_owned()));
        std::fs::write(&path, &bytes).unwrap();
        token_of(sign_in(&cloud, credential.clone(), &variables).await);
        assert_eq!(cloud.get(|cloud| cloud.assertions.clone()), ["file-1"], "{bytes:?}");
    }
    let cloud = Cloud::new(Expect::Assertion("file-".to_owned()));
    for (bytes, words) in unreadable("file-1") {
        std::fs::write(&path, bytes).unwrap();
        let error = error_of(sign_in(&cloud, credential.clone(), &variables).await);
        assert_eq!(error.code().name, "file.encoding", "{error}");
        assert!(error.to_string().contains(words) && error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
    cloud.get(|cloud| assert_eq!(cloud.exchanges, 0));
}

#[tokio::test]
async fn a_certificate_is_read_as_windows_powershell_writes_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("certificate");
    let credential = || json!({"type": "certificate", "tenantId": TENANT, "clientId": CLIENT, "certificatePath": path});
    let pem = text("cert.pem") + &text("key.pem");
    for bytes in readable(&pem) {
        std::fs::write(&path, bytes).unwrap();
        token_of(sign_in(&Cloud::new(Expect::Certificate(0)), credential(), &[]).await);
    }
    let marked = certificate(&format!("\u{FEFF}{pem}"), json!({}));
    token_of(sign_in(&Cloud::new(Expect::Certificate(0)), marked, &[]).await);

    let cloud = Cloud::new(Expect::Certificate(0));
    for (bytes, words) in unreadable(&pem) {
        std::fs::write(&path, bytes).unwrap();
        let error = error_of(sign_in(&cloud, credential(), &[]).await);
        assert_eq!(error.code().name, "file.encoding", "{error}");
        assert!(error.to_string().contains(words) && error.to_string().contains(path.to_str().unwrap()), "{error}");
        assert_no_secret_in(&error.to_json());
    }
    // `-----BEGIN PKCS7-----` in DER begins with an object identifier.
    let pkcs7 = b"\x30\x0D\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xA0\0".to_vec();
    for (bytes, words) in [
        (der(&text("cert.pem")), "a certificate without its private key"),
        (der(&text("key.pem")), "a private key without its certificate"),
        (der(&text("key-pkcs1.pem")), "a private key without its certificate"),
        (pkcs7, "PKCS #7"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let error = error_of(sign_in(&cloud, credential(), &[]).await);
        assert_eq!(error.code().name, "auth.certificate_unreadable", "{error}");
        assert!(error.to_string().contains(words) && error.remedy().contains("PFX"), "{error}");
    }
    cloud.get(|cloud| assert_eq!(cloud.exchanges, 0));
}

/// Nobody writes to the pipe: opening it in the usual way would wait for ever.
#[cfg(unix)]
#[tokio::test]
async fn a_path_that_names_a_pipe_is_refused_with_the_field_that_takes_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let cloud = Cloud::new(Expect::Secret);
    let federated = json!({"type": "federatedFile", "tenantId": TENANT, "clientId": CLIENT, "path": pipe});
    let certificate = json!({"type": "certificate", "tenantId": TENANT, "clientId": CLIENT, "certificatePath": pipe});
    for (credential, field) in [(federated, "`assertion`"), (certificate, "`certificate`")] {
        let error = error_of(sign_in(&cloud, credential, &[]).await);
        assert_eq!(error.code().name, "file.unreadable", "{error}");
        assert!(error.to_string().contains("it is a pipe") && error.remedy().contains(field), "{error:?}");
    }
    let authorities = json!({"caFile": pipe});
    let config = config(json!({"type": "azureCli"}), authorities, &[]).unwrap();
    assert_eq!(Client::new(config, &ProcessWide::default()).err().unwrap().code().name, "file.unreadable");
    cloud.get(|cloud| assert_eq!(cloud.exchanges, 0));
}

#[test]
fn a_file_of_authorities_is_read_in_each_encoding_and_in_der() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("authorities");
    let open = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let config = config(json!({"type": "azureCli"}), json!({ "caFile": path }), &[]).unwrap();
        Client::new(config, &ProcessWide::default()).err()
    };
    let (authority, leaf) = (text("authority.pem"), text("cert.pem"));
    for pem in [authority.clone(), format!("0 a comment\n{authority}{leaf}"), authority.replace('\n', "\r\n")] {
        for bytes in readable(&pem) {
            assert!(open(&bytes).is_none(), "{pem}");
        }
    }
    assert!(open(&der(&authority)).is_none());
    for (bytes, words) in unreadable(&authority) {
        let error = open(&bytes).unwrap();
        assert_eq!(error.code().name, "file.encoding", "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let damaged = {
        let mut bytes = der(&leaf);
        bytes.truncate(bytes.len() / 2);
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(bytes))
    };
    let line = authority.lines().count() + 1;
    let cut = authority.clone() + &leaf[..leaf.len() / 2];
    for (bytes, words) in [
        ((authority.clone() + &damaged + &authority).into_bytes(), "certificate 2 in".to_owned()),
        ((authority.clone() + &damaged).into_bytes(), format!("at line {line}, can't be parsed: its DER is damaged")),
        (
            (authority.clone() + &leaf.replacen("MII", "M?I", 1)).into_bytes(),
            format!("at line {line}, can't be parsed"),
        ),
        (cut.into_bytes(), format!("at line {line}, can't be parsed")),
        (der(&authority)[..300].to_vec(), "(DER)".to_owned()),
        (text("key.pem").into_bytes(), "but `PRIVATE KEY` at line 1".to_owned()),
        (b"nothing".to_vec(), "holds no certificate".to_owned()),
    ] {
        let error = open(&bytes).unwrap_or_else(|| panic!("accepted: {words}"));
        assert_eq!(error.code().name, "config.invalid", "{error}");
        assert!(error.to_string().contains(&words), "{words}: {error}");
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
}

#[test]
fn a_line_end_after_a_secret_is_left_out_and_said() {
    let store = Store::start();
    let endpoints = &store.endpoints;
    let mark = format!("\u{FEFF}{}", endpoints.client_secret);
    let line_end = format!("{}\r\n", endpoints.client_secret);
    let tenant = format!(" {}\n", endpoints.tenant_id);
    let environment = |secret: &str, tenant: &str| json!({"AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": endpoints.client_id, "AZURE_CLIENT_SECRET": secret});
    for (secret, tenant, warnings) in [
        (&endpoints.client_secret, &endpoints.tenant_id, vec![]),
        (&line_end, &endpoints.tenant_id, vec!["AZURE_CLIENT_SECRET ends in a line end: it was left out"]),
        (&mark, &endpoints.tenant_id, vec!["AZURE_CLIENT_SECRET begins with a byte order mark: it was left out"]),
        (
            &endpoints.client_secret,
            &tenant,
            vec!["AZURE_TENANT_ID ends in a line end and has white space around it: it was left out"],
        ),
    ] {
        let mut by_environment = store.config();
        by_environment["credential"] = json!({"type": "environment"});
        by_environment["environment"] = environment(secret, tenant);
        let client = AbiClient::open(&by_environment);
        let (events, answer) = client.job("token.check", json!({}));
        let found = answer.result().get("warnings").cloned().unwrap_or(json!([]));
        assert_eq!(found, json!(warnings), "{}", answer.text);
        let logged: Vec<&Value> =
            events.iter().filter(|event| event["level"] == "warning").map(|event| &event["message"]).collect();
        assert_eq!(logged, warnings);
        let finding = client.call("service.check", json!({})).result()["findings"][0].clone();
        assert_eq!(finding["ok"], true);
        assert!(warnings.iter().all(|warning| finding["message"].as_str().unwrap().contains(warning)), "{finding}");

        let mut by_field = store.config();
        by_field["credential"]["clientSecret"] = json!(secret);
        by_field["credential"]["tenantId"] = json!(tenant);
        let answer = AbiClient::open(&by_field).call("token.check", json!({}));
        let found = answer.result().get("warnings").cloned().unwrap_or(json!([])).to_string();
        let named = found.replace("`clientSecret`", "AZURE_CLIENT_SECRET").replace("`tenantId`", "AZURE_TENANT_ID");
        assert_eq!(named, json!(warnings).to_string());
    }
}

#[test]
fn a_secret_that_was_decoded_wrongly_is_refused_when_the_client_is_opened() {
    let secret =
        |value: &str| json!({"type": "clientSecret", "tenantId": TENANT, "clientId": CLIENT, "clientSecret": value});
    for (credential, field, words) in [
        (secret("s\0e\0c\0"), "`clientSecret`", "NUL character at offset 1"),
        (secret("sec\u{FFFD}"), "`clientSecret`", "U+FFFD at offset 3"),
        (json!({"type": "token", "accessToken": "a\0"}), "`accessToken`", "NUL"),
        (json!({"type": "assertion", "tenantId": "t\0", "clientId": "c", "assertion": "a"}), "`tenantId`", "NUL"),
        (
            json!({"type": "assertion", "tenantId": "Contoso Ltd", "clientId": "c", "assertion": "a"}),
            "`tenantId`",
            "neither a GUID nor a domain",
        ),
        (
            json!({"type": "assertion", "tenantId": "t", "clientId": "$(ClientId)", "assertion": "a"}),
            "`clientId`",
            "no GUID",
        ),
        (json!({"type": "azureCli", "tenantId": "contoso.com/"}), "`tenantId`", "neither a GUID nor a domain"),
    ] {
        let error = config(credential, json!({}), &[]).err().unwrap();
        assert_eq!(error.code().name, "config.invalid", "{error}");
        assert!(error.to_string().contains(field) && error.to_string().contains(words), "{error}");
    }
    // The password of a certificate may end in a space, but in no line end.
    let pem = certificate("x", json!({"certificatePassword": "p \r\n"}));
    let Credential::Certificate { certificate_password, .. } = config(pem, json!({}), &[]).unwrap().credential else {
        panic!("no certificate")
    };
    assert_eq!(certificate_password.unwrap().reveal(), "p ");
}

#[test]
fn the_usual_variables_of_other_tools_are_named_without_their_values() {
    let store: [(&str, &str); 4] = [
        ("AZURE_AD_TENANT_ID", "tenant-v4lue"),
        ("AZURE_AD_APPLICATION_CLIENT_ID", "client-v4lue"),
        ("MSSTORE_CLIENT_SECRET", "s3cret-v4lue"),
        ("STORE_APP_ID", "9NBLGGH4R315"),
    ];
    for (kind, code) in [("environment", "auth.no_credential"), ("githubActions", "auth.no_github")] {
        let variables = [&store[..], &GITHUB].concat();
        let variables = if kind == "environment" { &store[..] } else { &variables };
        let error = config(json!({ "type": kind }), json!({}), variables).err().unwrap();
        assert_eq!(error.code().name, code);
        let named = "it has AZURE_AD_TENANT_ID, AZURE_AD_APPLICATION_CLIENT_ID, MSSTORE_CLIENT_SECRET";
        assert!(error.to_string().contains(named), "{error}");
        assert!(error.remedy().contains("AZURE_CLIENT_SECRET from MSSTORE_CLIENT_SECRET"), "{}", error.remedy());
        assert!(!error.to_json().contains("v4lue"), "{}", error.to_json());
    }
    let variables = [&store[..], &IDS].concat();
    let error = config(json!({"type": "environment"}), json!({}), &variables).err().unwrap();
    // Variables whose place is taken are not named.
    assert!(error.to_string().ends_with("no AZURE_CLIENT_SECRET; it has MSSTORE_CLIENT_SECRET"), "{error}");
}
