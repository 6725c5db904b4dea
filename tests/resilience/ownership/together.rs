//! Releases at once in one process, which share what the process knows.

use std::time::Duration;

use serde_json::json;
use storeship::http::Request;

use super::shop::{NOTES, Shop, What, is_commit, is_create, is_read, minutes, release, with};
use crate::waiting::timeless;

#[test]
fn a_draft_is_not_deleted_under_another_run_of_the_process() {
    timeless(async {
        let mut kept = 0;
        for apart in [20, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000] {
            let shop = Shop::new();
            // The first draft keeps nothing of a PUT, so that each run that fills it wants to delete it.
            let breaks =
                json!({"method": "POST", "path": "*/submissions", "submission": {"zombie": true}, "delayMs": 50});
            shop.fault(breaks).await;
            shop.fault(json!({"path": "*", "count": 0, "delayMs": 50})).await;
            let (client, release) = (shop.client(), release("Faster."));
            let second = async {
                tokio::time::sleep(Duration::from_millis(apart)).await;
                shop.call_by(&client, "publish", release.clone()).await
            };
            let (first, second) = tokio::join!(shop.call_by(&client, "publish", release.clone()), second);
            let mut lost = 0;
            for run in [first, second] {
                match run {
                    Ok((receipt, _)) => assert_eq!(receipt["status"], "Published", "{apart} ms apart"),
                    Err(error) => {
                        assert_eq!(error["code"], "submission.update_lost", "{apart} ms apart: {error:#}");
                        lost += 1;
                        kept += usize::from(!error.to_string().contains("was deleted again"));
                    }
                }
            }
            assert!(lost > 0, "{apart} ms apart");
            // The last one has deleted it.
            assert_eq!(shop.pending().await, None, "{apart} ms apart");
        }
        assert!(kept > 0, "the runs never worked on the draft at once");
    });
}

#[test]
fn a_draft_is_not_replaced_under_a_running_job_of_the_process() {
    timeless(async {
        let shop = Shop::new();
        let client = shop.client();
        let slow = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
        // The storage is busy for a quarter of an hour.
        shop.fault(json!({"path": "*/ingestion/*", "query": "*comp=blocklist*", "method": "PUT", "count": 8, "status": 503, "headers": {"retry-after": "60"}})).await;
        let others = async {
            minutes(7).await;
            let replace = with(&release("Better."), json!({"draft": "replace"}));
            let error = shop.call_by(&client, "publish", replace.clone()).await.unwrap_err();
            let skip = with(&replace, json!({"busy": "skip"}));
            let skipped = shop.call_by(&client, "publish", skip).await.unwrap().0;
            // Another process is not asked.
            let waits = with(&replace, json!({"busy": "wait", "pollSeconds": 30}));
            (error, skipped, shop.call_by(&client, "publish", waits).await.unwrap().0)
        };
        let (first, (error, skipped, waited)) = tokio::join!(shop.call_by(&client, "publish", slow), others);
        assert_eq!(error["code"], "submission.busy", "{error:#}");
        assert!(skipped["skipped"].as_str().unwrap().contains("of this process"), "{skipped:#}");
        assert_eq!(first.unwrap().0["status"], "Published");
        assert_eq!(waited["status"], "Published");
        assert_eq!(shop.in_the_store().await.pointer(NOTES).unwrap(), "Better.");
    });
}

#[test]
fn a_draft_that_was_left_for_review_is_waited_for_or_skipped_as_the_release_says() {
    timeless(async {
        let shop = Shop::new();
        let left = shop.published(&with(&release("Faster."), json!({"commit": false}))).await;
        let id = left["submissionId"].as_str().unwrap();
        shop.changes().await;
        let skipped = shop.published(&with(&release("Better."), json!({"busy": "skip"}))).await;
        assert!(skipped["skipped"].as_str().unwrap().contains("left for review"), "{skipped:#}");
        assert_eq!((&skipped["changed"], shop.changes().await), (&json!(false), vec![]));
        let reviewer = async {
            minutes(90).await;
            shop.call("submission.delete", json!({"submissionId": id})).await.unwrap();
        };
        let waits = with(&release("Better."), json!({"busy": "wait", "pollSeconds": 30}));
        let (receipt, ()) = tokio::join!(shop.published(&waits), reviewer);
        assert_eq!((&receipt["draft"], &receipt["status"]), (&json!("create"), &json!("Published")));
    });
}

