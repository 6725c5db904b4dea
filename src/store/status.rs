//! The states of a submission, and the stage that each belongs to.

use serde::Deserialize;

use crate::error::Detail;

/// The stage of a submission, which decides whether it can be changed and whether to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A draft. Only a draft can be changed and committed.
    Draft,
    /// The service carries the commit out.
    Committing,
    /// The service has accepted the submission, and processes, certifies or publishes it.
    Underway,
    /// Certified. It is published at once, or when a person or a date says so, depending on `targetPublishMode`.
    Resting,
    /// The submission is in the Store.
    Published,
    /// Refused or cancelled.
    Failed,
    /// A state that this library does not know. It may be new, so waiting goes on.
    Unknown,
}

/// The stage of a state, by the state's name.
pub fn stage(status: &str) -> Stage {
    match status {
        "PendingCommit" => Stage::Draft,
        "CommitStarted" => Stage::Committing,
        "PreProcessing" | "Certification" | "PendingPublication" | "Publishing" => Stage::Underway,
        "Release" => Stage::Resting,
        "Published" => Stage::Published,
        "CommitFailed"
        | "PreProcessingFailed"
        | "CertificationFailed"
        | "ReleaseFailed"
        | "PublishFailed"
        | "Canceled" => Stage::Failed,
        _ => Stage::Unknown,
    }
}

/// The remedy for an error code of `statusDetails`; `None` for a code whose text says all that is known.
pub fn remedy(code: &str) -> Option<&'static str> {
    Some(match code {
        "InvalidArchive" => {
            "delete the submission and publish again: what was uploaded is not a ZIP that the Store reads"
        }
        "MissingFiles" => {
            "delete the submission and publish again, with every file whose `fileStatus` is `PendingUpload` under just its `fileName`"
        }
        "PackageValidationFailed" | "NoValidPackages" => {
            "correct the packages, of which `package.inspect` shows identity, version and architecture, and their signatures; \
             delete the submission and publish again"
        }
        "InvalidParameterValue" => "correct the value that the details name, delete the submission and publish again",
        "InvalidState" => {
            "open the submission in Partner Center, which shows its errors; then delete it and publish again"
        }
        "InvalidMicrosoftAgeRating" => {
            "answer the questions about age ratings in Partner Center, then delete the submission and publish again"
        }
        "ServiceError" | "IsInternalError" | "InvalidOperation" | "ResourceNotFound" => {
            "delete the submission and publish again; give Microsoft's support the correlation id if it fails again"
        }
        _ => return None,
    })
}

/// What is known of a warning that the service gives to nearly every submission, so that nobody needs to act on it; `None`
/// for any other warning.
pub fn known_warning(code: &str) -> Option<&'static str> {
    Some(match code {
        "SalesUnsupportedWarning" => "nearly every submission has it: the API neither shows nor changes sales",
        _ => return None,
    })
}

/// The part of a status response that this crate reads.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Status {
    /// The state, as the service spells it.
    pub status: String,
    /// Errors, warnings and certification reports.
    pub status_details: Option<Details>,
}

/// `statusDetails`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Details {
    errors: Option<Vec<Entry>>,
    warnings: Option<Vec<Entry>>,
    certification_reports: Option<Vec<Report>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    code: Option<String>,
    details: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Report {
    date: Option<String>,
    report_url: Option<String>,
}

impl Status {
    /// The stage of the state.
    pub fn stage(&self) -> Stage {
        stage(&self.status)
    }

    /// Errors, then certification reports, then warnings, as details of an error.
    pub fn findings(&self) -> Vec<Detail> {
        let Some(details) = &self.status_details else { return Vec::new() };
        let mut findings = Vec::new();
        findings.extend(details.errors.iter().flatten().map(Entry::detail));
        for report in details.certification_reports.iter().flatten() {
            let (date, url) = (report.date.as_deref(), report.report_url.as_deref());
            if let Some(url) = url {
                let message = format!("certification report of {}: {url}", date.unwrap_or("unknown date"));
                findings.push(Detail::coded("CertificationReport", message));
            }
        }
        findings.extend(details.warnings.iter().flatten().map(|warning| {
            let detail = warning.detail();
            match detail.code.as_deref().and_then(known_warning) {
                Some(known) => Detail { message: format!("{} ({known})", detail.message), ..detail },
                None => detail,
            }
        }));
        findings
    }

    /// The warnings, each with its code and its text.
    pub fn warnings(&self) -> impl Iterator<Item = (&str, &str)> {
        let warnings = self.status_details.iter().flat_map(|details| &details.warnings).flatten();
        warnings
            .map(|warning| (warning.code.as_deref().unwrap_or("Other"), warning.details.as_deref().unwrap_or_default()))
    }

    /// The codes of the warnings that need nobody to act; see [`known_warning`].
    pub fn known_warnings(&self) -> Vec<String> {
        self.warnings().filter(|(code, _)| known_warning(code).is_some()).map(|(code, _)| code.to_owned()).collect()
    }
}

impl Entry {
    fn detail(&self) -> Detail {
        let code = self.code.clone().unwrap_or_else(|| "Other".to_owned());
        Detail::coded(code, self.details.clone().unwrap_or_default())
    }
}
