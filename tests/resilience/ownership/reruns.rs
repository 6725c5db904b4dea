//! The same command again, and runs of other releases.

use serde_json::{Value, json};
use storeship::publish::upload_address;
use storeship::upload::Link;
use storeship::upload::marker::{self, Marker};

use super::shop::{
    NOTES, Shop, What, is_block, is_block_list, is_commit, is_create, is_delete, is_marker, is_put, minutes, release,
    set_clock_ahead, with,
};
use crate::waiting::timeless;

/// Asserts that this release alone has been published, by one commit.
async fn assert_once(shop: &Shop, notes: &str) {
    assert_eq!(shop.submissions().await, 2);
    assert_eq!(shop.in_the_store().await.pointer(NOTES).unwrap(), notes);
    assert_eq!(shop.commits().await, 1);
}

#[test]
fn the_same_release_goes_on_from_where_a_kill_left_it() {
    for (at, point) in [
        ("create", is_create as fn(&_) -> bool),
        ("first marker", is_marker),
        ("PUT", is_put),
        ("block", is_block),
        ("block list", is_block_list),
        ("commit", is_commit),
    ] {
        for what in [What::DiesBefore, What::DiesAfter] {
            let when = if matches!(what, What::DiesBefore) { "before" } else { "after" };
            timeless(async move {
                let shop = Shop::new();
                let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
                shop.dies(&release, point, what).await;
                let left = shop.pending().await;
                // Another machine has the file in another folder, with another time.
                let elsewhere = Shop::new();
                let again = with(&release, json!({"packages": [elsewhere.package("App.msix", "2.0.0.0")]}));
                let receipt = shop.published(&again).await;
                assert_eq!(receipt["changed"], true, "killed {when} the {at}");
                if let Some(left) = left {
                    assert_eq!(receipt["submissionId"], *left);
                }
                assert_once(&shop, "Faster.").await;
            });
        }
    }
}

#[test]
fn an_interrupted_create_without_a_marker_is_adopted_after_the_watch() {
    timeless(async {
        let shop = Shop::new();
        let release = release("Faster.");
        shop.dies(&release, is_create, What::DiesAfter).await;
        let draft = shop.pending().await.unwrap();
        let (plan, _) = shop.call("publish.plan", json!({"releaseNotes": {"en-us": "Faster."}})).await.unwrap();
        assert_eq!(
            (&plan["draft"], &plan["pendingSubmissionId"]),
            (&json!("resume an interrupted create"), &json!(draft))
        );
        let receipt = shop.published(&release).await;
        assert_eq!((&receipt["submissionId"], &receipt["adoptedDraft"]), (&json!(draft), &json!(true)));
        assert_once(&shop, "Faster.").await;
    });
}

#[test]
fn a_draft_left_for_review_is_committed_only_when_it_is_named() {
    timeless(async {
        let shop = Shop::new();
        let release = release("Faster.");
        let left = shop.published(&with(&release, json!({"commit": false}))).await;
        let id = left["submissionId"].clone();
        for request in
            [release.clone(), self::release("Better."), with(&self::release("Better."), json!({"commit": false}))]
        {
            let (code, error) = shop.refused(&request).await;
            assert_eq!(
                (code.as_str(), shop.pending().await),
                ("submission.left_for_review", id.as_str().map(str::to_owned))
            );
            assert!(error["hint"].as_str().unwrap().contains("submissionId"), "{error:#}");
        }
        // Without a commit, the same release may fill it again.
        shop.published(&with(&release, json!({"commit": false}))).await;
        assert_eq!(shop.refused(&release).await.0, "submission.left_for_review");
        shop.changes().await;
        let receipt = shop.published(&with(&release, json!({"submissionId": id}))).await;
        assert_eq!((&receipt["submissionId"], &receipt["status"]), (&id, &json!("Published")));
        assert_once(&shop, "Faster.").await;
    });
}

#[test]
fn a_draft_left_for_review_is_never_deleted_by_default_even_after_a_job_that_named_it_died() {
    timeless(async {
        let shop = Shop::new();
        let left = shop.published(&with(&release("Faster."), json!({"commit": false}))).await;
        let id = left["submissionId"].as_str().unwrap().to_owned();
        minutes(60).await;
        let second =
            json!({"submissionId": id, "edits": [{"op": "replace", "path": "/notesForCertification", "value": "x"}]});
        shop.dies(&second, is_commit, What::DiesBefore).await;
        minutes(60).await;
        shop.refused(&release("Better.")).await;
        assert_eq!(shop.pending().await, Some(id));
    });
}

