//! The rules about what is inside of packages: capabilities, names, and the content against block map and signature.

use std::fs;
use std::io::{Cursor, Read, Write};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use storeship::package::sample::{self, Sample};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::check::{checked, document, of};

fn package() -> Vec<u8> {
    sample::package(&Sample::default()).unwrap()
}

/// The archive with other files: `change` gets the name and the content of each, and returns the new content, or nothing
/// for a file that is left out. `more` are files behind them.
fn changed(bytes: &[u8], change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>, more: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: &[u8]| {
        let stored = name.ends_with(".msix");
        let method = if stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        writer.start_file(name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(content).unwrap();
    };
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        let name = file.name().unwrap().into_owned();
        if let Some(content) = change(&name, content) {
            add(&name, &content);
        }
    }
    for (name, content) in more {
        add(name, content);
    }
    writer.finish().unwrap().into_inner()
}

/// The package with another text in one of its files.
fn replaced(name: &str, from: &str, to: &str) -> Vec<u8> {
    let replace = |own: &str, content: Vec<u8>| {
        if own != name {
            return Some(content);
        }
        let text = String::from_utf8(content).unwrap();
        assert!(text.contains(from), "{text}");
        Some(text.replace(from, to).into_bytes())
    };
    changed(&package(), replace, &[])
}

fn found(bytes: &[u8], more: Value) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let name = more["name"].as_str().unwrap_or("App.msix").to_owned();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let mut request = json!({"packages": [path.to_str().unwrap()]});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    request.as_object_mut().unwrap().remove("name");
    checked(request)["findings"].as_array().unwrap().clone()
}

/// The messages of the errors of a rule, in a full check.
fn errors(id: &str, bytes: &[u8], name: &str) -> Vec<String> {
    let findings = found(bytes, json!({"full": true, "name": name}));
    of(id, &findings).into_iter().filter(|(severity, ..)| severity == "error").map(|(.., message)| message).collect()
}

#[test]
fn a_full_check_compares_the_content_with_the_block_map() {
    let same = changed(&package(), |_, content| Some(content), &[]);
    for good in [package(), same] {
        assert_eq!(errors("P05", &good, "App.msix"), Vec::<String>::new());
    }
    let keep = |_: &str, content: Vec<u8>| Some(content);
    let large = sample::package(&Sample {
        files: vec![("data.bin".to_owned(), vec![7; 200_000]), ("empty".to_owned(), Vec::new())],
        ..Sample::default()
    })
    .unwrap();
    assert_eq!(errors("P05", &large, "App.msix"), Vec::<String>::new());
    let third = changed(
        &large,
        |name, mut content| {
            if name == "data.bin" {
                content[150_000] = 8;
            }
            Some(content)
        },
        &[],
    );
    let longer = changed(
        &large,
        |name, mut content| {
            if name == "data.bin" {
                content.truncate(131_072);
            }
            Some(content)
        },
        &[],
    );
    let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
    for (bytes, message) in [
        (replaced("index.html", "Hello", "Hallo"), "block 0 of index.html differs from its block map"),
        (third, "block 2 of data.bin differs from its block map"),
        (longer, "data.bin has 131072 bytes, and its block map says 200000 bytes"),
        (changed(&package(), keep, &[("more.txt", b"x".to_vec())]), "more.txt is not in its block map"),
        (
            changed(&package(), |name, content| (name != "index.html").then_some(content), &[]),
            "its block map names index.html, which is not there",
        ),
        (
            replaced("AppxBlockMap.xml", "http://www.w3.org/2001/04/xmlenc#sha256", sha1),
            "its block map has the hash method http://www.w3.org/2000/09/xmldsig#sha1, and the Store takes SHA2-256",
        ),
    ] {
        assert_eq!(errors("P05", &bytes, "App.msix"), [message]);
        assert_eq!(of("P05", &found(&bytes, json!({}))), [], "only a full check reads everything");
    }
}

#[test]
fn packages_in_bundles_and_upload_archives_are_compared_too() {
    let other = Sample { architecture: "arm64".to_owned(), ..Sample::default() };
    let bundle = sample::bundle(&[Sample::default(), other]).unwrap();
    assert_eq!(errors("P05", &bundle, "App.msixbundle"), Vec::<String>::new());
    let bad = replaced("index.html", "Hello", "Hallo");
    let upload = |inner: Vec<u8>| sample::upload(vec![("App_x64.msix".to_owned(), inner)]).unwrap();
    assert_eq!(errors("P05", &upload(package()), "App.msixupload"), Vec::<String>::new());
    let findings = found(&upload(bad), json!({"full": true, "name": "App.msixupload"}));
    let flaw = findings.iter().find(|finding| finding["id"] == "P05").unwrap();
    assert_eq!((&flaw["file"], &flaw["severity"]), (&json!("App.msixupload/App_x64.msix"), &json!("error")));
}

