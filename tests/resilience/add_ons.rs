//! Releases of many add-ons, which share the list of add-ons, with the clock paused.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use storeship::client::Client;
use storeship::emulator::Options;
use storeship::http::ProcessWide;

use crate::many::{busiest, run};
use crate::recorded::{Sent, Store};
use crate::waiting::timeless;

const ADD_ON: &str = "9NBLGGH4TNMP";

/// A Store with this many add-ons, whose service takes 20 calls a minute.
async fn store_with(add_ons: usize) -> (Store, Vec<String>) {
    let frozen_at = Some("2026-01-01T00:00:00Z".to_owned());
    let options = Options { rate_limit: Some(20), frozen_at, ..Options::default() };
    let store = Store::with(options, ProcessWide::default());
    let mut state = store.control("GET", "state", None).await;
    let of =
        |list: &Value, name: &str| list.as_array().unwrap().iter().find(|item| item[name] == ADD_ON).unwrap().clone();
    let (model, published) = (of(&state["inAppProducts"], "id"), of(&state["submissions"], "inAppProductId"));
    let mut ids = vec![ADD_ON.to_owned()];
    for number in 1..add_ons {
        let (id, submission) = (format!("9N{number:010}"), format!("2{number:018}"));
        let (mut add_on, mut document) = (model.clone(), published.clone());
        add_on["id"] = json!(id);
        add_on["productId"] = json!(format!("contoso-{number}"));
        add_on["lastPublishedInAppProductSubmission"] = json!({"id": submission});
        document["inAppProductId"] = json!(id);
        document["document"]["id"] = json!(submission);
        state["inAppProducts"].as_array_mut().unwrap().push(add_on);
        state["submissions"].as_array_mut().unwrap().push(document);
        ids.push(id);
    }
    store.control("PUT", "state", Some(state)).await;
    (store, ids)
}

fn client(store: &Store) -> Arc<Client> {
    store.client_with(1, json!({"limit": {"perMinute": 20}}))
}

/// Publishes a title for an add-on; returns the receipt or the code of the error, and the calls.
async fn publish(store: &Store, client: &Arc<Client>, id: &str, title: &str) -> (Result<Value, String>, Vec<Sent>) {
    let before = store.calls().len();
    let edit = json!({"op": "replace", "path": "/listings/en-us/title", "value": title});
    let request = json!({"addOnId": id, "edits": [edit], "until": "committed"});
    let receipt = run(client, "publish", request).await.map_err(|error| error.code().name.to_owned());
    (receipt, store.calls().split_off(before))
}

fn is_page(call: &Sent) -> bool {
    call.path.trim_end_matches('/').ends_with("/my/inappproducts")
}

fn refused(requests: &Value) -> usize {
    requests.as_array().unwrap().iter().filter(|request| request["status"] == 429).count()
}

async fn published(store: &Store) -> Vec<(String, Value)> {
    let state = store.control("GET", "state", None).await;
    let submissions = state["submissions"].as_array().unwrap();
    let of = |id: &Value| &submissions.iter().find(|entry| entry["document"]["id"] == *id).unwrap()["document"];
    let add_ons = state["inAppProducts"].as_array().unwrap().iter();
    let title =
        |add_on: &Value| of(&add_on["lastPublishedInAppProductSubmission"]["id"])["listings"]["en-us"]["title"].clone();
    add_ons.map(|add_on| (add_on["id"].as_str().unwrap().to_owned(), title(add_on))).collect()
}

