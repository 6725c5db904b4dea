//! Listings as files with the service: pull, plan and push, and a release that has a folder of listings.

use serde_json::{Value, json};

use crate::listings::Listings;
use crate::support::{ADD_ON, APP, Answer, Client, PAID_APP, Store};

const TYPE: &str = "listings/en-us/images/Screenshot";

fn pull(client: &Client, listings: &Listings, product: &Value) -> Value {
    let mut request = product.clone();
    request["path"] = json!(listings.path());
    client.call("listing.pull", request).result().clone()
}

fn push(client: &Client, listings: &Listings, more: Value) -> Answer {
    client.job("listing.push", request(listings, more)).1
}

fn request(listings: &Listings, more: Value) -> Value {
    // The pictures are none, which a release refuses.
    let mut request = json!({"appId": APP, "until": "published", "pollSeconds": 0.001, "allow": ["I01"],
        "listing": {"path": listings.path()}});
    for (name, value) in more.as_object().unwrap() {
        match (name.as_str(), value) {
            ("listing", Value::Object(fields)) => request["listing"].as_object_mut().unwrap().extend(fields.clone()),
            _ => request[name] = value.clone(),
        }
    }
    if !request["addOnId"].is_null() {
        request.as_object_mut().unwrap().remove("appId");
    }
    request
}

fn published(client: &Client) -> Value {
    client.call("submission.get", json!({"appId": APP})).result().clone()
}

#[test]
fn a_push_after_a_pull_makes_no_draft() {
    let store = Store::start();
    let client = store.client();
    for product in [json!({"appId": APP}), json!({"addOnId": ADD_ON})] {
        let listings = Listings::new();
        let pulled = pull(&client, &listings, &product);
        assert!(!pulled["written"].as_array().unwrap().is_empty());
        let receipt = push(&client, &listings, product.clone()).result().clone();
        assert_eq!((&receipt["changed"], &receipt["draft"]), (&json!(false), &json!("none")), "{receipt}");
        let again = pull(&client, &listings, &product);
        assert_eq!((&again["written"], &again["removed"]), (&json!([]), &json!([])));
    }
    assert_eq!(store.requests("createSubmission").len() + store.drafts(), 0);
}

#[test]
fn a_push_sends_what_differs_and_leaves_the_draft_for_review() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    pull(&client, &listings, &json!({"appId": APP}));
    let before = published(&client);
    listings.put("listings/en-us/description.txt", "Reads\nbooks.\n");
    listings.put(&format!("{TYPE}/50-new.png"), "new picture");
    listings.put(&format!("{TYPE}/50-new.txt"), "The new window");
    let plan = client.call("listing.plan", request(&listings, json!({}))).result().clone();
    let file = plan["files"][0].clone();
    assert!(file["name"].as_str().unwrap().starts_with("new.") && file["bytes"] == 11, "{plan}");
    assert!(plan["uploadBytes"].as_u64().unwrap() > 11);
    assert_eq!((&plan["draft"], &plan["commit"]), (&json!("create"), &json!(false)));
    assert_eq!(plan["listingsLeftAlone"], json!(null), "all languages have folders");

    let answer = push(&client, &listings, json!({"planHash": plan["planHash"]}));
    let receipt = answer.result();
    assert_eq!((&receipt["changed"], &receipt["status"]), (&json!(true), &json!("PendingCommit")));
    assert_eq!(answer.json["meta"]["edits"].as_array().unwrap().len(), 2, "{}", answer.text);
    let submission = json!({"appId": APP, "submissionId": receipt["submissionId"]});
    let draft = client.call("submission.get", submission.clone()).result().clone();
    let base = &draft["listings"]["en-us"]["baseListing"];
    assert_eq!(base["description"], "Reads\r\nbooks.");
    assert_eq!(draft["listings"]["de-de"], before["listings"]["de-de"]);
    assert_eq!(draft["applicationPackages"], before["applicationPackages"]);
    // The same push again goes on with the draft, and does not change it.
    let again = push(&client, &listings, json!({}));
    assert_eq!(again.result()["draft"], "resume");
    assert_eq!(again.json["meta"]["edits"], json!([]));
    // Committed, it is published, and the next push has nothing to do.
    let mut commit = submission.clone();
    commit["draftHash"] = again.result()["draftHash"].clone();
    client.call("submission.commit", commit).result();
    client.job("submission.wait", submission_until(&submission)).1.result();
    let receipt = push(&client, &listings, json!({})).result().clone();
    assert_eq!((&receipt["changed"], &receipt["draft"]), (&json!(false), &json!("none")), "{receipt}");
    let images = published(&client)["listings"]["en-us"]["baseListing"]["images"].clone();
    let last = images.as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["fileStatus"], &last["description"]), (&json!("Uploaded"), &json!("The new window")));
}

