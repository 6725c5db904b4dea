//! Plans, receipts and failures as Markdown, for the summary of a job.

mod add_ons;
mod text;

pub use self::add_ons::{AddOnLine, of_add_ons};
use self::text::Writer;
use super::outline::{OldPackage, Outline};
use super::plan::Preview;
use super::receipt::{Receipt, ReleasedPackage};
use crate::check::Finding;
use crate::document::Edit;
use crate::error::{Detail, Error};
use crate::store::Target;
use crate::store::status::{Details, Status, known_warning};
use crate::upload::UploadEntry;

/// A plan. `redact` takes secrets out of a text.
pub fn of_plan(plan: &Preview, target: &Target, redact: &dyn Fn(&str) -> String) -> String {
    let mut writer = Writer::new(redact, "Plan", &target.to_string());
    let pending = plan.pending_submission_id.as_deref().map(|id| format!("submission {}", writer.code(id)));
    let pending = pending.unwrap_or_default();
    writer.item(
        "Draft",
        match plan.draft {
            "create" => "a new one is created".to_owned(),
            "resume" => format!("goes on with {pending}, the draft of an earlier run"),
            "adopt" => format!("adds to the pending {pending}"),
            "replace" => format!("**deletes the pending {pending}**, then creates a new one"),
            "wait" => format!("waits for {pending}, which an earlier run has committed"),
            "none" => "none, because everything is published already".to_owned(),
            _ => format!("goes on with {pending}, the draft of an interrupted create"),
        },
    );
    writer.item_of("Based on submission", plan.based_on.as_deref());
    outline(&mut writer, &plan.outline, &plan.audience, !plan.packages.is_empty());
    writer.item("Commit", if plan.commit { "yes" } else { "no, the draft is left for review" });
    if !plan.files.is_empty() {
        let files = if plan.files.len() == 1 { "1 file".to_owned() } else { format!("{} files", plan.files.len()) };
        writer.item("Upload", format!("{files}, {} bytes as a ZIP", plan.upload_bytes));
    }
    writer.item_of("Plan hash", plan.plan_hash.as_deref());
    packages(&mut writer, &plan.packages, &plan.outline.old_packages);
    let others = plan.files.iter().filter(|file| plan.packages.iter().all(|package| package.file_name != file.name));
    let rows = others.map(|file| [writer.code(&file.name), file.bytes.to_string()]).collect();
    writer.table("Other files", ["File", "Bytes"], rows);
    edits(&mut writer, &plan.edits);
    let left_out = plan.left_out.iter();
    let lines = left_out.map(|file| format!("{}: {}", writer.code(&file.path), writer.foreign(&file.reason))).collect();
    writer.list("Left out", lines);
    remarks(&mut writer, &plan.findings, &plan.warnings);
    writer.text
}

/// A receipt. `redact` takes secrets out of a text.
pub fn of_receipt(receipt: &Receipt, target: &Target, redact: &dyn Fn(&str) -> String) -> String {
    let mut writer = Writer::new(redact, "Release", &target.to_string());
    let id = writer.code(&receipt.submission_id);
    writer.item(
        "Submission",
        match receipt.url.as_deref().filter(|url| is_plain(url)) {
            Some(url) => format!("[{id}]({url})"),
            None => id,
        },
    );
    writer.item_of("Status", Some(&receipt.status).filter(|status| !status.is_empty()).map(String::as_str));
    let reached = receipt.reached.as_ref();
    if let Some(reached) = reached.filter(|reached| reached.resting) {
        let who = match reached.publish_mode.as_deref() {
            Some("Manual") => "certified; somebody has to publish it in Partner Center",
            _ => "certified; it is published on its date",
        };
        writer.item("Resting", who);
    }
    if let Some(skipped) = &receipt.skipped {
        let why = writer.foreign(skipped);
        writer.item("Skipped", why);
    }
    writer.item("Changed", if receipt.changed { "yes" } else { "no" });
    writer.item(
        "Draft",
        match receipt.draft {
            "create" => "a new one was created",
            "resume" => "the draft of an earlier run",
            "adopt" => "one that was pending, to which the release was added",
            "replace" => "a new one was created after the pending one was deleted",
            "wait" => "none, because an earlier run has committed the submission",
            "none" if receipt.skipped.is_some() => "none, because another submission is pending",
            "none" => "none, because there was nothing to do",
            _ => "the draft of an interrupted create",
        },
    );
    outline(&mut writer, &receipt.outline, &receipt.audience, !receipt.packages.is_empty());
    writer.item_of("Draft hash, for the commit", receipt.draft_hash.as_deref());
    writer.item("Began", &receipt.began);
    writer.item("Ended", &receipt.ended);
    writer.item("StoreShip", receipt.library_version);
    packages(&mut writer, &receipt.packages, &receipt.outline.old_packages);
    if let Some(upload) = &receipt.upload {
        let is_package = |name: &str| receipt.packages.iter().any(|package| package.file_name == name);
        let others = upload.entries.iter().filter(|entry| !is_package(&entry.name));
        let mut lines: Vec<String> = others.map(|entry| entry_line(&writer, entry)).collect();
        let (resumed, repeated) = (upload.resumed_bytes, upload.repeated_bytes);
        lines.push(format!(
            "the ZIP: {} bytes, {resumed} of them were there from an earlier upload, {repeated} bytes were sent again",
            upload.bytes
        ));
        lines.push(format!(
            "{} bytes a second, in up to {} blocks at the same time",
            upload.bytes_per_second, upload.concurrency
        ));
        writer.list("Uploaded", lines);
    }
    edits(&mut writer, &receipt.edits);
    remarks(&mut writer, &receipt.findings, &receipt.warnings);
    let details =
        reached.and_then(|reached| serde_json::from_str::<Details>(reached.status_details.as_ref()?.get()).ok());
    let status = Status { status_details: details, ..Status::default() };
    let warning = |(code, details): (&str, &str)| {
        let known = known_warning(code).map(|known| format!(" ({known})"));
        format!("{}: {}{}", writer.code(code), writer.foreign(details), known.unwrap_or_default())
    };
    let lines = status.warnings().map(warning).collect();
    writer.list("Warnings of the Store", lines);
    let rows = receipt.steps.iter().map(|step| [step.name.to_owned(), (step.elapsed_ms as f64 / 1000.0).to_string()]);
    writer.table("Steps", ["Step", "Seconds"], rows.collect());
    let lines = receipt.correlation_ids.iter().map(|id| writer.code(id)).collect();
    writer.list("Correlation ids", lines);
    writer.text
}