#[test]
fn three_hundred_add_ons_take_five_calls_each_and_one_list() {
    timeless(async {
        let (store, ids) = store_with(300).await;
        let client_of_first = client(&store);
        let bad = &ids[150];
        let refuses = json!({"method": "PUT", "path": format!("*/{bad}/submissions/*"), "status": 400, "count": 0});
        store.control("POST", "faults", Some(refuses)).await;
        let (mut pages, mut looks, mut failed, mut receipts) = (0, 0, Vec::new(), Vec::new());
        for id in &ids {
            let (receipt, calls) = publish(&store, &client_of_first, id, "Sack of coins").await;
            let of_list = calls.iter().filter(|call| is_page(call)).count();
            // The add-on itself.
            let look = calls.iter().filter(|call| call.path.ends_with(id.as_str())).count();
            (pages, looks) = (pages + of_list, looks + look);
            assert!(calls.len() - of_list - look <= 5, "{id}: {calls:?}");
            match receipt {
                Ok(receipt) => receipts.push(json!({"addOnId": id, "submissionId": receipt["submissionId"]})),
                Err(code) => failed.push((id, code)),
            }
        }
        assert_eq!(failed, [(bad, "service.bad_request".to_owned())]);
        // The first add-on is read itself, the others are on three pages. In the second hour the pages are read anew, one for
        // each add-on, so that those of the last page are read themselves until it comes.
        assert!(pages <= 3 + 3 && looks <= 1 + 3, "{pages} pages, {looks} add-ons");
        let calls = store.calls();
        assert!(calls.len() <= 5 * 300 + 10 && busiest(&calls) <= 20, "{} and {}", calls.len(), busiest(&calls));

        let waited = run(
            &client_of_first,
            "submission.wait_all",
            json!({"submissions": receipts.clone(), "until": "processing"}),
        )
        .await
        .unwrap();
        assert_eq!(waited["failed"], 0);
        for receipt in &receipts {
            let path = format!("submissions/{}", receipt["submissionId"].as_str().unwrap());
            store.control("POST", &path, Some(json!({"status": "Published"}))).await;
        }
        let requests = store.control("GET", "requests", None).await;
        assert_eq!(refused(&requests), 0);
        let left: Vec<_> = published(&store).await.into_iter().filter(|(_, title)| title != "Sack of coins").collect();
        assert_eq!(left, [(bad.clone(), json!("Bag of coins"))]);

        // The same command again does what is left.
        store.control("DELETE", "faults", None).await;
        store.control("DELETE", "requests", None).await;
        tokio::time::sleep(Duration::from_secs(600)).await;
        let again = client(&store);
        for (number, id) in ids.iter().enumerate() {
            let (receipt, calls) = publish(&store, &again, id, "Sack of coins").await;
            let receipt = receipt.unwrap_or_else(|code| panic!("{id}: {code}"));
            assert_eq!(receipt["changed"], id == bad, "{receipt:#}");
            let most = if number == 0 { 2 } else { 1 + calls.iter().filter(|call| is_page(call)).count() };
            assert!(receipt["changed"] == true || calls.len() <= most, "{id}: {calls:?}");
        }
        let requests = store.control("GET", "requests", None).await;
        let commits =
            requests.as_array().unwrap().iter().filter(|it| it["operation"] == "commitInAppProductSubmission");
        assert_eq!((commits.count(), refused(&requests)), (1, 0));
    });
}

