//! V01 to V04: trailers, with videos that are made here from their boxes.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::check::{checked, document, member, of};
use crate::check_pictures::Png;

/// A box with its length and its kind.
fn part(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    [&(data.len() as u32 + 8).to_be_bytes()[..], kind, data].concat()
}

/// A video: how it differs from one without a finding.
#[derive(Clone)]
pub(crate) struct Video {
    pub(crate) brand: &'static [u8; 4],
    pub(crate) pixels: (u32, u32),
    pub(crate) seconds: u32,
    pub(crate) codec: &'static [u8; 4],
    pub(crate) edit_list: bool,
    pub(crate) index_last: bool,
}

pub(crate) const GOOD: Video =
    Video { brand: b"isom", pixels: (1920, 1080), seconds: 60, codec: b"avc1", edit_list: false, index_last: false };

impl Video {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let movie = [&[0; 12][..], &1000_u32.to_be_bytes(), &(self.seconds * 1000).to_be_bytes(), &[0; 80]].concat();
        let sides = [self.pixels.0 << 16, self.pixels.1 << 16].map(u32::to_be_bytes).concat();
        let track = part(b"tkhd", &[&[0; 76][..], &sides].concat());
        let entry = part(self.codec, &[0; 8]);
        let described = part(b"stsd", &[&[0; 8][..], &entry].concat());
        let media = part(b"mdia", &part(b"minf", &part(b"stbl", &described)));
        let edits = if self.edit_list { part(b"edts", &part(b"elst", &[0; 8])) } else { Vec::new() };
        let index = part(b"moov", &[part(b"mvhd", &movie), part(b"trak", &[track, edits, media].concat())].concat());
        let content = part(b"mdat", b"video");
        let mut bytes = part(b"ftyp", &[&self.brand[..], &[0; 4]].concat());
        let parts = if self.index_last { [content, index] } else { [index, content] };
        bytes.extend(parts.concat());
        bytes
    }
}

fn put(folder: &TempDir, file: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.path().join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A folder with a trailer that has no finding.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(&folder, "trailers/01-intro/video.mp4", GOOD.bytes());
    put(&folder, "trailers/01-intro/en-us/title.txt", "Beans");
    put(&folder, "trailers/01-intro/en-us/thumbnail.png", Png::of(1920, 1080).bytes());
    folder
}

/// The findings of the rules about trailers.
fn found(folder: &TempDir, more: Value) -> Vec<Value> {
    let root = folder.path().to_str().unwrap();
    let mut request = json!({"listingPath": root, "rootPath": root});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let findings = checked(request)["findings"].as_array().unwrap().clone();
    findings.into_iter().filter(|finding| finding["id"].as_str().unwrap().starts_with('V')).collect()
}

/// The severity and the message of the findings in a video.
fn of_video(bytes: &[u8], name: &str) -> Vec<(String, String)> {
    let folder = folder();
    fs::remove_file(folder.path().join("trailers/01-intro/video.mp4")).unwrap();
    put(&folder, &format!("trailers/01-intro/{name}"), bytes);
    let findings = found(&folder, json!({}));
    for finding in &findings {
        assert_eq!(finding["file"], format!("trailers/01-intro/{name}"), "{finding}");
    }
    of("V01", &findings).into_iter().map(|(severity, _, message)| (severity, message)).collect()
}

#[test]
fn a_video_is_read_by_its_boxes() {
    assert_eq!(of_video(&GOOD.bytes(), "video.mp4"), []);
    assert_eq!(of_video(&Video { brand: b"qt  ", codec: b"apcn", ..GOOD }.bytes(), "video.mov"), []);
    let cut = GOOD.bytes();
    let cases = [
        (b"\x1a\x45\xdf\xa3 WebM and more bytes".to_vec(), "error", "no MP4"),
        (b"hi".to_vec(), "error", "no MP4"),
        (Video { brand: b"heic", ..GOOD }.bytes(), "error", "no MP4"),
        (cut[..cut.len() - 3].to_vec(), "error", "cut short"),
        (part(b"ftyp", b"isom"), "error", "no index"),
        (Video { index_last: true, ..GOOD }.bytes(), "warning", "behind its content"),
        (Video { edit_list: true, ..GOOD }.bytes(), "warning", "edit list"),
        (Video { pixels: (1280, 720), ..GOOD }.bytes(), "warning", "1280 x 720"),
        (Video { codec: b"hvc1", ..GOOD }.bytes(), "warning", "codec hvc1"),
        (Video { seconds: 61, ..GOOD }.bytes(), "information", "61 seconds"),
    ];
    for (bytes, severity, message) in cases {
        let found = of_video(&bytes, "video.mp4");
        assert_eq!((found.len(), found[0].0.as_str()), (1, severity), "{found:?}");
        assert!(found[0].1.contains(message), "{found:?}");
    }
}

