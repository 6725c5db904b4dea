//! The rules about prices, dates, properties, add-ons and languages.

use serde_json::{Value, json};

use crate::check::{checked, document, finds, found, member, of, passes, with};

#[test]
fn prices_of_markets() {
    let markets = |prices: Value| with("/pricing/marketSpecificPricings", prices);
    assert_eq!(finds("S02", "warning", markets(json!({"UK": "Tier5"})))["remedy"], "write GB");
    finds("S02", "warning", markets(json!({"DE": "Tier2"})));
    finds("S02", "warning", markets(json!({"DE": "Free"})));
    passes("S02", markets(json!({"DE": "Tier5", "XK": "NotAvailable"})));
    finds("S01", "error", with("/pricing/priceId", json!("Base")));
    passes("S01", document());
}

#[test]
fn dates_of_publication() {
    let on = |mode: &str, date: &str| {
        let mut document = with("/targetPublishMode", json!(mode));
        document["targetPublishDate"] = json!(date);
        document
    };
    finds("S03", "error", on("SpecificDate", "1601-01-01T00:00:00Z"));
    finds("S03", "error", on("SpecificDate", "2026-11-30T23:59:00Z"));
    finds("S03", "error", on("SpecificDate", "soon"));
    finds("S03", "warning", on("SpecificDate", "2028-01-01T00:00:00Z"));
    finds("S03", "warning", on("SpecificDate", "2026-12-24T00:00:00"));
    finds("S03", "warning", on("Immediate", "2026-12-24T00:00:00Z"));
    passes("S03", on("SpecificDate", "2026-12-01T00:00:00Z"));
    let mut live = on("SpecificDate", "2026-01-01T00:00:00Z");
    assert_eq!(of("S03", checked(json!({"document": live, "base": live}))["findings"].as_array().unwrap()), []);
    live["status"] = json!("Published");
    passes("S03", live);
}

#[test]
fn categories_and_gaming_options() {
    finds("S04", "error", with("/applicationCategory", json!("NotSet")));
    let game = with("/applicationCategory", json!("Games_Casino"));
    let findings = checked(json!({"document": game, "base": document()}))["findings"].clone();
    assert_eq!(of("S04", findings.as_array().unwrap())[0].0, "error");
    assert_eq!(checked(json!({"document": game, "base": game}))["findings"], json!([]));
    let options = |options: Value| {
        let mut document = game.clone();
        document["gamingOptions"] = json!([options]);
        document
    };
    let mut app = options(json!({"genres": ["Games_Casino"]}));
    passes("S04", app.clone());
    app["applicationCategory"] = json!("Productivity");
    finds("S04", "warning", app);
    finds("S05", "error", options(json!({"genres": []})));
    finds("S05", "error", options(json!({"genres": ["a", "b", "c", "d"]})));
    let players = |on: bool, least: u32, most: u32| {
        options(json!({"genres": ["a"], "isLocalCooperative": on, "localCooperativeMinPlayers": least,
            "localCooperativeMaxPlayers": most}))
    };
    assert_eq!(finds("S05", "error", players(true, 2, 1001))["pointer"], "/gamingOptions/0/localCooperativeMaxPlayers");
    finds("S05", "error", players(true, 5, 2));
    finds("S05", "error", players(false, 0, 2));
    passes("S05", players(true, 2, 1000));
    passes("S05", players(false, 0, 0));
}

#[test]
fn rollouts_and_mandatory_updates() {
    let options = |rollout: Value, date: &str| {
        with(
            "/packageDeliveryOptions",
            json!({"packageRollout": {"packageRolloutPercentage": rollout},
            "isMandatoryUpdate": true, "mandatoryUpdateEffectiveDate": date}),
        )
    };
    finds("S06", "error", options(json!(100.5), "2027-01-01T00:00:00Z"));
    finds("S06", "warning", options(json!(100.0), "2026-01-01T00:00:00Z"));
    passes("S06", options(json!(0.5), "2027-01-01T00:00:00Z"));
    let hidden = with("/visibility", json!("Hidden"));
    finds("S06", "information", hidden.clone());
    assert_eq!(checked(json!({"document": hidden, "base": hidden}))["findings"], json!([]));
}

