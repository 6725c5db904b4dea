//! The page as a whole.

use maud::{DOCTYPE, Markup, html};

use super::listings::{Language, Picture, Platform, Value};
use super::pictures::Pictures;
use super::properties::Property;
use super::sections::{BODY, HEAD, HIDDEN, Member, PICTURES};
use super::{Content, Counts, State, parts, plan};
use crate::check::{Finding, Severity};

const STYLE: &str = concat!(include_str!("../page.css"), include_str!("style.css"));
/// Nothing is loaded from anywhere, and nothing runs.
const POLICY: &str =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// What the page shows.
pub(super) struct Shown<'a> {
    pub(super) content: &'a Content<'a>,
    pub(super) languages: &'a [Language],
    pub(super) properties: &'a [Property],
    pub(super) counts: &'a Counts,
}

pub(super) fn page(shown: &Shown<'_>, pictures: &mut Pictures) -> String {
    let Shown { content, languages, properties, counts } = *shown;
    let title = content.product.map_or_else(|| name(languages), str::to_owned);
    let title = title.as_str();
    let compared = content.base.is_some();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="referrer" content="no-referrer";
                title { (parts::spelled(title)) ": preview of a Store submission" }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#listings" { "Skip to the listings" }
                header {
                    p.kind { "Preview of a Store submission" }
                    h1 { (parts::visible(title)) }
                    (summary(counts, content, compared))
                }
                nav aria-label="Languages" { ul {
                    @for language in languages {
                        li { a href=(format!("#{}", anchor(&language.key))) { (parts::visible(&language.key)) }
                            @if compared { " " (parts::badge(language.state)) } }
                    }
                } }
                main {
                    @if let Some(plan) = content.plan { (plan::section(plan)) }
                    (findings(content.findings))
                    div #listings { @for language in languages { (of_language(language, compared, pictures)) } }
                    (of_properties(properties, compared))
                }
                footer { p { "The order of the sections is that of a product page of the Store; its look is not. \
                    Characters are counted as UTF-16 units." } }
            }
        }
    };
    page.into_string()
}

/// The name of the product in English, or in the first language that has one.
fn name(languages: &[Language]) -> String {
    let named = |language: &&Language| language.text("title").is_some_and(|title| title.new.is_some());
    let english = languages.iter().filter(named).find(|language| language.key.to_ascii_lowercase().starts_with("en"));
    let language = english.or_else(|| languages.iter().find(named));
    let title = language.and_then(|language| language.text("title")?.new.as_ref());
    title.map_or_else(|| "Submission".to_owned(), Value::joined)
}

fn summary(counts: &Counts, content: &Content, compared: bool) -> Markup {
    let errors = content.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    html! {
        dl.summary {
            div { dt { "Languages" } dd { (counts.languages)
                @if compared { ", " (counts.changed_languages) " changed" } } }
            @if compared {
                div { dt { "Texts changed" } dd { (counts.changed_texts) } }
                div { dt { "Pictures changed" } dd { (counts.changed_pictures) } }
                div { dt { "Other values changed" } dd { (counts.changed_properties) } }
            }
            div { dt { "Findings" } dd { (content.findings.len()) ", " (errors) " of them errors" } }
        }
        @if !compared { p { "There is nothing to compare it with." } }
    }
}

/// The part of an address that names a language on the page.
fn anchor(language: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    format!("listing-{}", language.chars().map(kept).collect::<String>())
}

fn findings(findings: &[Finding]) -> Markup {
    html! {
        @if !findings.is_empty() {
            section.card {
                h2 { "Findings of the check" }
                ul.findings {
                    @for finding in findings {
                        li {
                            strong { (severity(finding.severity)) " " (finding.id) } " "
                            (parts::visible(&finding.message))
                            @if let Some(file) = &finding.file { " " code { (parts::visible(file)) } }
                            @if let Some(pointer) = &finding.pointer { " " code { (parts::visible(pointer)) } }
                            br; small { (parts::visible(&finding.remedy)) }
                        }
                    }
                }
            }
        }
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "\u{2716} error",
        Severity::Warning => "\u{26a0} warning",
        Severity::Information => "\u{2139} information",
    }
}

