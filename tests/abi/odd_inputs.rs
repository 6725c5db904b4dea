//! Files and documents that are broken in every way, given to the operations that read them: each ends with a result or with
//! an error that is no fault of the library, and nothing in them reaches a page, a log or a build service as more than text.
//!
//! `STORESHIP_ODD=100000 cargo test --test abi odd_inputs` tries more of them; `STORESHIP_SEED` begins with one seed.

use std::fs;
use std::path::Path;

use fastrand::Rng;
use serde_json::{Value, json};
use storeship::package::sample::{self, Sample};

use crate::check::document;
use crate::check_pictures::Png;
use crate::support::{self, pictures};

/// The status of a fault of the library.
const INTERNAL: i32 = 3;

/// Texts that mean more than text somewhere.
const HOSTILE: [&str; 30] = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "<style>*{background:url(//x.y)}</style>",
    "<!--",
    "]]>",
    "&#x3c;script&#x3e;",
    "\n::error::taken",
    "::stop-commands::x",
    "##vso[task.setvariable variable=x]y",
    "\r\n##vso[task.complete result=Succeeded]",
    "##[command]x",
    "\u{1b}[31mred\u{7}",
    "\u{202e}gnp.exe",
    "\u{feff}",
    "\u{200d}\u{1f468}",
    "a\u{300}\u{301}\u{302}",
    "\u{10ffff}\u{e000}",
    "{{x}} ${y} __Z__ [TEMPLATE]",
    "https://[::1",
    "http://user:pass@x.y/(",
    "https://\u{fc}\u{202e}.\u{fffd}",
    "%25%0A%0D%00",
    "..\\..\\C:\\Users\\jane\\a.png",
    "/home/jane/../../etc/passwd",
    "\u{2028}\u{2029}\u{85}",
    "Ã¤Â€â€™",
    "1.2.3.4 v99999999999999999999.1",
    "© 9999 1899-12345",
];

fn random(rng: &mut Rng) -> String {
    let mut text = String::new();
    for _ in 0..rng.usize(1..4) {
        match rng.u8(..4) {
            0 => text.push_str(&"x".repeat(rng.usize(..600))),
            1 => text.extend((0..rng.usize(1..40)).map(|_| rng.char(..))),
            _ => text.push_str(rng.choice(HOSTILE).unwrap()),
        }
    }
    text
}

/// Changes bytes: some are others, missing, there twice, or replaced by a text.
fn broken(rng: &mut Rng, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..rng.usize(1..4) {
        if bytes.is_empty() {
            return bytes;
        }
        let at = rng.usize(..bytes.len());
        let end = (at + rng.usize(..64)).min(bytes.len());
        match rng.u8(..7) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            3 => drop(bytes.splice(at..end, random(rng).into_bytes())),
            4 => bytes[at] = rng.u8(..),
            5 => bytes[at..end].iter_mut().for_each(|byte| *byte = 0xff),
            _ => bytes[at..end].fill(0),
        }
    }
    bytes
}

/// Changes values of a document: some are other texts, other kinds of values, missing, or have another name.
fn odd(rng: &mut Rng, value: &mut Value) {
    if rng.u8(..30) == 0 {
        *value = match rng.u8(..8) {
            0 => Value::Null,
            1 => json!(rng.bool()),
            2 => json!(f64::from(rng.i32(..)) * 1e300),
            3 => json!([random(rng)]),
            4 => json!({random(rng): random(rng)}),
            5 => json!([]),
            _ => json!(random(rng)),
        };
    }
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(|item| odd(rng, item));
            if rng.u8(..20) == 0 {
                items.extend(items.clone());
            }
        }
        Value::Object(members) => {
            for (_, member) in members.iter_mut() {
                odd(rng, member);
            }
            if rng.u8(..20) == 0
                && let Some(name) = rng.choice(members.keys()).cloned()
                && let Some(member) = members.remove(&name)
            {
                members.insert(random(rng), member);
            }
        }
        Value::String(text) if rng.u8(..6) == 0 => {
            let at = (0..=text.len()).rev().find(|at| *at <= text.len() / 2 && text.is_char_boundary(*at)).unwrap();
            text.insert_str(at, &random(rng));
        }
        _ => {}
    }
}