#[test]
fn notes_for_the_testers() {
    let mut document = with(&member("description"), json!("Sign in with your account to count beans."));
    passes("S07", document.clone());
    document["notesForCertification"] = json!("");
    finds("S07", "information", document);
    passes("S07", with("/notesForCertification", json!("")));
    finds("T01", "warning", with("/notesForCertification", json!("x".repeat(2_001))));
}

#[test]
fn languages() {
    let also = |code: &str| {
        let mut document = document();
        let mut copy = document["listings"]["en-us"].clone();
        copy["baseListing"]["description"] = json!("Other text");
        document["listings"][code] = copy;
        document
    };
    finds("N02", "error", also("en-US"));
    let finding = finds("N03", "warning", also("en-uk"));
    assert_eq!((&finding["remedy"], &finding["language"]), (&json!("use en-gb"), &json!("en-uk")));
    assert_eq!(finds("N03", "warning", also("de_de"))["remedy"], "use de-de");
    for known in ["de-de", "zh-Hans", "sr-Latn-RS", "en-053", "ca-es-valencia"] {
        passes("N03", also(known));
    }
    finds("N04", "information", also("en"));
    passes("N04", also("de"));
    passes("N02", also("de-de"));
    // What is live stays.
    let base = also("en-uk");
    assert_eq!(of("N03", checked(json!({"document": base, "base": base}))["findings"].as_array().unwrap()), []);
}

#[test]
fn languages_of_packages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("App.msix");
    let languages = |languages: &[&str]| {
        let languages = languages.iter().map(|code| (*code).to_owned()).collect();
        let sample = storeship::package::sample::Sample { languages, ..Default::default() };
        std::fs::write(&path, storeship::package::sample::package(&sample).unwrap()).unwrap();
        let result = checked(json!({"document": document(), "packages": [path.to_str().unwrap()]}));
        of("N05", result["findings"].as_array().unwrap())
    };
    assert_eq!(languages(&["en-gb"]), []);
    assert_eq!(languages(&["de-de"]).len(), 2);
    assert!(languages(&["en-us", "fr-fr"])[0].2.contains("language fr"));
}

#[test]
fn add_ons() {
    let add_on = |pointer: &str, value: Value| {
        let mut document = json!({
            "contentType": "EMagazine", "lifetime": "Forever", "keywords": ["beans"], "tag": "",
            "pricing": {"priceId": "Free"},
            "listings": {"en": {"title": "Beans", "description": "More beans",
                "icon": {"fileName": "icon.png", "fileStatus": "PendingUpload"}}},
        });
        if !pointer.is_empty() {
            *document.pointer_mut(pointer).unwrap() = value;
        }
        document
    };
    assert_eq!(found(add_on("", Value::Null)), Vec::<Value>::new());
    for (pointer, bad, good) in [
        ("/listings/en/title", json!("x".repeat(101)), json!("x".repeat(100))),
        ("/listings/en/title", json!(""), json!("x")),
        ("/listings/en/description", json!("x".repeat(201)), json!("x".repeat(200))),
        ("/keywords", json!(["x".repeat(31)]), json!(["x".repeat(30)])),
        ("/keywords", json!(vec!["x"; 11]), json!(vec!["x"; 10])),
        ("/tag", json!("x".repeat(3_001)), json!("x".repeat(3_000))),
        ("/contentType", json!("NotSet"), json!("OnlineDownload")),
        ("/lifetime", json!("FourDays"), json!("OneYear")),
    ] {
        finds("A01", "error", add_on(pointer, bad));
        passes("A01", add_on(pointer, good));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("icon.png");
    for (size, count) in [(299, 1), (300, 0)] {
        std::fs::write(&path, storeship::package::sample::icon(size)).unwrap();
        let result = checked(json!({"document": add_on("", Value::Null), "files": [{"path": path.to_str().unwrap()}]}));
        assert_eq!(of("A01", result["findings"].as_array().unwrap()).len(), count, "{result:#}");
    }
}
