//! Which picture of a folder is which image of a submission, without any state.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::listings::{Listings, app, apply};

/// The name in the ZIP of a picture with these bytes.
pub(crate) fn name(label: &str, bytes: &str) -> String {
    format!("{label}.{}.png", tag(bytes))
}

fn sha256(bytes: &str) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

pub(crate) fn tag(bytes: &str) -> String {
    sha256(bytes)[..16].to_owned()
}

pub(crate) fn image(file_name: &str, id: &str) -> Value {
    json!({"fileName": file_name, "fileStatus": "Uploaded", "id": id, "imageType": "Screenshot"})
}

pub(crate) fn with_images(images: &[Value]) -> String {
    app(json!({"images": images}))
}

/// The file names and states of the images after the edits of the folder.
fn images_after(document: &str, read: &Value) -> Vec<String> {
    let after = apply(document, &read["edits"]);
    let images = after["listings"]["en-us"]["baseListing"]["images"].as_array().unwrap().clone();
    let shown = |image: &Value| {
        let status = image["fileStatus"].as_str().unwrap().trim_start_matches("Pending");
        format!("{} {status}", image["fileName"].as_str().unwrap())
    };
    images.iter().map(shown).collect()
}

pub(crate) const TYPE: &str = "listings/en-us/images/Screenshot";

#[test]
fn new_pictures_are_sent_once_with_their_captions() {
    let listings = Listings::new();
    listings.put(&format!("{TYPE}/01-Home.png"), "home");
    listings.put(&format!("{TYPE}/01-Home.txt"), "The\nwindow\n");
    listings.put(&format!("{TYPE}/2-editor.PNG"), "editor");
    let document = app(json!({}));
    let read = listings.read(&document);
    let (home, editor) = (name("home", "home"), format!("editor.{}.png", tag("editor")));
    let expected = json!([
        {"fileName": home, "fileStatus": "PendingUpload", "imageType": "Screenshot", "description": "The\r\nwindow"},
        {"fileName": editor, "fileStatus": "PendingUpload", "imageType": "Screenshot"},
    ]);
    let after = apply(&document, &read["edits"]);
    assert_eq!(after["listings"]["en-us"]["baseListing"]["images"], expected);
    let uploads = json!([
        {"name": editor, "file": format!("{TYPE}/2-editor.PNG"), "bytes": 6, "sha256": sha256("editor")},
        {"name": home, "file": format!("{TYPE}/01-Home.png"), "bytes": 4, "sha256": sha256("home")},
    ]);
    assert_eq!(read["uploads"], uploads);
    // While they wait for the upload nothing is edited, and the files are the same.
    let again = listings.read(&after.to_string());
    assert_eq!((&again["edits"], &again["uploads"]), (&json!([]), &uploads));
}

#[test]
fn a_picture_is_known_by_its_bytes_however_the_service_writes_the_name() {
    for stored in ["home.TAG.png", "Assets\\en-us\\home.TAG.png", "x/y_TAG.PNG", "TAG.png"] {
        let listings = Listings::new();
        listings.put(&format!("{TYPE}/05-start.png"), "home");
        let document = with_images(&[image(&stored.replace("TAG", &tag("home")), "1")]);
        let read = listings.read(&document);
        assert_eq!((&read["edits"], &read["uploads"]), (&json!([]), &json!([])), "{stored}");
    }
}

