//! Drafts that somebody else deletes, changes or lets expire during a run, and submissions that failed.

use serde_json::json;
use storeship::http::Request;

use super::shop::{Shop, What, is_block_list, is_commit, is_create, is_finalize, is_marker, is_read, release, with};
use crate::waiting::timeless;

const THEIRS: &str = "/notesForCertification";

/// The draft of an interrupted create is read when it is found and once more after it was watched.
#[test]
fn a_draft_that_vanishes_while_it_is_looked_at_is_gone() {
    fn reads_the_draft(request: &Request) -> bool {
        is_read(request) && request.url.path().ends_with("37")
    }
    timeless(async {
        for reads_before in [0, 1] {
            let shop = Shop::new();
            let (release, draft) = match reads_before {
                0 => (release("Faster."), shop.draft_of_a_colleague().await),
                _ => {
                    shop.dies(&release("Faster."), is_create, What::DiesAfter).await;
                    (release("Better."), shop.pending().await.unwrap())
                }
            };
            assert!(draft.ends_with("37"), "the second submission of the emulator: {draft}");
            for _ in 0..reads_before {
                shop.when(reads_the_draft, What::ArrivesAfter(0));
            }
            shop.when(reads_the_draft, What::Deletes);
            let receipt = shop.published(&release).await;
            assert_eq!((&receipt["draft"], &receipt["status"]), (&json!("create"), &json!("Published")));
        }
    });
}

#[test]
fn a_release_whose_drafts_vanish_again_and_again_ends() {
    fn reads_a_draft(request: &Request) -> bool {
        is_read(request) && request.url.path().contains("/submissions/11529215050")
    }
    timeless(async {
        let shop = Shop::new();
        for _ in 0..6 {
            // A draft appears while the answer to the create is awaited. It is read when it is found and after the watch.
            shop.fault(json!({"method": "POST", "path": "*/submissions", "drop": "before", "otherDraft": {}})).await;
            shop.when(reads_a_draft, What::ArrivesAfter(0));
            shop.when(reads_a_draft, What::Deletes);
        }
        let (code, error) = shop.refused(&release("Faster.")).await;
        assert_eq!(code, "submission.not_found", "{error:#}");
        assert_eq!((shop.commits().await, shop.pending().await), (0, None));
        // Each time somebody deleted what was created.
        let changes = shop.changes().await;
        assert_eq!(changes.iter().filter(|change| *change == "POST submissions").count(), 4, "{changes:?}");
    });
}

#[test]
fn a_change_of_a_colleague_in_a_release_without_files_is_not_committed() {
    timeless(async {
        let shop = Shop::new();
        let release = release("Faster.");
        shop.dies(&release, is_commit, What::DiesBefore).await;
        // The draft was read, and nothing is left to do but to commit it.
        shop.when(is_marker, What::Changes(json!({"document": {THEIRS: "Mine."}})));
        let (code, error) = shop.refused(&release).await;
        assert_eq!(code, "submission.changed_by_others", "{error:#}");
        assert_eq!(shop.commits().await, 0);
    });
}

#[test]
fn a_change_of_a_colleague_is_not_committed_in_a_state_that_is_not_known_either() {
    timeless(async {
        let shop = Shop::new();
        let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
        let change = json!({"document": {"/status": "PendingReview", THEIRS: "Mine."}});
        shop.when(is_block_list, What::Changes(change));
        let (code, error) = shop.refused(&release).await;
        assert_eq!(code, "submission.changed_by_others", "{error:#}");
    });
}

#[test]
fn a_failed_submission_is_deleted_by_the_same_release_unless_it_was_adopted() {
    timeless(async {
        for adopted in [false, true] {
            let shop = Shop::new();
            let mut first = release("Faster.");
            if adopted {
                shop.draft_of_a_colleague().await;
                first["draft"] = json!("adopt");
            }
            let fails = json!({"failsAs": "CertificationFailed"});
            shop.fault(json!({"path": "*/commit", "submission": fails})).await;
            assert_eq!(shop.refused(&first).await.0, "submission.failed");
            let failed = shop.pending().await.unwrap();
            if adopted {
                let (code, _) = shop.refused(&release("Faster.")).await;
                assert_eq!((code.as_str(), shop.pending().await), ("submission.pending_exists", Some(failed)));
            } else {
                let receipt = shop.published(&first).await;
                assert_eq!((&receipt["draft"], &receipt["status"]), (&json!("replace"), &json!("Published")));
            }
        }
    });
}

#[test]
fn an_approved_plan_that_finalizes_a_rollout_can_be_run_again_after_a_kill() {
    timeless(async {
        let shop = Shop::new();
        shop.published(&with(&release("Faster."), json!({"rollout": 10}))).await;
        let next = with(&release("Better."), json!({"openRollout": "finalize"}));
        let (plan, _) = shop.call("publish.plan", next.clone()).await.unwrap();
        let approved = with(&next, json!({"planHash": plan["planHash"]}));
        shop.dies(&approved, is_finalize, What::DiesAfter).await;
        let receipt = shop.published(&approved).await;
        assert_eq!(receipt["status"], "Published");
    });
}

#[test]
fn a_draft_whose_address_expires_during_its_run_is_deleted_and_created_anew_once() {
    timeless(async {
        for (count, expected) in [(1, "Published"), (0, "upload.expired")] {
            let shop = Shop::new();
            let expires = json!({"expireUpload": true});
            shop.fault(json!({"method": "POST", "path": "*/submissions", "count": count, "submission": expires})).await;
            let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
            let outcome = match shop.publish(&release).await {
                Ok((receipt, _)) => receipt["status"].as_str().unwrap().to_owned(),
                Err(error) => error["code"].as_str().unwrap().to_owned(),
            };
            assert_eq!((outcome.as_str(), shop.pending().await), (expected, None));
            let deleted = shop.changes().await.iter().filter(|change| change.starts_with("DELETE")).count();
            assert_eq!(deleted, if count == 1 { 1 } else { 2 });
        }
    });
}
