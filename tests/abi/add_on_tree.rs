//! A tree of add-ons below a folder of listings: pulled, published one by one, created when they are missing.

use std::fs;

use serde_json::{Value, json};

use crate::listings::Listings;
use crate::support::{ADD_ON, APP, Client, PAID_APP, Store, pictures};

const NEW: &str = r#"{"format":1,"productType":"Durable"}"#;
const PROPERTIES: &str =
    r#"{"contentType":"OnlineDownload","lifetime":"Forever","pricing":{"priceId":"Tier3"},"tag":"hats"}"#;

fn publish(client: &Client, listings: &Listings, more: Value) -> Value {
    let mut request = json!({"appId": APP, "path": listings.path(), "until": "published", "pollSeconds": 0.001});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.job("add_on.publish", request).1.result().clone()
}

/// Writes an add-on that does not exist yet.
fn put_new(listings: &Listings, product_id: &str, title: &str) {
    let file = |name: &str| format!("add-ons/{product_id}/{name}");
    listings.put(&file("storeship.json"), NEW);
    listings.put(&file("submission.json"), PROPERTIES);
    listings.put(&file("listings/en-us/title.txt"), title);
    listings.put(&file("listings/en-us/description.txt"), "For the hero.");
    listings.put(&file("listings/en-us/icon.png"), pictures::png(300, 300));
}

fn published(client: &Client, add_on_id: &Value) -> Value {
    client.call("submission.get", json!({"addOnId": add_on_id})).result().clone()
}

#[test]
fn a_tree_is_published_and_a_bad_add_on_stops_nothing() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    listings.put("add-ons/contoso-coins/listings/en-us/title.txt", "Sack of coins");
    listings.put("add-ons/contoso-bad/listings/en-us/titel.txt", "No title");
    listings.put("add-ons/contoso-bad/storeship.json", NEW);
    listings.put("add-ons/contoso-untyped/listings/en-us/title.txt", "Untyped");
    put_new(&listings, "contoso-hat", "Hat");
    // A product id that is the name of no folder, and the same one that another app has.
    put_new(&listings, "coins-of-another", "Coins");
    let named = json!({"format": 1, "productType": "Consumable", "productId": "contoso:hat?"});
    listings.put("add-ons/coins-of-another/storeship.json", named.to_string());
    let other = json!({"applicationIds": [PAID_APP], "productId": "contoso-hat", "productType": "Durable"});
    let other = client.call("add_on.create", other).result()["id"].clone();
    let lists = store.requests("listInAppProducts").len();

    let (events, answer) =
        client.job("add_on.publish", json!({"appId": APP, "path": listings.path(), "preview": true}));
    let plans = answer.result()["addOns"].clone();
    assert_eq!(plans[3]["response"]["result"]["draft"], "create", "{plans}");
    assert_eq!(plans[2]["response"]["meta"]["edits"][0]["value"], "Sack of coins", "{plans}");
    assert_eq!(events.iter().filter(|event| event["type"] == "item").count(), 5, "{events:?}");
    assert!(store.requests("createInAppProduct").len() == 1 && store.drafts() == 0);

    let done = publish(&client, &listings, json!({}));
    assert_eq!(done["failed"], 2, "{done}");
    let of = |name: &str| {
        let all = done["addOns"].as_array().unwrap();
        all.iter().find(|add_on| add_on["folder"] == format!("add-ons/{name}")).unwrap().clone()
    };
    let message = |name: &str| of(name)["response"]["error"]["message"].as_str().unwrap().to_owned();
    assert!(
        message("contoso-bad").starts_with("add-ons/contoso-bad: ") && message("contoso-bad").contains("title.txt")
    );
    assert!(message("contoso-untyped").contains("productType"), "{done}");
    let (coins, hat, another) = (of("contoso-coins"), of("contoso-hat"), of("coins-of-another"));
    assert_eq!((&coins["created"], &hat["created"], &another["created"]), (&json!(false), &json!(true), &json!(true)));
    assert_eq!(published(&client, &json!(ADD_ON))["listings"]["en-us"]["title"], "Sack of coins");
    let hat_id = &hat["response"]["meta"]["ids"]["addOnId"];
    assert_ne!(hat_id, &other);
    let new = published(&client, hat_id);
    assert_eq!((&new["pricing"]["priceId"], &new["tag"]), (&json!("Tier3"), &json!("hats")), "{new}");
    assert_eq!((&new["listings"]["en-us"]["title"], &new["status"]), (&json!("Hat"), &json!("Published")));
    assert_eq!(new["listings"]["en-us"]["icon"]["fileStatus"], "Uploaded", "{new}");
    let another_id = &another["response"]["meta"]["ids"]["addOnId"];
    let created = client.call("add_on.get", json!({"addOnId": another_id})).result().clone();
    assert_eq!((&created["productId"], &created["productType"]), (&json!("contoso:hat?"), &json!("Consumable")));
    // A folder with faults creates nothing.
    assert_eq!(store.requests("createInAppProduct").len(), 3);
    // One list for each of the two runs.
    assert_eq!(store.requests("listInAppProducts").len() - lists, 2);

    // The same again does what is left.
    listings.put("add-ons/contoso-untyped/storeship.json", NEW);
    fs::remove_dir_all(listings.path().join("add-ons/contoso-bad")).unwrap();
    listings.put("add-ons/contoso-untyped/submission.json", PROPERTIES);
    let again = publish(&client, &listings, json!({}));
    let changed: Vec<&Value> =
        again["addOns"].as_array().unwrap().iter().map(|add_on| &add_on["response"]["result"]["changed"]).collect();
    assert_eq!(changed, [false, false, false, true], "{again}");
    assert_eq!((&again["failed"], store.drafts()), (&json!(0), 0));
}

