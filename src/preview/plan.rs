//! What a release would do, on the page.

use maud::{Markup, html};

use super::parts;

/// What a release would do.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What is known of it in words: a name, and what it is.
    pub facts: Vec<(&'static str, String)>,
    /// The packages, the new ones first.
    pub packages: Vec<PlannedPackage>,
    /// What people should know.
    pub warnings: Vec<String>,
    /// Why it is refused, and what to do.
    pub refused: Option<(String, String)>,
}

/// A package that the submission gets, or has.
#[derive(Clone, Debug)]
pub struct PlannedPackage {
    /// The name of its file.
    pub file_name: String,
    /// Its version.
    pub version: String,
    /// Its architectures.
    pub architectures: String,
    /// What becomes of it.
    pub fate: PackageFate,
    /// Why.
    pub reason: String,
}

/// What becomes of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageFate {
    /// It is added.
    New,
    /// It stays.
    Stays,
    /// It is deleted when the submission is published.
    Goes,
}

pub(super) fn section(plan: &Plan) -> Markup {
    html! {
        section.card #plan {
            h2 { "What the release would do" }
            @if let Some((why, remedy)) = &plan.refused {
                p.refused { strong { "\u{2716} The release is refused: " } (parts::visible(why))
                    br; small { (parts::visible(remedy)) } }
            }
            @if !plan.warnings.is_empty() {
                ul.findings { @for warning in &plan.warnings {
                    li { strong { "\u{26a0} warning" } " " (parts::visible(warning)) }
                } }
            }
            dl.plan { @for (name, value) in &plan.facts { div { dt { (name) } dd { (parts::visible(value)) } } } }
            @if !plan.packages.is_empty() { (packages(&plan.packages)) }
        }
    }
}

fn packages(packages: &[PlannedPackage]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Packages" {
            table {
                caption { "Packages" }
                thead { tr {
                    th scope="col" { "Package" } th scope="col" { "Version" } th scope="col" { "Architecture" }
                    th scope="col" { "What happens" }
                } }
                tbody { @for package in packages { tr {
                    th scope="row" { (parts::visible(&package.file_name)) }
                    td { (parts::visible(&package.version)) }
                    td { (parts::visible(&package.architectures)) }
                    td { (badge(package.fate)) " " (parts::visible(&package.reason)) }
                } } }
            }
        }
    }
}

fn badge(fate: PackageFate) -> Markup {
    let (class, label) = match fate {
        PackageFate::New => ("badge new", "+ new"),
        PackageFate::Stays => ("badge same", "= stays"),
        PackageFate::Goes => ("badge removed", "\u{2212} goes"),
    };
    html! { span class=(class) { (label) } }
}