fn submission_until(submission: &Value) -> Value {
    let mut request = submission.clone();
    request["until"] = json!("published");
    request["pollSeconds"] = json!(0.001);
    request
}

#[test]
fn a_push_with_commit_is_published_and_pictures_go_when_their_files_go() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    pull(&client, &listings, &json!({"appId": APP}));
    for (file, bytes) in [("50-a", "a"), ("51-b", "b"), ("52-c", "c")] {
        listings.put(&format!("{TYPE}/{file}.png"), bytes);
    }
    let receipt = push(&client, &listings, json!({"commit": true})).result().clone();
    assert_eq!(receipt["status"], "Published");
    let names = |client: &Client| -> Vec<String> {
        let images = published(client)["listings"]["en-us"]["baseListing"]["images"].clone();
        let of_type = |image: &&Value| image["imageType"] == "Screenshot";
        let label = |image: &Value| image["fileName"].as_str().unwrap().split('.').next().unwrap().to_owned();
        images.as_array().unwrap().iter().filter(of_type).map(label).collect()
    };
    let before = names(&client);
    assert!(before.ends_with(&["a".to_owned(), "b".to_owned(), "c".to_owned()]), "{before:?}");
    std::fs::remove_file(listings.path().join(TYPE).join("51-b.png")).unwrap();
    listings.put(&format!("{TYPE}/50-a.png"), "a, changed");
    let receipt = push(&client, &listings, json!({"commit": true})).result().clone();
    assert_eq!(receipt["upload"]["entries"].as_array().unwrap().len(), 1);
    let after = names(&client);
    assert_eq!(after.len(), before.len() - 1);
    assert!(!after.contains(&"b".to_owned()) && after.contains(&"a".to_owned()), "{after:?}");
    assert_eq!(push(&client, &listings, json!({})).result()["changed"], false);
}

#[test]
fn a_release_takes_packages_and_listings_in_one_upload() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    pull(&client, &listings, &json!({"appId": APP}));
    listings.put("listings/en-us/release-notes.txt", "From the folder");
    listings.put("listings/de-de/release-notes.txt", "Aus dem Ordner");
    listings.put(&format!("{TYPE}/50-new.png"), "new picture");
    let package = store.package("Contoso.msix", "2.0.0.0");
    let release = request(&listings, json!({"packages": [package], "releaseNotes": {"en-us": "From the request"}}));
    let receipt = client.job("publish", release.clone()).1.result().clone();
    assert_eq!(receipt["upload"]["entries"].as_array().unwrap().len(), 2, "{receipt}");
    let now = published(&client);
    let notes = |language: &str| now["listings"][language]["baseListing"]["releaseNotes"].clone();
    assert_eq!((notes("en-us"), notes("de-de")), (json!("From the request"), json!("Aus dem Ordner")));
    assert_eq!(client.job("publish", release).1.result()["changed"], false);
    // The folder's path starts from the release file.
    std::fs::write(
        listings.folder.path().join("release.json"),
        r#"{"appId":"9NBLGGH4R315","listing":{"path":"store"},"releaseNotes":{"en-us":"From the request"}}"#,
    )
    .unwrap();
    let path = listings.folder.path().join("release.json");
    let plan = client.call("publish.plan", json!({"releasePath": path})).result().clone();
    assert_eq!(plan["draft"], "none", "{plan}");
}

#[test]
fn a_folder_of_another_product_or_with_faults_is_refused_before_any_request() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    pull(&client, &listings, &json!({"appId": APP}));
    let before = store.control("GET", "requests", None).as_array().unwrap().len();
    let answer = push(&client, &listings, json!({"appId": PAID_APP}));
    assert_eq!(answer.failure().1, "listing.other_product");
    listings.put("listings/en-us/title.txt", b"\xff");
    assert_eq!(push(&client, &listings, json!({})).failure().1, "listing.invalid");
    assert_eq!(store.control("GET", "requests", None).as_array().unwrap().len(), before);
    std::fs::remove_file(listings.path().join("listings/en-us/title.txt")).unwrap();
    listings.put("listings/en-us/descripton.txt", "x");
    let answer = push(&client, &listings, json!({}));
    assert!(answer.json["error"]["message"].as_str().unwrap().contains("did you mean description.txt?"));
    assert_eq!(store.drafts(), 0);
}

