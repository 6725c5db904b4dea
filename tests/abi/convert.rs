//! `listing.convert`: listings of other tools become a folder of listings.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{self, Answer, pictures};

/// A tree of files.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match *text {
            "PNG" => fs::write(path, pictures::png(64, 64)).unwrap(),
            text => fs::write(path, text).unwrap(),
        }
    }
    folder
}

fn convert(request: &Value) -> Answer {
    support::call(0, "listing.convert", &request.to_string())
}

/// The texts of a folder, and `PNG` for its pictures, by their paths.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let text = String::from_utf8(bytes).unwrap_or_else(|_| "PNG".to_owned());
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            texts.insert(name, text);
        }
    }
    texts
}

fn expect(folder: &Path, expected: &[(&str, &str)]) {
    let expected: BTreeMap<String, String> =
        expected.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    assert_eq!(texts(folder), expected);
}

fn notes(answer: &Answer) -> String {
    answer.result()["notes"].to_string()
}

const PDP: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<ProductDescription xmlns="http://schemas.microsoft.com/appx/2012/ProductDescription" language="en-us" Release="24.1">
  <AppStoreName _locID="n"></AppStoreName>
  <Keywords>
    <Keyword _locID="k1">ledger<!-- _locComment_text="{MaxLength=30} a comment" --></Keyword>
    <Keyword _locID="k2"> </Keyword>
  </Keywords>
  <Description _locID="d">
    <!-- a comment before the text -->
    Counts beans &amp; peas.

      - indented
  </Description>
  <AppFeatures><AppFeature>Fast</AppFeature><AppFeature>
  </AppFeature><AppFeature>Small</AppFeature></AppFeatures>
  <ScreenshotCaptions>
    <Caption DesktopImage="main.png" XboxImage="TV.png">The main window</Caption>
    <Caption DesktopImage="other.png"></Caption>
    <Caption DesktopImage="absent.png"/>
  </ScreenshotCaptions>
  <AdditionalAssets><Icon FileName="icon.png"/><PosterArt FileName="poster.png"/><Sketch FileName="icon.png"/></AdditionalAssets>
  <WebsiteURL>https://contoso.com</WebsiteURL>
</ProductDescription>
"#;

#[test]
fn store_broker_texts_and_pictures_are_taken() {
    let from = tree(&[
        ("PDP/24.1/en-US/PDP.xml", &format!("\u{feff}{}", PDP.replace('\n', "\r\n"))),
        ("PDP/24.1/de-de/PDP.xml", &PDP.replace("Counts beans &amp; peas.", "Z\u{e4}hlt.")),
        ("PDP/24.1/qps-ploc/PDP.xml", PDP),
        ("PDP/24.1/en-us/readme.xml", "<other/>"),
        ("Media/24.1/en-us/sub/Main.png", "PNG"),
        ("Media/24.1/EN-us/tv.png", "PNG"),
        ("Media/en-us/other.png", "PNG"),
        ("Media/24.1/en-us/icon.png", "PNG"),
        ("Media/24.1/en-us/poster.png", "PNG"),
        ("Media/24.1/de-de/icon.png", "PNG"),
    ]);
    let to = tempfile::tempdir().unwrap();
    let request = json!({
        "format": "storeBroker", "from": from.path().join("PDP"), "path": to.path(),
        "mediaPath": from.path().join("Media"), "mediaLanguage": "en-us",
    });
    let answer = convert(&request);
    let description = "Counts beans & peas.\n\n      - indented\n";
    let both = |language: &str, description: &str| -> Vec<(String, String)> {
        let list = [
            ("keywords.txt", "ledger\n"),
            ("description.txt", description),
            ("features.txt", "Fast\nSmall\n"),
            ("images/Screenshot/01-main.png", "PNG"),
            ("images/Screenshot/01-main.txt", "The main window\n"),
            ("images/Screenshot/02-other.png", "PNG"),
            ("images/XboxScreenshot/01-tv.png", "PNG"),
            ("images/XboxScreenshot/01-tv.txt", "The main window\n"),
            ("images/Icon/01-icon.png", "PNG"),
            ("images/StoreLogo9x16/01-poster.png", "PNG"),
        ];
        list.iter().map(|(file, text)| (format!("listings/{language}/{file}"), (*text).to_owned())).collect()
    };
    let mut expected: BTreeMap<String, String> = both("en-us", description)
        .into_iter()
        .chain(both("de-de", &description.replace("Counts beans & peas.", "Z\u{e4}hlt.")))
        .collect();
    expected.insert("storeship.json".to_owned(), "{\"format\":1}\n".to_owned());
    assert_eq!(texts(to.path()), expected, "{}", answer.text);
    for left_out in ["absent.png", "Sketch", "WebsiteURL", "24.1/qps-ploc/PDP.xml"] {
        assert!(notes(&answer).contains(left_out), "{left_out} in {}", answer.text);
    }

    // The same again changes nothing; a file that somebody edited is not replaced unseen.
    let again = convert(&request);
    assert_eq!(again.result()["written"], json!([]));
    fs::write(to.path().join("listings/en-us/keywords.txt"), "mine").unwrap();
    assert_eq!(convert(&request).failure(), (14, "file.exists"));
    let mut replacing = request.clone();
    replacing["replace"] = json!(true);
    assert_eq!(convert(&replacing).result()["written"], json!(["listings/en-us/keywords.txt"]));
}