#[test]
fn changed_moved_and_missing_pictures_are_replaced_moved_and_removed() {
    let listings = Listings::new();
    let stored = |label: &str, id: &str| image(&name(label, label), id);
    let icon = json!({"fileName": "i.png", "fileStatus": "Uploaded", "id": "9", "imageType": "Icon"});
    let document = with_images(&[stored("a", "1"), icon, stored("b", "2"), stored("c", "3"), stored("d", "4")]);
    for (file, bytes) in [("1-c", "c"), ("2-a", "a"), ("3-b", "B, changed"), ("10-new", "new")] {
        listings.put(&format!("{TYPE}/{file}.png"), bytes);
    }
    let read = listings.read(&document);
    let state = |label: &str, bytes: &str, state: &str| format!("{} {state}", name(label, bytes));
    let expected = [
        state("c", "c", "Uploaded"),
        "i.png Uploaded".to_owned(),
        state("b", "b", "Delete"),
        state("a", "a", "Uploaded"),
        state("d", "d", "Delete"),
        state("b", "B, changed", "Upload"),
        state("new", "new", "Upload"),
    ];
    assert_eq!(images_after(&document, &read), expected);
    // Without a move the edits are small.
    listings.put(&format!("{TYPE}/1-c.png"), "a");
    listings.put(&format!("{TYPE}/2-a.png"), "c");
    listings.put(&format!("{TYPE}/1-c.txt"), "A caption");
    let document = with_images(&[stored("a", "1"), stored("c", "3")]);
    let read = listings.read(&document);
    let paths: Vec<&str> =
        read["edits"].as_array().unwrap().iter().map(|edit| edit["path"].as_str().unwrap()).collect();
    let images = "/listings/en-us/baseListing/images";
    assert_eq!(paths, [format!("{images}/0/description"), format!("{images}/2"), format!("{images}/3")]);
}

#[test]
fn an_image_that_waits_for_its_upload_is_left_out_in_place_of_deleted() {
    let listings = Listings::new();
    listings.put(&format!("{TYPE}/1-a.png"), "a");
    let mut pending = image(&name("b", "b"), "");
    pending["fileStatus"] = json!("PendingUpload");
    let document = with_images(&[pending, image(&name("a", "a"), "1")]);
    let read = listings.read(&document);
    assert_eq!(images_after(&document, &read), [format!("{} Uploaded", name("a", "a"))]);
    assert_eq!(read["edits"][0]["op"], "remove");
}

#[test]
fn most_images_of_a_type_go_only_if_it_is_allowed() {
    let listings = Listings::new();
    listings.put(&format!("{TYPE}/1-a.png"), "a");
    let document =
        with_images(&[image(&name("a", "a"), "1"), image(&name("b", "b"), "2"), image(&name("c", "c"), "3")]);
    let answer = listings.call("listing.read", &document, &json!({}));
    assert_eq!(answer.failure(), (15, "listing.images_removed"));
    // The error names the images, and says how to keep those of others.
    let error = &answer.json["error"];
    for image in ["b", "c"] {
        assert!(error["details"][0]["message"].as_str().unwrap().contains(&name(image, image)), "{}", answer.text);
    }
    assert!(error["hint"].as_str().unwrap().contains("pull first"), "{}", answer.text);
    let read = listings.call("listing.read", &document, &json!({"allowImageRemoval": true})).result().clone();
    assert_eq!(read["edits"].as_array().unwrap().len(), 2);
    let none = Listings::new();
    none.put(&format!("{TYPE}/none"), "");
    assert_eq!(none.read(&document)["edits"].as_array().unwrap().len(), 3);
}

#[test]
fn images_of_others_are_kept_and_never_doubled() {
    let document = with_images(&[image("Screenshot1.png", "1"), image("Screenshot2.png", "2")]);
    // The first pull writes placeholders, which change nothing.
    let listings = Listings::new();
    let written = listings.write(&document);
    assert_eq!(listings.files(), [format!("{TYPE}/01-screenshot1.remote"), format!("{TYPE}/02-screenshot2.remote")]);
    assert_eq!(written["notes"], json!([]));
    assert_eq!(listings.read(&document)["edits"], json!([]));
    // A picture beside a placeholder takes the image's place.
    listings.put(&format!("{TYPE}/01-screenshot1.png"), "one");
    let read = listings.read(&document);
    let new = format!("{} Upload", name("screenshot1", "one"));
    assert_eq!(images_after(&document, &read), ["Screenshot1.png Delete", &new, "Screenshot2.png Uploaded"]);
    // A placeholder that is renamed removes its image.
    let root = listings.path().join(TYPE);
    std::fs::remove_file(root.join("01-screenshot1.png")).unwrap();
    std::fs::rename(root.join("02-screenshot2.remote"), root.join("02-screenshot2.remove")).unwrap();
    let read = listings.read(&document);
    assert_eq!(images_after(&document, &read), ["Screenshot1.png Uploaded", "Screenshot2.png Delete"]);
    // A placeholder whose image is gone is reported, and goes with the next pull.
    let less = with_images(&[image("Screenshot1.png", "1")]);
    std::fs::rename(root.join("02-screenshot2.remove"), root.join("02-screenshot2.remote")).unwrap();
    let read = listings.read(&less);
    assert_eq!((&read["edits"], &read["notes"][0]["kind"]), (&json!([]), &json!("gone")));
    assert_eq!(listings.write(&less)["removed"], json!([format!("{TYPE}/02-screenshot2.remote")]));
}