#[test]
fn a_draft_can_be_pulled_and_pushed_to() {
    let store = Store::start();
    let client = store.client();
    let draft = client.call("submission.create", json!({"appId": APP})).result().clone();
    let listings = Listings::new();
    let id = draft["id"].clone();
    let pulled = pull(&client, &listings, &json!({"appId": APP, "submissionId": id}));
    assert_eq!(pulled["submissionId"], id);
    listings.put("listings/en-us/description.txt", "Another text");
    assert_eq!(push(&client, &listings, json!({})).failure().1, "submission.left_for_review");
    let receipt = push(&client, &listings, json!({"submissionId": id})).result().clone();
    assert_eq!((&receipt["submissionId"], &receipt["draft"]), (&id, &json!("adopt")));
    let now = client.call("submission.get", json!({"appId": APP, "submissionId": id})).result().clone();
    assert_eq!(now["listings"]["en-us"]["baseListing"]["description"], "Another text");
}

#[test]
fn a_picture_that_waits_in_a_draft_goes_with_its_file() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    pull(&client, &listings, &json!({"appId": APP}));
    listings.put(&format!("{TYPE}/50-a.png"), "a");
    listings.put(&format!("{TYPE}/51-b.png"), "b");
    let id = push(&client, &listings, json!({})).result()["submissionId"].clone();
    std::fs::remove_file(listings.path().join(TYPE).join("51-b.png")).unwrap();
    assert_eq!(push(&client, &listings, json!({})).failure().1, "submission.left_for_review");
    let answer = push(&client, &listings, json!({"submissionId": id}));
    let receipt = answer.result();
    assert_eq!(answer.json["meta"]["edits"][0]["op"], "remove", "{}", answer.text);
    assert_eq!(receipt["upload"]["entries"].as_array().unwrap().len(), 1);
    let submission = json!({"appId": APP, "submissionId": id});
    client.call("submission.commit", submission.clone()).result();
    client.job("submission.wait", submission_until(&submission)).1.result();
    assert_eq!(push(&client, &listings, json!({})).result()["changed"], false);
}

#[test]
fn a_language_is_added_and_removed_in_the_store() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    pull(&client, &listings, &json!({"appId": APP}));
    listings.put("listings/FR-fr/description.txt", "Lit des livres.");
    listings.put("listings/FR-fr/images/Screenshot/1-a.png", "a");
    assert_eq!(push(&client, &listings, json!({"commit": true})).result()["status"], "Published");
    let french = published(&client)["listings"]["fr-fr"]["baseListing"].clone();
    assert_eq!(
        (&french["description"], &french["images"][0]["fileStatus"]),
        (&json!("Lit des livres."), &json!("Uploaded"))
    );
    std::fs::remove_dir_all(listings.path().join("listings/FR-fr")).unwrap();
    let plan = client.call("listing.plan", request(&listings, json!({"listing": {"removeLanguages": ["fr-FR"]}})));
    assert_eq!(plan.json["meta"]["edits"][0]["op"], "remove", "{}", plan.text);
    assert_eq!(push(&client, &listings, json!({})).result()["changed"], false, "a language stays until it is named");
}

#[test]
fn a_plan_counts_folders_of_languages_and_platforms_without_files() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    listings.put("listings/en-us/description.txt", "Other");
    // What is approved of the folder comes before what it changes in the submission.
    let hash = || {
        let plan = client.call("listing.plan", request(&listings, json!({}))).result().clone();
        let hash = plan["planHash"].as_str().unwrap().to_owned();
        hash[..hash.len() - 16].to_owned()
    };
    let add = |folder: &str| std::fs::create_dir_all(listings.path().join("listings").join(folder)).unwrap();
    let first = hash();
    assert_eq!(hash(), first);
    add("de-de");
    let with_language = hash();
    assert_ne!(with_language, first);
    add("de-de/platforms/Windows81");
    assert_ne!(hash(), with_language);
}
