//! Drafts of somebody else, and other people's changes in our own.

use serde_json::json;

use super::shop::{
    APP, NOTES, Shop, What, is_block, is_block_list, is_commit, is_create, is_marker, is_put, minutes, release, with,
};
use crate::waiting::timeless;

const THEIRS: &str = "/notesForCertification";

#[test]
fn a_draft_of_partner_center_is_refused_with_its_id_and_state() {
    timeless(async {
        let shop = Shop::new();
        let draft = shop.draft_of_a_colleague().await;
        shop.control("POST", &format!("submissions/{draft}"), Some(json!({"createdByApi": false}))).await;
        shop.changes().await;
        let (code, error) = shop.refused(&release("Faster.")).await;
        assert_eq!(code, "submission.pending_exists");
        let text = error.to_string();
        assert!(text.contains(&draft) && text.contains("PendingCommit") && text.contains("Submission 2"), "{error:#}");
        assert_eq!((shop.pending().await, shop.changes().await), (Some(draft), vec![]));
    });
}

#[test]
fn a_draft_of_another_client_is_refused_adopted_or_replaced_as_the_release_says() {
    timeless(async {
        for (policy, kept) in [("adopt", "The work of a colleague."), ("replace", "")] {
            let shop = Shop::new();
            let draft = shop.draft_of_a_colleague().await;
            let release = release("Faster.");
            for policy in ["resume", "refuse"] {
                let (code, _) = shop.refused(&with(&release, json!({"draft": policy}))).await;
                assert_eq!((code.as_str(), shop.pending().await), ("submission.pending_exists", Some(draft.clone())));
            }
            let receipt = shop.published(&with(&release, json!({"draft": policy}))).await;
            assert_eq!((&receipt["draft"], receipt["submissionId"] == *draft), (&json!(policy), policy == "adopt"));
            let document = shop.in_the_store().await;
            assert_eq!(
                (document.pointer(THEIRS).unwrap(), document.pointer(NOTES).unwrap()),
                (&json!(kept), &json!("Faster."))
            );
            assert_eq!(shop.submissions().await, 2);
        }
    });
}

#[test]
fn a_busy_release_waits_until_the_other_draft_is_gone() {
    timeless(async {
        let shop = Shop::new();
        let draft = shop.draft_of_a_colleague().await;
        let release = with(&release("Faster."), json!({"busy": "wait", "pollSeconds": 30}));
        let colleague = async {
            minutes(90).await;
            shop.call("submission.delete", json!({"submissionId": draft})).await.unwrap();
        };
        let (receipt, ()) = tokio::join!(shop.published(&release), colleague);
        assert_eq!((&receipt["draft"], &receipt["status"]), (&json!("create"), &json!("Published")));
        assert_eq!(shop.in_the_store().await.pointer(NOTES).unwrap(), "Faster.");
    });
}

#[test]
fn a_busy_release_is_skipped_and_says_so() {
    timeless(async {
        let shop = Shop::new();
        let draft = shop.draft_of_a_colleague().await;
        shop.changes().await;
        let receipt = shop.published(&with(&release("Faster."), json!({"busy": "skip"}))).await;
        assert!(receipt["skipped"].as_str().unwrap().contains(&draft), "{receipt:#}");
        assert_eq!((&receipt["changed"], shop.changes().await), (&json!(false), vec![]));
    });
}

#[test]
fn an_adopted_draft_stays_somebody_elses_for_the_next_release() {
    timeless(async {
        let shop = Shop::new();
        let draft = shop.draft_of_a_colleague().await;
        let adopting = with(&release("Faster."), json!({"draft": "adopt"}));
        shop.dies(&adopting, is_commit, What::DiesBefore).await;
        minutes(10).await;
        let (code, _) = shop.refused(&release("Better.")).await;
        assert_eq!((code.as_str(), shop.pending().await), ("submission.pending_exists", Some(draft)));
    });
}

#[test]
fn a_change_of_a_colleague_during_the_upload_is_not_committed() {
    timeless(async {
        let shop = Shop::new();
        let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
        shop.when(is_block, What::Changes(json!({"document": {THEIRS: "Mine."}})));
        let (code, error) = shop.refused(&release).await;
        assert_eq!(code, "submission.changed_by_others");
        assert!(error["details"].to_string().contains(THEIRS), "{error:#}");
        assert!(!shop.changes().await.contains(&"POST commit".to_owned()));
        let draft = shop.pending().await.unwrap();
        assert_eq!(shop.document(&draft).await.pointer(THEIRS).unwrap(), "Mine.");
    });
}

#[test]
fn a_change_of_a_colleague_between_two_runs_is_not_committed() {
    let put = json!({"fileName": "Theirs.msix", "fileStatus": "PendingUpload", "minimumDirectXVersion": "None", "minimumSystemRam": "None"});
    for (at, point) in [
        ("before the PUT", is_put as fn(&_) -> bool),
        ("before the upload", is_block),
        ("before the commit", is_commit),
    ] {
        for (pointer, value) in [(THEIRS, json!("Mine.")), ("/applicationPackages/-", put.clone())] {
            timeless(async {
                let shop = Shop::new();
                let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
                shop.dies(&release, point, What::DiesBefore).await;
                shop.change(pointer, value.clone()).await;
                shop.changes().await;
                let (code, error) = shop.refused(&release).await;
                assert_eq!(code, "submission.changed_by_others", "{at}, {pointer}: {error:#}");
                assert_eq!(shop.changes().await, [""; 0], "{at}, {pointer}");
            });
        }
    }
}