/// The error of a release or a plan of `what`. `redact` takes secrets out of a text.
pub fn of_failure(error: &Error, what: &str, redact: &dyn Fn(&str) -> String) -> String {
    let mut writer = Writer::new(redact, "Failed", what);
    let message = writer.foreign(&error.to_string());
    writer.item(&format!("**{}**", error.code().name), message);
    let hint = writer.foreign(error.remedy());
    writer.item("What to do", hint);
    if let Some(exchange) = error.exchange() {
        let status = exchange.status.map_or("no answer".to_owned(), |status| status.to_string());
        let call = writer.code(&format!("{} {}", exchange.method, exchange.url));
        writer.item("Request", format!("{call}: {status}"));
        let ids: Vec<String> = exchange.correlation_ids.iter().map(|id| writer.code(id)).collect();
        if !ids.is_empty() {
            writer.item("Correlation id", ids.join(", "));
        }
    }
    let detail = |detail: &Detail| {
        let label = detail.pointer.as_deref().or(detail.code.as_deref()).map(|label| writer.code(label) + ": ");
        label.unwrap_or_default() + &writer.foreign(&detail.message)
    };
    let lines = error.findings().iter().map(detail).collect();
    writer.list("Details", lines);
    writer.text
}

fn entry_line(writer: &Writer<'_>, entry: &UploadEntry) -> String {
    let kept = if entry.carried_over { ", of an earlier upload" } else { "" };
    let sha256 = entry.sha256.as_ref().map(|sha256| format!(", SHA-256 {}", writer.code(sha256)));
    format!("{}: {} bytes{kept}{}", writer.code(&entry.name), entry.bytes, sha256.unwrap_or_default())
}

/// Who gets the release, and how.
fn outline(writer: &mut Writer<'_>, outline: &Outline, audience: &str, has_packages: bool) {
    let audience = writer.foreign(audience);
    writer.item("For", audience);
    if let Some(end) = outline.open_rollout {
        let end =
            if end == "finalize" { "all customers get its packages" } else { "no more customers get its packages" };
        writer.item("Open rollout of the published submission", format!("is ended: {end}"));
    }
    match outline.rollout {
        Some(percentage) => writer.item("Rollout", format!("{percentage} % of the customers")),
        None if has_packages => writer.item("Rollout", "none, all customers get the packages"),
        None => {}
    }
    writer.item_of("Mandatory update from", outline.mandatory_update.as_deref());
    match (&outline.price_id, &outline.price_id_before) {
        (Some(price), Some(before)) => {
            let change = format!("**{}**, before {}", writer.code(price), writer.code(before));
            writer.item("Price", change);
        }
        (price, _) => writer.item_of("Price", price.as_deref()),
    }
}

fn packages(writer: &mut Writer<'_>, new: &[ReleasedPackage], old: &[OldPackage]) {
    let code = |text: Option<&str>| text.map(|text| writer.code(text)).unwrap_or_default();
    let mut rows = Vec::new();
    for package in new {
        let sha256 = package.sha256.as_ref().map(|sha256| format!(", SHA-256 {}", writer.code(sha256)));
        rows.push([
            code(Some(&package.file_name)),
            code(Some(&package.version)),
            writer.foreign(&package.architectures.join(", ")),
            format!("**new**, {} bytes{}", package.bytes, sha256.unwrap_or_default()),
        ]);
    }
    for package in old {
        rows.push([
            code(Some(&package.file_name)),
            code(package.version.as_deref()),
            writer.foreign(package.architecture.as_deref().unwrap_or_default()),
            format!("**{}**: {}", if package.stays { "stays" } else { "goes" }, writer.foreign(&package.reason)),
        ]);
    }
    writer.table("Packages", ["Package", "Version", "Architecture", "What happens"], rows);
}

fn edits(writer: &mut Writer<'_>, edits: &[Edit]) {
    let value = |text: &Option<String>| text.as_deref().map(|text| writer.code(text)).unwrap_or_default();
    let row =
        |edit: &Edit| [edit.op.to_string(), writer.code(&edit.path.to_string()), value(&edit.old), value(&edit.value)];
    let rows = edits.iter().map(row).collect();
    writer.table("Edits", ["Edit", "Place", "Old", "New"], rows);
}

fn remarks(writer: &mut Writer<'_>, findings: &[Finding], warnings: &[String]) {
    let finding = |finding: &Finding| {
        let file = finding.file.as_deref().map(|file| writer.code(file) + ": ").unwrap_or_default();
        format!("{} {file}{}; {}", finding.id, writer.foreign(&finding.message), writer.foreign(&finding.remedy))
    };
    let lines = findings.iter().map(finding).chain(warnings.iter().map(|warning| writer.foreign(warning))).collect();
    writer.list("Warnings", lines);
}

/// Whether a link can be written as it is.
fn is_plain(url: &str) -> bool {
    url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/.-".contains(&byte))
}