#[test]
fn a_video_has_less_than_two_gigabytes() {
    let folder = folder();
    let bytes = GOOD.bytes();
    let path = folder.path().join("large.mp4");
    // The last box goes on to the end of the file, which has no content on disk.
    let mut sparse = bytes[..bytes.len() - 13].to_vec();
    sparse.extend([0, 0, 0, 0]);
    sparse.extend(b"mdat");
    fs::write(&path, &sparse).unwrap();
    let size = |bytes: u64| {
        fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(bytes).unwrap();
        let document = with_trailer(json!({}));
        let files = json!([{"path": path.to_str().unwrap(), "name": "video.mp4"}]);
        let result = checked(json!({"document": document, "files": files}));
        of("V01", result["findings"].as_array().unwrap())
    };
    assert_eq!(size(2 << 30), []);
    assert_eq!(size((2 << 30) + 1)[0].0, "error");
}

#[test]
fn each_language_has_a_title_and_one_thumbnail() {
    assert_eq!(found(&folder(), json!({})), Vec::<Value>::new());
    let changes: [(&str, Option<Vec<u8>>, &str); 5] = [
        ("title.txt", None, "no title in en-us"),
        ("title.txt", Some(Vec::new()), "no title in en-us"),
        ("title.txt", Some(vec![b'x'; 256]), "256 characters"),
        ("thumbnail.png", None, "no thumbnail in en-us"),
        ("thumbnail.png", Some(Png::of(1280, 720).bytes()), "1280 x 720"),
    ];
    for (file, bytes, message) in changes {
        let folder = folder();
        let file = format!("trailers/01-intro/en-us/{file}");
        match bytes {
            Some(bytes) => put(&folder, &file, bytes),
            None => fs::remove_file(folder.path().join(&file)).unwrap(),
        }
        let findings = found(&folder, json!({}));
        assert_eq!(findings.len(), 1, "{findings:#?}");
        assert_eq!((&findings[0]["id"], &findings[0]["severity"]), (&json!("V02"), &json!("error")));
        assert!(findings[0]["message"].as_str().unwrap().contains(message), "{findings:#?}");
        assert_eq!(findings[0]["language"], "en-us");
    }
    // What stands for a trailer of the Store needs nothing.
    let folder = folder();
    fs::remove_file(folder.path().join("trailers/01-intro/video.mp4")).unwrap();
    fs::remove_file(folder.path().join("trailers/01-intro/en-us/thumbnail.png")).unwrap();
    put(&folder, "trailers/01-intro/video.remote", r#"{"id": "5"}"#);
    assert_eq!(found(&folder, json!({})), Vec::<Value>::new());
    for at in 2..=16 {
        put(&folder, &format!("trailers/{at:02}/video.remote"), r#"{"id": "6"}"#);
    }
    assert_eq!(of("V02", &found(&folder, json!({}))).len(), 1);
}

/// The submission with a trailer in English, and more trailer assets.
fn with_trailer(more: Value) -> Value {
    let mut document = document();
    let mut assets = json!({"en-us": {"title": "Beans", "imageList": [{"fileName": "t.png"}]}});
    assets.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    document["trailers"] = json!([{"videoFileName": "video.mp4", "trailerAssets": assets}]);
    let images = document.pointer_mut(&member("images")).unwrap().as_array_mut().unwrap();
    images.push(json!({"fileName": "hero.png", "imageType": "PromotionalArt16x9"}));
    document
}

#[test]
fn trailers_stand_in_languages_with_listings_and_heroes() {
    let ids = |request: Value| -> Vec<(String, String)> {
        let findings = checked(request)["findings"].as_array().unwrap().clone();
        let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
        let own = findings.iter().filter(|finding| text(finding, "id").starts_with('V'));
        own.map(|finding| (text(finding, "id"), text(finding, "severity"))).collect()
    };
    let pair = |id: &str, severity: &str| vec![(id.to_owned(), severity.to_owned())];
    let good = with_trailer(json!({}));
    assert_eq!(ids(json!({"document": good})), []);
    let german = json!({"title": "Bohnen", "imageList": [{"fileName": "t.png"}]});
    assert_eq!(ids(json!({"document": with_trailer(json!({"de-de": german}))})), pair("V04", "warning"));
    let two = json!({"en-us": {"title": "Beans", "imageList": [{"fileName": "a.png"}, {"fileName": "b.png"}]}});
    assert_eq!(ids(json!({"document": with_trailer(two.clone())})), pair("V02", "error"));
    // What is live does not stop a release.
    let live = with_trailer(two);
    assert_eq!(ids(json!({"document": live, "base": live})), pair("V02", "warning"));
    let mut bare = good.clone();
    bare.pointer_mut(&member("images")).unwrap().as_array_mut().unwrap().pop();
    assert_eq!(ids(json!({"document": bare})), pair("V03", "information"));
    bare["applicationCategory"] = json!("Games_Word");
    bare["gamingOptions"] = json!([{"genres": ["Games_Word"]}]);
    assert_eq!(ids(json!({"document": bare})), pair("V03", "warning"));
}
