//! Icons under names that do not tell what is in them, with a base that does.

use std::fs;

use serde_json::{Value, json};

use crate::listings::Listings;
use crate::support::{ADD_ON, Answer, Client, Store, pictures};

const TITLE: &str = "listings/en-us/title.txt";
const ICON: &str = "listings/en-us/icon.png";

struct Scene {
    store: Store,
    client: Client,
    listings: Listings,
}

/// A picture with a text in it.
fn picture(text: &str) -> Vec<u8> {
    [pictures::png(300, 300), text.as_bytes().to_vec()].concat()
}

impl Scene {
    fn new() -> Scene {
        let store = Store::start();
        let scene = Scene { client: store.client(), store, listings: Listings::new() };
        scene.listings.put(TITLE, "Coins");
        scene.listings.put(ICON, picture("ours"));
        scene
    }

    fn push(&self, more: Value) -> Answer {
        let mut listing = json!({"path": self.listings.path()});
        listing.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let request = json!({"addOnId": ADD_ON, "commit": true, "until": "published", "pollSeconds": 0.001,
            "listing": listing, "allow": ["A01"]});
        self.client.job("listing.push", request).1
    }

    /// Keeps a receipt as a base.
    fn keep(&self, receipt: &Value) -> Value {
        let last = self.listings.folder.path().join("last.json");
        fs::write(&last, receipt.to_string()).unwrap();
        json!({"basePath": last})
    }

    fn published(&self) -> Value {
        self.client.call("submission.get", json!({"addOnId": ADD_ON})).result().clone()
    }

    /// What Partner Center or the service makes of the published submission.
    fn becomes(&self, changes: Value) {
        let id = self.published()["id"].as_str().unwrap().to_owned();
        self.store.control("POST", &format!("submissions/{id}"), Some(json!({ "document": changes })));
    }
}

fn edited(answer: &Answer) -> Vec<String> {
    answer.result();
    let edits = answer.json["meta"]["edits"].as_array().unwrap();
    edits.iter().map(|edit| edit["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_icon_that_somebody_else_has_replaced_is_restored_if_its_field_is_named() {
    let scene = Scene::new();
    let first = scene.push(json!({})).result().clone();
    let old = Listings::new();
    old.put(TITLE, "Coins");
    old.put(ICON, picture("ours"));
    let ours = scene.published()["listings"]["en-us"]["icon"]["fileName"].clone();
    let mut base = scene.keep(&first);
    for path in [base["basePath"].clone(), json!(old.path())] {
        base["basePath"] = path;
        scene.becomes(json!({"/listings/en-us/icon/fileName": "theirs.png"}));
        // The name does not tell that it is another picture.
        assert_eq!(scene.push(base.clone()).result()["changed"], false);
        let mut named = base.clone();
        named["overwrite"] = json!(["/listings/en-us/title", "/Listings/en-US/icon"]);
        assert_eq!(edited(&scene.push(named)), ["/listings/en-us/icon"]);
        assert_eq!(scene.published()["listings"]["en-us"]["icon"]["fileName"], ours);
    }
}

#[test]
fn the_icons_of_two_languages_may_have_the_same_name() {
    let scene = Scene::new();
    scene.listings.put("listings/de-de/title.txt", "M\u{fc}nzen");
    scene.listings.put("listings/de-de/icon.png", picture("German"));
    let first = scene.push(json!({})).result().clone();
    let names = json!({"/listings/en-us/icon/fileName": "Icon.png", "/listings/de-de/icon/fileName": "Icon.png"});
    scene.becomes(names.clone());
    let mut base = scene.keep(&first);
    for _ in 0..2 {
        let receipt = scene.push(base).result().clone();
        assert_eq!((&receipt["changed"], &receipt["warnings"]), (&json!(false), &json!([])), "{receipt}");
        for field in ["/listings/en-us/icon", "/listings/de-de/icon"] {
            assert_eq!(receipt["contentHashes"][field], first["contentHashes"][field], "{receipt}");
        }
        base = scene.keep(&receipt);
    }
    // A new text of one language sends no picture, and the new picture of one only that.
    scene.listings.put(TITLE, "Sack of coins");
    let texts = scene.push(base);
    assert_eq!(edited(&texts), ["/listings/en-us/title"]);
    let mut named = scene.keep(texts.result());
    scene.listings.put(ICON, picture("newer"));
    assert_eq!(scene.push(named.clone()).failure().1, "listing.conflict");
    named["overwrite"] = json!(["/listings/en-us/icon"]);
    assert_eq!(edited(&scene.push(named)), ["/listings/en-us/icon"]);
}

#[test]
fn a_receipt_that_can_t_know_a_renamed_picture_says_so() {
    let scene = Scene::new();
    let before = scene.push(json!({})).result()["submissionId"].clone();
    let old = Listings::new();
    old.put(TITLE, "Coins");
    old.put(ICON, picture("ours"));
    old.put("listings/en-us/description.txt", "Old");
    scene.listings.put(TITLE, "Sack of coins");
    let request = json!({"addOnId": ADD_ON, "commit": true, "until": "committed", "allow": ["A01"],
        "listing": {"path": scene.listings.path(), "basePath": old.path()}});
    let first = scene.client.job("listing.push", request.clone()).1.result().clone();
    assert_eq!(first["warnings"], json!([]), "{first}");
    // What was published before has no text there.
    let change = json!({"/listings/en-us/description": 5, "/listings/en-us/icon/fileName": "Icon.png"});
    let id = before.as_str().unwrap();
    scene.store.control("POST", &format!("submissions/{id}"), Some(json!({ "document": change })));
    let again = scene.client.job("listing.push", request).1.result().clone();
    assert_eq!(again["draft"], "wait", "{again}");
    let warnings = again["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1, "{again}");
    for part in ["`basePath`", "the base ", "description.txt"] {
        assert!(warnings[0].as_str().unwrap().contains(part), "{part}: {again}");
    }
}
