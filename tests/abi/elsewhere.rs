//! Packages whose full name another submission of the app has: rule P03 over the app and its flights.

use serde_json::{Value, json};

use crate::support::{APP, Answer, Client, Store};

const FLIGHT: &str = "43e448df-97c9-4a43-a0bc-2a445e736bcd";

/// A release to the flight that is there from the start.
fn to_flight(package: &std::path::Path) -> Value {
    json!({"appId": APP, "flightId": FLIGHT, "packages": [package], "until": "published", "pollSeconds": 0.001})
}

fn to_app(package: &std::path::Path) -> Value {
    json!({"appId": APP, "packages": [package], "releaseNotes": "Counts peas.", "until": "published", "pollSeconds": 0.001})
}

/// The only finding of a release that is refused, by its plan and by itself.
#[track_caller]
fn refused(client: &Client, release: &Value) -> String {
    let of = |answer: Answer| {
        assert_eq!(answer.failure().1, "check.failed");
        let details = answer.json["error"]["details"].as_array().unwrap();
        assert_eq!((details.len(), &details[0]["code"]), (1, &json!("P03")), "{}", answer.text);
        details[0]["message"].as_str().unwrap().to_owned()
    };
    let plan = of(client.call("publish.plan", release.clone()));
    assert_eq!(plan, of(client.job("publish", release.clone()).1));
    plan
}

/// The findings of a plan, each with its severity.
#[track_caller]
fn findings(client: &Client, release: &Value) -> Vec<String> {
    let plan = client.call("publish.plan", release.clone());
    let finding = |it: &Value| format!("{} {}: {}", it["id"], it["severity"], it["message"]).replace('"', "");
    plan.result()["findings"].as_array().unwrap().iter().map(finding).collect()
}

#[test]
fn a_full_name_of_a_flight_is_not_given_to_another_package_of_the_app() {
    let store = Store::start();
    let client = store.client();
    let tested = store.package("Contoso.msix", "3.0.0.0");
    client.job("publish", to_flight(&tested)).1.result();

    let other = store.package("Other.msix", "3.0.0.0");
    assert_eq!(
        refused(&client, &to_app(&other)),
        "Other.msix: flight Insiders has a package of the same full name, Contoso.msix with the version 3.0.0.0"
    );
    assert!(store.requests("createApplicationSubmission").is_empty());
    // The same file is taken for the same package.
    let same = findings(&client, &to_app(&tested));
    assert_eq!(same.len(), 1, "{same:?}");
    assert!(same[0].starts_with("P03 warning: flight Insiders has Contoso.msix with the version 3.0.0.0"), "{same:?}");
    // A promotion ships the flight's package on purpose, also when it is run again.
    let mut promotion = to_app(&other);
    promotion["fromFlight"] = json!("Insiders");
    assert_eq!(findings(&client, &promotion), Vec::<String>::new());
    client.job("publish", promotion.clone()).1.result();
    assert_eq!(client.job("publish", promotion).1.result()["changed"], false);
}

#[test]
fn a_release_of_a_flight_is_compared_with_the_app_and_the_other_flights() {
    let store = Store::start();
    let client = store.client();
    let everybody = store.package("Contoso.msix", "3.0.0.0");
    client.job("publish", to_app(&everybody)).1.result();
    let other = store.package("Other.msix", "3.0.0.0");
    assert_eq!(
        refused(&client, &to_flight(&other)),
        "Other.msix: the app has a package of the same full name, Contoso.msix with the version 3.0.0.0"
    );
    // What the flight itself has is said to be the flight's.
    let tested = store.package("Tested.msix", "4.0.0.0");
    client.job("publish", to_flight(&tested)).1.result();
    let again = store.package("Again.msix", "4.0.0.0");
    assert!(refused(&client, &to_flight(&again)).starts_with("Again.msix: the flight has a package of the same"));

    let ring = json!({"appId": APP, "friendlyName": "Ring 2", "groupIds": ["1152921504606962205"]});
    let ring = client.call("flight.create", ring).result()["flightId"].clone();
    let mut release = to_flight(&again);
    release["flightId"] = ring;
    release["draft"] = json!("adopt");
    assert!(refused(&client, &release).starts_with("Again.msix: flight Insiders has a package"));
}

#[test]
fn flights_are_read_only_where_a_package_is_new() {
    let store = Store::start();
    let client = store.client();
    let lists = || store.requests("listApplicationFlights").len();
    let package = store.package("Contoso.msix", "3.0.0.0");
    client.job("publish", to_app(&package)).1.result();
    assert_eq!(lists(), 1);
    client.job("publish", to_app(&package)).1.result();
    let edits = json!([{"op": "replace", "path": "/visibility", "value": "Private"}]);
    let mut release = to_app(&package);
    release["edits"] = edits.clone();
    client.job("publish", release).1.result();
    client.call("publish.plan", json!({"appId": APP, "visibility": "Hidden"})).result();
    assert_eq!(lists(), 1);
}

#[test]
fn flights_that_are_not_read_are_named_in_a_warning() {
    let store = Store::start();
    let client = store.client();
    for ring in 0..27 {
        let flight = json!({"appId": APP, "friendlyName": format!("Ring {ring}"), "groupIds": ["1152921504606962205"]});
        client.call("flight.create", flight).result();
    }
    // One of them can't be read through the API.
    store.fault(json!({
        "method": "GET", "path": "*/flights/*/submissions/*", "status": 409, "count": 1,
        "body": {"code": "InvalidState", "message": "The submission can't be managed with the API."},
    }));
    let plan = client.call("publish.plan", to_app(&store.package("Contoso.msix", "3.0.0.0")));
    let warnings = plan.result()["warnings"].to_string();
    assert!(warnings.contains("those of 3 of the app's flights"), "{warnings}");
    assert!(warnings.contains("with those of flight Ring 26: "), "{warnings}");
    assert_eq!(store.requests("getFlightSubmission").len(), 25);
}