#[test]
fn a_tree_of_three_hundred_add_ons_takes_one_list_and_stays_under_the_limit() {
    timeless(async {
        let (store, _) = store_with(300).await;
        let folder = tempfile::tempdir().unwrap();
        let state = store.control("GET", "state", None).await;
        for add_on in state["inAppProducts"].as_array().unwrap() {
            let name = add_on["productId"].as_str().unwrap();
            let language = folder.path().join("add-ons").join(name).join("listings/en-us");
            std::fs::create_dir_all(&language).unwrap();
            std::fs::write(language.join("title.txt"), "Sack of coins").unwrap();
        }
        let bad = folder.path().join("add-ons/contoso-150/listings/en-us/titel.txt");
        std::fs::write(&bad, "x").unwrap();
        let client = client(&store);
        let request = json!({"appId": "9NBLGGH4R315", "path": folder.path(), "pollSeconds": 1});
        let done = run(&client, "add_on.publish", request.clone()).await.unwrap();
        assert_eq!(done["failed"], 1);
        let calls = store.calls();
        let pages = calls.iter().filter(|call| is_page(call)).count();
        // The list has three pages, which are read anew in the second hour.
        assert!((3..=6).contains(&pages), "{pages}");
        assert!(calls.len() <= 5 * 299 + 10 && busiest(&calls) <= 20, "{} and {}", calls.len(), busiest(&calls));
        assert_eq!(refused(&store.control("GET", "requests", None).await), 0);

        // The same again waits for what was committed, and publishes what is left.
        std::fs::remove_file(&bad).unwrap();
        let again = run(&client, "add_on.publish", request).await.unwrap();
        assert_eq!(again["failed"], 0);
        let commits = store.calls().iter().filter(|call| call.path.ends_with("/commit")).count();
        assert_eq!(commits, 300);
    });
}

/// A client that has read the list of three add-ons and has not published the last of them.
async fn with_an_old_list(store: &Store, ids: &[String]) -> Arc<Client> {
    let client = client(store);
    for id in &ids[..2] {
        publish(store, &client, id, "Sack of coins").await.0.unwrap();
    }
    assert_eq!(store.calls().iter().filter(|call| is_page(call)).count(), 1);
    client
}

/// Somebody else publishes an edit.
async fn publish_elsewhere(store: &Store, id: &str, path: &str, value: &str) {
    let edit = json!({"op": "replace", "path": path, "value": value});
    let request = json!({"addOnId": id, "edits": [edit], "until": "published", "pollSeconds": 1});
    run(&client(store), "publish", request).await.unwrap();
}

async fn pending(store: &Store, id: &str) -> Option<String> {
    let state = store.control("GET", "state", None).await;
    let add_on = state["inAppProducts"].as_array().unwrap().iter().find(|add_on| add_on["id"] == *id).unwrap();
    add_on["pendingInAppProductSubmission"]["id"].as_str().map(str::to_owned)
}

#[test]
fn what_was_published_after_the_list_was_read_is_what_a_release_starts_from() {
    timeless(async {
        let (store, ids) = store_with(3).await;
        let client = with_an_old_list(&store, &ids).await;
        publish_elsewhere(&store, &ids[2], "/tag", "new").await;
        let (receipt, calls) = publish(&store, &client, &ids[2], "Sack of coins").await;
        let id = receipt.unwrap()["submissionId"].clone();
        let document = store.control("GET", &format!("submissions/{}", id.as_str().unwrap()), None).await;
        assert_eq!(document["document"]["tag"], "new");
        assert_eq!(document["document"]["listings"]["en-us"]["title"], "Sack of coins");
        // The draft that the old plan was made for was deleted, and the add-on was read.
        let methods: Vec<_> = calls.iter().map(|call| call.method.as_str()).collect();
        assert_eq!(methods, ["GET", "POST", "GET", "DELETE", "GET", "GET", "POST", "PUT", "GET", "POST"]);
    });
}

#[test]
fn a_draft_that_was_created_after_the_list_was_read_is_not_touched() {
    timeless(async {
        let (store, ids) = store_with(3).await;
        let client = with_an_old_list(&store, &ids).await;
        let colleague = self::client(&store);
        run(&colleague, "submission.create", json!({"addOnId": ids[2]})).await.unwrap();
        let draft = pending(&store, &ids[2]).await;
        let (receipt, calls) = publish(&store, &client, &ids[2], "Sack of coins").await;
        assert_eq!(receipt.unwrap_err(), "submission.left_for_review");
        assert!(calls.iter().all(|call| call.method == "GET" || call.path.ends_with("/submissions")), "{calls:?}");
        assert_eq!(pending(&store, &ids[2]).await, draft);
    });
}

