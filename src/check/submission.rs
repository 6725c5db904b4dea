//! Rules about the document that would be sent.

use super::base::present;
use super::files::MOST;
use super::finding::{Allowed, Finding};
use super::rules::{P09, S01, Severity};
use crate::error::Result;
use crate::store::{Target, price};

/// Checks the document that a release would send. With `allow_free` a missing price is a warning.
///
/// # Errors
/// `document.invalid`, `network.bad_answer` for a text that is no submission.
pub fn submission(target: &Target, body: &str, allow_free: bool, allow: &Allowed) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for problem in price::problems(target, body)? {
        let severity = match problem.kind {
            price::Kind::Missing if allow_free => Severity::Warning,
            price::Kind::OtherModel => Severity::Information,
            _ => Severity::Error,
        };
        findings.push(Finding::new(&S01, severity, problem.message).at(problem.pointer));
    }
    let kept = |status: Option<&str>| status != Some("PendingDelete");
    let packages = present(body)?.iter().filter(|package| kept(package.file_status.as_deref())).count();
    if packages > MOST {
        let pointer = if matches!(target, Target::Flight { .. }) { "/flightPackages" } else { "/applicationPackages" };
        let message = format!("the submission would have {packages} packages, and it may have at most {MOST}");
        let finding = Finding::new(&P09, Severity::Error, message).at(pointer);
        findings.push(finding.remedy("remove packages that no customer needs any more"));
    }
    Ok(allow.apply(findings))
}