/// Somebody publishes another value of an add-on.
fn others(client: &Client, add_on_id: &Value, path: &str, value: &str) {
    let edit = json!({"op": "replace", "path": path, "value": value});
    let request = json!({"addOnId": add_on_id, "edits": [edit], "until": "published", "pollSeconds": 0.001});
    client.job("publish", request).1.result();
}

#[test]
fn what_others_have_changed_since_the_base_is_an_error_of_its_add_on() {
    let store = Store::start();
    let client = store.client();
    let (listings, old) = (Listings::new(), Listings::new());
    for tree in [&listings, &old] {
        put_new(tree, "a-hat", "Hat");
        put_new(tree, "b-hat", "Hat");
    }
    let made = publish(&client, &listings, json!({}));
    let id = |at: usize| made["addOns"][at]["response"]["meta"]["ids"]["addOnId"].clone();
    others(&client, &id(0), "/listings/en-us/title", "Theirs");
    others(&client, &id(1), "/listings/en-us/description", "Theirs");
    listings.put("add-ons/a-hat/listings/en-us/title.txt", "Ours");
    listings.put("add-ons/b-hat/listings/en-us/title.txt", "Ours");
    // The base does not have it, and the service does.
    listings.put("add-ons/contoso-coins/listings/en-us/title.txt", "Sack of coins");
    let base = json!({"basePath": old.path()});
    for preview in [true, false] {
        let mut request = json!({"appId": APP, "path": listings.path(), "preview": preview, "basePath": old.path()});
        request["until"] = json!("published");
        request["pollSeconds"] = json!(0.001);
        let (events, answer) = client.job("add_on.publish", request);
        let done = answer.result().clone();
        assert_eq!((&done["failed"], codes(&done)[0]), (&json!(1), &json!("listing.conflict")), "{done}");
        let detail = &done["addOns"][0]["response"]["error"]["details"][0];
        assert_eq!((&detail["old"], &detail["new"]), (&json!("\"Theirs\""), &json!("\"Ours\"")), "{done}");
        let is_told =
            |event: &&Value| event["message"].as_str().is_some_and(|text| text.contains("has no add-on contoso-coins"));
        assert_eq!(events.iter().filter(is_told).count(), 1, "{events:?}");
    }
    let hat = published(&client, &id(1))["listings"]["en-us"].clone();
    assert_eq!((&hat["title"], &hat["description"]), (&json!("Ours"), &json!("Theirs")));
    assert_eq!(published(&client, &json!(ADD_ON))["listings"]["en-us"]["title"], "Sack of coins");
    assert_eq!((&published(&client, &id(0))["listings"]["en-us"]["title"], store.drafts()), (&json!("Theirs"), 0));
    // A field that is named is overwritten.
    let mut named = base.clone();
    named["overwrite"] = json!(["/listings/en-us/title"]);
    assert_eq!(publish(&client, &listings, named)["failed"], 0);
    assert_eq!(published(&client, &id(0))["listings"]["en-us"]["title"], "Ours");
    // A base without add-ons is refused before anything is done.
    let none = json!({"appId": APP, "path": listings.path(), "basePath": listings.folder.path().join("none")});
    let answer = client.call("add_on.publish", none);
    assert_eq!(answer.failure(), (14, "listing.invalid"));
    assert!(answer.json["error"]["message"].as_str().unwrap().contains("the base"), "{}", answer.text);
}

