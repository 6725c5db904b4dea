//! A submission that is written into a folder is not changed by the folder: not by one byte, whatever its texts are.

use std::fs;

use serde_json::{Value, json};

use crate::listings::Listings;
use crate::support::{ADD_ON, APP, PAID_APP, Store};

/// Checks that the folder which is written changes nothing, and is the same when it is written again.
#[track_caller]
fn check(listings: &Listings, document: &str) {
    listings.write(document);
    let read = listings.read(document);
    assert_eq!(read["edits"], json!([]), "{document}");
    assert_eq!(read["uploads"], json!([]), "{document}");
    let before = listings.files();
    let again = listings.write(document);
    assert_eq!((&again["written"], &again["removed"]), (&json!([]), &json!([])), "{document}");
    assert_eq!(listings.files(), before);
}

#[test]
fn the_examples_are_not_changed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/examples");
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let listings = Listings::new();
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        check(&listings, &fs::read_to_string(path).unwrap());
        files += usize::from(!listings.files().is_empty());
    }
    assert!(files > 6, "{files}");
}

#[test]
fn the_documents_of_the_emulator_are_not_changed() {
    let store = Store::start();
    let client = store.client();
    for product in [json!({"appId": APP}), json!({"appId": PAID_APP}), json!({"addOnId": ADD_ON})] {
        let listings = Listings::new();
        check(&listings, &client.call("submission.get", product).result().to_string());
        assert!(listings.files().len() > 2, "{:?}", listings.files());
    }
}

/// A source of numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.roll(all.len())]
    }

    /// The text of a JSON string with any characters, also as escapes and halves of surrogate pairs.
    fn string(&mut self) -> String {
        let parts = [
            "a",
            " ",
            "\\n",
            "\\r",
            "\\r\\n",
            "\\t",
            "\\u0000",
            "\\u001b",
            "\\ud800",
            "\\udc00",
            "\\ud83d\\ude00",
            "😀",
            "é",
            "\u{2028}",
            "\u{85}",
            "\u{a0}",
            "\u{feff}",
            "\u{fffd}",
            "\u{202e}",
            "\u{ffff}",
            "\\\"",
            "\\\\",
            "\\/",
            "<<<<<<< HEAD",
            ">>>>>>> x",
            "version https://git-lfs.github.com/spec/v1",
            "# x",
            "- x",
            "</script>",
            "{{x}}",
            "ZZ",
            "\\u00e9",
            "\\u0041",
            "\u{3000}",
            "\\f",
            "\\b",
        ];
        let mut text = String::from("\"");
        for _ in 0..self.roll(7) {
            text.push_str(self.one_of(&parts));
        }
        text.push('"');
        text
    }

    fn value(&mut self) -> String {
        match self.roll(12) {
            0 => "null".to_owned(),
            1 => "[]".to_owned(),
            2 => self.one_of(&["1.10", "true", "1e400", "{}", "{\"a\":\"b\"}", "[1,\"x\"]", "[[]]"]).to_owned(),
            3..=6 => {
                let items: Vec<String> = (0..self.roll(4)).map(|_| self.string()).collect();
                format!("[{}]", items.join(" , "))
            }
            _ => self.string(),
        }
    }

    fn texts(&mut self) -> String {
        let names = [
            "title",
            "description",
            "Description",
            "shortDescription",
            "releaseNotes",
            "ReleaseNotes",
            "features",
            "keywords",
            "minimumHardware",
            "x",
            "video2Text",
            "videoURL",
            "con",
            "a b",
            "../x",
            "\\ud800",
            "\\u0074itle",
            "",
            "shortTitle",
            "SHORTTITLE",
            "z9",
        ];
        let mut members: Vec<String> =
            (0..self.roll(6)).map(|_| format!("\"{}\": {}", self.one_of(&names), self.value())).collect();
        if self.roll(2) == 0 {
            let images: Vec<String> = (0..self.roll(6)).map(|_| self.image()).collect();
            members.push(format!("\"images\":[{}]", images.join(",")));
        }
        format!("{{{}}}", members.join(","))
    }

    fn image(&mut self) -> String {
        let name = self.one_of(&[
            "\"a.png\"",
            "\"Assets\\\\b.png\"",
            "\"en/c.3f9a0c51d27be884.png\"",
            "\"../d\"",
            "\"NUL.png\"",
            "null",
            "\"\"",
            "\"home.0000000000000000.png\"",
            "\"😀.png\"",
            "\"\\ud800.png\"",
        ]);
        let image_type = self.one_of(&["Screenshot", "screenshot", "Icon", "..", "XboxScreenshot", "aux", "a b"]);
        let status = self.one_of(&["Uploaded", "PendingUpload", "PendingDelete", "Other"]);
        let id = self.roll(1000);
        let more = match self.roll(3) {
            0 => String::new(),
            1 => format!(",\"description\":{}", self.string()),
            _ => ",\"description\":null,\"more\":[1]".to_owned(),
        };
        let id = if self.roll(5) == 0 { String::new() } else { format!(",\"id\":\"{id}\"") };
        format!("{{\"fileName\":{name},\"imageType\":\"{image_type}\",\"fileStatus\":\"{status}\"{id}{more}}}")
    }

    fn submission(&mut self) -> String {
        let languages =
            ["en-us", "EN-US", "de", "de-de", "..", "con", "x", "a/b", "\\u0069t", "zh-hans", "sr-latn-rs", "id"];
        let mut listings = Vec::new();
        for _ in 0..self.roll(4) {
            let (language, base) = (self.one_of(&languages), self.texts());
            let more = match self.roll(4) {
                0 => format!(",\"platformOverrides\":{{\"Windows81\":{},\"..\":{}}}", self.texts(), self.texts()),
                1 => ",\"platformOverrides\":null".to_owned(),
                _ => String::new(),
            };
            listings.push(format!("\"{language}\":{{\"baseListing\":{base}{more}}}"));
        }
        let trailers = match self.roll(4) {
            0 => "null".to_owned(),
            1 => format!(
                "[{{\"id\":\"7\",\"videoFileName\":{},\"trailerAssets\":{{\"en-us\":{{\"title\":{},\"imageList\":\
                 [{{\"fileName\":{},\"id\":\"8\",\"description\":{}}}]}},\"..\":{{}}}}}},{{}}]",
                self.string(),
                self.string(),
                self.string(),
                self.string()
            ),
            _ => "[]".to_owned(),
        };
        let listings = listings.join(", ");
        format!("{{\"applicationPackages\":[], \"listings\": {{{listings}}},\n \"trailers\": {trailers}}}")
    }
}

