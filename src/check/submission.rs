//! Rules about the document that would be sent.

use super::base::present;
use super::files::MOST;
use super::finding::{Allowed, Finding};
use super::listings;
use super::rules::{P09, S01, Severity};
use super::subject::Kind;
use crate::document::Viewed;
use crate::error::Result;
use crate::store::{Target, price};

/// The price of a submission of which only the document is known. Flights have none.
///
/// # Errors
/// `document.invalid`.
pub fn prices(body: &str) -> Result<Vec<Finding>> {
    if Viewed::of(body).is_ok_and(|viewed| listings::kind(viewed.root()) == Kind::Flight) {
        return Ok(Vec::new());
    }
    // The rule is the same for apps and add-ons.
    let target = Target::App { app_id: String::new() };
    let findings = price::problems(&target, body)?.into_iter();
    Ok(findings.map(|problem| of_price(problem, false)).collect())
}

fn of_price(problem: price::Problem, allow_free: bool) -> Finding {
    let severity = match problem.kind {
        price::Kind::Missing if allow_free => Severity::Warning,
        price::Kind::OtherModel => Severity::Information,
        _ => Severity::Error,
    };
    Finding::new(&S01, severity, problem.message).at(problem.pointer)
}

/// Checks the document that a release would send. With `allow_free` a missing price is a warning.
///
/// # Errors
/// `document.invalid`, `network.bad_answer` for a text that is no submission.
pub fn submission(target: &Target, body: &str, allow_free: bool, allow: &Allowed) -> Result<Vec<Finding>> {
    let problems = price::problems(target, body)?.into_iter();
    let mut findings: Vec<Finding> = problems.map(|problem| of_price(problem, allow_free)).collect();
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
