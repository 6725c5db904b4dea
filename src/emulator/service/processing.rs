//! What the service does with a committed submission, by the steps of the state table.

use jiff::{SignedDuration, Timestamp};

use super::catalog::{ProductId, status_detail};
use super::files;
use super::states::{self, State, StateKind};
use super::store::Store;
use crate::emulator::clock::{parse_date, ticks_text};
use crate::emulator::json::{Json, object};
use crate::emulator::options::Stepping;
use crate::emulator::switches::Name;

/// The text of the warning that every commit gets.
const SALES: &str = "The sales resource is no longer supported. To view or edit the sales data for this submission, use the Dev Center dashboard.";

/// Moves a submission one step, unless it has to wait in its state.
pub(super) fn step(store: &mut Store, index: usize) {
    let now = store.now();
    let submission = &mut store.submissions[index];
    let Some(state) = submission.state() else { return };
    let Some(next) = state.next else { return };
    match state.name {
        "CommitStarted" if submission.hangs => return,
        "CommitStarted" if submission.loses_commit => {
            submission.loses_commit = false;
            submission.set_status("PendingCommit", now);
            return;
        }
        "Release" if !is_released(&submission.document, now) => return,
        _ => {}
    }
    if let Some(failed) = state.failure.filter(|failed| submission.fails_as.as_deref() == Some(*failed)) {
        let default = || status_detail("Other", &format!("The emulator was told to end in {failed}."));
        let error = submission.failure.clone().unwrap_or_else(default);
        return fail(store, index, failed, vec![error]);
    }
    match state.name {
        "CommitStarted" => {
            submission.add_details("warnings", [status_detail("SalesUnsupportedWarning", SALES)]);
            let mut errors = files::check(store, index);
            if errors.is_empty() {
                errors = missing_titles(store, index);
            }
            if !errors.is_empty() {
                return fail(store, index, "CommitFailed", errors);
            }
        }
        "PreProcessing" => files::process(store, index),
        "Publishing" => publish(store, index),
        _ => {}
    }
    store.submissions[index].set_status(next, now);
}

/// The error of a listing without a title in a language that no package has, if titles are asked for. Packages that are
/// compressed in the ZIP may have any language.
fn missing_titles(store: &mut Store, index: usize) -> Vec<Json> {
    let asks = store.instance.options.switches.value(Name::MissingTitles) == "refused";
    if !asks || !matches!(store.submissions[index].product, ProductId::App(_)) {
        return Vec::new();
    }
    let Some(languages) = files::package_languages(store, index) else { return Vec::new() };
    let submission = &store.submissions[index];
    let listings = submission.document.get("listings").map_or(&[][..], Json::members).iter();
    let is_untitled = |listing: &Json| listing.get("baseListing").is_none_or(|base| base.text_of("title").is_empty());
    let is_missing =
        |(name, listing): &&(String, Json)| is_untitled(listing) && !languages.contains(&name.to_lowercase());
    let error = |(name, _): &(String, Json)| status_detail("Other", &format!("Validation error: MissingTitle {name}"));
    listings.filter(is_missing).map(error).collect()
}

/// With `clock` stepping, moves every submission by all steps that are due.
pub(crate) fn advance(store: &mut Store) {
    if store.instance.options.stepping != Stepping::Clock {
        return;
    }
    for index in 0..store.submissions.len() {
        advance_submission(store, index);
    }
}

fn advance_submission(store: &mut Store, index: usize) {
    loop {
        let submission = &store.submissions[index];
        let Some(state) = submission.state() else { return };
        let due = submission.since.checked_add(SignedDuration::from_secs(state.seconds));
        let status = submission.status();
        if state.next.is_none() || due.as_ref().is_ok_and(|due| *due > store.now()) {
            return;
        }
        step(store, index);
        let submission = &mut store.submissions[index];
        if submission.status() == status {
            return;
        }
        // The next state begins when this step was due, not when the status was requested.
        submission.since = due.unwrap_or(submission.since);
    }
}

/// Whether the files of a submission in this state have been processed: it comes after PreProcessing.
fn is_processed(state: &State) -> bool {
    let after = |name: &'static str| states::find(name).and_then(|state| state.next);
    std::iter::successors(after("PreProcessing"), |name| after(name)).any(|name| name == state.name)
}

/// Whether the publish mode lets a certified submission go on.
fn is_released(document: &Json, now: Timestamp) -> bool {
    match document.text_of("targetPublishMode").as_str() {
        "Manual" => false,
        "SpecificDate" => parse_date(&document.text_of("targetPublishDate")).is_none_or(|date| date <= now),
        _ => true,
    }
}

/// Moves a submission to a failed state.
fn fail(store: &mut Store, index: usize, status: &str, errors: Vec<Json>) {
    let now = store.now();
    let submission = &mut store.submissions[index];
    submission.add_details("errors", errors);
    if status == "CertificationFailed" {
        let url = format!(
            "https://dev.windows.com/dashboard/Application/GetCertificationReport?submissionId={}",
            submission.id
        );
        let report = object([("date", Json::text(&ticks_text(now))), ("reportUrl", Json::text(&url))]);
        submission.add_details("certificationReports", [report]);
    }
    submission.set_status(status, now);
}

/// Makes a submission the last published one of its product, and starts its rollout.
fn publish(store: &mut Store, index: usize) {
    let now = store.now();
    let (id, product) = (store.submissions[index].id.clone(), store.submissions[index].product.clone());
    let Some(product) = store.product_mut(&product) else { return };
    let previous = product.published.replace(id.clone());
    product.pending = None;
    let never_published = product.document.text_of("firstPublishedDate").starts_with("1601");
    if matches!(product.id, ProductId::App(_)) && never_published {
        product.document.set("firstPublishedDate", Json::text(&ticks_text(now)));
    }
    if let Some(previous) = previous.as_ref().filter(|previous| **previous != id) {
        store.forget_upload(previous);
    }
    if let Some(rollout) = store.submissions[index].rollout_mut()
        && rollout.get("isPackageRollout").and_then(Json::as_bool) == Some(true)
    {
        rollout.set("packageRolloutStatus", Json::text("PackageRolloutInProgress"));
        rollout.set("fallbackSubmissionId", Json::text(previous.as_deref().unwrap_or("0")));
    }
}

/// Moves a submission to any state, as Partner Center or the service itself can. Steps that it skips are made up for, so
/// that no later submission inherits files that wait to be uploaded.
pub(super) fn set_state(store: &mut Store, index: usize, state: &'static State) {
    let now = store.now();
    if is_processed(state) {
        files::process(store, index);
    }
    if state.kind == StateKind::Final {
        if state.name == "Published" {
            publish(store, index);
        } else {
            let (id, product) = (store.submissions[index].id.clone(), store.submissions[index].product.clone());
            if let Some(product) = store.product_mut(&product).filter(|product| product.pending.as_ref() == Some(&id)) {
                product.pending = None;
            }
            store.forget_upload(&id);
        }
    }
    store.submissions[index].set_status(state.name, now);
}