#[test]
fn a_signature_is_of_the_block_map_and_the_content_types() {
    let content = |name: &str| {
        let mut content = Vec::new();
        ZipArchive::new(Cursor::new(package())).unwrap().by_name(name).unwrap().read_to_end(&mut content).unwrap();
        content
    };
    let (map, types) = (content("AppxBlockMap.xml"), content("[Content_Types].xml"));
    // The hashes as a signature has them, without the certificates around them.
    let signature = |map: &[u8], types: &[u8]| {
        let mut bytes = b"PKCX\x30\x82....APPX".to_vec();
        for (tag, hash) in [(b"AXPC", [1; 32]), (b"AXCD", [2; 32])] {
            bytes.extend(tag);
            bytes.extend(hash);
        }
        for (tag, content) in [(b"AXCT", types), (b"AXBM", map)] {
            bytes.extend(tag);
            bytes.extend(Sha256::digest(content));
        }
        bytes.extend(b"....");
        bytes
    };
    let signed = |signature: Vec<u8>| {
        let keep = |_: &str, content: Vec<u8>| Some(content);
        errors("P06", &changed(&package(), keep, &[("AppxSignature.p7x", signature)]), "App.msix")
    };
    assert_eq!(signed(signature(&map, &types)), Vec::<String>::new());
    assert!(signed(signature(b"other", &types))[0].contains("block map"));
    assert!(signed(signature(&map, b"other"))[0].contains("content types"));
    assert!(signed(b"hello".to_vec())[0].contains("damaged"));
    // A package without one is only told of.
    assert_eq!(of("P06", &found(&package(), json!({})))[0].0, "information");
    assert_eq!(errors("P06", &package(), "App.msix"), Vec::<String>::new());
}

#[test]
fn capabilities() {
    let declares = |capability: &str| {
        let manifest = replaced("AppxManifest.xml", "<Capabilities>", &format!("<Capabilities>{capability}"));
        let namespaces = r#"<Package xmlns:rescap="http://schemas.microsoft.com/appx/manifest/foundation/windows10/restrictedcapabilities" xmlns:uap4="http://schemas.microsoft.com/appx/manifest/uap/windows10/4" "#;
        let bytes = changed(
            &manifest,
            |name, content| {
                let text = || String::from_utf8(content.clone()).unwrap();
                Some(match name {
                    "AppxManifest.xml" => text().replace("<Package ", namespaces).into_bytes(),
                    _ => content,
                })
            },
            &[],
        );
        of("P07", &found(&bytes, json!({}))).into_iter().map(|(severity, ..)| severity).collect::<Vec<_>>()
    };
    let restricted = |name: &str| declares(&format!(r#"<rescap:Capability Name="{name}"/>"#));
    assert_eq!(restricted("appLicensing"), ["error"]);
    assert_eq!(restricted("allowElevation"), ["warning"]);
    assert_eq!(restricted("inputObservation"), ["warning"]);
    assert_eq!(restricted("runFullTrust"), ["information"]);
    assert_eq!(declares(r#"<uap4:CustomCapability Name="Contoso.x_8wekyb3d8bbwe"/>"#), ["warning"]);
    assert_eq!(declares(r#"<uap:Capability Name="documentsLibrary"/>"#), ["information"]);
    assert_eq!(declares(r#"<Capability Name="internetClientServer"/>"#), Vec::<String>::new());
}

#[test]
fn a_name_that_is_a_resource_needs_the_languages_of_the_listings() {
    let bytes = replaced("AppxManifest.xml", "<DisplayName>Sample", "<DisplayName>ms-resource:Name");
    let mut document = document();
    let mut copy = document["listings"]["en-us"].clone();
    copy["baseListing"]["description"] = json!("Andere");
    document["listings"]["de-de"] = copy;
    let with = |document: &Value| of("P10", &found(&bytes, json!({"document": document})));
    assert_eq!(with(&document).len(), 0, "a title is a name");
    document["listings"]["de-de"]["baseListing"]["title"] = json!("");
    assert_eq!(with(&document)[0].0, "information");
}