#[test]
fn generated_submissions_are_not_changed() {
    let count = std::env::var("STORESHIP_LISTINGS").ok().and_then(|count| count.parse().ok()).unwrap_or(1_000);
    let mut files = 0;
    for seed in 0..count {
        let document = Dice(seed).submission();
        let listings = Listings::new();
        check(&listings, &document);
        files += listings.files().len();
    }
    assert!(files > 2 * count as usize, "{files} files are too few to say anything");
}

/// What was written for one submission and is written again for another one is as if it had been written for that alone.
#[test]
fn a_folder_takes_over_what_changed_in_the_submission() {
    for seed in 0..200 {
        let listings = Listings::new();
        for step in 0..3 {
            // Files of members that only one of the submissions has are unknown for the others.
            let document = Dice(seed * 7 + step).submission().replace("video", "../").replace("\"x\":", "\"../\":");
            let document = document
                .replace("\"z9\"", "\"..\"")
                .replace("SHORTTITLE", "..")
                .replace("\\ud800", "")
                .replace("\\udc00", "")
                .replace("1e400", "1");
            let written = listings.call("listing.write", &document, &json!({}));
            assert_eq!(written.status, 0, "seed {seed}: {}", written.text);
            let read = listings.read(&document);
            let edits: &Vec<Value> = read["edits"].as_array().unwrap();
            // The languages and platforms of the submission before are there as files, and are new ones for this one.
            let parsed: Value = serde_json::from_str(&document).unwrap();
            let listings = parsed["listings"].as_object().unwrap();
            let is_new = |edit: &&Value| {
                let path = edit["path"].as_str().unwrap();
                let language = path.split('/').nth(2).unwrap_or_default();
                let listing = listings.iter().find(|(key, _)| key.eq_ignore_ascii_case(language));
                let platforms = |listing: &Value| listing["platformOverrides"].is_object();
                listing.is_none_or(|(_, listing)| path.contains("/platformOverrides") && !platforms(listing))
            };
            let other: Vec<&Value> = edits.iter().filter(|edit| !is_new(edit)).collect();
            assert!(other.is_empty(), "seed {seed}, step {step}: {document}\n{other:#?}");
        }
    }
}