#[test]
fn a_base_whose_folders_can_t_be_told_is_refused() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    listings.put("add-ons/contoso-coins/listings/en-us/title.txt", "Ours");
    let coins = json!({"productId": "contoso-coins"}).to_string();
    let of_id = json!({"addOnId": ADD_ON}).to_string();
    let refused = |files: &[(&str, &str)]| {
        let old = Listings::new();
        for (name, settings) in files {
            old.put(&format!("add-ons/{name}/storeship.json"), settings);
            old.put(&format!("add-ons/{name}/listings/en-us/title.txt"), "Old");
        }
        let request = json!({"appId": APP, "path": listings.path(), "basePath": old.path()});
        client.job("add_on.publish", request).1
    };
    // The product id of a folder whose settings can't be read is not known, and that of two leaves open which one counts.
    for files in [&[("gold", "{\"productId\": \"contoso-coins\"")][..], &[("a", coins.as_str()), ("b", coins.as_str())]]
    {
        let answer = refused(files);
        assert_eq!(answer.failure().1, "listing.invalid", "{}", answer.text);
        let message = answer.json["error"]["message"].as_str().unwrap();
        let last = format!("the base: add-ons/{}: storeship.json", files.last().unwrap().0);
        assert!(message.starts_with(&last), "{message}");
    }
    // So do the id of an add-on and its product id, which only the service knows to be of the same one.
    let answer = refused(&[("contoso-coins", "{}"), ("gold", &of_id)]);
    let error = &answer.result()["addOns"][0]["response"]["error"];
    assert_eq!(error["code"], "listing.invalid", "{}", answer.text);
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("the base: add-ons/contoso-coins and add-ons/gold are both"), "{message}");
    assert_eq!(store.drafts(), 0);
    // A folder with its id is its base under any name.
    let named = refused(&[("gold", &of_id)]);
    assert_eq!(named.result()["addOns"][0]["response"]["error"]["code"], "listing.conflict", "{}", named.text);
}

#[test]
fn the_summary_lists_each_add_on_with_its_result() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    put_new(&listings, "a-hat", "Hat");
    listings.put("add-ons/b-bad/listings/en-us/titel.txt", "No title");
    listings.put("add-ons/contoso-coins/listings/en-us/title.txt", "Sack of coins");
    let summary = listings.folder.path().join("summary.md");
    let read = |more: Value| {
        let _ = fs::remove_file(&summary);
        let mut more = more;
        more["summaryPath"] = json!(summary);
        let answer = publish(&client, &listings, more);
        (answer, fs::read_to_string(&summary).unwrap())
    };
    let assert_has = |text: &str, parts: &[&str]| {
        for part in parts {
            assert!(text.contains(part), "{part}: {text}");
        }
    };
    let (_, text) = read(json!({"preview": true}));
    assert_has(&text, &["## Add-ons: app 9NBLGGH4R315", "| <code>add-ons/a-hat</code> | would be created |"]);
    assert_has(
        &text,
        &["| <code>add-ons/contoso-coins</code> | would be changed | 1 edit |", "## Failed: add-ons/b-bad"],
    );
    let (done, text) = read(json!({}));
    let id = done["addOns"][0]["response"]["meta"]["ids"]["addOnId"].as_str().unwrap();
    assert_has(&text, &[&format!("## Release: add-on {id}"), "- Add-ons: 3 (1 created, 1 **failed**, 1 changed)"]);
    assert_has(&text, &["| <code>add-ons/a-hat</code> | created | Published |"]);
    assert_has(&text, &["| <code>add-ons/b-bad</code> | **failed** | listing.invalid: add-ons/b-bad: "]);
    assert_has(&text, &["| <code>add-ons/contoso-coins</code> | changed | Published |"]);
    let (_, text) = read(json!({}));
    assert_has(&text, &["| <code>add-ons/a-hat</code> | unchanged | Published |"]);
    assert!(!text.contains("## Release"), "an add-on with nothing to do has its row alone: {text}");
    // One that can't be written is told before anything is done.
    let folder = json!({"appId": APP, "path": listings.path(), "summaryPath": listings.path()});
    assert_eq!(client.call("add_on.publish", folder).failure().1, "file.unwritable");
    // So is what fails as a whole.
    let _ = fs::remove_file(&summary);
    let none = json!({"appId": APP, "path": listings.folder.path().join("none"), "summaryPath": summary});
    assert_eq!(client.call("add_on.publish", none).failure().1, "listing.invalid");
    assert!(fs::read_to_string(&summary).unwrap().starts_with("## Failed: app 9NBLGGH4R315"));
}

