//! Listings with services that treat them in other ways than the documentation lets expect: the result is right, or the run
//! fails and says what was changed.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use storeship::emulator::{Options, Switches};

use crate::listings::Listings;
use crate::support::{ADD_ON, APP, Answer, Client, Store, pictures};

const TYPE: &str = "listings/en-us/images/Screenshot";

/// A store with a switch, a client, and a folder with its listings.
struct Shop {
    store: Store,
    client: Client,
    listings: Listings,
}

impl Shop {
    fn with(name: &str, value: &str) -> Shop {
        let switches = Switches::default().with(name, value).unwrap();
        let store = Store::with(Options { switches, ..Options::default() });
        let shop = Shop { client: store.client(), store, listings: Listings::new() };
        shop.pull(json!({})).result();
        shop
    }

    fn call(&self, operation: &str, more: Value) -> Answer {
        let mut listing = json!({"path": self.listings.path()});
        listing.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        // The pictures and videos are none, which a release refuses.
        let mut request = json!({"appId": APP, "listing": listing, "commit": true, "until": "published"});
        request["pollSeconds"] = json!(0.001);
        request["allow"] = json!(["I01", "V01", "V02"]);
        self.client.job(operation, request).1
    }

    fn pull(&self, more: Value) -> Answer {
        let mut request = json!({"appId": APP, "path": self.listings.path()});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.client.call("listing.pull", request)
    }

    /// A member of the published submission.
    fn published(&self, pointer: &str) -> Value {
        let document = self.client.call("submission.get", json!({"appId": APP})).result().clone();
        document.pointer(pointer).cloned().unwrap_or_default()
    }

    fn images(&self) -> Vec<Value> {
        self.published("/listings/en-us/baseListing/images").as_array().unwrap().clone()
    }

    /// Asserts that a run fails with this code, a detail at a place that ends so, and leaves nothing behind.
    #[track_caller]
    fn fails(&self, operation: &str, code: &str, place: &str) {
        let before = self.published("");
        let answer = self.call(operation, json!({}));
        assert_eq!(answer.failure().1, code, "{}", answer.text);
        let error = &answer.json["error"];
        let details = error["details"].as_array().cloned().unwrap_or_default();
        let is_there = |detail: &Value| detail["pointer"].as_str().is_some_and(|pointer| pointer.contains(place));
        assert!(place.is_empty() || details.iter().any(is_there), "{place}: {}", answer.text);
        assert_eq!(self.store.drafts(), 0, "{operation} leaves a draft");
        assert_eq!(self.published(""), before);
    }
}

/// The two ways in which a folder is sent.
const RUNS: [&str; 2] = ["listing.push", "publish"];

#[test]
fn pictures_are_known_again_by_the_leaf_of_their_names() {
    for names in ["kept", "leaf", "backslash"] {
        for run in RUNS {
            let shop = Shop::with("image-names", names);
            let before = shop.images().len();
            shop.listings.put(&format!("{TYPE}/50-new.png"), "new picture");
            shop.listings.put("trailers/01-intro/video.mp4", "film");
            shop.listings.put("trailers/01-intro/en-us/title.txt", "Intro");
            shop.listings.put("trailers/01-intro/en-us/thumbnail.png", "small");
            assert_eq!(shop.call(run, json!({})).result()["status"], "Published");
            assert_eq!(shop.images().len(), before + 1);
            assert_eq!(shop.call(run, json!({})).result()["changed"], false, "{names}");
            shop.listings.put(&format!("{TYPE}/50-new.png"), "newer picture");
            assert_eq!(shop.call(run, json!({})).result()["status"], "Published");
            assert_eq!(shop.images().len(), before + 1, "{names}: it is replaced");
            assert_eq!(shop.published("/trailers").as_array().unwrap().len(), 1);
            // A pull finds each of them, too.
            let pulled = shop.pull(json!({})).result().clone();
            assert_eq!((&pulled["written"], &pulled["removed"]), (&json!([]), &json!([])), "{names}: {pulled}");
        }
    }
}

#[test]
fn pictures_that_the_service_renames_are_never_sent_twice() {
    for run in RUNS {
        let shop = Shop::with("image-names", "renamed");
        let before = shop.images().len();
        shop.listings.put(&format!("{TYPE}/50-new.png"), "new picture");
        assert_eq!(shop.call(run, json!({})).result()["status"], "Published");
        assert_eq!(shop.images().len(), before + 1);
        shop.fails(run, "listing.images_unlinked", "/images/Screenshot");
        assert_eq!(shop.pull(json!({})).failure().1, "listing.images_unlinked");
        // Once a person has said that they are the same, it is written down.
        shop.pull(json!({"images": "adopt"})).result();
        assert_eq!(shop.call(run, json!({})).result()["changed"], false);
        shop.listings.put(&format!("{TYPE}/50-new.png"), "newer picture");
        assert_eq!(shop.call(run, json!({})).result()["status"], "Published");
        assert_eq!(shop.images().len(), before + 1);
    }
}