#[test]
fn pictures_beside_images_of_others_are_refused_until_somebody_says_what_they_are() {
    let document = with_images(&[image("S1.png", "1"), image("S2.png", "2")]);
    let listings = Listings::new();
    listings.put(&format!("{TYPE}/1-a.png"), "a");
    listings.put(&format!("{TYPE}/2-b.png"), "b");
    for operation in ["listing.read", "listing.write"] {
        let answer = listings.call(operation, &document, &json!({}));
        assert_eq!(answer.failure(), (15, "listing.images_unlinked"), "{operation}");
        let message = answer.json["error"]["details"][0]["message"].as_str().unwrap();
        assert!(message.contains("1-a.png") && message.contains("S2.png (id 2)"), "{message}");
    }
    let read = |answer: &str| listings.call("listing.read", &document, &json!({"images": answer})).result().clone();
    let (a, b) = (format!("{} Upload", name("a", "a")), format!("{} Upload", name("b", "b")));
    assert_eq!(images_after(&document, &read("keep")), ["S1.png Uploaded", "S2.png Uploaded", &a, &b]);
    assert_eq!(images_after(&document, &read("exact")), ["S1.png Delete", "S2.png Delete", &a, &b]);
    assert_eq!(read("adopt")["edits"], json!([]));
    // Adopted once, they are linked by placeholders.
    listings.call("listing.write", &document, &json!({"images": "adopt"})).result();
    assert_eq!(listings.read(&document)["edits"], json!([]));
    listings.put(&format!("{TYPE}/2-b.png"), "another");
    let read = listings.read(&document);
    let new = format!("{} Upload", name("b", "another"));
    assert_eq!(images_after(&document, &read), ["S1.png Uploaded", "S2.png Delete", &new]);
}

#[test]
fn one_upload_serves_all_languages_with_the_same_picture() {
    let listings = Listings::new();
    let document =
        json!({"applicationPackages": [], "listings": {"en-us": {"baseListing": {}}, "de-de": {"baseListing": {}}}});
    listings.put("listings/_default/images/Screenshot/1-home.png", "home");
    listings.put("listings/en-us/title.txt", "T");
    listings.put("listings/de-de/images/Screenshot/7-home.png", "home");
    let read = listings.read(&document.to_string());
    assert_eq!(read["uploads"].as_array().unwrap().len(), 1, "{read}");
    let after = apply(&document.to_string(), &read["edits"]);
    for language in ["en-us", "de-de"] {
        assert_eq!(after["listings"][language]["baseListing"]["images"][0]["fileName"], name("home", "home"));
    }
}