#[test]
fn a_change_of_a_colleague_is_seen_where_a_kill_left_the_hash_a_step_behind() {
    for (pointer, value) in [(THEIRS, json!("Mine.")), ("/applicationPackages/0/minimumSystemRam", json!("Memory2GB"))]
    {
        timeless(async {
            let shop = Shop::new();
            let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
            shop.dies(&release, is_put, What::DiesAfter).await;
            shop.change(pointer, value.clone()).await;
            let (code, error) = shop.refused(&release).await;
            assert_eq!(code, "submission.changed_by_others", "{pointer}: {error:#}");
        });
    }
}

#[test]
fn a_change_of_a_colleague_is_seen_where_a_kill_left_no_marker_beside_the_zip() {
    timeless(async {
        let shop = Shop::new();
        let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
        shop.dies(&release, is_block_list, What::DiesAfter).await;
        shop.change(THEIRS, json!("Mine.")).await;
        let (code, error) = shop.refused(&release).await;
        assert_eq!(code, "submission.changed_by_others", "{error:#}");
    });
}

#[test]
fn a_draft_of_a_colleague_that_appears_in_the_window_of_a_lost_create_is_not_published() {
    timeless(async {
        let changed = json!({"document": {THEIRS: "Mine."}});
        for rule in [
            json!({"method": "POST", "path": "*/submissions", "drop": "before", "otherDraft": changed}),
            json!({"method": "POST", "path": "*/submissions", "status": 503, "otherDraft": changed}),
            json!({"method": "POST", "path": "*/submissions", "otherDraft": changed}),
        ] {
            let shop = Shop::new();
            shop.fault(rule.clone()).await;
            let (code, error) = shop.refused(&release("Faster.")).await;
            assert_eq!(code, "submission.pending_exists", "{rule}: {error:#}");
            let draft = shop.pending().await.unwrap();
            assert_eq!(shop.document(&draft).await.pointer(THEIRS).unwrap(), "Mine.");
            let changes = shop.changes().await;
            assert!(changes.iter().all(|change| change == "POST submissions"), "{rule}: {changes:?}");
        }
    });
}

#[test]
fn a_draft_of_a_colleague_that_is_changed_only_while_it_is_watched_is_not_published() {
    timeless(async {
        let shop = Shop::new();
        shop.fault(json!({"method": "POST", "path": "*/submissions", "drop": "before", "otherDraft": {}})).await;
        // The published submission is read first.
        let rule = json!({"method": "GET", "path": "*/submissions/*", "nth": 2, "submission": {"document": {THEIRS: "Mine."}}});
        shop.fault(rule).await;
        let (code, error) = shop.refused(&release("Faster.")).await;
        assert_eq!(code, "submission.pending_exists", "{error:#}");
        assert!(shop.changes().await.iter().all(|change| change == "POST submissions"));
    });
}

#[test]
fn a_release_that_waits_does_so_for_a_draft_that_appears_in_the_window() {
    timeless(async {
        let shop = Shop::new();
        let changed = json!({"document": {THEIRS: "Mine."}});
        shop.fault(json!({"method": "POST", "path": "*/submissions", "otherDraft": changed})).await;
        let release = with(&release("Faster."), json!({"busy": "wait", "pollSeconds": 30}));
        let colleague = async {
            minutes(30).await;
            let draft = shop.pending().await.unwrap();
            shop.call("submission.delete", json!({"submissionId": draft})).await.unwrap();
        };
        let (receipt, ()) = tokio::join!(shop.published(&release), colleague);
        assert_eq!(receipt["status"], "Published");
    });
}

#[test]
fn a_draft_whose_address_cannot_be_read_is_refused_until_it_is_replaced() {
    timeless(async {
        let shop = Shop::new();
        let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
        shop.dies(&release, is_block_list, What::DiesBefore).await;
        let draft = shop.pending().await.unwrap();
        minutes(25 * 60).await;
        let (code, error) = shop.refused(&release).await;
        assert_eq!((code.as_str(), shop.pending().await), ("draft.unreadable", Some(draft.clone())));
        assert!(error["hint"].as_str().unwrap().contains("replace"), "{error:#}");
        let receipt = shop.published(&with(&release, json!({"draft": "replace"}))).await;
        assert_ne!(receipt["submissionId"], *draft);
        assert_eq!(shop.submissions().await, 2);
    });
}

#[test]
fn a_draft_without_a_marker_counts_as_somebody_elses_once_it_has_changes() {
    timeless(async {
        let shop = Shop::new();
        // The storage refuses the markers.
        shop.fault(json!({"method": "PUT", "path": "*/ingestion/*", "count": 0, "status": 403})).await;
        shop.dies(&release("Faster."), is_commit, What::DiesBefore).await;
        shop.control("DELETE", "faults", None).await;
        let (code, _) = shop.refused(&release("Better.")).await;
        assert_eq!(code, "submission.pending_exists");
        assert_eq!(shop.control("GET", "requests", None).await.to_string().contains(APP), true);
        let _ = (is_create, is_marker);
    });
}
