//! The add-ons of a tree in the summary of a job.

use super::call::Output;
use crate::client::Client;
use crate::error::Result;
use crate::events::Reporter;
use crate::publish::markdown::{self, AddOnLine};
use crate::publish::{Preview, Receipt, Summary};
use crate::store::Target;

/// What was done for one add-on, or would be.
pub(super) struct Done {
    pub(super) output: Output,
    /// Whose release it is; `None` for an add-on that does not exist yet.
    pub(super) target: Option<Target>,
    pub(super) what: What,
}

/// What it is.
pub(super) enum What {
    Released(Box<Receipt>),
    Planned(Box<Preview>),
}

/// The summary of a job, if there is one.
pub(super) struct Summed<'a> {
    summary: Option<Summary>,
    client: &'a Client,
    reporter: &'a Reporter,
    lines: Vec<AddOnLine>,
}

impl<'a> Summed<'a> {
    pub(super) fn new(summary: Option<Summary>, client: &'a Client, reporter: &'a Reporter) -> Summed<'a> {
        Summed { summary, client, reporter, lines: Vec::new() }
    }

    /// Appends what there is to say about an add-on.
    pub(super) async fn ended(&mut self, folder: String, created: bool, end: &Result<Done>) {
        let Some(summary) = &self.summary else { return };
        let redact = |text: &str| self.client.secrets().redact(text);
        let new = || Target::AddOn { add_on_id: folder.clone() };
        let (line, text) = match end {
            Ok(Done { what: What::Released(receipt), target, .. }) => {
                let target = target.clone().unwrap_or_else(new);
                let text = markdown::of_receipt(receipt, &target, &redact);
                (AddOnLine::of_receipt(folder, created, receipt), text)
            }
            Ok(Done { what: What::Planned(plan), target, .. }) => {
                let is_new = target.is_none();
                let target = target.clone().unwrap_or_else(new);
                let text = markdown::of_plan(plan, &target, &redact);
                (AddOnLine::of_plan(folder, is_new, plan), text)
            }
            Err(error) => {
                let text = markdown::of_failure(error, &folder, &redact);
                (AddOnLine::of_failure(folder, error), text)
            }
        };
        if !line.is_all() {
            summary.append(text, self.reporter).await;
        }
        self.lines.push(line);
    }

    /// Appends the list of all add-ons.
    pub(super) async fn close(self, app: &str) {
        let Some(summary) = &self.summary else { return };
        let text = markdown::of_add_ons(&self.lines, app, &|text| self.client.secrets().redact(text));
        summary.append(text, self.reporter).await;
    }
}