#[test]
fn a_running_job_of_another_release_is_busy() {
    timeless(async {
        let shop = Shop::new();
        shop.dies(&release("Faster."), is_commit, What::DiesBefore).await;
        let draft = shop.pending().await.unwrap();
        minutes(4).await;
        let (code, error) = shop.refused(&release("Better.")).await;
        assert_eq!((code.as_str(), shop.pending().await), ("submission.busy", Some(draft.clone())));
        assert!(error["message"].as_str().unwrap().contains("min ago"), "{error:#}");
        let skipped = shop.published(&with(&release("Better."), json!({"busy": "skip"}))).await;
        assert!(skipped["skipped"].is_string(), "{skipped:#}");
        let waited = shop.published(&with(&release("Better."), json!({"busy": "wait", "pollSeconds": 30}))).await;
        assert_eq!((&waited["draft"], &waited["status"]), (&json!("replace"), &json!("Published")));
        assert_once(&shop, "Better.").await;
    });
}

#[test]
fn an_abandoned_draft_of_another_release_is_replaced_if_nobody_touched_it() {
    for touched in [false, true] {
        timeless(async {
            let shop = Shop::new();
            shop.dies(&release("Faster."), is_commit, What::DiesBefore).await;
            let draft = shop.pending().await.unwrap();
            minutes(6).await;
            if touched {
                shop.change("/notesForCertification", json!("Mine.")).await;
                let (code, error) = shop.refused(&release("Better.")).await;
                assert_eq!((code.as_str(), shop.pending().await), ("submission.pending_exists", Some(draft)));
                assert!(error.to_string().contains("changed since"), "{error:#}");
            } else {
                let receipt = shop.published(&release("Better.")).await;
                assert_eq!(receipt["draft"], "replace");
                assert_once(&shop, "Better.").await;
            }
        });
    }
}

#[test]
fn a_draft_that_a_kill_left_right_after_the_put_is_replaced_by_another_release_if_nobody_touched_it() {
    for touched in [false, true] {
        timeless(async move {
            let shop = Shop::new();
            let killed = with(
                &release("Faster."),
                json!({"packages": [shop.package("App.msix", "2.0.0.0")], "publishDate": "2030-01-31T10:00:00+01:00"}),
            );
            shop.dies(&killed, is_put, What::DiesAfter).await;
            let draft = shop.pending().await.unwrap();
            minutes(6).await;
            if touched {
                shop.change("/applicationPackages/1/minimumSystemRam", json!("Memory2GB")).await;
                let (code, _) = shop.refused(&release("Better.")).await;
                assert_eq!((code.as_str(), shop.pending().await), ("submission.pending_exists", Some(draft)));
            } else {
                let receipt = shop.published(&release("Better.")).await;
                assert_eq!(receipt["draft"], "replace");
                assert_once(&shop, "Better.").await;
            }
        });
    }
}

#[test]
fn a_long_upload_is_a_running_job_for_as_long_as_it_takes() {
    timeless(async {
        let shop = Shop::new();
        let package = shop.package("App.msix", "2.0.0.0");
        let slow = with(&release("Faster."), json!({"packages": [package]}));
        // The storage is busy for a quarter of an hour.
        shop.fault(json!({"path": "*/ingestion/*", "query": "*comp=blocklist*", "method": "PUT", "count": 8, "status": 503, "headers": {"retry-after": "60"}})).await;
        let other = async {
            minutes(7).await;
            shop.refused(&release("Better.")).await.0
        };
        let (receipt, code) = tokio::join!(shop.published(&slow), other);
        assert_eq!((code.as_str(), &receipt["status"]), ("submission.busy", &json!("Published")));
    });
}

#[test]
fn a_machine_with_a_wrong_clock_is_a_running_job_all_the_same() {
    for (wrong, after, expected) in [(-3600, 1, "submission.busy"), (3600, 1, "submission.busy"), (3600, 6, "replaced")]
    {
        timeless(async {
            let shop = Shop::new();
            set_clock_ahead(wrong);
            shop.dies(&release("Faster."), is_commit, What::DiesBefore).await;
            set_clock_ahead(0);
            minutes(after).await;
            let outcome = match shop.publish(&release("Better.")).await {
                Ok(_) => "replaced".to_owned(),
                Err(error) => error["code"].as_str().unwrap().to_owned(),
            };
            assert_eq!(outcome, expected, "a clock that is {wrong} s ahead, after {after} min");
        });
    }
}

#[test]
fn two_runs_of_one_release_at_once_end_in_one_submission_and_one_commit() {
    timeless(async {
        for apart in [0, 1, 5, 20, 100, 400, 1000, 3000] {
            let shop = Shop::new();
            let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
            // Every request takes a while, so that the steps of the two interleave.
            shop.fault(json!({"path": "*", "count": 0, "delayMs": 50})).await;
            let second = async {
                tokio::time::sleep(std::time::Duration::from_millis(apart)).await;
                shop.publish(&release).await
            };
            let (first, second) = tokio::join!(shop.publish(&release), second);
            assert_once(&shop, "Faster.").await;
            for run in [first, second] {
                let receipt = run.unwrap_or_else(|error| panic!("{apart} ms apart: {error:#}")).0;
                assert_eq!(receipt["status"], "Published", "{apart} ms apart");
            }
        }
    });
}

