//! What a release looks at before it touches anything, what it reads back, and plans that were approved.

use serde_json::{Value, json};

use super::shop::{NOTES, Shop, What, is_commit, release, with};
use crate::waiting::timeless;

const ROLLOUT: &str = "/packageDeliveryOptions/packageRollout/isPackageRollout";

fn edit(path: &str, value: Value) -> Value {
    json!({"edits": [{"op": "add", "path": path, "value": value}]})
}

#[test]
fn an_inherited_rollout_is_reset_and_shown_in_the_edits() {
    timeless(async {
        let shop = Shop::new();
        shop.published(&with(&release("Faster."), json!({"rollout": 10}))).await;
        let next = with(&release("Better."), json!({"openRollout": "finalize"}));
        let planned = with(&next, json!({"until": "committed"}));
        let (_, plan) = shop.call("publish.plan", planned).await.unwrap();
        let (_, meta) = shop.publish(&next).await.unwrap();
        for edits in [&plan["edits"], &meta["edits"]] {
            let reset = edits.as_array().unwrap().iter().find(|edit| edit["path"] == ROLLOUT).unwrap();
            assert_eq!((&reset["value"], &reset["old"]), (&json!(false), &json!(true)));
        }
        assert_eq!(shop.in_the_store().await.pointer(ROLLOUT).unwrap(), false);
    });
}

#[test]
fn an_open_rollout_is_refused_finalized_or_halted() {
    timeless(async {
        for (choice, state) in [("finalize", "PackageRolloutComplete"), ("halt", "PackageRolloutStopped")] {
            let shop = Shop::new();
            let first = shop.published(&with(&release("Faster."), json!({"rollout": 10}))).await;
            shop.changes().await;
            for operation in ["publish", "publish.plan"] {
                let error = shop.call(operation, release("Better.")).await.unwrap_err();
                assert_eq!(error["code"], "rollout.open", "{operation}: {error:#}");
            }
            assert_eq!(shop.changes().await, [""; 0]);
            shop.published(&with(&release("Better."), json!({"openRollout": choice}))).await;
            let first = shop.document(first["submissionId"].as_str().unwrap()).await;
            assert_eq!(first["packageDeliveryOptions"]["packageRollout"]["packageRolloutStatus"], state);
            assert_eq!(shop.in_the_store().await.pointer(NOTES).unwrap(), "Better.");
        }
    });
}

#[test]
fn a_put_that_was_kept_by_half_is_refused_before_the_upload() {
    timeless(async {
        for (pointer, kept) in [(NOTES, Value::Null), (NOTES, json!("Cut")), ("/visibility", json!("Private"))] {
            let shop = Shop::new();
            let patch = json!({"document": {pointer: kept}});
            shop.fault(json!({"method": "PUT", "path": "*/submissions/*", "submission": patch})).await;
            let release = with(&release("Faster."), json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
            let (code, error) = shop.refused(&release).await;
            assert_eq!(code, "submission.update_lost", "{pointer}");
            let detail = &error["details"][0];
            assert_eq!(detail["pointer"], pointer, "{error:#}");
            let changes = shop.changes().await;
            // The markers are the only thing at the address.
            let uploads = shop.control("GET", "requests", None).await.to_string().contains("blocklist");
            assert!(!uploads && !changes.contains(&"POST commit".to_owned()), "{changes:?}");
            if pointer == NOTES {
                assert_eq!(shop.pending().await, None, "a draft that does not keep the release is withdrawn");
                // The next run is not disturbed.
                shop.published(&release).await;
            } else {
                assert!(shop.pending().await.is_some(), "a change at another place may be somebody's work");
                assert_eq!(shop.refused(&release).await.0, "submission.changed_by_others");
            }
        }
    });
}

#[test]
fn a_misspelt_member_in_the_edits_is_refused_before_the_upload() {
    timeless(async {
        let shop = Shop::new();
        let misspelt = edit("/listings/en-us/baseListing/relaseNotes", json!("Faster."));
        let release = with(&misspelt, json!({"packages": [shop.package("App.msix", "2.0.0.0")]}));
        let (code, error) = shop.refused(&release).await;
        assert_eq!(code, "submission.update_lost", "{error:#}");
        assert!(error["details"].to_string().contains("relaseNotes"), "{error:#}");
        assert_eq!((shop.pending().await, shop.submissions().await), (None, 1));
    });
}

#[test]
fn the_plan_that_was_approved_is_the_one_that_is_carried_out() {
    timeless(async {
        let shop = Shop::new();
        let release = release("Faster.");
        let (plan, _) = shop.call("publish.plan", release.clone()).await.unwrap();
        let hash = plan["planHash"].clone();
        assert!(hash.is_string(), "{plan:#}");
        let approved = with(&release, json!({"planHash": hash}));
        for other in
            [with(&approved, json!({"releaseNotes": {"en-us": "Better."}})), with(&approved, json!({"rollout": 5}))]
        {
            shop.changes().await;
            assert_eq!(shop.refused(&other).await.0, "plan.changed");
            assert_eq!(shop.changes().await, [""; 0]);
        }
        shop.published(&approved).await;
        // The same command again finds it done.
        assert_eq!(shop.published(&approved).await["changed"], false);
        // Another release that finds everything done is not the one that was approved.
        let other = with(&approved, json!({"visibility": "Public"}));
        let (code, error) = shop.refused(&with(&other, json!({"releaseNotes": {}}))).await;
        assert_eq!(code, "plan.changed", "{error:#}");
    });
}

#[test]
fn a_plan_is_another_one_after_something_else_was_published() {
    timeless(async {
        let shop = Shop::new();
        let release = release("Faster.");
        let (plan, _) = shop.call("publish.plan", release.clone()).await.unwrap();
        shop.published(&with(&self::release("Between."), edit("/notesForCertification", json!("x")))).await;
        shop.changes().await;
        let (code, error) = shop.refused(&with(&release, json!({"planHash": plan["planHash"]}))).await;
        assert_eq!((code.as_str(), shop.changes().await), ("plan.changed", vec![]));
        assert!(error["details"].to_string().contains(NOTES), "{error:#}");
    });
}

#[test]
fn an_approved_plan_can_be_run_again_after_a_kill() {
    timeless(async {
        let shop = Shop::new();
        let release = release("Faster.");
        let (plan, _) = shop.call("publish.plan", release.clone()).await.unwrap();
        let approved = with(&release, json!({"planHash": plan["planHash"]}));
        shop.dies(&approved, is_commit, What::DiesBefore).await;
        let receipt = shop.published(&approved).await;
        assert_eq!((&receipt["draft"], &receipt["status"]), (&json!("resume"), &json!("Published")));
    });
}
