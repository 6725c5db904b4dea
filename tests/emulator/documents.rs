//! Creating, reading, updating and deleting submissions.

use serde_json::{Value, json};

use crate::router::{ADD_ON, APP, FLIGHT, PAID_APP, PUBLISHED, Store};

fn app() -> String {
    format!("applications/{APP}")
}

async fn draft(store: &Store, product: &str) -> (String, Value) {
    let document = store.create(product).await;
    (format!("{product}/submissions/{}", document["id"].as_str().unwrap()), document)
}

#[tokio::test]
async fn create_copies_the_last_published_submission() {
    let store = Store::start().await;
    let last = store.get(&format!("{}/submissions/{PUBLISHED}", app())).await;
    let (path, document) = draft(&store, &app()).await;
    for same in ["listings", "pricing", "applicationPackages", "packageDeliveryOptions"] {
        assert_eq!(document[same], last[same], "{same}");
    }
    assert_eq!((&document["status"], &document["friendlyName"]), (&json!("PendingCommit"), &json!("Submission 2")));
    assert_eq!(store.get(&app()).await["pendingApplicationSubmission"]["id"], document["id"]);
    let again = store.call("POST", &format!("{}/submissions", app()), None).await;
    assert_eq!(again.error(), (409, "InvalidState".into(), "submission".into()));

    assert_eq!(store.call("DELETE", &path, None).await.status, 204);
    assert!(store.get(&app()).await.get("pendingApplicationSubmission").is_none());
    let short = store.call("POST", &format!("{}/submissions?isMinimalResponse=true", app()), None).await.json();
    assert!(short["fileUploadUrl"].is_string() && short.get("listings").is_none());
}

#[tokio::test]
async fn a_document_that_is_sent_back_stays_the_same_text() {
    let store = Store::start().await;
    for product in [app(), format!("applications/{APP}/flights/{FLIGHT}"), format!("inappproducts/{ADD_ON}")] {
        let (path, _) = draft(&store, &product).await;
        let before = store.call("GET", &path, None).await;
        let put = store.call_text("PUT", &path, before.text()).await;
        assert_eq!((put.status, put.text()), (200, before.text()), "{product}");
        assert_eq!(store.call("GET", &path, None).await.text(), before.text());
    }
}

