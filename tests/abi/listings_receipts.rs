//! The receipt of a pull, a push or a release as the base of the next push.

use std::fs;

use serde_json::{Value, json};

use crate::listings::Listings;
use crate::support::{ADD_ON, APP, Answer, Client, PAID_APP, Store};

const DESCRIPTION: &str = "/listings/en-us/baseListing/description";
const TITLE: &str = "/listings/en-us/title";

struct Scene {
    store: Store,
    client: Client,
    listings: Listings,
    product: Value,
}

impl Scene {
    fn new(product: Value) -> Scene {
        let store = Store::start();
        let client = store.client();
        let scene = Scene { store, client, listings: Listings::new(), product };
        let pulled = scene.client.call("listing.pull", scene.request(json!({"path": scene.listings.path()})));
        scene.keep(pulled.result());
        scene
    }

    fn request(&self, more: Value) -> Value {
        let mut request = self.product.clone();
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        request
    }

    /// Keeps a receipt as the base of the next push.
    fn keep(&self, receipt: &Value) {
        fs::write(self.listings.folder.path().join("last.json"), receipt.to_string()).unwrap();
    }

    fn push(&self, more: Value) -> Answer {
        let base = self.listings.folder.path().join("last.json");
        let mut request = json!({"listing": {"path": self.listings.path(), "basePath": base}, "until": "published", "pollSeconds": 0.001});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.client.job("listing.push", self.request(request)).1
    }

    /// Somebody publishes a change.
    fn others(&self, path: &str, value: &str) {
        let edit = json!({"op": "replace", "path": path, "value": value});
        let request = json!({"edits": [edit], "until": "published", "pollSeconds": 0.001});
        self.client.job("publish", self.request(request)).1.result();
    }

    fn published(&self) -> Value {
        self.client.call("submission.get", self.request(json!({}))).result().clone()
    }
}

#[test]
fn what_somebody_has_changed_since_the_receipt_is_a_conflict() {
    let scene = Scene::new(json!({"appId": APP}));
    scene.others(DESCRIPTION, "Theirs");
    // The folder has not changed it: it stays.
    let receipt = scene.push(json!({})).result().clone();
    assert_eq!((&receipt["changed"], &receipt["draft"]), (&json!(false), &json!("none")), "{receipt}");
    let plan =
        json!({"listing": {"path": scene.listings.path(), "basePath": scene.listings.folder.path().join("last.json")}});
    let plan = scene.client.call("listing.plan", scene.request(plan));
    assert_eq!(plan.json["meta"]["edits"], json!([]), "{}", plan.text);
    scene.listings.put("listings/en-us/description.txt", "Ours");
    let answer = scene.push(json!({}));
    assert_eq!(answer.json["error"]["code"], "listing.conflict", "{}", answer.text);
    assert_eq!(answer.json["error"]["details"][0]["pointer"], DESCRIPTION);
    assert_eq!(scene.store.drafts(), 0);
}

#[test]
fn the_last_push_is_none_of_others() {
    let scene = Scene::new(json!({"appId": APP}));
    scene.listings.put("listings/en-us/description.txt", "First\nline");
    scene.listings.put("listings/en-us/images/Screenshot/50-new.png", "a picture");
    scene.listings.put("listings/en-us/images/Screenshot/50-new.txt", "The window");
    scene.listings.put("listings/fr-fr/description.txt", "Lit.");
    scene.listings.put("notes-for-certification.txt", "An account");
    let first = scene.push(json!({"commit": true, "allow": ["I01", "I05", "T08"]})).result().clone();
    assert_eq!(first["status"], "Published");
    assert!(
        first["contentHashes"][DESCRIPTION].is_string() && first["replacedHashes"][DESCRIPTION].is_string(),
        "{first}"
    );
    // The whole response is a base too.
    scene.keep(&json!({"ok": true, "result": first}));
    assert_eq!(scene.push(json!({})).result()["changed"], false);
    scene.listings.put("listings/en-us/description.txt", "Second");
    scene.listings.put("listings/en-us/images/Screenshot/50-new.txt", "Another caption");
    scene.listings.put("listings/fr-fr/description.txt", "Lit des livres.");
    scene.listings.put("notes-for-certification.txt", "Another account");
    let second = scene.push(json!({}));
    assert_eq!(second.json["meta"]["edits"].as_array().unwrap().len(), 4, "{}", second.text);

    // The draft was never published: what was before it is of nobody else either.
    let draft = json!({"submissionId": second.result()["submissionId"]});
    scene.client.call("submission.delete", scene.request(draft)).result();
    scene.keep(second.result());
    let third = scene.push(json!({"commit": true}));
    assert_eq!(third.json["meta"]["edits"].as_array().unwrap().len(), 4, "{}", third.text);
    assert_eq!(scene.published()["listings"]["en-us"]["baseListing"]["description"], "Second");
}

#[test]
fn the_receipt_of_an_add_on_is_a_base() {
    let scene = Scene::new(json!({"addOnId": ADD_ON}));
    scene.listings.put("listings/en-us/title.txt", "Ours");
    let first = scene.push(json!({"commit": true})).result().clone();
    scene.keep(&first);
    scene.others(TITLE, "Theirs");
    scene.listings.put("listings/en-us/title.txt", "Ours again");
    let answer = scene.push(json!({}));
    assert_eq!(answer.json["error"]["code"], "listing.conflict", "{}", answer.text);
    let overwrite = json!({
        "path": scene.listings.path(), "basePath": scene.listings.folder.path().join("last.json"), "overwrite": [TITLE],
    });
    let second = scene.push(json!({"listing": overwrite}));
    assert_eq!(second.json["meta"]["edits"][0]["value"], "Ours again", "{}", second.text);
}

#[test]
fn a_receipt_without_hashes_is_no_base() {
    let scene = Scene::new(json!({"appId": APP}));
    scene.keep(&json!({"submissionId": "1", "changed": false, "skipped": "another submission is pending"}));
    let answer = scene.push(json!({}));
    assert_eq!(answer.json["error"]["code"], "document.invalid", "{}", answer.text);
    assert!(answer.json["error"]["message"].as_str().unwrap().contains("contentHashes"), "{}", answer.text);
}

#[test]
fn the_receipt_of_another_product_is_no_base() {
    let scene = Scene::new(json!({"appId": APP}));
    let pull = json!({"path": scene.listings.folder.path().join("add-on"), "addOnId": ADD_ON});
    // The ids of a pull are beside its result.
    let pulled = scene.client.call("listing.pull", pull).json;
    let hashes = pulled["result"]["contentHashes"].clone();
    let receipt = json!({"contentHashes": hashes, "addOnId": ADD_ON});
    let of_another_app = json!({"contentHashes": hashes, "appId": PAID_APP});
    for base in [pulled, receipt.clone(), json!({"ok": true, "result": receipt}), of_another_app] {
        scene.keep(&base);
        let answer = scene.push(json!({}));
        assert_eq!(answer.json["error"]["code"], "listing.other_product", "{}", answer.text);
        assert!(answer.json["error"]["message"].as_str().unwrap().contains("last.json"), "{}", answer.text);
    }
}