#[test]
fn trailers_that_the_service_renames_are_never_sent_twice() {
    let shop = Shop::with("image-names", "renamed");
    shop.listings.put("trailers/01-intro/video.mp4", "film");
    shop.listings.put("trailers/01-intro/en-us/title.txt", "Intro");
    shop.listings.put("trailers/01-intro/en-us/thumbnail.png", "small");
    for run in RUNS {
        if shop.published("/trailers") == json!([]) {
            assert_eq!(shop.call(run, json!({})).result()["status"], "Published");
        }
        shop.fails(run, "listing.images_unlinked", "/trailers");
    }
    assert_eq!(shop.pull(json!({})).failure().1, "listing.images_unlinked");
    shop.pull(json!({"images": "adopt"})).result();
    fs::remove_file(shop.listings.path().join("trailers/01-intro/en-us/thumbnail.png")).unwrap();
    assert_eq!(shop.call("listing.push", json!({})).result()["changed"], false);
    assert_eq!(shop.published("/trailers").as_array().unwrap().len(), 1);
}

/// A push of an add-on or of the app, with a base that was written to a file before, or a folder.
fn push_since(client: &Client, listings: &Listings, product: &Value, base: Option<&Path>) -> Answer {
    let mut request = json!({"listing": {"path": listings.path()}, "commit": true, "until": "published"});
    request["pollSeconds"] = json!(0.001);
    request["allow"] = json!(["A01", "I01", "I04", "V01", "V02"]);
    if let Some(base) = base {
        request["listing"]["basePath"] = json!(base);
    }
    request.as_object_mut().unwrap().extend(product.as_object().unwrap().clone());
    client.job("listing.push", request).1
}

#[test]
fn an_icon_that_the_service_renames_is_not_sent_again_with_a_base() {
    let switches = Switches::default().with("image-names", "renamed").unwrap();
    let store = Store::with(Options { switches, ..Options::default() });
    let (client, listings, product) = (store.client(), Listings::new(), json!({"addOnId": ADD_ON}));
    let icon = "listings/en-us/icon.png";
    listings.put("listings/en-us/title.txt", "Coins");
    listings.put(icon, pictures::png(300, 300));
    let push = |base: Option<&Path>| push_since(&client, &listings, &product, base);
    let first = push(None).result().clone();
    assert_eq!(first["status"], "Published", "{first}");
    let name =
        || client.call("submission.get", product.clone()).result()["listings"]["en-us"]["icon"]["fileName"].clone();
    let renamed = name();
    assert!(!renamed.as_str().unwrap().starts_with("icon."), "{renamed}");

    // Nothing tells that it is the same picture: it would be sent again, and the plan says why.
    let plan = json!({"addOnId": ADD_ON, "listing": {"path": listings.path()}});
    let plan = client.call("listing.plan", plan);
    assert_eq!(plan.json["meta"]["edits"][0]["path"], "/listings/en-us/icon", "{}", plan.text);
    let warnings = plan.result()["warnings"].to_string();
    for part in [icon, renamed.as_str().unwrap(), "so it is sent", "`basePath`"] {
        assert!(warnings.contains(part), "{part}: {warnings}");
    }

    // The receipt knows it, and so does the receipt of a push that had nothing to do.
    let last = listings.folder.path().join("last.json");
    let mut receipt = first;
    for _ in 0..3 {
        fs::write(&last, receipt.to_string()).unwrap();
        receipt = push(Some(&last)).result().clone();
        assert_eq!((&receipt["changed"], &receipt["warnings"]), (&json!(false), &json!([])), "{receipt}");
    }
    // Another text goes without the icon.
    listings.put("listings/en-us/title.txt", "Sack of coins");
    let texts = push(Some(&last)).result().clone();
    assert_eq!((&texts["changed"], name()), (&json!(true), renamed.clone()), "{texts}");
    // The folder of an earlier revision knows it too.
    let old = Listings::new();
    old.put("listings/en-us/title.txt", "Sack of coins");
    old.put(icon, pictures::png(300, 300));
    assert_eq!(push(Some(&old.path())).result()["changed"], false);
    // A new picture and a name that tells nothing: somebody else may have replaced the old one.
    fs::write(&last, texts.to_string()).unwrap();
    listings.put(icon, [pictures::png(300, 300), b"newer".to_vec()].concat());
    let answer = push(Some(&last));
    assert_eq!(answer.failure().1, "listing.conflict", "{}", answer.text);
    assert_eq!(push(None).result()["changed"], true);
    assert_ne!(name(), renamed);
}