#[test]
fn many_add_ons_take_one_list() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    for number in 0..12 {
        put_new(&listings, &format!("hat-{number:02}"), &format!("Hat {number}"));
    }
    let named = publish(&client, &listings, json!({"productIds": ["hat-03"]}));
    assert_eq!(named["addOns"].as_array().unwrap().len(), 1);
    let before = store.control("GET", "requests", None).as_array().unwrap().len();
    let done = publish(&client, &listings, json!({"until": "committed"}));
    assert_eq!(done["failed"], 0, "{done}");
    let requests = store.control("GET", "requests", None);
    let of = |name: &str| requests.as_array().unwrap()[before..].iter().filter(|one| one["operation"] == name).count();
    assert_eq!((of("listInAppProducts"), of("createInAppProduct")), (1, 11));
    // Of those that were created, each is read once, and the one that was there by the list.
    assert_eq!((of("getInAppProduct"), of("commitInAppProductSubmission")), (11, 11));
    let unknown = json!({"appId": APP, "path": listings.path(), "productIds": ["hat"]});
    assert_eq!(client.call("add_on.publish", unknown).failure().1, "request.invalid");
}

#[test]
fn what_was_pulled_is_published_already() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    let hat = json!({"applicationIds": [APP], "productId": "..", "productType": "Durable"});
    let hat = client.call("add_on.create", hat).result()["id"].as_str().unwrap().to_owned();
    let pull = || {
        let request = json!({"appId": APP, "path": listings.path()});
        client.job("add_on.pull", request).1.result().clone()
    };
    let pulled = pull();
    // The new add-on has no submission.
    assert_eq!((&pulled["failed"], &pulled["addOns"][1]["folder"]), (&json!(1), &json!(format!("add-ons/{hat}"))));
    assert_eq!(pulled["addOns"][1]["response"]["error"]["code"], "submission.not_found", "{pulled}");
    let settings: Value = serde_json::from_str(&listings.get("add-ons/contoso-coins/storeship.json").unwrap()).unwrap();
    assert_eq!((&settings["addOnId"], &settings["productId"]), (&json!(ADD_ON), &json!("contoso-coins")));
    let properties = listings.get("add-ons/contoso-coins/submission.json").unwrap();
    assert!(properties.contains("priceId") && properties.contains("contentType"), "{properties}");
    assert!(listings.files().contains(&"add-ons/contoso-coins/listings/en-us/title.txt".to_owned()));
    assert_eq!(pull()["addOns"][0]["response"]["result"]["written"], json!([]));
    let done = publish(&client, &listings, json!({}));
    assert_eq!((&done["addOns"][0]["response"]["result"]["changed"], store.drafts()), (&json!(false), 0), "{done}");
    // The folder of the app is one of listings all the same.
    let request = json!({"appId": APP, "path": listings.path()});
    client.call("listing.pull", request.clone()).result();
    let push = json!({"appId": APP, "listing": {"path": listings.path()}});
    assert_eq!(client.job("listing.push", push).1.result()["changed"], false);
}

#[test]
fn a_folder_without_add_ons_is_refused() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    listings.put("listings/en-us/title.txt", "T");
    let request = json!({"appId": APP, "path": listings.path()});
    assert_eq!(client.call("add_on.publish", request.clone()).failure(), (14, "listing.invalid"));
    listings.put("add-ons/coins.txt", "no folder");
    assert_eq!(client.call("add_on.publish", request.clone()).failure(), (14, "listing.invalid"));
    fs::remove_file(listings.path().join("add-ons/coins.txt")).unwrap();
    // Two folders of one add-on: the second is told, the first is published.
    listings.put("add-ons/a/storeship.json", r#"{"productId":"contoso-coins"}"#);
    listings.put("add-ons/a/listings/en-us/title.txt", "Coins");
    listings.put("add-ons/contoso-coins/listings/en-us/title.txt", "Other coins");
    let done = client.call("add_on.publish", request).result().clone();
    assert_eq!(
        (&done["failed"], &done["addOns"][1]["response"]["error"]["code"]),
        (&json!(1), &json!("listing.invalid"))
    );
}

fn codes(answer: &Value) -> Vec<&Value> {
    answer["addOns"].as_array().unwrap().iter().map(|add_on| &add_on["response"]["error"]["code"]).collect()
}

