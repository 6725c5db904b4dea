//! What people put into a folder of listings by mistake: each is a finding with its file, and while there is an error nothing
//! is sent.

use std::fs;

use serde_json::{Value, json};

use crate::check::checked;
use crate::check_pictures::Png;
use crate::listings::Listings;
use crate::support::{APP, Client, Store};

const TYPE: &str = "listings/en-us/images/Screenshot";

/// A mistake.
struct Mistake {
    file: &'static str,
    content: Vec<u8>,
    /// The rule that finds it, and the line.
    rule: &'static str,
    line: u64,
    /// What the message or the remedy has in it.
    says: &'static str,
    /// The error of a push; empty for a warning.
    code: &'static str,
}

fn mistakes() -> Vec<Mistake> {
    let of = |file, content: &[u8], (rule, line), says, code| Mistake {
        file,
        content: content.to_vec(),
        rule,
        line,
        says,
        code,
    };
    let bomb = Png::of(10_000, 10_000).bytes();
    let good = Png::of(1920, 1080).bytes();
    let short = "x".repeat(501);
    let two_lines = format!("{}\n{}", "x".repeat(1_000), "y".repeat(500));
    let feature = format!("Fast\n\n{}", "x".repeat(201));
    vec![
        of("listings/en-us/descripton.txt", b"x", ("N01", 0), "did you mean description.txt?", "listing.invalid"),
        of("listings/en-us/image/01.png", &good, ("N01", 0), "did you mean images?", "listing.invalid"),
        of("listings/english_us/title.txt", b"x", ("N01", 0), "no language", "listing.invalid"),
        of("listings/en-us/release-notes.txt", b"ok\ncaf\xe9", ("T11", 2), "0xE9", "listing.invalid"),
        of("listings/en-us/release-notes.txt", b"beans\0", ("T11", 1), "NUL", "listing.invalid"),
        of("listings/en-us/features.json", b"[\"a\",\n]", ("N09", 1), "not JSON", "listing.invalid"),
        of("listings/en-us/images/Screenshot/09.png", b"hello", ("I01", 0), "no picture", "check.failed"),
        of("listings/en-us/images/Screenshot/09.png", b"", ("I01", 0), "empty", "file.empty"),
        of("listings/en-us/images/Screenshot/09.png", &good[..60], ("I01", 0), "cut short", "check.failed"),
        of("listings/en-us/images/Screenshot/09.png", &bomb, ("I04", 0), "10000 x 10000", "check.failed"),
        of("listings/en-us/images/Screenshot/09.jpg", &good, ("N01", 0), "only .png", "listing.invalid"),
        of("listings/en-uk/title.txt", b"Beans", ("N03", 0), "use en-gb", ""),
        of("listings/en-us/short-description.txt", short.as_bytes(), ("T01", 1), "501 characters", "check.failed"),
        of("listings/en-us/release-notes.txt", two_lines.as_bytes(), ("T01", 1), "1502 characters", "check.failed"),
        of("listings/en-us/features.txt", feature.as_bytes(), ("T04", 3), "201 characters", "check.failed"),
    ]
}

struct Shop {
    store: Store,
    client: Client,
    listings: Listings,
}

impl Shop {
    fn new() -> Shop {
        let store = Store::start();
        let shop = Shop { client: store.client(), store, listings: Listings::new() };
        shop.client.call("listing.pull", json!({"appId": APP, "path": shop.listings.path()})).result();
        shop
    }

    /// The finding of a rule in a file of the folder.
    #[track_caller]
    fn found(&self, rule: &str, file: &str) -> Value {
        let root = self.listings.path();
        let request = json!({"listingPath": root, "rootPath": root, "document": self.submission()});
        let result = checked(request);
        let findings = result["findings"].as_array().unwrap();
        let is_it = |finding: &&Value| {
            let own = finding["file"].as_str().unwrap_or_default();
            finding["id"] == rule && (own == file || file.starts_with(&format!("{own}/")))
        };
        findings.iter().find(is_it).unwrap_or_else(|| panic!("{rule} in {file}: {result:#}")).clone()
    }

    fn submission(&self) -> Value {
        self.client.call("submission.get", json!({"appId": APP})).result().clone()
    }