#[test]
fn a_thumbnail_that_the_service_renames_is_not_sent_again_with_a_base() {
    let shop = Shop::with("image-names", "renamed");
    let folder = "trailers/01-intro";
    shop.listings.put(&format!("{folder}/video.mp4"), "film");
    shop.listings.put(&format!("{folder}/en-us/title.txt"), "Intro");
    shop.listings.put(&format!("{folder}/en-us/thumbnail.png"), "small");
    let product = json!({"appId": APP});
    let push = |base: Option<&Path>| push_since(&shop.client, &shop.listings, &product, base);
    let first = push(None).result().clone();
    assert_eq!(first["status"], "Published", "{first}");
    shop.pull(json!({"images": "adopt"})).result();
    let thumbnail = || shop.published("/trailers/0/trailerAssets/en-us/imageList/0/fileName");
    let renamed = thumbnail();
    let plan = json!({"appId": APP, "listing": {"path": shop.listings.path()}, "allow": ["I01", "V01", "V02"]});
    let plan = shop.client.call("listing.plan", plan);
    assert!(plan.result()["warnings"].to_string().contains(renamed.as_str().unwrap()), "{}", plan.text);

    let last = shop.listings.folder.path().join("last.json");
    fs::write(&last, first.to_string()).unwrap();
    let again = push(Some(&last)).result().clone();
    assert_eq!((&again["changed"], &again["warnings"]), (&json!(false), &json!([])), "{again}");
    fs::write(&last, again.to_string()).unwrap();
    // A title is no reason to send it either, and no conflict.
    shop.listings.put(&format!("{folder}/en-us/title.txt"), "The film");
    let edited = push(Some(&last));
    assert_eq!(edited.json["meta"]["edits"].as_array().unwrap().len(), 1, "{}", edited.text);
    assert_eq!((edited.result()["changed"].clone(), thumbnail()), (json!(true), renamed));
    fs::write(&last, edited.result().to_string()).unwrap();
    let again = push(Some(&last)).result().clone();
    assert_eq!((&again["changed"], &again["warnings"]), (&json!(false), &json!([])), "{again}");
}

#[test]
fn no_image_goes_because_a_put_leaves_it_out() {
    for run in RUNS {
        let shop = Shop::with("omitted-images", "go");
        let before = shop.images();
        for name in ["50-a", "51-b"] {
            shop.listings.put(&format!("{TYPE}/{name}.png"), name);
        }
        assert_eq!(shop.call(run, json!({})).result()["status"], "Published");
        assert_eq!(shop.images()[..before.len()], before[..]);
        fs::remove_file(shop.listings.path().join(TYPE).join("51-b.png")).unwrap();
        shop.listings.put("listings/en-us/description.txt", "Other");
        assert_eq!(shop.call(run, json!({})).result()["status"], "Published");
        assert_eq!(shop.images().len(), before.len() + 1);
        // A folder without pictures leaves all of them alone.
        fs::remove_dir_all(shop.listings.path().join("listings/en-us/images")).unwrap();
        shop.listings.put("listings/en-us/description.txt", "Another");
        assert_eq!(shop.call(run, json!({})).result()["status"], "Published");
        assert_eq!(shop.images().len(), before.len() + 1);
    }
}

#[test]
fn what_a_put_loses_is_said() {
    for run in RUNS {
        let shop = Shop::with("captions", "lost");
        let caption = shop.listings.files().into_iter().find(|file| file.starts_with(TYPE) && file.ends_with(".txt"));
        shop.listings.put(&caption.unwrap(), "Another caption");
        shop.fails(run, "submission.update_lost", "/images/0/description");

        let shop = Shop::with("image-order", "lost");
        shop.listings.put(&format!("{TYPE}/50-new.png"), "new picture");
        assert_eq!(shop.call(run, json!({})).result()["status"], "Published");
        fs::rename(
            shop.listings.path().join(TYPE).join("50-new.png"),
            shop.listings.path().join(TYPE).join("00-new.png"),
        )
        .unwrap();
        shop.fails(run, "submission.update_lost", "/images/0");

        let shop = Shop::with("titles", "lost");
        shop.listings.put("listings/en-us/title.txt", "Another title");
        shop.fails(run, "submission.update_lost", "/listings/en-us/baseListing/title");
        shop.listings.put("listings/en-us/title.txt", "Contoso sample app");
        shop.listings.put("listings/fr-fr/description.txt", "Une application.");
        shop.listings.put("listings/fr-fr/title.txt", "Application");
        shop.fails(run, "submission.update_lost", "/listings/fr-fr");
    }
}

