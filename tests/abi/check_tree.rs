//! What belongs to a folder of listings in the check: the folders of its add-ons, and its changelog.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use storeship::package::sample::{self, Sample};

use crate::check::{checked, finds, member, of, passes, with};
use crate::check_pictures::Png;
use crate::listings::Listings;
use crate::support;

/// A folder of an app with two add-ons, which has no finding.
fn tree() -> Listings {
    let listings = Listings::new();
    listings.put("listings/en-us/description.txt", "Counts beans as fast as you can spill them.");
    for id in ["coins", "gems"] {
        listings.put(&format!("add-ons/{id}/listings/en-us/title.txt"), "Beans to spend");
        listings.put(&format!("add-ons/{id}/listings/en-us/icon.png"), Png::of(300, 300).bytes());
    }
    listings
}

/// The result of a check of the folder, with paths from the folder that it is in.
fn result(listings: &Listings, more: Value) -> Value {
    let mut request = json!({"listingPath": listings.path(), "rootPath": listings.folder.path()});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    checked(request)
}

fn found(listings: &Listings, more: Value) -> Vec<Value> {
    result(listings, more)["findings"].as_array().unwrap().clone()
}

/// The rule, the severity, the file, the line and the product id of each finding.
fn places(findings: &[Value]) -> Vec<Value> {
    let fields = ["id", "severity", "file", "line", "productId"];
    findings.iter().map(|finding| json!(fields.map(|name| finding[name].clone()))).collect()
}