#[test]
fn platforms_icons_and_trailers_have_pictures_too() {
    let listings = Listings::new();
    listings.put("listings/en-us/platforms/Windows81/description.txt", "Old Windows");
    listings.put("listings/en-us/platforms/Windows81/images/Screenshot/1-a.png", "a");
    listings.put("trailers/1-intro/video.mp4", "film");
    listings.put("trailers/1-intro/en-us/title.txt", "Intro");
    listings.put("trailers/1-intro/en-us/thumbnail.png", "small");
    let document = app(json!({}));
    let read = listings.read(&document);
    assert_eq!(read["uploads"].as_array().unwrap().len(), 3, "{read}");
    let after = apply(&document, &read["edits"]);
    let platform = &after["listings"]["en-us"]["platformOverrides"]["Windows81"];
    assert_eq!(platform["description"], "Old Windows");
    assert_eq!(platform["images"][0]["fileName"], name("a", "a"));
    let film = format!("intro.{}.mp4", tag("film"));
    assert_eq!(after["trailers"][0]["videoFileName"], film);
    assert_eq!(listings.read(&after.to_string())["edits"], json!([]));
    // A trailer without a folder stays until it is asked for.
    let mut other = after.clone();
    other["trailers"][0] = json!({"id": "7", "videoFileName": "old.mp4", "videoFileId": "8", "trailerAssets": {}});
    let keep = listings.call("listing.read", &other.to_string(), &json!({"images": "keep"})).result().clone();
    assert_eq!(apply(&other.to_string(), &keep["edits"])["trailers"].as_array().unwrap().len(), 2);
    let remove = listings.call("listing.read", &other.to_string(), &json!({"removeTrailers": true})).result().clone();
    assert_eq!(apply(&other.to_string(), &remove["edits"])["trailers"][0]["videoFileName"], film);

    let add_on = Listings::new();
    add_on.put("listings/en/title.txt", "Gold");
    add_on.put("listings/en/icon.png", "icon");
    let document = json!({"listings": {"en": {"title": "Gold", "description": ""}}}).to_string();
    let read = add_on.read(&document);
    let after = apply(&document, &read["edits"]);
    let icon = json!({"fileName": name("icon", "icon"), "fileStatus": "PendingUpload"});
    assert_eq!(after["listings"]["en"]["icon"], icon);
    assert_eq!(read["uploads"].as_array().unwrap().len(), 1);
}

#[test]
fn a_pull_numbers_the_files_in_the_order_of_the_images() {
    let listings = Listings::new();
    for (file, bytes) in
        [("1-a.png", "a"), ("1-a.txt", "Caption"), ("2-b.png", "b"), ("3.png", "c"), ("9-new.png", "new")]
    {
        listings.put(&format!("{TYPE}/{file}"), bytes);
    }
    let mut a = image(&name("a", "a"), "1");
    a["description"] = json!("Caption");
    let document = with_images(&[image(&name("c", "c"), "3"), image(&name("b", "b"), "2"), a]);
    let written = listings.write(&document);
    let files = ["01.png", "02-b.png", "03-a.png", "03-a.txt", "04-new.png"];
    assert_eq!(listings.files(), files.map(|file| format!("{TYPE}/{file}")), "{written}");
    assert_eq!(listings.get(&format!("{TYPE}/01.png")).unwrap(), "c");
    let read = listings.read(&document);
    assert_eq!(read["edits"].as_array().unwrap().len(), 1, "{read}");
    assert_eq!(read["uploads"][0]["file"], format!("{TYPE}/04-new.png"));
}

/// Checks that a pull leaves these files, that they change nothing, and that another pull has nothing to do.
#[track_caller]
fn pulled_in_order(listings: &Listings, document: &str, files: &[&str]) {
    let written = listings.write(document);
    let files: Vec<String> = files.iter().map(|file| format!("{TYPE}/{file}")).collect();
    assert_eq!(listings.files(), files, "{written}");
    assert_eq!(listings.read(document)["edits"], json!([]));
    assert_eq!(listings.write(document)["notes"], json!([]));
}