#[test]
fn the_markers_that_a_block_list_drops_are_there_again() {
    timeless(async {
        let shop = Shop::new();
        let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
        shop.dies(&release, is_commit, What::DiesBefore).await;
        let draft = shop.pending().await.unwrap();
        let (document, _) = shop.call("submission.get", json!({"submissionId": draft})).await.unwrap();
        let address = Link::fixed(upload_address(&document.to_string()).unwrap());
        let found = marker::read(&shop.client(), &address, true).await.unwrap();
        assert!(found.zip.is_some(), "{found:?}");
        assert!(found.markers.iter().any(|marker| matches!(marker, Marker::Run(_))), "{found:?}");
        assert!(found.markers.iter().any(|marker| matches!(marker, Marker::Copy { .. })), "{found:?}");
    });
}

#[test]
fn a_run_after_the_publication_changes_nothing() {
    timeless(async {
        let shop = Shop::new();
        let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
        let first = shop.published(&release).await;
        shop.changes().await;
        let again = shop.published(&release).await;
        assert_eq!((&again["changed"], &again["draft"]), (&json!(false), &json!("none")));
        assert_eq!((&again["submissionId"], shop.changes().await), (&first["submissionId"], vec![]));
    });
}

#[test]
fn a_run_during_certification_waits_for_what_an_earlier_one_committed() {
    timeless(async {
        let shop = Shop::new();
        let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
        let first = shop.published(&with(&release, json!({"until": "committed"}))).await;
        let again = shop.published(&release).await;
        assert_eq!((&again["draft"], &again["submissionId"]), (&json!("wait"), &first["submissionId"]));
        assert_eq!((&again["status"], &again["changed"]), (&json!("Published"), &json!(true)));
        assert_once(&shop, "Faster.").await;
    });
}

#[test]
fn the_same_file_name_with_another_version_is_another_release() {
    for polls in 0..4 {
        timeless(async {
            let shop = Shop::new();
            let request = |version: &str, more: Value| {
                let package = shop.package("App.msix", version);
                with(&json!({"packages": [package], "until": "published"}), more)
            };
            let first = shop.published(&request("2.0.0.0", json!({"until": "committed"}))).await;
            for _ in 0..polls {
                shop.call("submission.status", json!({"submissionId": first["submissionId"]})).await.unwrap();
            }
            let (code, error) = shop.refused(&request("2.1.0.0", json!({}))).await;
            assert_eq!(code, "submission.pending_exists", "{polls}: {error:#}");
            let certification = async {
                for _ in 0..20 {
                    minutes(5).await;
                    shop.call("submission.status", json!({"submissionId": first["submissionId"]})).await.unwrap();
                }
            };
            let second = request("2.1.0.0", json!({"busy": "wait", "pollSeconds": 30}));
            let (receipt, ()) = tokio::join!(shop.published(&second), certification);
            assert_ne!(receipt["submissionId"], first["submissionId"]);
            let packages = shop.in_the_store().await["applicationPackages"].clone();
            assert!(packages.to_string().contains("2.1.0.0"), "{packages:#}");
            assert_eq!(shop.submissions().await, 3);
        });
    }
}

#[test]
fn two_releases_at_once_never_share_a_draft() {
    timeless(async {
        for apart in [0, 1, 20, 100, 200, 400, 1000] {
            let shop = Shop::new();
            shop.fault(json!({"path": "*", "count": 0, "delayMs": 50})).await;
            let (faster, better) = (release("Faster."), release("Better."));
            let second = async {
                tokio::time::sleep(std::time::Duration::from_millis(apart)).await;
                shop.publish(&better).await
            };
            let (first, second) = tokio::join!(shop.publish(&faster), second);
            let ended: Vec<_> = [(first, "Faster."), (second, "Better.")]
                .into_iter()
                .filter_map(|(run, notes)| match run {
                    Ok(_) => Some(notes),
                    Err(error) => {
                        let code = error["code"].as_str().unwrap();
                        assert!(["submission.busy", "submission.pending_exists"].contains(&code), "{apart}: {error:#}");
                        None
                    }
                })
                .collect();
            assert_eq!(ended.len(), 1, "{apart} ms apart: {ended:?}");
            assert_once(&shop, ended[0]).await;
        }
    });
}

#[test]
fn a_kill_around_the_delete_of_an_abandoned_draft_is_made_up_for() {
    for what in [What::DiesBefore, What::DiesAfter] {
        timeless(async move {
            let shop = Shop::new();
            shop.dies(&release("Faster."), is_commit, What::DiesBefore).await;
            minutes(6).await;
            shop.dies(&release("Better."), is_delete, what).await;
            shop.published(&release("Better.")).await;
            assert_once(&shop, "Better.").await;
        });
    }
}