#[test]
fn the_folders_of_add_ons_are_checked_too() {
    let good = tree();
    let checked = result(&good, json!({}));
    assert_eq!((&checked["findings"], &checked["counts"]["pictures"]), (&json!([]), &json!(2)));
    let listings = tree();
    listings.put("add-ons/coins/listings/en-us/title.txt", "x".repeat(101));
    listings.put("add-ons/coins/storeship.json", r#"{"productType": "durable"}"#);
    listings.put("add-ons/gems/listings/en-us/icon.png", Png::of(301, 300).bytes());
    listings.put("add-ons/gems/storeship.json", r#"{"productId": "contoso:gems"}"#);
    listings.put("add-ons/gems/submission.json", r#"{"lifetime": "Eternal"}"#);
    listings.put("add-ons/notes.doc", "of somebody");
    let expected = [
        json!(["A01", "error", "store/add-ons/coins/listings/en-us/title.txt", 1, "coins"]),
        json!(["N09", "error", "store/add-ons/coins/storeship.json", null, "coins"]),
        json!(["A01", "error", "store/add-ons/gems/listings/en-us/icon.png", null, "contoso:gems"]),
        json!(["N09", "error", "store/add-ons/gems/submission.json", 1, "contoso:gems"]),
        json!(["N01", "error", "store/add-ons/notes.doc", null, null]),
    ];
    assert_eq!(places(&found(&listings, json!({}))), expected);
    // SARIF has the product id, and a folder switches off rules for itself.
    let sarif = listings.folder.path().join("a.sarif");
    listings.put("add-ons/coins/storeship.json", r#"{"allow": [{"id": "A01", "reason": "a joke"}]}"#);
    let checked = result(&listings, json!({"sarifPath": sarif}));
    assert_eq!(places(checked["findings"].as_array().unwrap()), expected[2..]);
    assert_eq!(checked["suppressed"][0]["reason"], "a joke");
    let sarif: Value = serde_json::from_str(&fs::read_to_string(sarif).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["properties"]["productId"], "contoso:gems");
}

#[test]
fn a_tree_of_add_ons_may_stand_alone_and_has_each_once() {
    let listings = tree();
    fs::remove_dir_all(listings.path().join("listings")).unwrap();
    assert_eq!(found(&listings, json!({})), Vec::<Value>::new());
    listings.put("add-ons/gems/storeship.json", r#"{"productId": "coins"}"#);
    let twice = json!(["N02", "error", "store/add-ons/gems/storeship.json", null, "coins"]);
    assert_eq!(places(&found(&listings, json!({}))), [twice]);
}

const CHANGELOG: &str =
    "# Changelog\n\n## [2.0.0] - 2026-11-30\n\n- Counts peas.\n\n## 1.0 - 2025-01-01\n\n- Counts.\n";

/// A folder with a changelog beside it.
fn with_changelog(text: &str) -> Listings {
    let listings = Listings::new();
    listings.put("listings/en-us/description.txt", "Counts beans as fast as you can spill them.");
    listings.put("storeship.json", r#"{"changelog": "../CHANGELOG.md"}"#);
    fs::write(listings.folder.path().join("CHANGELOG.md"), text).unwrap();
    listings
}

fn package(folder: &Path, version: &str) -> Value {
    let path = folder.join(format!("{version}.msix"));
    let sample = Sample { version: version.to_owned(), ..Sample::default() };
    fs::write(&path, sample::package(&sample).unwrap()).unwrap();
    json!(path)
}

/// The findings about the release notes, each as its rule, severity, file, line and message.
fn of_notes(findings: &[Value]) -> Vec<Value> {
    let own = findings.iter().filter(|finding| ["T01", "T16", "T26"].contains(&finding["id"].as_str().unwrap()));
    own.map(|it| json!(["id", "severity", "file", "line", "message"].map(|name| it[name].clone()))).collect()
}

#[test]
fn the_changelog_of_a_folder_has_a_section_of_the_version() {
    let listings = with_changelog(CHANGELOG);
    let package = |version: &str| json!({"packages": [package(listings.folder.path(), version)]});
    assert_eq!(of_notes(&found(&listings, json!({}))), Vec::<Value>::new());
    assert_eq!(of_notes(&found(&listings, package("2.0.0.0"))), Vec::<Value>::new());
    let none = |version: &str| {
        let path = listings.folder.path().join("store").join("..").join("CHANGELOG.md");
        let message = format!("{} has no section of version {version}; it has 2.0.0, 1.0", path.display());
        vec![json!(["T26", "error", "CHANGELOG.md", null, message])]
    };
    assert_eq!(of_notes(&found(&listings, package("2.1.0.0"))), none("2.1.0.0"));
    assert_eq!(of_notes(&found(&listings, json!({"releaseNotesVersion": "3"}))), none("3"));
    let mut both = package("2.1.0.0");
    both["releaseNotesVersion"] = json!("1.0.0");
    assert_eq!(of_notes(&found(&listings, both)), Vec::<Value>::new());
    let mut several = package("2.0.0.0");
    several["packages"].as_array_mut().unwrap().push(package("2.1.0.0")["packages"][0].clone());
    let several = of_notes(&found(&listings, several));
    assert!(several[0][4].as_str().unwrap().contains("several versions: 2.0.0.0, 2.1.0.0"), "{several:?}");
    let request = json!({"packages": package("2.0.0.0")["packages"], "releaseNotesVersion": "2.0.0"});
    assert_eq!(support::call(0, "submission.check", &request.to_string()).failure().1, "request.invalid");
}

#[test]
fn the_section_of_a_changelog_is_judged_as_release_notes() {
    let long = format!("## 3.0\n\n- {}\n\n## 2.0\n\nTODO\n\n## 1.9\n", "x".repeat(1500));
    let listings = with_changelog(&long);
    let version = |version: &str| of_notes(&found(&listings, json!({"releaseNotesVersion": version})));
    let too_long = version("3.0");
    assert_eq!(
        too_long[0].as_array().unwrap()[..4],
        json!(["T01", "error", "CHANGELOG.md", 3]).as_array().unwrap()[..]
    );
    let to_do = version("2");
    assert_eq!(to_do[0].as_array().unwrap()[..4], json!(["T16", "warning", "CHANGELOG.md", 7]).as_array().unwrap()[..]);
    assert!(version("1.9")[0][4].as_str().unwrap().contains("no text in the section"));
    // A release names the file itself.
    let release = listings.folder.path().join("release.json");
    let of_release = |more: &str| {
        fs::write(&release, format!(r#"{{"appId": "9NBLGGH4R315", "releaseNotesPath": "CHANGELOG.md"{more}}}"#))
            .unwrap();
        let request = json!({"releasePath": release, "rootPath": listings.folder.path()});
        of_notes(checked(request)["findings"].as_array().unwrap())
    };
    assert_eq!(
        of_release(r#", "releaseNotesVersion": "3.0""#)[0].as_array().unwrap()[..4],
        too_long[0].as_array().unwrap()[..4]
    );
    assert!(
        of_release(r#", "releaseNotesVersion": "4.0""#)[0][4].as_str().unwrap().contains("no section of version 4.0")
    );
    // The folder of the release names the same file: the fault is told once.
    let of_both = of_release(r#", "releaseNotesVersion": "4.0", "listing": {"path": "store"}"#);
    assert_eq!(of_both.len(), 1, "{of_both:?}");
    assert_eq!(of_release("")[0][0], "T26", "a changelog needs a version");
    package(listings.folder.path(), "2.0.0.0");
    assert_eq!(of_release(r#", "packages": ["2.0.0.0.msix"]"#)[0][0], "T16");
}

#[test]
fn the_year_of_the_copyright_is_compared_with_the_present_and_the_changelog() {
    let copyright = |text: &str| with(&member("copyrightAndTrademarkInfo"), json!(text));
    let at = |now: &str| checked(json!({"document": copyright("(c) 2019-2027"), "now": now}));
    for (now, count) in [("2029-12-31T00:00:00Z", 0), ("2030-01-01T00:00:00Z", 1), ("2049-06-01T00:00:00Z", 1)] {
        assert_eq!(of("T23", at(now)["findings"].as_array().unwrap()).len(), count, "{now}");
    }
    assert_eq!(finds("T23", "information", copyright("(c) 2023"))["allowed"], "2026");
    passes("T23", copyright("(c) 2024"));
    // The changelog has a version of this year.
    let listings = with_changelog(CHANGELOG);
    listings.put("listings/en-us/copyright-and-trademark-info.txt", "(c) 2025");
    assert_eq!(of("T23", &found(&listings, json!({}))), []);
    let found = found(&listings, json!({"releaseNotesVersion": "1.0"}));
    let own = of("T23", &found);
    assert!(own[0].2.contains("2025, and the changelog has a version of 2026"), "{own:?}");
    // A version to come, with the date of its release, changes nothing.
    let later = with_changelog(&format!("## 3.0 - 2199-01-01\n\n- Soon\n\n{CHANGELOG}"));
    later.put("listings/en-us/copyright-and-trademark-info.txt", "(c) 2025");
    assert_eq!(of("T23", &self::found(&later, json!({"releaseNotesVersion": "1.0"}))), own);
    // What a release edits is judged too.
    let release = listings.folder.path().join("release.json");
    let edit = json!({"op": "add", "path": member("copyrightAndTrademarkInfo"), "value": "(c) 2020"});
    fs::write(&release, json!({"appId": "9NBLGGH4R315", "edits": [edit]}).to_string()).unwrap();
    assert_eq!(of("T23", checked(json!({"releasePath": release}))["findings"].as_array().unwrap()).len(), 1);
}