fn of_language(language: &Language, compared: bool, pictures: &mut Pictures) -> Markup {
    let key = language.key.as_str();
    html! {
        section.card id=(anchor(key)) {
            h2 { (parts::visible(key)) @if compared { " " (parts::badge(language.state)) } }
            (members(HEAD, language))
            (galleries(&language.pictures, key, pictures))
            (members(BODY, language))
            @let hidden = HIDDEN.iter().any(|member| language.text(member.name).is_some());
            @if hidden || language.others().next().is_some() {
                section.unseen {
                    h3 { "What customers do not see" }
                    (members(HIDDEN, language))
                    @for text in language.others() { (parts::text(&text.name, None, text, key)) }
                }
            }
            @for platform in &language.platforms { (of_platform(platform, key, pictures)) }
        }
    }
}

fn members(members: &[Member], language: &Language) -> Markup {
    html! {
        @for member in members {
            @if let Some(text) = language.text(member.name) {
                (parts::text(member.label, member.limit(language.is_add_on), text, &language.key))
            }
        }
    }
}

/// The pictures by their kind: those of the table first, then all others.
fn galleries(all: &[Picture], language: &str, pictures: &mut Pictures) -> Markup {
    let mut kinds: Vec<(&str, &str)> = PICTURES.to_vec();
    for picture in all {
        if !kinds.iter().any(|(kind, _)| *kind == picture.kind) {
            kinds.push((&picture.kind, &picture.kind));
        }
    }
    html! {
        @for (kind, label) in kinds {
            @let of_kind: Vec<&Picture> = all.iter().filter(|picture| picture.kind == kind).collect();
            @if !of_kind.is_empty() { (parts::gallery(label, &of_kind, language, pictures)) }
        }
    }
}

fn of_platform(platform: &Platform, language: &str, pictures: &mut Pictures) -> Markup {
    html! {
        section.platform {
            h3 { "On " (parts::visible(&platform.name)) }
            @for text in &platform.texts { (parts::text(&text.name, None, text, language)) }
            (galleries(&platform.pictures, language, pictures))
        }
    }
}

fn of_properties(properties: &[Property], compared: bool) -> Markup {
    let (changed, same): (Vec<&Property>, Vec<&Property>) =
        properties.iter().partition(|property| property.is_changed());
    html! {
        section.card {
            h2 { "Packages, price and other values" }
            @if compared && changed.is_empty() { p { "None of them changed." } }
            @if !changed.is_empty() { (rows(&changed, "What changed", true)) }
            @if !same.is_empty() {
                details open[!compared] {
                    summary { (same.len()) @if compared { " values are the same" } @else { " values" } }
                    (rows(&same, "Values", false))
                }
            }
        }
    }
}

fn rows(properties: &[&Property], caption: &str, changed: bool) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table {
                caption { (caption) }
                thead { tr {
                    th scope="col" { "Value" }
                    @if changed { th scope="col" { "Before" } th scope="col" { "Now" } th scope="col" { "State" } }
                    @else { th scope="col" { "Now" } }
                } }
                tbody {
                    @for property in properties { tr {
                        th scope="row" { (parts::visible(&property.path)) }
                        @if changed {
                            td { (cell(property.old.as_deref(), State::Removed)) }
                            td { (cell(property.new.as_deref(), State::New)) }
                            td { (parts::badge(property.state())) }
                        } @else { td { (cell(property.new.as_deref(), State::Same)) } }
                    } }
                }
            }
        }
    }
}

fn cell(value: Option<&str>, state: State) -> Markup {
    html! {
        @match (value, state) {
            (None, _) => span.none { "\u{2013}" },
            (Some(value), State::Removed) => del { (parts::visible(value)) },
            (Some(value), State::New) => ins { (parts::visible(value)) },
            (Some(value), _) => (parts::visible(value)),
        }
    }
}