/// Nothing is published that the draft could be compared with.
#[test]
fn a_first_draft_that_appears_after_a_lost_create_may_be_somebody_elses() {
    timeless(async {
        let (store, ids) = store_with(2).await;
        let mut state = store.control("GET", "state", None).await;
        let add_ons = state["inAppProducts"].as_array_mut().unwrap();
        let add_on = add_ons.iter_mut().find(|add_on| add_on["id"] == *ids[1]).unwrap();
        add_on.as_object_mut().unwrap().remove("lastPublishedInAppProductSubmission");
        store.control("PUT", "state", Some(state)).await;
        let lost = json!({"method": "POST", "path": "*/submissions", "drop": "before"});
        store.control("POST", "faults", Some(lost)).await;
        let (client, colleague) = (client(&store), self::client(&store));
        let other = async {
            // After the create that is lost, and before the look at what became of it.
            tokio::time::sleep(Duration::from_secs(1)).await;
            run(&colleague, "submission.create", json!({"addOnId": ids[1]})).await.unwrap()["id"].clone()
        };
        let request = json!({"addOnId": ids[1], "edits": [{"op": "add", "path": "/tag", "value": "mine"}]});
        let (receipt, draft) = tokio::join!(run(&client, "publish", request), other);
        assert_eq!(receipt.unwrap_err().code().name, "submission.left_for_review");
        assert_eq!(pending(&store, &ids[1]).await.as_deref(), draft.as_str());
        assert!(store.calls().iter().all(|call| call.method != "PUT"));
    });
}

#[test]
fn a_draft_that_was_pending_when_the_list_was_read_may_be_gone_or_published() {
    timeless(async {
        for end in ["deleted", "published"] {
            let (store, ids) = store_with(3).await;
            let colleague = self::client(&store);
            let ids_of_draft = json!({"addOnId": ids[2]});
            let draft = run(&colleague, "submission.create", ids_of_draft.clone()).await.unwrap();
            let client = with_an_old_list(&store, &ids).await;
            match end {
                "deleted" => drop(run(&colleague, "submission.delete", ids_of_draft).await.unwrap()),
                _ => {
                    let patch = json!({"document": {"/tag": "new"}, "status": "Published"});
                    let path = format!("submissions/{}", draft["id"].as_str().unwrap());
                    store.control("POST", &path, Some(patch)).await;
                }
            }
            let (receipt, _) = publish(&store, &client, &ids[2], "Sack of coins").await;
            let id = receipt.unwrap()["submissionId"].clone();
            let document = store.control("GET", &format!("submissions/{}", id.as_str().unwrap()), None).await;
            let tag = if end == "published" { "new" } else { "SampleTag" };
            assert_eq!(document["document"]["tag"], tag, "{end}");
        }
    });
}

#[test]
fn nothing_to_do_is_no_conclusion_from_an_old_list() {
    timeless(async {
        let (store, ids) = store_with(3).await;
        publish_elsewhere(&store, &ids[2], "/listings/en-us/title", "Sack of coins").await;
        let client = with_an_old_list(&store, &ids).await;
        publish_elsewhere(&store, &ids[2], "/listings/en-us/title", "Chest of coins").await;
        tokio::time::sleep(Duration::from_secs(900)).await;
        let (receipt, _) = publish(&store, &client, &ids[2], "Sack of coins").await;
        assert_eq!(receipt.unwrap()["changed"], true);
    });
}

#[test]
fn a_list_that_can_not_be_read_is_done_without() {
    timeless(async {
        let (store, ids) = store_with(4).await;
        let refuses =
            json!({"method": "GET", "path": "*/my/inappproducts*", "query": "*top=*", "status": 403, "count": 0});
        store.control("POST", "faults", Some(refuses)).await;
        let client = client(&store);
        for id in &ids {
            publish(&store, &client, id, "Sack of coins").await.0.unwrap();
        }
        assert_eq!(store.calls().iter().filter(|call| is_page(call)).count(), 1);
    });
}