#[test]
fn a_pull_gives_images_without_a_file_their_place_in_the_order() {
    let own = |label: &str, id: &str| image(&name(label, label), id);
    let other = |label: &str, id: &str| image(&format!("{label}.png"), id);
    // An image of others in front of the only file.
    let listings = Listings::new();
    listings.put(&format!("{TYPE}/01-home.png"), "home");
    let document = with_images(&[other("a", "1"), own("home", "2")]);
    pulled_in_order(&listings, &document, &["01-a.remote", "02-home.png"]);
    // A file without a number comes behind all that have one.
    let listings = Listings::new();
    listings.put(&format!("{TYPE}/home.png"), "home");
    listings.put(&format!("{TYPE}/home.txt"), "Home");
    let mut home = own("home", "1");
    home["description"] = json!("Home");
    let mut foo = other("foo", "2");
    foo["description"] = json!("Foo");
    let document = with_images(&[home, foo]);
    pulled_in_order(&listings, &document, &["01-home.png", "01-home.txt", "02-foo.remote", "02-foo.txt"]);
    // The new placeholder has the name of another one whose image is gone.
    let listings = Listings::new();
    listings.put(&format!("{TYPE}/01-home.png"), "home");
    listings.put(&format!("{TYPE}/02-a.png"), "a");
    listings.put(&format!("{TYPE}/03-b.remote"), r#"{"id":"7","fileName":"b.png"}"#);
    let document = with_images(&[own("a", "1"), own("home", "2"), other("b", "8"), own("c", "3")]);
    pulled_in_order(&listings, &document, &["01-a.png", "02-home.png", "03-b.remote", "04-c.remote"]);
    assert!(listings.get(&format!("{TYPE}/03-b.remote")).unwrap().contains(r#""id":"8""#));
    // Behind the files they are only added.
    let listings = Listings::new();
    listings.put(&format!("{TYPE}/07-home.png"), "home");
    let document = with_images(&[own("home", "2"), other("a", "1")]);
    pulled_in_order(&listings, &document, &["07-home.png", "08-a.remote"]);
}

#[test]
fn a_rename_that_fails_leaves_all_files_under_their_names() {
    let listings = Listings::new();
    // With the name that it has while it is moved, the last file is longer than any system takes.
    let long = format!("3-{}", "c".repeat(245));
    for (file, bytes) in [("1-a", "a"), ("2-b", "b"), (&long, "c")] {
        listings.put(&format!("{TYPE}/{file}.png"), bytes);
    }
    let before = listings.files();
    let stored = |label: &str, bytes: &str, id: &str| image(&name(label, bytes), id);
    let document = with_images(&[stored("b", "b", "1"), stored("a", "a", "2"), stored("c", "c", "3")]);
    let answer = listings.call("listing.write", &document, &json!({}));
    assert_eq!(answer.failure().1, "file.unwritable");
    assert_eq!(listings.files(), before);
    assert_eq!(listings.get(&format!("{TYPE}/1-a.png")).unwrap(), "a");
}

#[test]
fn what_an_interrupted_pull_left_is_a_fault_with_its_remedy() {
    let listings = Listings::new();
    listings.put(&format!("{TYPE}/1-a.png"), "a");
    listings.put(&format!("{TYPE}/.2-b.png.moving"), "b");
    listings.put(&format!("{TYPE}/2-b.remote.0123456789abcdef.partial"), "{");
    let document = with_images(&[image(&name("a", "a"), "1"), image(&name("b", "b"), "2")]);
    for operation in ["listing.read", "listing.write"] {
        let answer = listings.call(operation, &document, &json!({}));
        assert_eq!(answer.failure(), (14, "listing.invalid"), "{operation}");
        let details = answer.json["error"]["details"].as_array().unwrap();
        let message = |at: usize| details[at]["message"].as_str().unwrap();
        assert!(message(0).contains(".2-b.png.moving: ") && message(0).contains("rename it to 2-b.png"), "{details:?}");
        assert!(message(1).contains(".partial: ") && message(1).contains("it can be deleted"), "{details:?}");
        assert_eq!(details.len(), 2, "{details:?}");
    }
}

#[test]
fn image_types_and_platforms_are_one_in_any_letter_case() {
    let listings = Listings::new();
    listings.put("listings/en-us/images/screenshot/1-a.png", "a");
    listings.put("listings/_default/images/Screenshot/1-b.png", "b");
    listings.put("listings/en-us/platforms/windows81/title.txt", "T");
    listings.put("listings/_default/platforms/Windows81/description.txt", "D");
    let document = app(json!({"description": "x"}));
    let after = listings.applied(&document)["listings"]["en-us"].clone();
    let images = after["baseListing"]["images"].as_array().unwrap();
    assert_eq!(images.iter().map(|image| image["fileName"].clone()).collect::<Vec<_>>(), [json!(name("a", "a"))]);
    assert_eq!(after["platformOverrides"], json!({"Windows81": {"title": "T", "description": "D"}}));
}

#[test]
fn a_pull_writes_into_the_folder_of_a_platform_in_any_letter_case() {
    let listings = Listings::new();
    listings.put("listings/en-us/platforms/windows81/title.txt", "Old");
    let mut document: Value = serde_json::from_str(&app(json!({}))).unwrap();
    document["listings"]["en-us"]["platformOverrides"] = json!({"Windows81": {"title": "New", "description": "D"}});
    listings.write(&document.to_string());
    let folder = "listings/en-us/platforms/windows81";
    assert_eq!(listings.files(), [format!("{folder}/description.txt"), format!("{folder}/title.txt")]);
    assert_eq!(listings.get(&format!("{folder}/title.txt")).unwrap(), "New\n");
    assert_eq!(listings.read(&document.to_string())["edits"], json!([]));
    // Of two that differ in letter case only, the first counts.
    document["listings"]["en-us"]["platformOverrides"]["wINDOWS81"] = json!({"title": "Twin"});
    let written = listings.write(&document.to_string());
    assert_eq!((&written["written"], &written["notes"][0]["kind"]), (&json!([]), &json!("leftOut")), "{written}");
}

#[test]
fn a_title_or_caption_of_a_trailer_that_was_cleared_in_the_store_is_cleared_in_the_folder() {
    let listings = Listings::new();
    let assets = |title: Value, caption: Value| {
        let image = json!({"fileName": "t.png", "id": "8", "description": caption});
        let trailer = json!({"id": "7", "videoFileName": "v.mp4",
            "trailerAssets": {"en-us": {"title": title, "imageList": [image]}}});
        json!({"applicationPackages": [], "listings": {}, "trailers": [trailer]})
    };
    listings.write(&assets(json!("Intro"), json!("Look")).to_string());
    let folder = "trailers/01-v/en-us";
    let texts = || (listings.get(&format!("{folder}/title.txt")), listings.get(&format!("{folder}/thumbnail.txt")));
    assert_eq!(texts(), (Some("Intro\n".to_owned()), Some("Look\n".to_owned())));
    // What is no text stays.
    listings.write(&assets(json!(1), json!([])).to_string());
    assert_eq!(texts(), (Some("Intro\n".to_owned()), Some("Look\n".to_owned())));
    let mut cleared = assets(json!(null), json!(null));
    cleared["trailers"][0]["trailerAssets"]["en-us"].as_object_mut().unwrap().remove("title");
    listings.write(&cleared.to_string());
    assert_eq!(texts(), (Some(String::new()), Some(String::new())));
    assert_eq!(listings.read(&cleared.to_string())["edits"], json!([]));
}

#[test]
fn a_trailer_that_may_be_there_already_is_refused_until_somebody_says_what_it_is() {
    let listings = Listings::new();
    let put = |listings: &Listings| {
        listings.put("trailers/1-intro/video.mp4", "film");
        listings.put("trailers/1-intro/en-us/title.txt", "Intro");
        listings.put("trailers/1-intro/en-us/thumbnail.remote", r#"{"id": "9"}"#);
    };
    put(&listings);
    let assets = json!({"en-us": {"title": "Intro", "imageList": [{"id": "9", "fileName": "t.png"}]}});
    let stored = json!({"id": "7", "videoFileName": "1152.mp4", "videoFileId": "8", "trailerAssets": assets});
    let document = json!({"applicationPackages": [], "listings": {}, "trailers": [stored]}).to_string();
    for operation in ["listing.read", "listing.write"] {
        let refused = listings.call(operation, &document, &json!({}));
        assert_eq!(refused.failure().1, "listing.images_unlinked", "{}", refused.text);
        assert!(refused.text.contains("trailers/1-intro/video.mp4") && refused.text.contains("1152.mp4"));
    }
    let adopted = |operation: &str| listings.call(operation, &document, &json!({"images": "adopt"})).result().clone();
    assert_eq!(adopted("listing.read")["edits"], json!([]));
    let written = adopted("listing.write");
    assert_eq!(written["written"], json!(["storeship.json", "trailers/1-intro/video.remote"]), "{written}");
    // From now on it is known.
    assert_eq!(listings.read(&document)["edits"], json!([]));
    assert_eq!(listings.write(&document)["written"], json!([]));
    // Another video beside the placeholder replaces the trailer.
    listings.put("trailers/1-intro/video.mp4", "another film");
    listings.put("trailers/1-intro/en-us/thumbnail.png", "small");
    let after = listings.applied(&document);
    assert_eq!(after["trailers"].as_array().unwrap().len(), 1, "{after}");
    assert_eq!(after["trailers"][0]["videoFileName"], format!("intro.{}.mp4", tag("another film")));
    let exact = Listings::new();
    put(&exact);
    std::fs::remove_file(exact.path().join("trailers/1-intro/en-us/thumbnail.remote")).unwrap();
    exact.put("trailers/1-intro/en-us/thumbnail.png", "small");
    let read = exact.call("listing.read", &document, &json!({"images": "exact"})).result().clone();
    let after = apply(&document, &read["edits"]);
    assert_eq!(after["trailers"].as_array().unwrap().len(), 1);
    assert_eq!(after["trailers"][0]["videoFileName"], format!("intro.{}.mp4", tag("film")));
}

#[test]
fn the_same_picture_under_two_names_is_sent_once() {
    let listings = Listings::new();
    listings.put("listings/de-de/images/Screenshot/01-start.png", "home");
    listings.put("listings/en-us/images/Screenshot/01-home.png", "home");
    listings.put("listings/en-us/images/Icon/logo.png", "home");
    let document = json!({"applicationPackages": [], "listings": {
        "en-us": {"baseListing": {"images": []}}, "de-de": {"baseListing": {"images": []}},
    }});
    let read = listings.read(&document.to_string());
    let uploads = read["uploads"].as_array().unwrap();
    assert_eq!((uploads.len(), &uploads[0]["name"]), (1, &json!(name("start", "home"))), "{read}");
    let after = crate::listings::apply(&document.to_string(), &read["edits"]);
    let of = |language: &str| after["listings"][language]["baseListing"]["images"].clone();
    assert_eq!((of("en-us").as_array().unwrap().len(), of("de-de").as_array().unwrap().len()), (2, 1));
    // Each is known by its content afterwards, and replaced in its place when it changes.
    assert_eq!(listings.read(&after.to_string())["edits"], json!([]));
    listings.put("listings/en-us/images/Screenshot/01-home.png", "another");
    let mut stored = after;
    for language in ["en-us", "de-de"] {
        for (at, image) in
            stored["listings"][language]["baseListing"]["images"].as_array_mut().unwrap().iter_mut().enumerate()
        {
            image["fileStatus"] = json!("Uploaded");
            image["id"] = json!(format!("{language} {at}"));
        }
    }
    let read = listings.read(&stored.to_string());
    assert_eq!(read["uploads"][0]["name"], name("home", "another"), "{read}");
    let of_en = |images: &[String]| images.iter().any(|image| *image == format!("{} Delete", name("start", "home")));
    assert!(of_en(&images_after(&stored.to_string(), &read)), "{read}");
    // A pull keeps the image, since it can't tell whose it is.
    listings.write(&stored.to_string());
    assert!(listings.files().contains(&format!("{TYPE}/02-start.remote")), "{:?}", listings.files());
}

#[test]
fn two_people_who_each_append_an_image_keep_both() {
    let listings = Listings::new();
    listings.put(&format!("{TYPE}/01-home.png"), "home");
    listings.put(&format!("{TYPE}/02-mine.png"), "mine");
    // A later picture of another language has the label of theirs, and can't have given it its name.
    listings.put("listings/fr/images/Screenshot/01-theirs.png", "another");
    let of = |label: &str, id: &str| image(&name(label, label), id);
    let document = with_images(&[of("home", "1"), of("theirs", "2")]);
    let written = listings.write(&document);
    assert!(listings.files().contains(&format!("{TYPE}/03-theirs.remote")), "{written}");
    let state = |label: &str, state: &str| format!("{} {state}", name(label, label));
    let expected = [state("home", "Uploaded"), state("mine", "Upload"), state("theirs", "Uploaded")];
    assert_eq!(images_after(&document, &listings.read(&document)), expected);

    // Their image alone is not replaced by mine without a word.
    let alone = Listings::new();
    alone.put(&format!("{TYPE}/01-mine.png"), "mine");
    let answer = alone.call("listing.read", &with_images(&[of("theirs", "2")]), &json!({}));
    assert_eq!(answer.failure(), (15, "listing.images_removed"), "{}", answer.text);
}
