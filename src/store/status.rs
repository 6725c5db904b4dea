//! The states of a submission, and what each means for somebody who waits.

use serde::Deserialize;

use crate::error::Detail;

/// What a state means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A draft: the only state in which a submission can be changed and committed.
    Draft,
    /// The commit is being carried out.
    Committing,
    /// Accepted, and on its way.
    Underway,
    /// Certified; waits for a person or a date unless it is to be published immediately.
    Resting,
    /// In the Store.
    Published,
    /// Refused or cancelled.
    Failed,
    /// A state that this library does not know: it may be a new one, so waiting goes on.
    Unknown,
}

/// The table of states (`api` c).
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

/// What to do about an error code of `statusDetails`; `None` for one whose own text has to do (`api` d).
pub fn remedy(code: &str) -> Option<&'static str> {
    Some(match code {
        "InvalidArchive" => "upload the files again: what was uploaded is not a ZIP that the Store reads",
        "MissingFiles" => "upload every file whose `fileStatus` is `PendingUpload`, under just its `fileName`",
        "PackageValidationFailed" | "NoValidPackages" => {
            "correct the packages: identity, version, architecture and signature; `package.inspect` shows what is in one"
        }
        "InvalidParameterValue" => "correct the value that the details name, delete the submission and publish again",
        "InvalidState" => "open the submission in Partner Center: it has errors that are shown only there",
        "InvalidMicrosoftAgeRating" => "answer the questions about age ratings in Partner Center, then publish again",
        "ServiceError" | "IsInternalError" | "InvalidOperation" | "ResourceNotFound" => {
            "delete the submission and publish again; give Microsoft's support the correlation id if it fails again"
        }
        _ => return None,
    })
}

/// The part of a status answer that this crate reads.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Status {
    /// As the service spells it.
    pub status: String,
    /// Errors, warnings, reports.
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
    /// What the state means.
    pub fn stage(&self) -> Stage {
        stage(&self.status)
    }

    /// Errors, then reports, then warnings, as details of an error.
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
        findings.extend(details.warnings.iter().flatten().map(Entry::detail));
        findings
    }
}

impl Entry {
    fn detail(&self) -> Detail {
        let code = self.code.clone().unwrap_or_else(|| "Other".to_owned());
        Detail::coded(code, self.details.clone().unwrap_or_default())
    }
}
