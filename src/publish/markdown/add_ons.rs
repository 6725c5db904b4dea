//! What became of the add-ons of a tree, as Markdown.

use super::text::Writer;
use crate::error::Error;
use crate::publish::plan::Preview;
use crate::publish::receipt::Receipt;

/// What became of an add-on.
pub struct AddOnLine {
    /// Its folder.
    folder: String,
    result: &'static str,
    details: String,
}

impl AddOnLine {
    /// An add-on with its receipt.
    pub fn of_receipt(folder: String, created: bool, receipt: &Receipt) -> AddOnLine {
        let result = match (&receipt.skipped, receipt.changed) {
            (Some(_), _) => "skipped",
            (None, _) if created => "created",
            (None, true) => "changed",
            (None, false) => "unchanged",
        };
        let details = receipt.skipped.clone().unwrap_or_else(|| receipt.status.clone());
        AddOnLine { folder, result, details }
    }

    /// An add-on with its plan. One that does not exist yet has no plan hash.
    pub fn of_plan(folder: String, is_new: bool, plan: &Preview) -> AddOnLine {
        let result = match plan.draft {
            _ if is_new => "would be created",
            "none" => "unchanged",
            "wait" => "is underway",
            _ => "would be changed",
        };
        let details = match plan.edits.len() {
            0 => String::new(),
            1 => "1 edit".to_owned(),
            edits => format!("{edits} edits"),
        };
        AddOnLine { folder, result, details }
    }

    /// An add-on that failed.
    pub fn of_failure(folder: String, error: &Error) -> AddOnLine {
        AddOnLine { folder, result: "**failed**", details: format!("{}: {error}", error.code().name) }
    }

    /// Whether there is nothing more to say about the add-on.
    pub fn is_all(&self) -> bool {
        ["unchanged", "is underway"].contains(&self.result)
    }
}

/// The add-ons of `app`, each with its result. `redact` takes secrets out of a text.
pub fn of_add_ons(lines: &[AddOnLine], app: &str, redact: &dyn Fn(&str) -> String) -> String {
    let mut writer = Writer::new(redact, "Add-ons", app);
    let mut results: Vec<(&str, usize)> = Vec::new();
    for line in lines {
        match results.iter_mut().find(|(result, _)| *result == line.result) {
            Some((_, count)) => *count += 1,
            None => results.push((line.result, 1)),
        }
    }
    let counts: Vec<String> = results.iter().map(|(result, count)| format!("{count} {result}")).collect();
    writer.item("Add-ons", format!("{} ({})", lines.len(), counts.join(", ")));
    let row = |line: &AddOnLine| [writer.code(&line.folder), line.result.to_owned(), writer.foreign(&line.details)];
    let rows = lines.iter().map(row).collect();
    writer.whole_table("Results", ["Add-on", "Result", "Details"], rows);
    writer.text
}