/// Calls an operation, which may refuse what it gets.
#[track_caller]
fn call(seed: u64, operation: &str, request: &str) -> Value {
    let answer = support::call(0, operation, request);
    assert_ne!(answer.status, INTERNAL, "STORESHIP_SEED={seed}: {operation}: {}", answer.text);
    answer.json
}

/// Asserts that a page has only the elements and attributes that a page has without the texts.
#[track_caller]
fn is_inert(seed: u64, html: &str) {
    const ELEMENTS: [&str; 8] = ["script", "iframe", "object", "embed", "form", "base", "svg", "math"];
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once('<') {
        let (tag, behind) = tag.split_once('>').unwrap_or((tag, ""));
        rest = behind;
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let is_tag = !name.is_empty() || tag.starts_with("!DOCTYPE") || tag.starts_with("!doctype");
        assert!(is_tag && !ELEMENTS.contains(&name.as_str()), "STORESHIP_SEED={seed}: <{tag}>");
        // Outside of quoted values no attribute can do anything.
        let names: String = tag.split('"').step_by(2).collect();
        assert!(!names.contains(" on") && !names.contains("'"), "STORESHIP_SEED={seed}: <{tag}>");
        for attribute in tag.split('"').collect::<Vec<_>>().chunks_exact(2) {
            let (name, value) = (attribute[0].trim_end_matches('=').trim_start(), attribute[1]);
            let is_address = value.contains(':') && !value.starts_with("data:image/png;base64,");
            let loads = ["src", "href", "action", "srcset"].iter().any(|loading| name.ends_with(loading));
            assert!(!(loads && is_address), "STORESHIP_SEED={seed}: <{tag}>");
        }
    }
}

/// Checks with annotations and SARIF, and asserts that both have nothing but findings.
#[track_caller]
fn check(seed: u64, folder: &Path, mut request: Value) {
    let output = folder.join("out.sarif");
    request["sarifPath"] = json!(output);
    request["now"] = json!("2026-11-30T00:00:00Z");
    for (service, start) in [("gitHub", "::"), ("azure", "##vso[task.logissue type=")] {
        request["annotations"] = json!(service);
        let response = call(seed, "submission.check", &request.to_string());
        if response["ok"] == false {
            return;
        }
        let lines = response["result"]["annotations"].as_array().unwrap();
        assert_eq!(lines.len(), response["result"]["findings"].as_array().unwrap().len());
        for line in lines {
            let line = line.as_str().unwrap();
            let is_one = line.starts_with(start) && !line.contains(['\r', '\n']) && line.matches("##vso[").count() < 2;
            assert!(is_one && !line[1..].contains("##["), "STORESHIP_SEED={seed}: {line}");
            assert!(!line.contains('\u{1b}'), "STORESHIP_SEED={seed}: {line}");
        }
        for finding in response["result"]["findings"].as_array().unwrap() {
            for field in ["message", "file", "found", "allowed", "remedy"] {
                let text = finding[field].as_str().unwrap_or_default();
                let is_shown = !text.contains("##vso[") && !text.chars().any(char::is_control);
                assert!(is_shown, "STORESHIP_SEED={seed}: {field}: {text:?}");
            }
        }
    }
    crate::check_output::validate(&serde_json::from_str(&fs::read_to_string(&output).unwrap()).unwrap());
}

fn put(folder: &Path, file: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(file);
    if fs::create_dir_all(path.parent().unwrap()).is_ok() {
        // Some systems don't take some names.
        let _ = fs::write(path, bytes);
    }
}