    /// Asserts that neither a push nor a release changes anything, and returns what the last one said.
    #[track_caller]
    fn is_refused(&self, code: &str) -> String {
        let mut text = String::new();
        for run in ["listing.push", "publish"] {
            let request = json!({"appId": APP, "listing": {"path": self.listings.path()}, "commit": true});
            let answer = self.client.job(run, request).1;
            assert_eq!(answer.failure().1, code, "{}", answer.text);
            text = answer.text;
        }
        for operation in ["createApplicationSubmission", "updateApplicationSubmission"] {
            assert_eq!(self.store.requests(operation).len(), 0, "{operation}");
        }
        text
    }
}

#[test]
fn each_mistake_is_a_finding_and_is_not_sent() {
    let shop = Shop::new();
    for mistake in mistakes() {
        let Mistake { file, content, rule, line, says, code } = mistake;
        shop.listings.put(file, content);
        let finding = shop.found(rule, file);
        assert!(finding.to_string().contains(says), "{says}: {finding:#}");
        assert_eq!(finding["line"].as_u64().unwrap_or_default(), line, "{finding:#}");
        if code.is_empty() {
            assert_eq!(finding["severity"], "warning", "{finding:#}");
        } else {
            assert_eq!(finding["severity"], "error", "{finding:#}");
            // A path of Windows is escaped in JSON.
            let said = shop.is_refused(code).replace("\\\\", "/");
            assert!(said.contains(finding["file"].as_str().unwrap()), "{finding:#}: {said}");
        }
        // The next one comes alone.
        let path = shop.listings.path().join(file);
        fs::remove_file(&path).unwrap();
        if !path.parent().unwrap().ends_with(TYPE) && fs::read_dir(path.parent().unwrap()).unwrap().next().is_none() {
            fs::remove_dir(path.parent().unwrap()).unwrap();
        }
    }
}

#[test]
fn a_folder_that_is_none_is_not_sent() {
    let shop = Shop::new();
    fs::remove_dir_all(shop.listings.path()).unwrap();
    shop.is_refused("listing.invalid");
    let request = || json!({"listingPath": shop.listings.path()});
    assert_eq!(checked(request())["findings"][0]["id"], "N09");
    fs::write(shop.listings.path(), "a file").unwrap();
    shop.is_refused("listing.invalid");
    assert_eq!(checked(request())["findings"][0]["id"], "N09");
    fs::remove_file(shop.listings.path()).unwrap();
    fs::create_dir(shop.listings.path()).unwrap();
    shop.is_refused("listing.invalid");
    assert_eq!(checked(request())["findings"][0]["id"], "N01");
}

#[cfg(unix)]
#[test]
fn what_leads_out_of_the_folder_is_not_sent() {
    use std::os::unix::fs::symlink;

    let shop = Shop::new();
    let secret = shop.store.folder.path().join("secret.txt");
    fs::write(&secret, "A secret of this machine").unwrap();
    let path = |file: &str| shop.listings.path().join(file);
    symlink(&secret, path("listings/en-us/dev-studio.txt")).unwrap();
    shop.found("N09", "listings/en-us/dev-studio.txt");
    let said = shop.is_refused("listing.invalid");
    assert!(!said.contains("A secret"), "{said}");
    fs::remove_file(path("listings/en-us/dev-studio.txt")).unwrap();
    symlink(shop.store.folder.path(), path("listings/fr-fr")).unwrap();
    shop.found("N09", "listings/fr-fr");
    shop.is_refused("listing.invalid");
    fs::remove_file(path("listings/fr-fr")).unwrap();
    symlink("/dev/zero", path("listings/en-us/images/Screenshot/09.png")).unwrap();
    shop.found("N09", "listings/en-us/images/Screenshot/09.png");
    shop.is_refused("listing.invalid");
    fs::remove_file(path("listings/en-us/images/Screenshot/09.png")).unwrap();
    // A link within the folder is a file like others.
    symlink("description.txt", path("listings/en-us/release-notes-2.txt")).unwrap();
    fs::rename(path("listings/en-us/release-notes-2.txt"), path("listings/en-us/voice-title.txt")).unwrap();
    let request = json!({"appId": APP, "listing": {"path": shop.listings.path()}});
    assert_eq!(shop.client.job("listing.push", request).1.result()["changed"], true);
}
