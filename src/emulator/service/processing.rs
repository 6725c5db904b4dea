//! What happens after a commit: the steps of the state table.

use jiff::SignedDuration;

use super::archive::Archive;
use super::rollout;
use super::schema::date;
use super::shapes::NO_DETAILS;
use super::states::{self, State};
use crate::emulator::clock::ticks_text;
use crate::emulator::json::{Json, object};
use crate::emulator::state::{Owner, Store};

/// One step, unless the submission rests.
pub(crate) fn step(store: &mut Store, index: usize) {
    let now = store.now();
    let submission = &mut store.submissions[index];
    let Some(state) = submission.state() else {
        return;
    };
    let Some(next) = state.next else { return };
    match state.name {
        "CommitStarted" if submission.hangs => return,
        "CommitStarted" if submission.loses_commit => {
            submission.loses_commit = false;
            submission.set_status("PendingCommit", now);
            return;
        }
        "Release" if !released(&submission.document, now) => return,
        _ => {}
    }
    if let Some(failed) = state.failure.filter(|failed| submission.fails_as.as_deref() == Some(*failed)) {
        let made_up = || error("Other", &format!("The emulator was told to end in {failed}."));
        let failure = submission.failure.clone().unwrap_or_else(made_up);
        fail(store, index, failed, vec![failure]);
        return;
    }
    match state.name {
        "CommitStarted" => {
            add(store, index, "warnings", vec![error("SalesUnsupportedWarning", SALES)]);
            let errors = check_archive(store, index);
            if !errors.is_empty() {
                return fail(store, index, "CommitFailed", errors);
            }
        }
        "PreProcessing" => take_files(store, index),
        "Publishing" => publish(store, index),
        _ => {}
    }
    store.submissions[index].set_status(next, now);
}

/// All steps for which the time has come.
pub(crate) fn catch_up(store: &mut Store, index: usize) {
    loop {
        let submission = &store.submissions[index];
        let Some(state) = submission.state() else {
            return;
        };
        let due = submission.since.checked_add(SignedDuration::from_secs(state.seconds));
        let before = (submission.status(), submission.since);
        if state.next.is_none() || due.as_ref().is_ok_and(|due| *due > store.now()) {
            return;
        }
        step(store, index);
        let submission = &mut store.submissions[index];
        if submission.status() == before.0 {
            return;
        }
        // The next step counts from when this one was due, not from when somebody looked.
        submission.since = due.unwrap_or(submission.since);
    }
}

const SALES: &str = "The sales resource is no longer supported. To view or edit the sales data for this submission, use the Dev Center dashboard.";

fn released(document: &Json, now: jiff::Timestamp) -> bool {
    match document.text_of("targetPublishMode").as_str() {
        "Manual" => false,
        "SpecificDate" => date(&document.text_of("targetPublishDate")).is_none_or(|date| date <= now),
        _ => true,
    }
}

fn error(code: &str, details: &str) -> Json {
    object([("code", Json::text(code)), ("details", Json::text(details))])
}

/// Adds entries to a list of `statusDetails`, each one once.
fn add(store: &mut Store, index: usize, list: &str, entries: Vec<Json>) {
    let document = &mut store.submissions[index].document;
    if document.get("statusDetails").is_none() {
        document.set("statusDetails", Json::literal(NO_DETAILS));
    }
    if let Some(Json::Array(items)) = document.get_mut("statusDetails").and_then(|details| details.get_mut(list)) {
        for entry in entries {
            if !items.contains(&entry) {
                items.push(entry);
            }
        }
    }
}

/// Ends in a failed state with the reasons.
pub(crate) fn fail(store: &mut Store, index: usize, status: &str, errors: Vec<Json>) {
    let now = store.now();
    add(store, index, "errors", errors);
    if status == "CertificationFailed" {
        let url = format!(
            "https://dev.windows.com/dashboard/Application/GetCertificationReport?submissionId={}",
            store.submissions[index].id
        );
        let report = object([("date", Json::text(&ticks_text(now))), ("reportUrl", Json::text(&url))]);
        add(store, index, "certificationReports", vec![report]);
    }
    store.submissions[index].set_status(status, now);
}

/// Every file that the document promises must be in the ZIP, at its place.
fn check_archive(store: &Store, index: usize) -> Vec<Json> {
    let submission = &store.submissions[index];
    let packages = submission.owner.packages().and_then(|name| submission.document.get(name));
    if let Some(packages) = packages
        && packages.items().iter().all(|package| package.text_of("fileStatus") == "PendingDelete")
    {
        return vec![error("NoValidPackages", "The submission has no package.")];
    }
    let mut wanted = Vec::new();
    promised(&submission.document, &mut wanted);
    if wanted.is_empty() {
        return Vec::new();
    }
    let blob = submission.upload.as_ref().and_then(|upload| store.blobs.blobs.get(&upload.blob));
    let Some(committed) = blob.and_then(|blob| blob.committed.as_ref()) else {
        return missing(&wanted.iter().map(String::as_str).collect::<Vec<_>>());
    };
    let Some(archive) = Archive::read(committed.slice(0, committed.length())) else {
        return vec![error("InvalidArchive", "The file that was uploaded is not a valid ZIP archive.")];
    };
    let absent: Vec<&str> = wanted.iter().filter(|name| !archive.has(&in_zip(name))).map(String::as_str).collect();
    if !absent.is_empty() {
        return missing(&absent);
    }
    let mut errors = Vec::new();
    if store.options.check_packages {
        for package in packages.map_or(&[][..], Json::items) {
            let name = package.text_of("fileName");
            if package.text_of("fileStatus") == "PendingUpload"
                && let Some(reason) = archive.package_fault(&in_zip(&name))
            {
                errors.push(error("PackageValidationFailed", &format!("The package {name} {reason}.")));
            }
        }
    }
    errors
}

