//! Findings as lines that a build service shows beside the code.

use schemars::JsonSchema;
use serde::Deserialize;

use super::finding::Finding;
use super::rules::Severity;
use crate::error::shown;

/// A build service that reads annotations from the output of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AnnotationService")]
pub enum Service {
    /// GitHub Actions: `::error file=…,line=…::…`.
    GitHub,
    /// Azure Pipelines: `##vso[task.logissue type=error;…]…`.
    Azure,
}

/// A line for each finding.
#[must_use]
pub fn annotations(service: Service, findings: &[Finding]) -> Vec<String> {
    let line = match service {
        Service::GitHub => github,
        Service::Azure => azure,
    };
    findings.iter().map(line).collect()
}

/// The workflow commands of GitHub Actions
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>).
fn github(finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "notice",
    };
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let numbers = [("line", finding.line), ("col", finding.column)];
    let numbers = numbers.into_iter().filter_map(|(name, number)| Some((name, number?.to_string())));
    let mut properties: Vec<String> = finding.file.iter().map(|file| format!("file={}", property(file))).collect();
    properties.extend(numbers.map(|(name, number)| format!("{name}={number}")));
    properties.push(format!("title={}", property(finding.id)));
    format!("::{command} {}::{}", properties.join(","), data(&sentence(finding)))
}

/// The logging commands of Azure Pipelines
/// (<https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>).
fn azure(finding: &Finding) -> String {
    // It knows no third kind.
    let kind = if finding.severity == Severity::Error { "error" } else { "warning" };
    let data = |text: &str| text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(';', "%3B").replace(']', "%5D");
    let mut properties = format!("type={kind};");
    if let Some(file) = &finding.file {
        properties += &format!("sourcepath={};", property(file));
    }
    for (name, number) in [("linenumber", finding.line), ("columnnumber", finding.column)] {
        if let Some(number) = number {
            properties += &format!("{name}={number};");
        }
    }
    properties += &format!("code={};", property(finding.id));
    format!("##vso[task.logissue {properties}]{}", data(&sentence(finding)))
}

/// What was found and what to do.
fn sentence(finding: &Finding) -> String {
    let language = finding.language.as_ref().map(|language| format!("{}: ", shown(language))).unwrap_or_default();
    format!("{language}{} ({})", finding.message, finding.remedy)
}
