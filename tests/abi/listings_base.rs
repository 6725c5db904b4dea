//! A folder of listings with a base: what others have changed since is not overwritten unseen.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::listings::{Listings, app, apply};
use crate::listings_images::{TYPE, image, name, tag, with_images};

#[test]
fn what_others_changed_since_the_base_is_not_overwritten_unseen() {
    let (listings, old) = (Listings::new(), Listings::new());
    for (file, before, now) in [
        ("description", "Old", "Old"),
        ("short-description", "Old", "Ours"),
        ("release-notes", "Old", "Ours"),
        ("features", "Old\nSame", "Ours\nSame"),
    ] {
        old.put(&format!("listings/en-us/{file}.txt"), before);
        listings.put(&format!("listings/en-us/{file}.txt"), now);
    }
    let exported = app(
        json!({"description": "Old", "shortDescription": "Old", "releaseNotes": "Old", "features": ["Old", "Same"]}),
    );
    fs::write(old.folder.path().join("exported.json"), &exported).unwrap();
    // Only the description was changed by somebody else: it stays.
    let now = app(
        json!({"description": "Theirs", "shortDescription": "Old", "releaseNotes": "Old", "features": ["Old", "Same"]}),
    );
    for base in [old.path(), old.folder.path().join("exported.json")] {
        let read = listings.call("listing.read", &now, &json!({"basePath": base})).result().clone();
        let after = apply(&now, &read["edits"])["listings"]["en-us"]["baseListing"].clone();
        let expected = json!({"description": "Theirs", "shortDescription": "Ours", "releaseNotes": "Ours", "features": ["Ours", "Same"]});
        assert_eq!(after, expected);
        assert_eq!((&read["notes"][0]["kind"], &read["notes"][1]), (&json!("kept"), &Value::Null));

        // What both have changed is a conflict with both values, until it is named.
        let now = now
            .replace(r#""shortDescription":"Old""#, r#""shortDescription":"Theirs""#)
            .replace(r#"["Old","#, r#"["Theirs","#);
        let answer = listings.call("listing.read", &now, &json!({"basePath": base}));
        assert_eq!(answer.failure(), (15, "listing.conflict"));
        let details = answer.json["error"]["details"].clone();
        assert_eq!(details[0]["pointer"], "/listings/en-us/baseListing/features");
        assert_eq!((&details[1]["old"], &details[1]["new"]), (&json!("\"Theirs\""), &json!("\"Ours\"")));
        assert_eq!(details.as_array().unwrap().len(), 2);
        let named = json!(["/listings/en-us/baseListing/features", "/listings/en-us/baseListing/shortDescription"]);
        let read = listings.call("listing.read", &now, &json!({"basePath": base, "overwrite": named})).result().clone();
        assert_eq!(apply(&now, &read["edits"])["listings"]["en-us"]["baseListing"], expected);
    }
    // Without a base the folder counts.
    assert_eq!(listings.applied(&now)["listings"]["en-us"]["baseListing"]["description"], "Old");
    let neither = listings.folder.path().join("x.json");
    fs::write(&neither, "{}").unwrap();
    assert_eq!(listings.call("listing.read", &now, &json!({"basePath": neither})).failure().1, "document.invalid");
}

/// The same base as a folder and as an exported document.
fn bases(old: &Listings, files: &[(&str, &str)], exported: &Value) -> [PathBuf; 2] {
    for (file, text) in files {
        old.put(file, text);
    }
    let document = old.folder.path().join("exported.json");
    fs::write(&document, exported.to_string()).unwrap();
    [old.path(), document]
}

#[test]
fn a_language_that_others_have_changed_since_the_base_is_removed_only_if_it_is_named() {
    let (listings, old) = (Listings::new(), Listings::new());
    let document = |french: &str| {
        json!({"applicationPackages": [], "listings": {
            "en-us": {"baseListing": {"title": "T"}}, "fr": {"baseListing": {"description": french}},
            "fr-ca": {"baseListing": {"description": "x"}},
        }})
    };
    listings.put("listings/en-us/title.txt", "T");
    let files = [("listings/en-us/title.txt", "T"), ("listings/fr/description.txt", "Lit.")];
    let now = document("Lit des livres.").to_string();
    for base in bases(&old, &files, &document("Lit.")) {
        let remove = |document: &str, overwrite: Value| {
            let options = json!({"removeLanguages": ["FR"], "basePath": base, "overwrite": overwrite});
            listings.call("listing.read", document, &options)
        };
        let answer = remove(&now, json!([]));
        assert_eq!(answer.failure(), (15, "listing.conflict"), "{}", answer.text);
        assert_eq!(answer.json["error"]["details"][0]["pointer"], "/listings/fr");
        assert_eq!(answer.json["error"]["details"].as_array().unwrap().len(), 1);
        // A place beside it is not the language.
        assert_eq!(remove(&now, json!(["/listings/fr-ca"])).failure().1, "listing.conflict");
        for (document, overwrite) in [
            (now.clone(), json!(["/listings/fr"])),
            (now.clone(), json!(["*"])),
            (document("Lit.").to_string(), json!([])),
        ] {
            let read = remove(&document, overwrite).result().clone();
            let edits = read["edits"].as_array().unwrap();
            assert_eq!(
                (edits.len(), &edits[0]["op"], &edits[0]["path"]),
                (1, &json!("remove"), &json!("/listings/fr"))
            );
            assert_eq!(read["notes"], json!([]));
        }
    }
}

#[test]
fn a_language_to_which_others_have_added_an_image_since_the_base_is_not_removed_unseen() {
    let (listings, old) = (Listings::new(), Listings::new());
    listings.put("listings/en-us/title.txt", "T");
    let document = |ids: &[&str]| {
        let image = |id: &&str| json!({"id": id, "fileName": format!("{id}.png"), "imageType": "Screenshot", "fileStatus": "Uploaded"});
        let images: Vec<Value> = ids.iter().map(image).collect();
        json!({"applicationPackages": [], "listings": {
            "en-us": {"baseListing": {"title": "T"}}, "fr": {"baseListing": {"images": images}},
        }})
    };
    let files = [("listings/fr/images/Screenshot/01-a.remote", r#"{"id":"1","fileName":"1.png"}"#)];
    for base in bases(&old, &files, &document(&["1"])) {
        let options = json!({"removeLanguages": ["fr"], "basePath": base});
        let answer = listings.call("listing.read", &document(&["1", "2"]).to_string(), &options);
        assert_eq!(answer.failure(), (15, "listing.conflict"), "{}", answer.text);
        let read = listings.call("listing.read", &document(&["1"]).to_string(), &options).result().clone();
        assert_eq!(read["edits"].as_array().unwrap().len(), 1, "{read}");
    }
}

#[test]
fn trailers_and_images_that_others_have_added_since_the_base_are_removed_only_if_they_are_named() {
    let (listings, old) = (Listings::new(), Listings::new());
    let trailer = |id: &str| json!({"id": id, "videoFileName": format!("{id}.mp4"), "trailerAssets": {}});
    let image = |id: &str| json!({"id": id, "fileName": format!("{id}.png"), "imageType": "Screenshot", "fileStatus": "Uploaded"});
    let document = |ids: &[&str]| {
        let trailers: Vec<Value> = ids.iter().map(|id| trailer(id)).collect();
        let images: Vec<Value> = ids.iter().map(|id| image(id)).collect();
        json!({"applicationPackages": [], "trailers": trailers, "listings": {"en-us": {"baseListing": {"images": images}}}})
    };
    let (first, second) = (r#"{"id":"1","fileName":"1.mp4"}"#, r#"{"id":"2","fileName":"2.mp4"}"#);
    let (one, two) = (r#"{"id":"1","fileName":"1.png"}"#, r#"{"id":"2","fileName":"2.png"}"#);
    let screenshots = "listings/en-us/images/Screenshot";
    listings.put("trailers/01-a/video.remote", first);
    listings.put(&format!("{screenshots}/01-a.remote"), one);
    let (image_one, image_two) = (format!("{screenshots}/01-a.remote"), format!("{screenshots}/02-b.remote"));
    let files = [
        ("trailers/01-a/video.remote", first),
        ("trailers/02-b/video.remote", second),
        (image_one.as_str(), one),
        (image_two.as_str(), two),
    ];
    let now = document(&["1", "2", "3"]).to_string();
    let images = "/listings/en-us/baseListing/images";
    for base in bases(&old, &files, &document(&["1", "2"])) {
        for (option, field, path) in [
            (json!({"removeTrailers": true}), "/trailers", "/trailers/1"),
            (json!({"images": "exact"}), images, "/listings/en-us/baseListing/images/1/fileStatus"),
        ] {
            let read = |document: &str, overwrite: Value| {
                let mut options = option.clone();
                options["basePath"] = json!(base);
                options["overwrite"] = overwrite;
                listings.call("listing.read", document, &options)
            };
            let answer = read(&now, json!([]));
            assert_eq!(answer.failure(), (15, "listing.conflict"), "{option} {}", answer.text);
            assert_eq!(answer.json["error"]["details"][0]["pointer"], field);
            let named = read(&now, json!([field])).result().clone();
            assert_eq!(named["edits"].as_array().unwrap().len(), 2, "{named}");
            // What nobody has changed since is removed as asked.
            let asked = read(&document(&["1", "2"]).to_string(), json!([])).result().clone();
            assert_eq!(asked["edits"].as_array().unwrap().len(), 1, "{asked}");
            assert_eq!(asked["edits"][0]["path"], path);
        }
    }
}

#[test]
fn a_language_that_others_have_removed_since_the_base_stays_away_or_is_a_conflict() {
    let (listings, old) = (Listings::new(), Listings::new());
    let english = json!({"baseListing": {"title": "T"}});
    let french = json!({"baseListing": {"title": "T", "description": "Lit."}});
    let files = [("listings/fr/title.txt", "T"), ("listings/fr/description.txt", "Lit.")];
    for (file, text) in files {
        listings.put(file, text);
    }
    let exported = json!({"applicationPackages": [], "listings": {"en-us": english, "fr": french}});
    let now = json!({"applicationPackages": [], "listings": {"en-us": english}}).to_string();
    let bases = bases(&old, &files, &exported);
    let read = |base: &Path, overwrite: Value| {
        listings.call("listing.read", &now, &json!({"basePath": base, "overwrite": overwrite}))
    };
    let description = json!(["/listings/fr/baseListing/description"]);
    for base in &bases {
        let unchanged = read(base, json!([])).result().clone();
        assert_eq!(unchanged["edits"], json!([]));
        let kept: Vec<Value> =
            unchanged["notes"].as_array().unwrap().iter().map(|note| note["pointer"].clone()).collect();
        assert!(kept.contains(&json!("/listings/fr")), "{unchanged}");
        assert_eq!(read(base, description.clone()).failure(), (15, "listing.conflict"));
    }
    listings.put("listings/fr/short-title.txt", "S");
    for base in &bases {
        for overwrite in [json!([]), description.clone()] {
            let answer = read(base, overwrite);
            assert_eq!(answer.failure(), (15, "listing.conflict"), "{}", answer.text);
            let details = answer.json["error"]["details"].as_array().unwrap();
            assert_eq!((details.len(), &details[0]["pointer"]), (1, &json!("/listings/fr")));
        }
        let edits = read(base, json!(["/listings/fr"])).result()["edits"].clone();
        let expected = json!({"baseListing": {"title": "T", "description": "Lit.", "shortTitle": "S"}});
        assert_eq!(apply(&now, &edits)["listings"]["fr"], expected);
    }
}

#[test]
fn a_star_decides_conflicts_and_a_named_field_is_overwritten_in_any_case() {
    let (listings, old) = (Listings::new(), Listings::new());
    for (file, before, now) in [("description", "Old", "Old"), ("short-description", "Old", "Ours")] {
        old.put(&format!("listings/en-us/{file}.txt"), before);
        listings.put(&format!("listings/en-us/{file}.txt"), now);
    }
    let exported = json!({"description": "Old", "shortDescription": "Old"});
    fs::write(old.folder.path().join("exported.json"), app(exported)).unwrap();
    let now = app(json!({"description": "Theirs", "shortDescription": "Theirs"}));
    for base in [old.path(), old.folder.path().join("exported.json")] {
        let after = |overwrite: &str| {
            let options = json!({"basePath": base, "overwrite": [overwrite]});
            let read = listings.call("listing.read", &now, &options).result().clone();
            let texts = apply(&now, &read["edits"])["listings"]["en-us"]["baseListing"].clone();
            (texts["description"].clone(), texts["shortDescription"].clone(), read["notes"].as_array().unwrap().len())
        };
        // The folder did not touch the description, so that it stays, and that is told.
        for overwrite in ["*", "/listings/en-us"] {
            assert_eq!(after(overwrite), (json!("Theirs"), json!("Ours"), 1), "{overwrite}");
        }
        let named = json!({"basePath": base, "overwrite": ["*", "/listings/en-us/baseListing/description"]});
        let read = listings.call("listing.read", &now, &named).result().clone();
        assert_eq!(apply(&now, &read["edits"])["listings"]["en-us"]["baseListing"]["description"], "Old");
    }
}

#[test]
fn a_base_that_can_t_be_used_is_named_with_its_own_place() {
    let (listings, old) = (Listings::new(), Listings::new());
    listings.put("listings/en-us/title.txt", "T");
    old.put("listings/en-us/titel.txt", "T");
    let document = app(json!({"title": "Theirs"}));
    let read = |base: &Path| listings.call("listing.read", &document, &json!({ "basePath": base }));
    let answer = read(&old.path());
    assert_eq!(answer.failure().1, "listing.invalid");
    let message = answer.json["error"]["message"].as_str().unwrap();
    assert!(message.contains(&format!("the base {}", old.path().display())), "{message}");
    let file = old.folder.path().join("exported.json");
    fs::write(&file, "{\n  \"listings\": {,}}").unwrap();
    let answer = read(&file);
    assert_eq!(answer.failure().1, "document.invalid");
    let message = answer.json["error"]["message"].as_str().unwrap();
    assert!(message.contains("exported.json") && message.contains("line 2, column 16"), "{message}");
}

#[test]
fn an_image_of_a_folder_that_has_no_file_is_named_before_it_goes() {
    let listings = Listings::new();
    listings.put(&format!("{TYPE}/1-a.png"), "a");
    listings.put(&format!("{TYPE}/2-b.png"), "b");
    let of = |label: &str, id: &str| image(&name(label, label), id);
    let document = with_images(&[of("a", "1"), of("colleague", "7"), of("b", "2")]);
    let read = listings.read(&document);
    let note = &read["notes"][0];
    assert_eq!((&note["kind"], &note["file"]), (&json!("removed"), &json!(TYPE)), "{read}");
    assert_eq!(note["pointer"], "/listings/en-us/baseListing/images/1");
    let message = note["message"].as_str().unwrap();
    for part in [&name("colleague", "colleague"), "id 7", &tag("colleague"), "a pull first"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    // After a pull a placeholder stands for it, and it stays.
    listings.write(&document);
    let read = listings.read(&document);
    assert_eq!((&read["edits"], &read["notes"]), (&json!([]), &json!([])));
}

#[test]
fn of_what_stays_no_note_says_that_it_goes() {
    let (listings, old) = (Listings::new(), Listings::new());
    for folder in [&listings, &old] {
        folder.put(&format!("{TYPE}/1-a.png"), "a");
        folder.put(&format!("{TYPE}/2-b.png"), "b");
        folder.put("listings/en-us/description.txt", "");
        folder.put("listings/fr/title.txt", "T");
        folder.put("trailers/1-v/video.mp4", "film");
        folder.put("trailers/1-v/en-us/title.txt", "Ours");
        folder.put("trailers/1-v/en-us/thumbnail.png", "small");
    }
    let of = |label: &str, id: &str| image(&name(label, label), id);
    let assets = json!({"en-us": {"title": "Theirs", "imageList": [{"id": "9", "fileName": "9.png"}]}});
    let video = format!("v.{}.mp4", tag("film"));
    let document = json!({
        "applicationPackages": [],
        "trailers": [{"id": "7", "videoFileName": video, "videoFileId": "8", "trailerAssets": assets}],
        "listings": {"en-us": {"baseListing": {
            "description": "Theirs", "images": [of("a", "1"), of("colleague", "7"), of("b", "2")],
        }}},
    });
    let kinds = |options: Value| {
        let read = listings.call("listing.read", &document.to_string(), &options).result().clone();
        let notes = read["notes"].as_array().unwrap().iter();
        let kinds = notes.map(|note| format!("{} {}", note["kind"], note["pointer"]).replace('"', ""));
        (kinds.collect::<Vec<_>>(), read["edits"].as_array().unwrap().len())
    };
    let (description, images) = ("/listings/en-us/baseListing/description", "/listings/en-us/baseListing/images");
    let sent = "sentAgain /trailers/0/trailerAssets/en-us/imageList/0/fileName".to_owned();
    let removed = format!("removed {images}/1");
    let all = [format!("cleared {description}"), removed.clone(), "incomplete /listings/fr".to_owned(), sent.clone()];
    assert_eq!(kinds(json!({})).0, all);
    let kept = [description, images, "/listings/fr", "/trailers"].map(|field| format!("kept {field}"));
    assert_eq!(kinds(json!({"basePath": old.path()})), (kept.to_vec(), 0));
    // Of what is overwritten they stay.
    let overwrite = json!({"basePath": old.path(), "overwrite": [images, "/trailers"]});
    let (notes, _) = kinds(overwrite);
    assert_eq!(notes, [removed, sent, kept[0].clone(), kept[2].clone()]);
}