#[tokio::test]
async fn a_document_has_the_order_and_spelling_of_the_service() {
    let store = Store::start().await;
    let text = store.call("GET", &format!("{}/submissions/{PUBLISHED}", app()), None).await.text().to_owned();
    let order = [
        "\"id\"",
        "\"applicationCategory\"",
        "\"pricing\"",
        "\"listings\"",
        "\"status\"",
        "\"fileUploadUrl\"",
        "\"applicationPackages\"",
        "\"friendlyName\"",
        "\"trailers\"",
    ];
    let places: Vec<_> = order.iter().map(|name| text.find(name)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
    assert!(text.contains("\"packageRolloutPercentage\":0.0,"));
    assert!(text.contains("\"mandatoryUpdateEffectiveDate\":\"1601-01-01T00:00:00.0000000Z\""));
    let (_, document) = draft(&store, &app()).await;
    let url = document["fileUploadUrl"].as_str().unwrap();
    let signature = url.split("&sig=").nth(1).unwrap().split('&').next().unwrap();
    assert!(signature.contains('+') && !signature.contains("%2B"), "{url}");
}

#[tokio::test]
async fn the_spelling_of_a_loaded_document_is_kept() {
    let store = Store::start().await;
    let state = store.control("GET", "state", json!(null)).await.text().to_owned();
    let odd = state.replacen(
        "\"An app that shows things.\"",
        r#""Tab\u0009 slash\/ \ud83d\ude00","future":{"n":1.50E+2,"z":-0.0}"#,
        1,
    );
    assert_ne!(odd, state);
    let response = store.control_text("PUT", "state", &odd).await;
    assert_eq!(response.status, 204, "{}", response.text());
    let (path, _) = draft(&store, &app()).await;
    let before = store.call("GET", &path, None).await;
    assert!(
        before.text().contains(r#""description":"Tab\u0009 slash\/ \ud83d\ude00","future":{"n":1.50E+2,"z":-0.0}"#)
    );
    assert_eq!(store.call_text("PUT", &path, before.text()).await.text(), before.text());
}

#[tokio::test]
async fn unknown_and_read_only_members_are_ignored_and_names_match_in_any_case() {
    let store = Store::start().await;
    let (path, mut document) = draft(&store, &app()).await;
    document["sbSchema"] = json!(2);
    document["status"] = json!("Published");
    document["friendlyName"] = json!("Mine");
    document["fileUploadUrl"] = json!("http://example.com");
    let listing = document["listings"]["de-de"]["baseListing"].as_object_mut().unwrap();
    listing.insert("unknown".into(), json!([1]));
    listing.remove("description");
    listing.insert("Description".into(), json!("Neu"));
    let after = store.put(&path, &document).await;
    assert_eq!(after["listings"]["de-de"]["baseListing"]["description"], "Neu");
    assert_eq!((&after["status"], &after["friendlyName"]), (&json!("PendingCommit"), &json!("Submission 2")));
    assert!(after.get("sbSchema").is_none() && after["listings"]["de-de"]["baseListing"].get("unknown").is_none());
    assert_ne!(after["fileUploadUrl"], document["fileUploadUrl"]);
}

#[tokio::test]
async fn wrong_types_and_values_are_refused_with_their_target() {
    let store = Store::start().await;
    let (path, document) = draft(&store, &app()).await;
    let before = store.call("GET", &path, None).await;
    for (pointer, bad, target) in [
        ("/listings/en-us/baseListing/keywords", json!("one"), "listings"),
        ("/listings/en-us/baseListing/features", json!({}), "listings"),
        ("/listings/en-us/baseListing/features", json!([null]), "listings"),
        ("/hardwarePreferences", json!("Touch"), "hardwarePreferences"),
        ("/hardwarePreferences", json!(null), "hardwarePreferences"),
        ("/hardwarePreferences", json!(["touch"]), "hardwarePreferences"),
        ("/gamingOptions", json!({}), "gamingOptions"),
        ("/visibility", json!("public"), "visibility"),
        ("/applicationCategory", json!("Productivities"), "applicationCategory"),
        ("/pricing/trialPeriod", json!("Sevendays"), "pricing"),
        ("/pricing/marketSpecificPricings", json!({"USA": "Free"}), "pricing"),
        ("/pricing/marketSpecificPricings", json!([]), "pricing"),
        ("/pricing/priceId", json!("Tier1"), "pricing"),
        ("/isGameDvrEnabled", json!("false"), "isGameDvrEnabled"),
        ("/targetPublishDate", json!("11/24/2026 17:35:29"), "targetPublishDate"),
        ("/packageDeliveryOptions/packageRollout/packageRolloutPercentage", json!("5"), "packageDeliveryOptions"),
        ("/packageDeliveryOptions/packageRollout/packageRolloutPercentage", json!(101), "packageDeliveryOptions"),
        ("/applicationPackages", json!({}), "applicationPackages"),
        ("/applicationPackages/0/fileStatus", json!("uploaded"), "applicationPackages"),
        ("/allowTargetFutureDeviceFamilies", json!({"Desktop": true}), "allowTargetFutureDeviceFamilies"),
        ("/listings", json!({}), "appListings"),
        ("/listings/en-us/platformOverrides", json!({"Windows10": {}}), "listings"),
    ] {
        let mut changed = document.clone();
        *changed.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = bad.clone();
        let response = store.call("PUT", &path, Some(&changed)).await;
        assert_eq!(response.error(), (400, "InvalidParameterValue".into(), target.into()), "{pointer} {bad}");
    }
    for body in ["", "[]", "null", "{\"a\":1,}", "{\"visibility\":\"\\ud800\"", "\u{1}"] {
        assert_eq!(store.call_text("PUT", &path, body).await.status, 400, "{body}");
    }
    assert_eq!(store.call("GET", &path, None).await.text(), before.text(), "a refused PUT changes nothing");
}

#[tokio::test]
async fn a_missing_price_makes_a_paid_app_free() {
    let store = Store::start().await;
    let product = format!("applications/{PAID_APP}");
    let (path, mut document) = draft(&store, &product).await;
    assert_eq!(document["pricing"]["priceId"], "Base");
    let base = store.call("PUT", &path, Some(&document)).await;
    assert_eq!(base.error(), (400, "InvalidParameterValue".into(), "pricing".into()));
    let pricing = document["pricing"].clone();
    document.as_object_mut().unwrap().remove("pricing");
    assert_eq!(store.call("PUT", &path, Some(&document)).await.error().2, "pricing");
    for price in [None, Some(json!(null))] {
        document["pricing"] = pricing.clone();
        match price {
            Some(value) => document["pricing"]["priceId"] = value,
            None => _ = document["pricing"].as_object_mut().unwrap().remove("priceId"),
        }
        assert_eq!(store.put(&path, &document).await["pricing"]["priceId"], "Free");
    }
    document["pricing"]["priceId"] = json!("Tier1012");
    assert_eq!(store.put(&path, &document).await["pricing"]["priceId"], "Tier1012");
}

#[tokio::test]
async fn packages_must_all_be_listed() {
    let store = Store::start().await;
    let (path, document) = draft(&store, &app()).await;
    let old = document["applicationPackages"][0].clone();
    let id = old["id"].as_str().unwrap();
    let with = |packages: Value| {
        let mut changed = document.clone();
        changed["applicationPackages"] = packages;
        changed
    };
    let response = store.call("PUT", &path, Some(&with(json!([])))).await;
    assert_eq!(response.error(), (400, "InvalidParameterValue".into(), "packages".into()));
    assert!(response.json()["message"].as_str().unwrap().ends_with(&format!("missing in your update: {id}")));
    let fresh = json!({"fileName": "new.msix", "fileStatus": "PendingUpload"});
    for bad in [
        json!([old, {"fileName": "never.msix", "fileStatus": "Uploaded"}]),
        json!([old, {"fileName": "new.msix", "fileStatus": "PendingUpload", "id": "77"}]),
        json!([old, fresh, fresh]),
        json!([old, {"fileStatus": "PendingUpload"}]),
    ] {
        assert_eq!(store.call("PUT", &path, Some(&with(bad.clone()))).await.error().2, "packages", "{bad}");
    }
    // Entries may be matched by name alone, and member names in any letter case.
    let name = old["fileName"].as_str().unwrap();
    store.put(&path, &with(json!([{"FileName": name, "FileStatus": "PendingDelete"}]))).await;
    let after = store.put(&path, &with(json!([old, fresh]))).await;
    assert_eq!(after["applicationPackages"][0], old);
    let new = &after["applicationPackages"][1];
    assert_eq!((&new["id"], &new["version"], &new["minimumSystemRam"]), (&json!(""), &json!(""), &json!("None")));
    // A pending package can't be marked PendingDelete, only left out.
    let response = store
        .call("PUT", &path, Some(&with(json!([old, {"fileName": "new.msix", "fileStatus": "PendingDelete"}]))))
        .await;
    assert_eq!(response.error().2, "packages");
    assert_eq!(store.put(&path, &with(json!([old]))).await["applicationPackages"], json!([old]));
}

#[tokio::test]
async fn an_image_that_is_left_out_stays() {
    let store = Store::start().await;
    let (path, mut document) = draft(&store, &app()).await;
    let images = document["listings"]["en-us"]["baseListing"]["images"].clone();
    document["listings"]["en-us"]["baseListing"]["images"] =
        json!([{"fileName": "b.png", "fileStatus": "PendingUpload", "imageType": "Screenshot"}]);
    let after = store.put(&path, &document).await;
    let now = after["listings"]["en-us"]["baseListing"]["images"].as_array().unwrap();
    assert_eq!((now.len(), &now[1]), (2, &images[0]));
    document["listings"].as_object_mut().unwrap().remove("en-us");
    let after = store.put(&path, &document).await;
    assert!(after["listings"].get("en-us").is_none());
    assert_eq!(after["statusDetails"]["warnings"][0]["code"], "ListingOptOutWarning");
}

#[tokio::test]
async fn submissions_of_other_products_and_of_partner_center_are_refused() {
    let store = Store::start().await;
    let (path, document) = draft(&store, &app()).await;
    let id = document["id"].as_str().unwrap();
    for (method, tail) in
        [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/commit"), ("GET", "/status"), ("GET", "/packagerollout")]
    {
        let response = store.call(method, &format!("applications/{PAID_APP}/submissions/{id}{tail}"), None).await;
        assert_eq!(response.error(), (409, "InvalidState".into(), "submissionId".into()), "{method} {tail}");
    }
    store.control("POST", &format!("submissions/{id}"), json!({"createdByApi": false})).await;
    for (method, tail) in [("PUT", ""), ("DELETE", ""), ("POST", "/commit")] {
        let response = store.call(method, &format!("{path}{tail}"), Some(&document)).await;
        assert_eq!(
            response.error(),
            (400, "InvalidOperation".into(), "applicationSubmission".into()),
            "{method} {tail}"
        );
    }
    store.get(&path).await;
}

#[tokio::test]
async fn a_zombie_accepts_every_put_and_keeps_nothing() {
    let store = Store::start().await;
    store.fault(json!({"method": "POST", "path": "*/submissions", "submission": {"zombie": true}})).await;
    let (path, mut document) = draft(&store, &app()).await;
    document["notesForCertification"] = json!("new");
    assert_eq!(store.put(&path, &document).await["notesForCertification"], "new");
    assert_eq!(store.get(&path).await["notesForCertification"], "");
}

#[tokio::test]
async fn the_first_submission_of_an_app_cannot_be_created() {
    let store = Store::start().await;
    let mut state = store.control("GET", "state", json!(null)).await.json();
    state["applications"][0].as_object_mut().unwrap().remove("lastPublishedApplicationSubmission");
    store.control("PUT", "state", state).await;
    assert_eq!(store.call("POST", &format!("{}/submissions", app()), None).await.error().0, 409);
}

#[tokio::test]
async fn an_add_on_submission_may_be_created_with_its_content() {
    let store = Store::start().await;
    let path = format!("inappproducts/{ADD_ON}/submissions");
    assert_eq!(store.call("POST", &path, Some(&json!({}))).await.status, 400);
    let body = json!({
        "contentType": "OnlineDownload", "keywords": ["x"], "lifetime": "Forever", "visibility": "Public",
        "listings": {"en-us": {"title": "T", "description": "D"}}, "pricing": {"priceId": "Tier1013"},
    });
    let response = store.call("POST", &path, Some(&body)).await;
    assert_eq!((response.status, &response.json()["pricing"]["priceId"]), (201, &json!("Tier1013")));
    assert_eq!(
        response.json()["listings"]["en-us"]["icon"]["fileName"],
        "coins-en-us.png",
        "an icon that is left out stays"
    );
}
