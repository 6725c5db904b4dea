//! What a PUT accepts beyond the documentation, and the options that change it.

use serde_json::{Value, json};
use storeship::emulator::{Options, SameName};

use crate::router::{APP, Store};

fn app() -> String {
    format!("applications/{APP}")
}

/// The path and the document of a draft of an app whose published submission was changed first.
async fn draft(options: Options, change: impl FnOnce(&mut Value)) -> (Store, String, Value) {
    let store = Store::with(options).await;
    let mut state = store.control("GET", "state", Value::Null).await.json();
    change(&mut state["submissions"][0]["document"]);
    assert_eq!(store.control("PUT", "state", state).await.status, 204);
    let document = store.create(&app()).await;
    let path = format!("{}/submissions/{}", app(), document["id"].as_str().unwrap());
    (store, path, document)
}

/// The message of the error that a PUT gets.
async fn refusal(store: &Store, path: &str, document: &Value) -> String {
    let response = store.call("PUT", path, Some(document)).await;
    assert_eq!(response.status, 400, "{}", response.text());
    response.json()["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn members_of_real_drafts_are_accepted() {
    let (store, path, mut document) = draft(Options::default(), |_| {}).await;
    document["gamingOptions"] =
        json!([{"genres": ["UtilitiesAndTools_FileManager"], "kinectDataForExternal": "Disabled"}]);
    document["allowTargetFutureDeviceFamilies"]["7"] = json!(false);
    let after = store.put(&path, &document).await;
    assert_eq!(after["gamingOptions"][0]["genres"], json!(["UtilitiesAndTools_FileManager"]));
    assert_eq!(after["allowTargetFutureDeviceFamilies"]["7"], false);
}

#[tokio::test]
async fn unknown_values_that_the_service_sent_pass_and_new_ones_need_an_option() {
    let unknown = |document: &mut Value| {
        document["enterpriseLicensing"] = json!("Anywhere");
        document["pricing"]["marketSpecificPricings"]["DE"] = json!("Tier7777");
        document["hardwarePreferences"] = json!(["Touch", "Gyroscope"]);
        document["allowTargetFutureDeviceFamilies"]["12"] = json!(true);
        document["listings"]["en-us"]["baseListing"]["images"][0]["imageType"] = json!("Hologram");
    };
    let (store, path, document) = draft(Options::default(), unknown).await;
    assert_eq!(store.put(&path, &document).await, document);
    // The order of a list says nothing about where a value came from.
    let mut edited = document.clone();
    edited["hardwarePreferences"] = json!(["Gyroscope"]);
    store.put(&path, &edited).await;

    let lenient = Options { unknown_values: true, ..Options::default() };
    let (lenient, lenient_path, _) = draft(lenient, |_| {}).await;
    for (pointer, value) in [
        ("/enterpriseLicensing", json!("Nowhere")),
        ("/pricing/priceId", json!("Tier8888")),
        ("/hardwarePreferences", json!(["Lidar"])),
        ("/allowTargetFutureDeviceFamilies/13", json!(true)),
    ] {
        let mut edited = document.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        edited.pointer_mut(parent).unwrap()[name] = value;
        let message = refusal(&store, &path, &edited).await;
        let place = pointer[1..].split('/').next().unwrap();
        assert!(message.starts_with(place), "{message}");
        lenient.put(&lenient_path, &edited).await;
    }
}

#[tokio::test]
async fn the_last_of_two_members_that_differ_in_case_counts() {
    for (same_name, expected) in [(SameName::Last, "Free"), (SameName::First, "Tier2")] {
        let (store, path, mut document) = draft(Options { same_name, ..Options::default() }, |_| {}).await;
        document["pricing"]["priceId"] = json!("Tier2");
        let text = document.to_string();
        let text = format!("{},\"Pricing\":{{\"priceId\":\"Free\"}}}}", &text[..text.len() - 1]);
        let response = store.call_text("PUT", &path, &text).await;
        assert_eq!((response.status, &response.json()["pricing"]["priceId"]), (200, &json!(expected)));

        let flight = r#"{"friendlyName":"Tier2","FriendlyName":"Free"}"#;
        let flight = store.call_text("POST", &format!("{}/flights", app()), flight).await.json();
        assert_eq!(flight["friendlyName"], expected);
    }
}

#[tokio::test]
async fn an_image_needs_no_status_when_it_is_new_and_its_id_when_it_is_not() {
    let images = "/listings/en-us/baseListing/images";
    let (store, path, mut document) = draft(Options::default(), |_| {}).await;
    let new = json!({"fileName": "img/new.png", "imageType": "Screenshot"});
    document.pointer_mut(images).unwrap().as_array_mut().unwrap().push(new);
    let after = store.put(&path, &document).await;
    let status = |document: &Value, index: usize| document.pointer(images).unwrap()[index]["fileStatus"].clone();
    assert_eq!((status(&after, 0), status(&after, 1)), (json!("Uploaded"), json!("PendingUpload")));
    // It is in the ZIP, or the commit fails.
    store.commit(&path).await;
    let details = store.poll(&path, "CommitFailed").await;
    assert_eq!(details.len(), 2);
    let errors = store.get(&path).await["statusDetails"]["errors"][0]["details"].as_str().unwrap().to_owned();
    assert!(errors.contains("img/new.png"), "{errors}");

    let (store, path, document) = draft(Options::default(), |_| {}).await;
    // An existing image keeps its status.
    let mut edited = document.clone();
    edited.pointer_mut(images).unwrap()[0].as_object_mut().unwrap().remove("fileStatus");
    assert_eq!(store.put(&path, &edited).await, document);
    for status in ["Uploaded", "PendingDelete", "None"] {
        let mut edited = document.clone();
        edited.pointer_mut(images).unwrap()[0].as_object_mut().unwrap().remove("id");
        edited.pointer_mut(images).unwrap()[0]["fileStatus"] = json!(status);
        assert_eq!(refusal(&store, &path, &edited).await, "Existing Image en-us/main.png should contain Id");
    }
}

#[tokio::test]
async fn a_trailer_with_two_images_is_refused_with_the_rule() {
    let (store, path, mut document) = draft(Options::default(), |_| {}).await;
    document["trailers"] = json!([{
        "VideoFileName": "trailers/main.mp4",
        "TrailerAssets": {"en-us": {"Title": "Main", "ImageList": [{"FileName": "a.png"}, {"FileName": "b.png"}]}},
    }]);
    let message = refusal(&store, &path, &document).await;
    let expected =
        "trailers[0].trailerAssets.en-us.imageList: a trailer has one image in each language, and here are 2";
    assert_eq!(message, expected);
    document["trailers"][0]["TrailerAssets"]["en-us"]["ImageList"].as_array_mut().unwrap().pop();
    store.put(&path, &document).await;
}

#[tokio::test]
async fn the_first_submission_of_an_app_is_an_option() {
    for (first_submissions, status) in [(false, 409), (true, 201)] {
        let store = Store::with(Options { first_submissions, ..Options::default() }).await;
        let mut state = store.control("GET", "state", Value::Null).await.json();
        state["applications"][0].as_object_mut().unwrap().remove("lastPublishedApplicationSubmission");
        assert_eq!(store.control("PUT", "state", state).await.status, 204);
        let response = store.call("POST", &format!("{}/submissions", app()), None).await;
        assert_eq!(response.status, status, "{}", response.text());
        if first_submissions {
            let document = response.json();
            assert_eq!((&document["status"], &document["applicationPackages"]), (&json!("PendingCommit"), &json!([])));
        }
    }
}