fn missing(names: &[&str]) -> Vec<Json> {
    let text = format!("The following files are missing in the uploaded archive: {}", names.join(", "));
    vec![error("MissingFiles", &text)]
}

/// The name in the ZIP of a `fileName`.
pub(crate) fn in_zip(name: &str) -> String {
    name.replace('\\', "/")
}

/// Collects the names of all files that have to be uploaded: entries with PendingUpload, and trailers and their
/// thumbnails, which have no status, while they have no id.
fn promised(value: &Json, names: &mut Vec<String>) {
    let fresh = |value: &Json, id: &str| value.get(id).is_none_or(|id| id.as_text().is_none_or(|id| id.is_empty()));
    if value.text_of("fileStatus") == "PendingUpload" {
        names.push(value.text_of("fileName"));
    }
    if value.get("videoFileName").is_some() && fresh(value, "videoFileId") {
        names.push(value.text_of("videoFileName"));
    }
    for image in value.get("imageList").map_or(&[][..], Json::items) {
        if fresh(image, "id") {
            names.push(image.text_of("fileName"));
        }
    }
    for (_, member) in value.members() {
        promised(member, names);
    }
    for item in value.items() {
        promised(item, names);
    }
}

/// PendingUpload becomes Uploaded with an id, PendingDelete goes; packages get what their manifest says.
fn take_files(store: &mut Store, index: usize) {
    let submission = &store.submissions[index];
    let blob = submission.upload.as_ref().and_then(|upload| store.blobs.blobs.get(&upload.blob));
    let archive = blob
        .and_then(|blob| blob.committed.as_ref())
        .and_then(|committed| Archive::read(committed.slice(0, committed.length())));
    let packages = submission.owner.packages();
    let mut document = submission.document.clone();
    if let (Some(archive), Some(packages)) = (&archive, packages.and_then(|name| document.get_mut(name)))
        && let Json::Array(packages) = packages
    {
        for package in packages.iter_mut().filter(|package| package.text_of("fileStatus") == "PendingUpload") {
            let facts = archive.package_facts(&in_zip(&package.text_of("fileName")));
            package.set("version", Json::text(&facts.version));
            package.set("architecture", Json::text(&facts.architecture));
            package.set("languages", Json::texts(&facts.languages));
            package.set("capabilities", Json::texts(&facts.capabilities));
            package.set("targetDeviceFamilies", Json::texts(&facts.target_device_families));
        }
    }
    settle(&mut document, &mut store.ids);
    store.submissions[index].document = document;
}

fn settle(value: &mut Json, ids: &mut crate::emulator::ids::Ids) {
    match value {
        Json::Array(items) => {
            items.retain(|item| item.text_of("fileStatus") != "PendingDelete");
            items.iter_mut().for_each(|item| settle(item, ids));
        }
        Json::Object(members) => {
            // An icon has no id; deleted, it is null.
            for (name, member) in members.iter_mut() {
                if name == "icon" && member.text_of("fileStatus") == "PendingDelete" {
                    *member = Json::Null;
                }
                settle(member, ids);
            }
            if value.text_of("fileStatus") == "PendingUpload" {
                value.set("fileStatus", Json::text("Uploaded"));
            }
            for id in ["id", "videoFileId"] {
                let is_file = value.get("fileName").is_some() || value.get("videoFileName").is_some();
                if is_file && value.get(id).is_some_and(|id| id.as_text().is_some_and(|id| id.is_empty())) {
                    value.set(id, Json::text(&ids.file()));
                }
            }
        }
        _ => {}
    }
}

/// Makes the submission the last published one of its product.
fn publish(store: &mut Store, index: usize) {
    let now = store.now();
    let (id, owner) = (store.submissions[index].id.clone(), store.submissions[index].owner.clone());
    let Some(product) = store.product_mut(&owner) else {
        return;
    };
    let previous = product.published.replace(id);
    product.pending = None;
    if matches!(owner, Owner::App(_)) && product.document.text_of("firstPublishedDate").starts_with("1601") {
        product.document.set("firstPublishedDate", Json::text(&ticks_text(now)));
    }
    rollout::start(&mut store.submissions[index], previous.as_deref());
}

/// Moves a submission to a state by hand, as somebody in Partner Center or the service could.
pub(crate) fn force(store: &mut Store, index: usize, state: &'static State) {
    let now = store.now();
    let (id, owner) = (store.submissions[index].id.clone(), store.submissions[index].owner.clone());
    match state.kind {
        states::Kind::Final if state.name == "Published" => publish(store, index),
        states::Kind::Final => {
            if let Some(product) = store.product_mut(&owner).filter(|product| product.pending.as_ref() == Some(&id)) {
                product.pending = None;
            }
        }
        _ => {}
    }
    store.submissions[index].set_status(state.name, now);
}
