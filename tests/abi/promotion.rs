//! The promotion of a flight: its packages are given to everybody, and no others.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{ADD_ON, APP, Answer, Client, PAID_APP, Store};

const FLIGHT: &str = "43e448df-97c9-4a43-a0bc-2a445e736bcd";
const REFUSED: &str = "package.not_of_flight";

/// The file with which the flight was published, and the receipt of that.
fn tested(store: &Store, client: &Client) -> (PathBuf, Value) {
    let package = store.package("Contoso.msix", "3.0.0.0");
    let release =
        json!({"appId": APP, "flightId": FLIGHT, "packages": [package], "until": "published", "pollSeconds": 0.001});
    let receipt = client.job("publish", release).1.json;
    assert_eq!(receipt["result"]["status"], "Published", "{receipt:#}");
    (package, receipt)
}

fn promote(package: &PathBuf, more: Value) -> Value {
    let mut release = json!({"appId": APP, "packages": [package], "fromFlight": "insiders", "until": "published", "pollSeconds": 0.001});
    release.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    release
}

fn saved(store: &Store, receipt: &Value) -> PathBuf {
    let path = store.folder.path().join("receipt.json");
    std::fs::write(&path, receipt.to_string()).unwrap();
    path
}

#[track_caller]
fn refused(answer: &Answer, code: &str, words: &[&str]) {
    assert_eq!(answer.failure().1, code);
    assert!(words.iter().all(|word| answer.text.contains(word)), "{}", answer.text);
}

#[test]
fn the_packages_of_a_flight_go_out_to_everybody() {
    let store = Store::start();
    let client = store.client();
    let (package, receipt) = tested(&store, &client);
    let (whole, bare) = (saved(&store, &receipt), store.folder.path().join("bare.json"));
    std::fs::write(&bare, receipt["result"].to_string()).unwrap();
    for more in [json!({"fromFlight": FLIGHT}), json!({"fromReceiptPath": bare})] {
        client.call("publish.plan", promote(&package, more)).result();
    }
    let (_, answer) = client.job("publish", promote(&package, json!({"fromReceiptPath": whole})));
    assert_eq!(answer.result()["status"], "Published");
    // The flight goes on; what everybody has stays what it is.
    let next = store.package("Contoso.msix", "4.0.0.0");
    let release =
        json!({"appId": APP, "flightId": FLIGHT, "packages": [next], "until": "published", "pollSeconds": 0.001});
    client.job("publish", release).1.result();
    let tested = store.package("Contoso.msix", "3.0.0.0");
    assert_eq!(client.job("publish", promote(&tested, json!({}))).1.result()["changed"], false);
}

#[test]
fn other_packages_are_refused_with_the_differences_and_nothing_changes() {
    let store = Store::start();
    let client = store.client();
    let (package, receipt) = tested(&store, &client);
    let drafts = store.requests("createApplicationSubmission").len();
    let newer = store.package("Newer.msix", "5.0.0.0");
    refused(&client.job("publish", promote(&newer, json!({}))).1, REFUSED, &["5.0.0.0", "3.0.0.0 X64"]);

    let changes: [(&str, Value, &[&str]); 5] = [
        ("/result/packages/0/bytes", json!(1), &["Contoso.msix has", "bytes", "of the receipt 1"]),
        ("/result/upload/entries/0/sha256", json!("00"), &["SHA-256", "of the receipt 00"]),
        ("/result/packages/0/version", json!("2.9.0.0"), &["which the receipt does not have"]),
        ("/result/submissionId", json!("42"), &["the receipt is of submission 42"]),
        ("/result/audience", json!("everybody"), &["to everybody"]),
    ];
    for (place, value, words) in changes {
        let mut other = receipt.clone();
        *other.pointer_mut(place).unwrap() = value;
        let request = promote(&package, json!({"fromReceiptPath": saved(&store, &other)}));
        refused(&client.call("publish.plan", request.clone()), REFUSED, words);
        refused(&client.job("publish", request).1, REFUSED, words);
    }
    assert_eq!(store.requests("createApplicationSubmission").len(), drafts);
}

#[test]
fn a_promotion_that_makes_no_sense_is_refused() {
    let store = Store::start();
    let client = store.client();
    let package = store.package("Contoso.msix", "3.0.0.0");
    let text = saved(&store, &json!({"a": 1}));
    for (more, code, word) in [
        (json!({"fromFlight": "Nobody"}), "flight.not_found", "Insiders"),
        (json!({"flightId": FLIGHT}), "request.invalid", "/fromFlight"),
        (json!({"packages": []}), "request.invalid", "/fromFlight"),
        (json!({"fromFlight": null, "fromReceiptPath": text}), "request.invalid", "/fromReceiptPath"),
        (json!({"fromReceiptPath": text}), "request.invalid", "no receipt"),
        (json!({"fromReceiptPath": store.folder.path().join("none.json")}), "file.not_found", "none.json"),
    ] {
        refused(&client.call("publish.plan", promote(&package, more)), code, &[word]);
    }
    let add_on = json!({"addOnId": ADD_ON, "fromFlight": "Insiders", "visibility": "Hidden"});
    refused(&client.call("publish.plan", add_on), "request.invalid", &["/fromFlight"]);

    let flight =
        client.call("flight.create", json!({"appId": APP, "friendlyName": "Empty"})).result()["flightId"].clone();
    refused(
        &client.call("publish.plan", promote(&package, json!({"fromFlight": flight}))),
        REFUSED,
        &["no published submission"],
    );
    refused(&client.call("publish.plan", promote(&package, json!({"appId": PAID_APP}))), "flight.not_found", &["none"]);
}