/// A document that is no submission any more.
fn documents(seed: u64, folder: &Path) {
    let rng = &mut Rng::with_seed(seed);
    let mut whole = document();
    whole["listings"]["de-de"] = whole["listings"]["en-us"].clone();
    whole["trailers"] = json!([{"id": "1", "videoFileName": "a.mp4", "trailerAssets": {"en-us": {"title": "T", "imageList": [{"fileName": "t.png"}]}}}]);
    whole["applicationPackages"] = json!([{"fileName": "a.msix", "fileStatus": "Uploaded", "version": "1.0.0.0",
        "languages": ["en-us"], "capabilities": ["webcam"], "targetDeviceFamilies": ["Windows.Xbox min version 10.0.0.0"]}]);
    whole["gamingOptions"] = json!([{"genres": ["Games_Word"], "localMultiplayerMinPlayers": 2}]);
    whole["packageDeliveryOptions"] = json!({"isMandatoryUpdate": true, "mandatoryUpdateEffectiveDate": "2020-01-01T00:00:00Z",
        "packageRollout": {"packageRolloutPercentage": 101}});
    let base = whole.clone();
    odd(rng, &mut whole);
    check(seed, folder, json!({"document": whole}));
    check(seed, folder, json!({"document": whole, "base": base}));
    let page = call(seed, "submission.preview", &json!({"document": whole, "base": base}).to_string());
    if let Some(html) = page["result"]["html"].as_str() {
        is_inert(seed, html);
    }
    let written = folder.join("written");
    let response = call(seed, "listing.write", &json!({"document": whole, "path": written}).to_string());
    if response["ok"] == true {
        let read = call(seed, "listing.read", &json!({"document": whole, "path": written}).to_string());
        assert_eq!(
            read["result"]["edits"],
            json!([]),
            "STORESHIP_SEED={seed}: a folder of a submission changes nothing: {read}"
        );
    }
    let outside = fs::read_dir(folder).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        !["written", "out.sarif"].contains(&name.to_str().unwrap())
    });
    assert_eq!(outside.count(), 0, "STORESHIP_SEED={seed}: a file was written outside of the folder");
    check(seed, folder, json!({"document": whole, "listingPath": written}));
    // The same as a text that may be no JSON.
    let text = String::from_utf8_lossy(&broken(rng, whole.to_string().as_bytes())).into_owned();
    if !text.contains('\0') {
        for (operation, field) in [("submission.check", "document"), ("submission.preview", "document")] {
            call(seed, operation, &format!("{{\"{field}\":{text}}}"));
        }
    }
    put(folder, "document.json", broken(rng, whole.to_string().as_bytes()));
    check(seed, folder, json!({"documentPath": folder.join("document.json")}));
}