#[test]
fn a_draft_is_not_deleted_under_a_running_job_unless_the_caller_says_so() {
    timeless(async {
        let shop = Shop::new();
        shop.dies(&release("Faster."), is_commit, What::DiesBefore).await;
        let draft = shop.pending().await;
        minutes(4).await;
        let error = shop.call("submission.delete", json!({})).await.unwrap_err();
        assert_eq!((&error["code"], shop.pending().await), (&json!("submission.busy"), draft.clone()));
        assert!(error["message"].as_str().unwrap().contains("last seen 4 min ago"), "{error:#}");
        assert!(error["hint"].as_str().unwrap().contains("`allowBusy`"), "{error:#}");
        shop.call("submission.delete", json!({"allowBusy": true})).await.unwrap();
        assert_eq!(shop.pending().await, None);
        // A job that was not seen for five minutes has ended.
        shop.dies(&release("Faster."), is_commit, What::DiesBefore).await;
        minutes(6).await;
        shop.call("submission.delete", json!({})).await.unwrap();
        assert_eq!(shop.pending().await, None);
    });
}

#[test]
fn a_draft_whose_commit_takes_minutes_is_not_replaced_meanwhile() {
    timeless(async {
        let shop = Shop::new();
        shop.when(is_commit, What::ArrivesAfter(350));
        let other = async {
            tokio::time::sleep(Duration::from_secs(340)).await;
            let second = release("Better.");
            shop.refused(&second).await.0
        };
        let first = release("Faster.");
        let (receipt, code) = tokio::join!(shop.published(&first), other);
        assert_eq!((&receipt["status"], code.as_str()), (&json!("Published"), "submission.busy"));
    });
}

/// Nothing is uploaded, so the marks are all that the storage is asked for.
#[test]
fn an_outage_of_the_storage_is_not_outlasted_where_nothing_is_uploaded() {
    timeless(async {
        let shop = Shop::new();
        shop.fault(json!({"path": "*/ingestion/*", "count": 0, "status": 503})).await;
        let began = tokio::time::Instant::now();
        shop.call("submission.create", json!({})).await.unwrap();
        let created = began.elapsed();
        shop.call("submission.delete", json!({})).await.unwrap();
        let deleted = began.elapsed() - created;
        assert_eq!(shop.pending().await, None);
        assert!(created < Duration::from_secs(120) && deleted < Duration::from_secs(40), "{created:?}, {deleted:?}");
    });
}

#[test]
fn a_draft_is_not_deleted_under_a_job_of_the_process_and_at_once_when_that_has_ended() {
    timeless(async {
        let shop = Shop::new();
        let client = shop.client();
        let files = json!({"packages": [shop.package("App.msix", "2.0.0.0")], "timeoutSeconds": 600});
        let slow = with(&release("Faster."), files);
        shop.fault(json!({"path": "*/ingestion/*", "query": "*comp=blocklist*", "method": "PUT", "count": 0, "status": 503, "headers": {"retry-after": "60"}})).await;
        let other = async {
            minutes(8).await;
            shop.call_by(&client, "submission.delete", json!({})).await.unwrap_err()
        };
        let (cut_short, refused) = tokio::join!(shop.call_by(&client, "publish", slow), other);
        assert_eq!(refused["code"], "submission.busy", "{refused:#}");
        assert_eq!(cut_short.unwrap_err()["code"], "deadline.exceeded");
        // Its marker is a minute old.
        shop.call_by(&client, "submission.delete", json!({})).await.unwrap();
        assert_eq!(shop.pending().await, None);
    });
}

#[test]
fn a_new_draft_is_not_replaced_by_another_job_of_the_process_before_its_answer_is_here() {
    timeless(async {
        // The answer to the create, or to the read of the draft that follows, takes a while.
        let is_read_of_draft: fn(&Request) -> bool =
            |request| is_read(request) && !request.url.path().ends_with("86517");
        for slow in [is_create, is_read_of_draft] {
            let shop = Shop::new();
            let client = shop.client();
            shop.when(slow, What::AnswersLate);
            let first = shop.call_by(&client, "publish", release("Faster."));
            let second = async {
                tokio::time::sleep(Duration::from_secs(5)).await;
                let replace = with(&release("Better."), json!({"draft": "replace"}));
                shop.call_by(&client, "publish", replace).await
            };
            let (first, second) = tokio::join!(first, second);
            assert_eq!(second.unwrap_err()["code"], "submission.busy");
            assert_eq!(first.unwrap().0["status"], "Published");
        }
    });
}