#[test]
fn an_add_on_of_store_broker_has_its_icon() {
    let pdp = "<InAppProductDescription><Title>Chest</Title><Description>Of gold</Description>\
               <Icon Filename=\"chest.png\"/></InAppProductDescription>";
    let from = tree(&[("en/IAP.xml", pdp), ("en/chest.png", "PNG")]);
    let to = tempfile::tempdir().unwrap();
    convert(&json!({"format": "storeBroker", "from": from.path(), "path": to.path()})).result();
    expect(
        to.path(),
        &[
            ("listings/en/description.txt", "Of gold\n"),
            ("listings/en/icon.png", "PNG"),
            ("listings/en/title.txt", "Chest\n"),
            ("storeship.json", "{\"format\":1}\n"),
        ],
    );
}

#[test]
fn the_folder_of_the_azure_devops_tasks_is_taken() {
    let from = tree(&[
        ("en-US/baseListing/description.txt", "Counts beans.\n"),
        ("en-US/baseListing/releaseNotes.txt", "Faster.\r\nSmaller.\r\n"),
        ("en-US/baseListing/features.txt", "Fast\n\nSmall\n"),
        ("en-US/baseListing/colour.txt", "red"),
        ("en-US/baseListing/images/Screenshot/b.png", "PNG"),
        ("en-US/baseListing/images/Screenshot/a.png", "PNG"),
        ("en-US/baseListing/images/Screenshot/description.a.txt", "First"),
        ("en-US/baseListing/images/Screenshot/b.metadata.json", "{\"description\":\"Second\"}"),
        ("en-US/baseListing/images/Sketch/x.png", "PNG"),
        ("en-US/platformOverrides/Windows81/description.txt", "Old."),
        ("de-de/baseListing/metadata.json", r#"{"description":"Zählt.","keywords":["a","b"],"images":[]}"#),
        ("Trailers/intro.mp4", "video"),
    ]);
    let to = tempfile::tempdir().unwrap();
    let answer = convert(&json!({"format": "azureDevOps", "from": from.path(), "path": to.path()}));
    answer.result();
    expect(
        to.path(),
        &[
            ("listings/de-de/description.txt", "Zählt.\n"),
            ("listings/de-de/keywords.txt", "a\nb\n"),
            ("listings/en-us/description.txt", "Counts beans.\n"),
            ("listings/en-us/features.txt", "Fast\nSmall\n"),
            ("listings/en-us/images/Screenshot/01-a.png", "PNG"),
            ("listings/en-us/images/Screenshot/01-a.txt", "First\n"),
            ("listings/en-us/images/Screenshot/02-b.png", "PNG"),
            ("listings/en-us/images/Screenshot/02-b.txt", "Second\n"),
            ("listings/en-us/platforms/Windows81/description.txt", "Old.\n"),
            ("listings/en-us/release-notes.txt", "Faster.\nSmaller.\n"),
            ("storeship.json", "{\"format\":1}\n"),
        ],
    );
    for left_out in ["colour.txt", "Sketch", "Trailers", "`images`"] {
        assert!(notes(&answer).contains(left_out), "{left_out} in {}", answer.text);
    }
}

#[test]
fn the_export_of_partner_center_is_taken() {
    let csv = "\u{feff}Field,ID,Type (Type),default,en-us,de-de\r\n\
        Description,2,Text,Default text,\"Counts beans.\r\nQuickly, \"\"really\"\".\",\r\n\
        Title,4,Text,,Beans,Bohnen\r\n\
        DesktopScreenshot1,100,Relative path (or URL to file in Partner Center),,beans/home.png,https://developer.microsoft.com/x\r\n\
        DesktopScreenshotCaption1,150,Text,,The home page,\r\n\
        Feature1,700,Text,,Fast,\r\nFeature2,701,Text,,,\r\nFeature3,702,Text,,Small,\r\n\
        OverrideLogosForWin10,603,True/False,,True,\r\nUnheard,4711,Text,,x,";
    let from =
        tree(&[("export/listing.csv", csv), ("export/beans/home.png", "PNG"), ("other.csv", "Name,Price\r\nx,1\r\n")]);
    let to = tempfile::tempdir().unwrap();
    let request = json!({"format": "partnerCenter", "from": from.path().join("export/listing.csv"), "path": to.path()});
    let answer = convert(&request);
    answer.result();
    expect(
        to.path(),
        &[
            ("listings/de-de/description.txt", "Default text\n"),
            ("listings/de-de/title.txt", "Bohnen\n"),
            ("listings/en-us/description.txt", "Counts beans.\nQuickly, \"really\".\n"),
            ("listings/en-us/features.txt", "Fast\nSmall\n"),
            ("listings/en-us/images/Screenshot/01-home.png", "PNG"),
            ("listings/en-us/images/Screenshot/01-home.txt", "The home page\n"),
            ("listings/en-us/title.txt", "Beans\n"),
            ("storeship.json", "{\"format\":1}\n"),
        ],
    );
    for left_out in ["OverrideLogosForWin10", "4711", "sign-in"] {
        assert!(notes(&answer).contains(left_out), "{left_out} in {}", answer.text);
    }
    let other = json!({"format": "partnerCenter", "from": from.path().join("other.csv"), "path": to.path()});
    assert_eq!(convert(&other).failure(), (14, "listing.invalid"));
}

#[test]
fn trailers_are_taken_with_their_titles_and_thumbnails() {
    let pdp = |title: &str| {
        format!(
            "<ProductDescription><Description>Reads.</Description><Trailers><Trailer FileName=\"Intro.mp4\">\
             <Title>{title}</Title><Images><Image FileName=\"intro.png\">The first page</Image></Images></Trailer>\
             <Trailer FileName=\"none.mp4\"/><Trailer FileName=\"old.avi\"/></Trailers></ProductDescription>"
        )
    };
    let csv = "Field,ID,Type,default,en-us,de-de\r\nTrailerToPlayAtTopOfListing,999,Text,,Intro,\r\n\
        Trailer1,1000,Path,,media/intro.mp4,media/copy.mp4\r\nTrailer2,1001,Path,,https://developer.microsoft.com/x,\r\n\
        TrailerTitle1,1020,Text,,Welcome,Willkommen\r\nTrailerThumbnail1,1040,Path,,media/intro.png,media/intro.png\r\n";
    let from = tree(&[
        ("pdp/en-us/PDP.xml", &pdp("Welcome")),
        ("pdp/de-de/PDP.xml", &pdp("Willkommen")),
        ("media/en-us/intro.mp4", "video"),
        ("media/en-us/intro.png", "PNG"),
        ("media/en-us/old.avi", "video"),
        ("media/de-de/intro.mp4", "video"),
        ("csv/listing.csv", csv),
        ("csv/media/intro.mp4", "video"),
        ("csv/media/copy.mp4", "video"),
        ("csv/media/intro.png", "PNG"),
        ("meta/en-US/baseListing/description.txt", "Reads."),
        ("meta/Trailers/Intro.mp4", "video"),
        ("meta/Trailers/intro.trailerassets/en-us/title.txt", "Welcome"),
        ("meta/Trailers/intro.trailerassets/en-us/images/intro.png", "PNG"),
        ("meta/Trailers/intro.trailerassets/en-us/images/intro.txt", "The first page"),
        ("meta/Trailers/intro.trailerassets/de-de/title.txt", "Willkommen"),
        ("meta/Trailers/intro.trailerassets/de-de/images/intro.png", "PNG"),
        ("meta/Trailers/lost.mp4", "video"),
        ("meta/Trailers/alone.trailerAssets/en-us/title.txt", "Welcome"),
    ]);
    for (format, name, left_out) in [
        ("storeBroker", "pdp", ["none.mp4", "old.avi"]),
        ("partnerCenter", "csv/listing.csv", ["sign-in", "TrailerToPlayAtTopOfListing"]),
        ("azureDevOps", "meta", ["lost.mp4", "alone.trailerAssets"]),
    ] {
        let to = from.path().join(format!("to-{format}"));
        let mut request = json!({"format": format, "from": from.path().join(name), "path": to});
        if format == "storeBroker" {
            request["mediaPath"] = json!(from.path().join("media"));
            request["mediaLanguage"] = json!("en-us");
        }
        let answer = convert(&request);
        for text in left_out {
            assert!(notes(&answer).contains(text), "{text} in {}", answer.text);
        }
        let found = texts(&to);
        let of = |file: &str| found.get(&format!("trailers/01-intro/{file}")).map(|text| text.trim_end());
        assert_eq!(
            (of("video.mp4"), of("en-us/title.txt"), of("de-de/title.txt")),
            (Some("video"), Some("Welcome"), Some("Willkommen"))
        );
        assert_eq!((of("en-us/thumbnail.png"), of("de-de/thumbnail.png")), (Some("PNG"), Some("PNG")), "{found:?}");
        assert!(!found.keys().any(|file| file.starts_with("trailers/02")), "{found:?}");
        // The folder is one that can be pushed.
        let document = json!({"listings": {"en-us": {"baseListing": {}}}, "trailers": []});
        let read = support::call(0, "listing.read", &json!({"document": document, "path": to}).to_string());
        assert!(read.result()["edits"].to_string().contains("trailerAssets"), "{}", read.text);
    }
}

#[test]
fn a_payload_of_store_broker_is_refused_with_the_page() {
    let payload =
        json!({"applicationCategory": "NotSet", "listings": {"en-us": {"baseListing": {"description": "Reads."}}}});
    let folder = tree(&[("payload.json", &payload.to_string())]);
    let zip = folder.path().join("payload.zip");
    let package = storeship::package::sample::package(&storeship::package::sample::Sample::default()).unwrap();
    fs::write(folder.path().join("App.msix"), package).unwrap();
    let files = json!([{"path": folder.path().join("App.msix")}]);
    support::call(0, "package.write", &json!({"files": files, "output": zip}).to_string()).result();
    let page = "docs/listings.md#payloads-of-storebroker";
    for name in ["payload.json", "payload.zip"] {
        let answer = convert(
            &json!({"format": "storeBroker", "from": folder.path().join(name), "path": folder.path().join("to")}),
        );
        assert_eq!(answer.failure().1, "listing.invalid");
        assert!(answer.json["error"]["hint"].as_str().unwrap().contains(page), "{}", answer.text);
    }
    let store = support::Store::start();
    let client = store.client();
    for (request, code) in [
        (json!({"releasePath": folder.path().join("payload.json")}), "request.invalid"),
        (json!({"appId": support::APP, "packages": [zip]}), "package.invalid"),
    ] {
        let answer = client.call("publish.plan", request);
        assert_eq!(answer.failure().1, code, "{}", answer.text);
        assert!(answer.json["error"]["hint"].as_str().unwrap().contains(page), "{}", answer.text);
    }
}

#[test]
fn what_has_no_listing_is_refused_and_nothing_is_written() {
    let from = tree(&[("a/b.txt", "x"), ("broken/en-us/pdp.xml", "<ProductDescription>")]);
    let to = from.path().join("to");
    for (format, folder) in [("storeBroker", "a"), ("storeBroker", "broken"), ("azureDevOps", "a")] {
        let request = json!({"format": format, "from": from.path().join(folder), "path": to});
        assert_eq!(convert(&request).failure(), (14, "listing.invalid"), "{format} {folder}");
    }
    let absent = json!({"format": "azureDevOps", "from": from.path().join("none"), "path": to});
    assert_eq!(convert(&absent).failure(), (14, "file.not_found"));
    assert!(!to.exists());
}

#[test]
fn pictures_of_other_formats_and_places_are_left_out() {
    let pdp = "<ProductDescription><Description>Reads.</Description><ScreenshotCaptions>\
               <Caption DesktopImage=\"home.jpg\"/><Caption DesktopImage=\"two.png\"/></ScreenshotCaptions></ProductDescription>";
    let from = tree(&[
        ("pdp/en-us/PDP.xml", pdp),
        ("pdp/en-us/home.jpg", "JPEG"),
        ("pdp/en-us/two.png", "PNG"),
        ("private.png", "PNG"),
    ]);
    let to = from.path().join("to");
    let answer = convert(&json!({"format": "storeBroker", "from": from.path().join("pdp"), "path": to}));
    assert!(notes(&answer).contains("home.jpg"), "{}", answer.text);
    assert!(texts(&to).contains_key("listings/en-us/images/Screenshot/01-two.png"), "{}", answer.text);

    let absolute = from.path().join("private.png");
    let csv = format!(
        "Field,ID,Type,default,en-us\r\nTitle,4,Text,,Beans\r\nShot,100,Path,,../private.png\r\nShot,101,Path,,{}\r\n",
        absolute.display()
    );
    fs::write(from.path().join("pdp/listing.csv"), csv).unwrap();
    let to = from.path().join("other");
    let answer = convert(&json!({"format": "partnerCenter", "from": from.path().join("pdp/listing.csv"), "path": to}));
    assert!(notes(&answer).matches("beside the CSV file").count() == 2, "{}", answer.text);
    assert!(!texts(&to).values().any(|text| text == "PNG"), "{}", answer.text);
}

#[cfg(unix)]
#[test]
fn nothing_is_made_behind_a_link_that_leads_out() {
    let from = tree(&[("metadata/en-us/baseListing/description.txt", "Reads."), ("outside/kept", "x")]);
    let to = from.path().join("to");
    fs::create_dir(&to).unwrap();
    std::os::unix::fs::symlink(from.path().join("outside"), to.join("listings")).unwrap();
    let answer = convert(&json!({"format": "azureDevOps", "from": from.path().join("metadata"), "path": to}));
    assert_eq!(answer.failure(), (14, "file.unwritable"));
    assert_eq!(fs::read_dir(from.path().join("outside")).unwrap().count(), 1);
}

/// What was converted is read without a fault, and makes a submission that has it.
#[cfg(unix)]
#[test]
fn nothing_is_copied_from_behind_a_link_that_leads_out() {
    use std::os::unix::fs::symlink;

    let secret = tree(&[("key.png", "a secret of this machine")]);
    let key = secret.path().join("key.png");
    let broker = tree(&[("en-us/PDP.xml", &PDP.replace("absent.png", "key.png"))]);
    symlink(&key, broker.path().join("en-us/key.png")).unwrap();
    let tasks = tree(&[
        ("en-us/baseListing/title.txt", "Beans"),
        ("en-us/baseListing/images/Icon/a.png", "PNG"),
        ("Trailers/intro.mp4", "video"),
        ("Trailers/intro.trailerAssets/en-us/images/a.png", "PNG"),
    ]);
    symlink(&key, tasks.path().join("Trailers/intro.trailerAssets/en-us/title.txt")).unwrap();
    symlink(&key, tasks.path().join("en-us/baseListing/images/Icon/description.a.txt")).unwrap();
    symlink(&key, tasks.path().join("en-us/baseListing/description.txt")).unwrap();
    symlink(&key, tasks.path().join("en-us/baseListing/images/Icon/key.png")).unwrap();
    for (format, from) in [("storeBroker", broker.path()), ("azureDevOps", tasks.path())] {
        let to = tempfile::tempdir().unwrap();
        let answer = convert(&json!({"format": format, "from": from, "path": to.path()}));
        assert!(notes(&answer).contains("leads out of the folder"), "{}", answer.text);
        assert!(texts(to.path()).values().all(|text| !text.contains("secret")), "{format}");
    }
}

#[test]
fn what_was_converted_can_be_pushed() {
    let from = tree(&[("en-us/PDP.xml", PDP), ("en-us/main.png", "PNG")]);
    let to = tempfile::tempdir().unwrap();
    convert(&json!({"format": "storeBroker", "from": from.path(), "path": to.path()})).result();
    let document = json!({"listings": {"en-us": {"baseListing": {"description": "Old.", "images": []}}}});
    let request = json!({"document": document, "path": to.path()});
    let read = support::call(0, "listing.read", &request.to_string());
    let edits = read.result()["edits"].to_string();
    assert!(edits.contains("Counts beans & peas.") && edits.contains("ledger"), "{edits}");
    assert_eq!(read.result()["uploads"].as_array().unwrap().len(), 1, "{}", read.text);
}