#[test]
fn an_id_of_the_settings_is_that_of_an_add_on_of_the_app() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    let other = json!({"applicationIds": [PAID_APP], "productId": "other", "productType": "Durable"});
    let other = client.call("add_on.create", other).result()["id"].clone();
    for (name, settings) in [
        ("a-of-another-app", json!({"addOnId": other})),
        ("b-of-nobody", json!({"addOnId": "9NBLGGH4XXXX"})),
        ("c-no-id", json!({"addOnId": "../x"})),
        ("d-first", json!({"addOnId": ADD_ON, "productId": "another"})),
        ("e-second", json!({"addOnId": ADD_ON.to_lowercase()})),
    ] {
        listings.put(&format!("add-ons/{name}/storeship.json"), settings.to_string());
        listings.put(&format!("add-ons/{name}/listings/en-us/title.txt"), "Title");
    }
    let done = publish(&client, &listings, json!({}));
    let of_another = json!("listing.other_product");
    let expected = [&of_another, &of_another, &of_another, &of_another, &json!("listing.invalid")];
    assert_eq!(codes(&done), expected, "{done}");
    assert_eq!(
        (store.drafts(), published(&client, &json!(ADD_ON))["listings"]["en-us"]["title"] == "Title"),
        (0, false)
    );
}

#[test]
fn an_add_on_that_would_be_refused_is_not_created() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    for name in ["a-title", "b-icon", "c-type", "d-price"] {
        put_new(&listings, name, "Hat");
    }
    listings.put("add-ons/a-title/listings/en-us/title.txt", "x".repeat(101));
    listings.put("add-ons/b-icon/listings/en-us/icon.png", pictures::png(301, 300));
    listings.put("add-ons/c-type/storeship.json", r#"{"productType":"Subscription"}"#);
    listings.put("add-ons/d-price/submission.json", r#"{"pricing":{"priceId":"Base"}}"#);
    for preview in [true, false] {
        let done = publish(&client, &listings, json!({"preview": preview}));
        let refused = json!("check.failed");
        let expected = [&refused, &refused, &json!("listing.invalid"), &json!("price.base_not_writable")];
        assert_eq!(codes(&done), expected, "{done}");
    }
    assert_eq!(store.requests("createInAppProduct").len(), 0);
    // A rule that is off is off for a new add-on too.
    let done = publish(&client, &listings, json!({"preview": true, "allow": ["A01"], "productIds": ["b-icon"]}));
    let plan = &done["addOns"][0]["response"]["result"];
    assert_eq!((&plan["draft"], plan["files"].as_array().map(Vec::len)), (&json!("create"), Some(1)), "{done}");
}

#[test]
fn folders_of_add_ons_have_any_name_but_hidden_ones() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    for name in ["gold.md", "readme-pack"] {
        put_new(&listings, name, "Hat");
    }
    listings.put("add-ons/README.md", "of the team");
    listings.put("add-ons/.vs/cache", "of a tool");
    let done = publish(&client, &listings, json!({"preview": true}));
    let names: Vec<&Value> = done["addOns"].as_array().unwrap().iter().map(|add_on| &add_on["productId"]).collect();
    assert_eq!((names, &done["failed"]), (vec![&json!("gold.md"), &json!("readme-pack")], &json!(0)), "{done}");
}

#[test]
fn an_id_of_the_service_leads_out_of_no_tree() {
    let store = Store::start();
    let client = store.client();
    let mut state = store.control("GET", "state", None);
    let add_ons = state["inAppProducts"].as_array_mut().unwrap();
    let mut model = add_ons.iter().find(|add_on| add_on["id"] == ADD_ON).unwrap().clone();
    model["lastPublishedInAppProductSubmission"] = Value::Null;
    for (id, product_id) in [("../../x", ".."), ("nul", "a/b"), ("CONTOSO-COINS", "?")] {
        let mut add_on = model.clone();
        (add_on["id"], add_on["productId"]) = (json!(id), json!(product_id));
        add_ons.push(add_on);
    }
    store.control("PUT", "state", Some(state));
    let listings = Listings::new();
    let pulled = client.job("add_on.pull", json!({"appId": APP, "path": listings.path()})).1.result().clone();
    let invalid = json!("listing.invalid");
    assert_eq!(codes(&pulled), [&Value::Null, &json!("network.bad_answer"), &invalid, &invalid], "{pulled}");
    assert!(listings.files().iter().all(|file| file.starts_with("add-ons/contoso-coins/")), "{:?}", listings.files());
}