#[test]
fn keywords_are_refused_before_or_by_the_service() {
    let words = "a b c d\ne f g h\ni j k l\nm n o p\nq r s t\nu v\n";
    for run in RUNS {
        let shop = Shop::with("keywords-total", "words");
        shop.listings.put("listings/en-us/keywords.txt", words);
        shop.fails(run, "check.failed", "/keywords");
        let request =
            json!({"appId": APP, "listing": {"path": shop.listings.path()}, "commit": true, "allow": ["T05"]});
        let answer = shop.client.job(run, request).1;
        assert_eq!(answer.failure().1, "service.invalid_value", "{}", answer.text);
        assert!(answer.text.contains("KeywordsTotalCount"), "{}", answer.text);
        assert_eq!(shop.store.drafts(), 0);

        let shop = Shop::with("keywords-total", "languages");
        shop.listings.put("listings/en-us/keywords.txt", words);
        let codes = ["fr", "it", "es", "pt", "nl", "da", "sv", "nb", "fi", "pl", "cs", "sk", "sl", "hr", "hu", "ro"];
        for code in codes.iter().chain(&["bg", "el", "tr", "et"]) {
            shop.listings.put(&format!("listings/{code}/description.txt"), format!("Beans in {code}."));
            shop.listings.put(&format!("listings/{code}/keywords.txt"), "beans");
        }
        let request =
            json!({"appId": APP, "listing": {"path": shop.listings.path()}, "commit": true, "allow": ["T05"]});
        let answer = shop.client.job(run, request).1;
        assert_eq!(answer.failure().1, "service.invalid_value", "{}", answer.text);
        assert!(answer.text.contains("KeywordsTotalCount"), "{}", answer.text);
        assert_eq!(shop.store.drafts(), 0);
    }
}

#[test]
fn a_published_text_that_the_service_does_not_copy_is_for_partner_center() {
    for run in RUNS {
        let shop = Shop::with("create-limits", "checked");
        let id = shop.published("/id");
        let change = json!({"document": {"/listings/en-us/baseListing/shortDescription": "x".repeat(501)}});
        shop.store.control("POST", &format!("submissions/{}", id.as_str().unwrap()), Some(change));
        shop.listings.put("listings/en-us/short-description.txt", "Short");
        let answer = shop.call(run, json!({}));
        assert_eq!(answer.failure().1, "service.invalid_value", "{}", answer.text);
        assert!(answer.text.contains("The length of ShortDescription must be 500 or less"), "{}", answer.text);
        assert!(answer.json["error"]["hint"].as_str().unwrap().contains("Partner Center"), "{}", answer.text);
        assert_eq!(shop.store.drafts(), 0);
        shop.store.control("PUT", "switches", Some(json!({"create-limits": "unchecked"})));
        assert_eq!(shop.call(run, json!({})).result()["status"], "Published");
    }
}

#[test]
fn a_title_that_is_missing_fails_the_commit() {
    for run in RUNS {
        let shop = Shop::with("missing-titles", "refused");
        shop.listings.put("listings/fr-fr/description.txt", "Une application.");
        shop.listings.put("listings/fr-fr/images/Screenshot/1-a.png", "a");
        let answer = shop.call(run, json!({}));
        assert_eq!(answer.failure().1, "submission.failed", "{}", answer.text);
        assert!(answer.text.contains("MissingTitle fr-fr"), "{}", answer.text);
        let plan =
            json!({"appId": APP, "listing": {"path": shop.listings.path()}, "draft": "replace", "allow": ["I01"]});
        let plan = shop.client.call("publish.plan", plan).result().clone();
        assert!(plan["findings"].as_array().unwrap().iter().any(|finding| finding["id"] == "T09"), "{plan}");
        shop.listings.put("listings/fr-fr/title.txt", "Application");
        let request = json!({"appId": APP, "listing": {"path": shop.listings.path()}, "commit": true, "draft": "replace",
            "until": "published", "pollSeconds": 0.001, "allow": ["I01"]});
        assert_eq!(shop.client.job(run, request).1.result()["status"], "Published");
    }
}
