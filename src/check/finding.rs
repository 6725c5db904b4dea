//! What a rule found, and the list of rules that are allowed.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::rules::{RULES, Rule, Severity};
use crate::error::{Detail, Error, Result, codes, shown};
use crate::listing::folder::AllowedRule;
use crate::listing::read::SETTINGS_FILE;
use crate::listing::{Fault, FaultKind, Folder};

/// One finding of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CheckFinding")]
pub struct Finding {
    /// The id of the rule: `P02`.
    pub id: &'static str,
    /// The severity. An error of a rule that is allowed is a warning.
    pub severity: Severity,
    /// What was found.
    pub message: String,
    /// The file that it is about; of a package inside another one `outer/inner`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line of the place in the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column of the place in the file, in characters from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The JSON Pointer of the place in the submission that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The product id of the add-on that it is about, in the folder of an app with those of its add-ons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The language of the listing that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What is there, where the rule compares it with something: `501 characters`, `1365 x 768`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What is allowed: `at most 500`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
    /// What to do about it.
    pub remedy: String,
    /// The page that says so; absent where the rule is the judgement of this library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'static str>,
}

impl Finding {
    /// A finding. The message may have texts of a package or a server, so it is made fit to be shown.
    pub(super) fn new(rule: &'static Rule, severity: Severity, message: impl AsRef<str>) -> Finding {
        Finding {
            id: rule.id,
            severity,
            message: shown(message.as_ref()).into_owned(),
            file: None,
            line: None,
            column: None,
            pointer: None,
            product_id: None,
            language: None,
            found: None,
            allowed: None,
            remedy: rule.remedy.to_owned(),
            source: rule.source,
        }
    }

    pub(super) fn in_file(mut self, file: &str) -> Finding {
        self.file = Some(shown(file).into_owned());
        self
    }

    pub(super) fn at(mut self, pointer: impl Into<String>) -> Finding {
        self.pointer = Some(pointer.into());
        self
    }

    /// Says what is there and what is allowed, each also for machines.
    pub(super) fn compared(mut self, found: impl Into<String>, allowed: impl Into<String>) -> Finding {
        self.found = Some(shown(&found.into()).into_owned());
        self.allowed = Some(shown(&allowed.into()).into_owned());
        self
    }

    /// Replaces the remedy of the rule by one for this case.
    pub(super) fn remedy(mut self, remedy: &str) -> Finding {
        self.remedy = shown(remedy).into_owned();
        self
    }

    /// The message with the file that it is about.
    pub(super) fn sentence(&self) -> String {
        match &self.file {
            Some(file) => format!("{file}: {}", self.message),
            None => self.message.clone(),
        }
    }
}

/// A finding of a rule that was switched off, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CheckSuppressed")]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// Why the rule is off, if that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The rules whose errors are warnings, because the caller has named them, and those that a folder of listings switches off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    named: BTreeSet<&'static str>,
    /// What is found by them is not told, unless it is an error, which is told as a warning.
    off: BTreeSet<&'static str>,
}

impl Allowed {
    /// The rules with these ids; letter case is ignored.
    ///
    /// # Errors
    /// `request.invalid` for an id that no rule has.
    ///
    /// # Examples
    /// ```
    /// use storeship::check::Allowed;
    /// assert!(Allowed::of(&["p02".to_owned()]).is_ok());
    /// let error = Allowed::of(&["P2".to_owned()]).unwrap_err();
    /// assert_eq!(error.remedy(), "write P02");
    /// ```
    pub fn of(ids: &[String]) -> Result<Allowed> {
        let mut allowed = Allowed::default();
        for (at, id) in ids.iter().enumerate() {
            let id = id.trim();
            let Some(rule) = RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(id)) else {
                let message = format!("`{id}` is no rule");
                return Err(Error::new(&codes::REQUEST_INVALID, format!("{message} (at /allow/{at})"))
                    .hint(remedy(id))
                    .detail(Detail::at(format!("/allow/{at}"), message)));
            };
            allowed.named.insert(rule.id);
        }
        Ok(allowed)
    }

    /// The same, with the rules that a folder switches off.
    #[must_use]
    pub fn and(mut self, off: &SwitchedOff) -> Allowed {
        self.off.extend(off.0.keys());
        self
    }

    /// Whether the rule with this id, as the table writes it, is allowed.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.named.contains(id)
    }

    /// The findings with the errors of allowed rules as warnings.
    pub(super) fn apply(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        findings.retain(|finding| finding.severity == Severity::Error || !self.off.contains(finding.id));
        for finding in &mut findings {
            let is_allowed = self.named.contains(finding.id) || self.off.contains(finding.id);
            if finding.severity == Severity::Error && is_allowed {
                finding.severity = Severity::Warning;
            }
        }
        findings
    }
}

/// The rules that the settings of a folder of listings switch off, each with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SwitchedOff(BTreeMap<&'static str, String>);

impl SwitchedOff {
    /// The rules that a folder switches off. An id that no rule has becomes a fault of the folder.
    pub fn of(folder: &mut Folder) -> SwitchedOff {
        let mut off = BTreeMap::new();
        for AllowedRule { id, reason } in &folder.settings.allow {
            match RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(id.trim())) {
                Some(rule) => _ = off.insert(rule.id, reason.clone()),
                None => {
                    let fault = Fault::new(FaultKind::Json, SETTINGS_FILE, format!("`{id}` is no rule of the check"));
                    folder.faults.push(fault.nearest(nearest(id.trim()).map(str::to_owned)));
                }
            }
        }
        SwitchedOff(off)
    }

    /// Why the rule with this id, as the table writes it, is off; `None` if it is not.
    pub fn reason(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }
}

/// What to write in place of an id that no rule has.
fn remedy(id: &str) -> String {
    match nearest(id) {
        Some(rule) => format!("write {rule}"),
        None => {
            let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
            format!("the rules are {}; `library.checks` says what they mean", ids.join(", "))
        }
    }
}

/// The rule with the letters and the number of an id that no rule has.
fn nearest(id: &str) -> Option<&'static str> {
    let parts = |id: &str| {
        let digits = id.find(|c: char| c.is_ascii_digit())?;
        Some((id[..digits].to_ascii_uppercase(), id[digits..].parse::<u32>().ok()?))
    };
    RULES.iter().find(|rule| parts(id).is_some_and(|found| parts(rule.id) == Some(found))).map(|rule| rule.id)
}

/// Refuses findings of which one is an error; returns the others, for the plan and the receipt.
///
/// # Errors
/// `check.failed`, with all findings in its details and the remedy of the first error in its hint.
pub fn refuse(findings: Vec<Finding>) -> Result<Vec<Finding>> {
    let mut errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let Some(first) = errors.next() else {
        return Ok(findings);
    };
    let more = match errors.count() {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let message = format!("{} {}{more}", first.id, first.sentence());
    let id = first.id;
    let hint =
        format!("{}; if it is meant, allow the rule: `allow: [\"{id}\"]` (PowerShell: -Allow {id})", first.remedy);
    let detail = |finding: &Finding| Detail {
        pointer: finding.pointer.clone(),
        ..Detail::coded(finding.id, finding.sentence())
    };
    Err(Error::new(&codes::CHECK_FAILED, message).hint(hint).details(findings.iter().map(detail)))
}
