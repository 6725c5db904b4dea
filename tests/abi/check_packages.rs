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

/// An element of DER.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len() as u16;
    let length = if length < 128 { vec![length as u8] } else { [&[0x82][..], &length.to_be_bytes()].concat() };
    [&[tag][..], &length, &content].concat()
}

/// A name of a certificate with its common name.
fn name(common: &str) -> Vec<u8> {
    let country = der(0x31, &[&der(0x30, &[&der(0x06, &[&[0x55, 4, 6]]), &der(0x13, &[b"US"])])]);
    let common = der(0x31, &[&der(0x30, &[&der(0x06, &[&[0x55, 4, 3]]), &der(0x0c, &[common.as_bytes()])])]);
    der(0x30, &[&country, &common])
}

/// A message of PKCS #7 with this content and a certificate of `issuer` for `subject`, as far as its form goes.
fn message(content: &[u8], issuer: &str, subject: &str) -> Vec<u8> {
    let (issuer, subject, serial) = (name(issuer), name(subject), der(0x02, &[&[7]]));
    let empty = der(0x30, &[]);
    let fields = der(0x30, &[&der(0xa0, &[&der(0x02, &[&[2]])]), &serial, &empty, &issuer, &empty, &subject, &empty]);
    let certificate = der(0x30, &[&fields, &empty, &der(0x03, &[&[0]])]);
    let other = der(0x30, &[&der(0x30, &[&der(0x02, &[&[9]]), &empty, &subject, &empty, &issuer]), &empty]);
    let signer = der(0x30, &[&der(0x02, &[&[1]]), &der(0x30, &[&issuer, &serial]), &empty]);
    let signed = der(
        0x30,
        &[
            &der(0x02, &[&[1]]),
            &der(0x31, &[]),
            &der(0x30, &[&der(0x06, &[&[0x2a]]), &der(0xa0, &[&der(0x04, &[content])])]),
            &der(0xa0, &[&other, &certificate]),
            &der(0x31, &[&signer]),
        ],
    );
    der(0x30, &[&der(0x06, &[&[0x2a, 0x86]]), &der(0xa0, &[&signed])])
}

/// The records at the end of a ZIP, with those of ZIP64, as the tools of Windows write them.
fn end_records(count: u64, size: u64, start: u64) -> Vec<u8> {
    let mut bytes = b"PK\x06\x06".to_vec();
    bytes.extend(44_u64.to_le_bytes());
    bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend([count, count, size, start].map(u64::to_le_bytes).concat());
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend((start + size).to_le_bytes());
    bytes.extend([1, 0, 0, 0]);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([0xff; 12]);
    bytes.extend([0, 0]);
    bytes
}

/// A package with a signature as the tools of Windows add it. `change` gets the files and the directory after they were
/// signed.
fn signed(issuer: &str, subject: &str, change: impl Fn(&mut Vec<u8>, &mut Vec<u8>)) -> Vec<u8> {
    const NAME: &[u8] = b"AppxSignature.p7x";
    let package = package();
    let number = |at: usize, bytes: usize| {
        let field = &package[package.len() - 22 + at..][..bytes];
        field.iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let (count, size, start) = (number(10, 2), number(12, 4), number(16, 4));
    let (mut files, rest) = (package[..start as usize].to_vec(), &package[start as usize..]);
    let mut directory = rest[..size as usize].to_vec();
    let content = |name: &str| {
        let mut content = Vec::new();
        ZipArchive::new(Cursor::new(&package)).unwrap().by_name(name).unwrap().read_to_end(&mut content).unwrap();
        content
    };
    let mut hashes = b"APPX".to_vec();
    for (tag, content) in [
        (b"AXPC", files.clone()),
        (b"AXCD", [directory.clone(), end_records(count, size, start)].concat()),
        (b"AXCT", content("[Content_Types].xml")),
        (b"AXBM", content("AppxBlockMap.xml")),
    ] {
        hashes.extend(tag);
        hashes.extend(Sha256::digest(content));
    }
    let signature = [b"PKCX".to_vec(), message(&hashes, issuer, subject)].concat();
    change(&mut files, &mut directory);
    let mut sizes = storeship::zip::crc32(&signature).to_le_bytes().to_vec();
    sizes.extend([signature.len() as u32; 2].map(u32::to_le_bytes).concat());
    sizes.extend([NAME.len() as u8, 0, 0, 0]);
    let local = [b"PK\x03\x04\x2d\0\0\0\0\0\0\0\x21\0", &sizes[..], NAME, &signature].concat();
    let mut entry = [b"PK\x01\x02\x2d\0\x2d\0\0\0\0\0\0\0\x21\0", &sizes[..], &[0; 10]].concat();
    entry.extend((start as u32).to_le_bytes());
    entry.extend(NAME);
    let end = end_records(count + 1, size + entry.len() as u64, start + local.len() as u64);
    [files, local, directory, entry, end].concat()
}

#[test]
fn a_signature_is_of_the_whole_archive_and_of_the_publisher() {
    const PUBLISHER: &str = "2F1A8B4C-5D6E-4F70-8192-A3B4C5D6E7F8";
    let full = |bytes: &[u8]| {
        let found = of("P06", &found(bytes, json!({"full": true})));
        found.into_iter().map(|(severity, _, message)| format!("{severity}: {message}")).collect::<Vec<_>>()
    };
    let same = |_: &mut Vec<u8>, _: &mut Vec<u8>| {};
    // The names of the certificate are compared with the whole publisher, which has no country here.
    let with_country = |bytes: Vec<u8>| {
        let publisher = format!("CN={PUBLISHER}");
        changed(
            &bytes,
            |name, content| {
                let text = || String::from_utf8(content.clone()).unwrap();
                let own = name == "AppxManifest.xml";
                Some(if own { text().replace(&publisher, &format!("{publisher}, C=US")).into_bytes() } else { content })
            },
            &[],
        )
    };
    let signer = full(&signed("Contoso", PUBLISHER, same));
    assert_eq!(
        signer,
        [format!("warning: its signature is by CN={PUBLISHER}, C=US, and its Publisher is CN={PUBLISHER}")]
    );
    let own = full(&with_country(signed("Contoso", PUBLISHER, same)));
    assert_eq!(own, Vec::<String>::new(), "the layout is not that of the tools of Windows any more");
    let own = full(&with_country(signed(PUBLISHER, PUBLISHER, same)));
    assert_eq!(own.len(), 1);
    assert!(own[0].starts_with("information: its certificate is self-signed"), "{own:?}");

    let date = |_: &mut Vec<u8>, directory: &mut Vec<u8>| directory[12] ^= 1;
    assert!(
        full(&signed("Contoso", PUBLISHER, date))[0].contains("error: its signature is of another central directory")
    );
    let extra = |files: &mut Vec<u8>, _: &mut Vec<u8>| files[12] ^= 1;
    assert!(full(&signed("Contoso", PUBLISHER, extra))[0].contains("error: its signature is of another content"));
}