/// A folder of listings with files that are none.
fn folders(seed: u64, folder: &Path) {
    let rng = &mut Rng::with_seed(seed);
    let store = folder.join("store");
    let png = pictures::png(40, 30);
    let video =
        [&b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x20moov\0\0\0\x18trak\0\0\0\x10tkhd\0\0\0\0\0\0\0\0"[..], &[0; 40]]
            .concat();
    let files: [(&str, Vec<u8>); 14] = [
        (
            "storeship.json",
            br#"{"format": 1, "appId": "9NBLGGH4R315", "fallback": {"de-at": "en-us"}, "allow": []}"#.to_vec(),
        ),
        ("submission.json", br#"{"applicationCategory": "Games_Word", "pricing": {"priceId": "Tier2"}}"#.to_vec()),
        ("notes-for-certification.txt", b"Nothing".to_vec()),
        ("listings/en-us/title.txt", b"Beans".to_vec()),
        ("listings/en-us/description.txt", b"Counts beans.\r\n\r\nFast.".to_vec()),
        ("listings/en-us/features.txt", b"One\nTwo\n".to_vec()),
        ("listings/en-us/keywords.json", br#"["a b", "c"]"#.to_vec()),
        ("listings/en-us/images/Screenshot/01-home.png", png.clone()),
        ("listings/en-us/images/Screenshot/02.png", Png::of(1920, 1080).bytes()),
        ("listings/en-us/images/Screenshot/02.remote", br#"{"id": "5", "fileName": "a.png"}"#.to_vec()),
        ("listings/de-at/platforms/Windows81/description.txt", b"Alt".to_vec()),
        ("trailers/01/video.mp4", video),
        ("trailers/01/en-us/title.txt", b"Intro".to_vec()),
        ("trailers/01/en-us/thumbnail.png", png),
    ];
    for (file, bytes) in files {
        match rng.u8(..8) {
            0 => {}
            1 => put(&store, &file.replace(['a', 'e'], "E"), bytes),
            2 => put(&store, &format!("{file}/{}", random(rng).replace(['\0', '/'], "")), bytes),
            3..6 => put(&store, file, broken(rng, &bytes)),
            _ => put(&store, file, bytes),
        }
    }
    check(seed, folder, json!({"listingPath": store, "full": rng.bool()}));
    check(seed, folder, json!({"listingPath": store, "document": document(), "full": true}));
    call(seed, "listing.read", &json!({"document": document(), "path": store}).to_string());
    let page =
        call(seed, "submission.preview", &json!({"document": document(), "listing": {"path": store}}).to_string());
    if let Some(html) = page["result"]["html"].as_str() {
        is_inert(seed, html);
    }
    call(seed, "listing.write", &json!({"document": document(), "path": store, "images": "adopt"}).to_string());
    put(
        folder,
        "release.json",
        broken(
            rng,
            json!({"appId": "9NBLGGH4R315", "listing": {"path": "store"},
        "releaseNotes": {"en-us": ["a", "b"]}, "allow": ["T01"],
        "edits": [{"op": "replace", "path": "/listings/en-us/baseListing/title", "value": "B"}]})
            .to_string()
            .as_bytes(),
        ),
    );
    check(seed, folder, json!({"releasePath": folder.join("release.json"), "document": document()}));
}

/// Packages and listings of other tools that are broken.
fn files(seed: u64, folder: &Path) {
    let rng = &mut Rng::with_seed(seed);
    let samples = [Sample::default(), Sample { architecture: "arm64".to_owned(), ..Sample::default() }];
    let package = sample::package(&samples[0]).unwrap();
    let upload = sample::upload(vec![("App_x64.msix".to_owned(), package.clone())]).unwrap();
    for (name, bytes) in
        [("a.msix", package), ("b.msixbundle", sample::bundle(&samples).unwrap()), ("c.msixupload", upload)]
    {
        put(folder, name, broken(rng, &bytes));
        check(seed, folder, json!({"packages": [folder.join(name)], "full": true, "document": document()}));
    }
    let pdp = concat!(
        r#"<?xml version="1.0" encoding="utf-8"?><ProductDescription xmlns="http://schemas.microsoft.com/appx/2012/ProductDescription" "#,
        r#"Release="24"><AppStoreName>B</AppStoreName><Keywords><Keyword>a</Keyword></Keywords><Description>D</Description>"#,
        r#"<ScreenshotCaptions><Caption DesktopImage="a.png">C</Caption></ScreenshotCaptions></ProductDescription>"#
    );
    let csv = "\u{feff}Field,ID,Type (Type),default,en-us\r\nDescription,2,Text,,\"Counts\nbeans.\"\r\n\
               DesktopScreenshot1,100,Relative path (or URL to file in Partner Center),a.png,\r\nSearchTerm1,900,Text,a,b\r\n";
    let vsts = r#"{"description": "D", "features": ["a"]}"#;
    let png = pictures::png(20, 20);
    put(folder, "pdp/en-us/PDP.xml", broken(rng, pdp.as_bytes()));
    put(folder, "pdp/en-us/a.png", broken(rng, &png));
    put(folder, "csv/listing.csv", broken(rng, csv.as_bytes()));
    put(folder, "csv/a.png", &png);
    put(folder, "meta/en-us/baseListing/metadata.json", broken(rng, vsts.as_bytes()));
    put(folder, "meta/en-us/baseListing/images/Screenshot/a.png", broken(rng, &png));
    for (format, from) in [("storeBroker", "pdp"), ("partnerCenter", "csv"), ("azureDevOps", "meta")] {
        let to = folder.join("out").join(from);
        let request = json!({"format": format, "from": folder.join(from), "path": to});
        let response = call(seed, "listing.convert", &request.to_string());
        if response["ok"] == true {
            let read =
                call(seed, "listing.read", &json!({"document": document(), "path": to, "images": "keep"}).to_string());
            assert_ne!(read["error"]["code"], "listing.invalid", "STORESHIP_SEED={seed}: {format}: {read}");
        }
    }
}

fn run(work: fn(u64, &Path)) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (count, first) = (number("STORESHIP_ODD").unwrap_or(20), number("STORESHIP_SEED").unwrap_or(1));
    for seed in first..first + count {
        let folder = tempfile::tempdir().unwrap();
        work(seed, folder.path());
    }
}

#[test]
fn odd_documents() {
    run(documents);
}

#[test]
fn odd_folders() {
    run(folders);
}

#[test]
fn odd_packages_and_listings_of_other_tools() {
    run(files);
}
