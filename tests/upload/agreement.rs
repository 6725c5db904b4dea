//! Which files a submission waits for.

use serde_json::json;
use storeship::upload::agreement::{awaited, compare};

/// A file that is uploaded, and ones that are not.
fn files(name: &str) -> serde_json::Value {
    json!([
        {"fileName": "present", "fileStatus": "Uploaded"},
        {"fileName": name, "fileStatus": "PendingUpload"},
        {"fileName": "old", "fileStatus": "PendingDelete"},
        {"fileName": null, "fileStatus": "PendingUpload"},
        {"fileName": "no status"},
    ])
}

#[test]
fn every_kind_of_file_is_found() {
    let document = json!({
        "status": "PendingCommit",
        "applicationPackages": files("App.msix"),
        "flightPackages": files("Flight.msix"),
        "listings": {
            "en-us": {
                "baseListing": {"title": "A", "images": files("en-us\\01.png")},
                "platformOverrides": {"Windows81": {"images": files("en-us/81.png")}, "Unknown": null},
            },
            "a/b~c": {"baseListing": {"images": null}, "icon": {"fileName": "icon.png", "fileStatus": "PendingUpload"}},
            "de-de": {"icon": {"fileName": "there.png", "fileStatus": "Uploaded"}},
            "fr-fr": null,
        },
        "trailers": [
            {
                "id": "1", "videoFileName": "there.mp4", "videoFileId": "7",
                "trailerAssets": {"en-us": {"imageList": [{"fileName": "there.png", "id": "8"}]}},
            },
            {
                "videoFileName": "trailers\\new.mp4", "videoFileId": "",
                "trailerAssets": {
                    "en-us": {"title": "T", "imageList": [{"fileName": "thumb.png", "id": null}]},
                    "de-de": {"imageList": [{"description": "its name is not told"}]},
                },
            },
        ],
    });
    let found = awaited(&document.to_string()).unwrap();
    let found: Vec<(&str, &str)> = found.iter().map(|file| (file.name.as_str(), file.pointer.as_str())).collect();
    assert_eq!(
        found,
        [
            ("App.msix", "/applicationPackages/1"),
            ("Flight.msix", "/flightPackages/1"),
            ("icon.png", "/listings/a~1b~0c/icon"),
            ("en-us/01.png", "/listings/en-us/baseListing/images/1"),
            ("en-us/81.png", "/listings/en-us/platformOverrides/Windows81/images/1"),
            ("trailers/new.mp4", "/trailers/1/videoFileName"),
            ("thumb.png", "/trailers/1/trailerAssets/en-us/imageList/0/fileName"),
        ]
    );
}

#[test]
fn documents_with_little_or_odd_content_are_read() {
    for document in
        ["{}", r#"{"listings":null,"trailers":null,"applicationPackages":null}"#, r#"{"notes":"\ud800","listings":{}}"#]
    {
        assert_eq!(awaited(document).unwrap(), []);
    }
    let error = awaited(r#"{"applicationPackages":"a secret"}"#).unwrap_err();
    assert_eq!(error.code().name, "network.bad_answer");
    assert!(!error.to_json().contains("secret"));
}

#[test]
fn names_are_compared_as_the_service_compares_them() {
    let awaited = awaited(&json!({"applicationPackages": files("x64\\App.msix")}).to_string()).unwrap();
    compare(&awaited, ["x64/App.msix"]).refuse().unwrap();
    compare(&awaited, ["x64\\App.msix"]).refuse().unwrap();
    let twice = [awaited.clone(), awaited.clone()].concat();
    compare(&twice, ["x64/App.msix"]).refuse().unwrap();
    for (names, messages) in [
        (vec![], vec!["the submission names `x64/App.msix` as PendingUpload, and the ZIP does not have it"]),
        (
            vec!["App.msix"],
            vec![
                "the submission names `x64/App.msix` as PendingUpload, and the ZIP does not have it",
                "the ZIP has `App.msix`, which the submission does not name as PendingUpload",
            ],
        ),
        (
            vec!["X64/app.MSIX"],
            vec!["the ZIP has `X64/app.MSIX`, which the submission names `x64/App.msix`: the letter case differs"],
        ),
    ] {
        let error = compare(&awaited, names).refuse().unwrap_err();
        let found: Vec<&str> = error.findings().iter().map(|detail| detail.message.as_str()).collect();
        assert_eq!(found, messages);
        assert_eq!(error.code().name, "upload.files_do_not_match");
    }
}
