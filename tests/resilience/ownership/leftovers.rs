//! Packages and images that an earlier run put into a draft.

use serde_json::{Value, json};

use super::shop::{Shop, What, is_block_list, is_commit, is_put, minutes, release, with};
use crate::waiting::timeless;

const IMAGES: &str = "/listings/en-us/baseListing/images";

/// A release with a package and an image of its own.
fn with_files(shop: &Shop, version: &str) -> Value {
    let image = format!("{version}.png");
    let path = shop.package(&image, "9.0.0.0");
    let entry = json!({"fileName": image, "fileStatus": "PendingUpload", "imageType": "Screenshot"});
    let more = json!({
        "packages": [shop.package(&format!("App_{version}.msix"), version)],
        "files": [{"path": path}],
        "edits": [{"op": "add", "path": format!("{IMAGES}/-"), "value": entry}],
    });
    with(&release(version), more)
}

/// The packages and images in the Store by their names, without those of the beginning.
async fn names(shop: &Shop) -> Vec<String> {
    let document = shop.in_the_store().await;
    let lists = [&document["applicationPackages"], document.pointer(IMAGES).unwrap()];
    let all = lists.into_iter().flat_map(|list| list.as_array().unwrap());
    let names = all.map(|file| file["fileName"].as_str().unwrap().to_owned());
    names.filter(|name| name.contains(".0.0.0.")).collect()
}

#[test]
fn files_of_another_release_leave_with_its_draft() {
    timeless(async {
        for (leaves, policy) in [(true, "replace"), (false, "resume")] {
            let shop = Shop::new();
            let first = with_files(&shop, "2.0.0.0");
            if leaves {
                shop.published(&with(&first, json!({"commit": false}))).await;
            } else {
                shop.dies(&first, is_commit, What::DiesBefore).await;
                minutes(10).await;
            }
            let next = with(&with_files(&shop, "3.0.0.0"), json!({"draft": policy}));
            let receipt = shop.published(&next).await;
            assert_eq!(
                (&receipt["draft"], names(&shop).await),
                (&json!("replace"), vec!["App_3.0.0.0.msix".to_owned(), "3.0.0.0.png".to_owned()])
            );
        }
    });
}

#[test]
fn files_of_an_earlier_run_of_the_same_release_are_there_once() {
    timeless(async {
        for at in [is_put as fn(&_) -> bool, is_block_list, is_commit] {
            for when in [What::DiesBefore, What::DiesAfter] {
                let shop = Shop::new();
                let release = with_files(&shop, "2.0.0.0");
                shop.dies(&release, at, when).await;
                shop.published(&release).await;
                assert_eq!(names(&shop).await, ["App_2.0.0.0.msix", "2.0.0.0.png"]);
            }
        }
    });
}

#[test]
fn a_failed_submission_leaves_no_files_to_its_next_run() {
    timeless(async {
        let shop = Shop::new();
        let release = with_files(&shop, "2.0.0.0");
        shop.fault(json!({"path": "*/commit", "submission": {"failsAs": "PreProcessingFailed"}})).await;
        assert_eq!(shop.refused(&release).await.0, "submission.failed");
        shop.published(&release).await;
        assert_eq!(names(&shop).await, ["App_2.0.0.0.msix", "2.0.0.0.png"]);
    });
}

#[test]
fn a_draft_that_the_release_is_added_to_keeps_the_files_of_earlier_runs() {
    timeless(async {
        for adopt in [true, false] {
            let shop = Shop::new();
            let first = shop.published(&with(&with_files(&shop, "2.0.0.0"), json!({"commit": false}))).await;
            let how = if adopt { json!({"draft": "adopt"}) } else { json!({"submissionId": first["submissionId"]}) };
            let screenshots = with(&with_files(&shop, "3.0.0.0"), json!({"packages": []}));
            shop.published(&with(&screenshots, how)).await;
            assert_eq!(names(&shop).await, ["App_2.0.0.0.msix", "2.0.0.0.png", "3.0.0.0.png"]);
        }
    });
}

#[test]
fn a_file_that_never_arrived_is_refused_before_a_draft_is_changed() {
    timeless(async {
        for more in [json!({}), json!({"packages": [], "files": [], "edits": []})] {
            let shop = Shop::new();
            shop.dies(&with_files(&shop, "2.0.0.0"), is_block_list, What::DiesBefore).await;
            shop.changes().await;
            let next = with(&with(&with_files(&shop, "3.0.0.0"), json!({"draft": "adopt"})), more);
            for operation in ["publish.plan", "publish"] {
                let error = shop.call(operation, next.clone()).await.unwrap_err();
                assert_eq!(error["code"], "upload.files_do_not_match", "{operation}: {error:#}");
                let details = error["details"].to_string();
                assert!(details.contains("App_2.0.0.0.msix") && details.contains("2.0.0.0.png"), "{error:#}");
            }
            assert_eq!(shop.changes().await, [""; 0]);
        }
    });
}
