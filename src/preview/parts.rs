//! Pieces of the page: texts, counts, pictures.

use maud::{Markup, html};

use super::State;
use super::compare::{Run, words};
use super::listings::{Picture, Text, Value};
use super::pictures::Pictures;

/// The languages that are written from right to left.
const RIGHT_TO_LEFT: &[&str] = &["ar", "he", "fa", "ur", "ug", "sd", "prs", "ku-arab", "pa-arab", "az-arab", "tg-arab"];

/// Whether texts of a language run from right to left.
pub(super) fn direction(language: &str) -> &'static str {
    let language = language.to_ascii_lowercase();
    let is = |known: &&str| language == **known || language.starts_with(&format!("{known}-"));
    if RIGHT_TO_LEFT.iter().any(is) { "rtl" } else { "auto" }
}

/// A foreign text; characters that nobody sees but that change how a text reads are shown by their number.
pub(super) fn visible(text: &str) -> Markup {
    let mut parts: Vec<(String, Option<char>)> = vec![(String::new(), None)];
    for c in text.chars() {
        if is_hidden(c) {
            parts.push((String::new(), Some(c)));
            parts.push((String::new(), None));
        } else if let Some((part, None)) = parts.last_mut() {
            part.push(c);
        }
    }
    html! {
        @for (part, hidden) in &parts {
            @match hidden {
                Some(c) => span.hidden-character { "U+" (format!("{:04X}", u32::from(*c))) },
                None => (part),
            }
        }
    }
}

/// A foreign text as the value of an attribute.
pub(super) fn spelled(text: &str) -> String {
    text.chars().map(|c| if is_hidden(c) { format!("U+{:04X}", u32::from(c)) } else { c.to_string() }).collect()
}

/// The value of `lang`; a key that is no language tag has none.
fn tag(language: &str) -> Option<&str> {
    language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-').then_some(language)
}

fn is_hidden(c: char) -> bool {
    let format = matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{feff}' | '\u{61c}' | '\u{e0000}'..='\u{e007f}');
    (c.is_control() && c != '\n' && c != '\t') || format
}

/// A sign and a word for a state.
pub(super) fn badge(state: State) -> Markup {
    html! { span class=(format!("badge {}", state.class())) { (state.label()) } }
}

/// A text with its heading, its length and what changed in it.
pub(super) fn text(label: &str, limit: Option<usize>, text: &Text, language: &str) -> Markup {
    let (old, new) = (text.old.as_ref(), text.new.as_ref());
    html! {
        section.field {
            h4 { (visible(label)) @if text.compared { " " (badge(text.state())) } }
            @if let (Some(limit), Some(new)) = (limit, new) { (count(new.longest(), limit, new)) }
            @match (old, new) {
                (Some(old), Some(new)) if text.state() == State::Changed => {
                    @let (removed, added) = words(&old.joined(), &new.joined());
                    div.pair {
                        div.old { h5 { "Before" } (marked(&removed, language, true)) }
                        div.new { h5 { "Now" } (marked(&added, language, false)) }
                    }
                }
                _ => @if let Some(value) = new.or(old) { (value_of(value, language)) },
            }
        }
    }
}

/// How long a text is, and how long it may be.
fn count(used: usize, limit: usize, value: &Value) -> Markup {
    let unit = if matches!(value, Value::List(_)) { " in the longest item" } else { "" };
    html! {
        p.count {
            meter min="0" max=(limit) value=(used.min(limit)) aria-hidden="true" {}
            " " (thousands(used)) " of " (thousands(limit)) " characters" (unit)
            @if used > limit { " " strong.over { "\u{26a0} too long by " (thousands(used - limit)) } }
        }
    }
}

/// A number with commas: `10,000`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).unwrap_or("")).collect();
    groups.join(",")
}

fn value_of(value: &Value, language: &str) -> Markup {
    html! {
        @match value {
            Value::One(text) => div.text lang=[tag(language)] dir=(direction(language)) { (visible(text)) },
            Value::List(items) => ul.text lang=[tag(language)] dir=(direction(language)) {
                @for item in items { li { (visible(item)) } }
            },
        }
    }
}

/// One side of a comparison: the old text with what is gone, or the new one with what came.
fn marked(runs: &[Run], language: &str, old: bool) -> Markup {
    html! {
        div.text lang=[tag(language)] dir=(direction(language)) {
            @for run in runs {
                @match (run.marked, old) {
                    (false, _) => (visible(&run.text)),
                    (true, true) => del { (visible(&run.text)) },
                    (true, false) => ins { (visible(&run.text)) },
                }
            }
        }
    }
}

/// Pictures of one kind, in their order.
pub(super) fn gallery(label: &str, of_kind: &[&Picture], language: &str, pictures: &mut Pictures) -> Markup {
    html! {
        section.field {
            h4 { (visible(label)) " (" (of_kind.iter().filter(|picture| picture.state != State::Removed).count()) ")" }
            ol.gallery {
                @for (at, picture) in of_kind.iter().enumerate() { li { (figure(at + 1, picture, language, pictures)) } }
            }
        }
    }
}

fn figure(number: usize, picture: &Picture, language: &str, pictures: &mut Pictures) -> Markup {
    let copy = pictures.copy(&picture.file_name);
    let described = picture.caption.clone().unwrap_or_else(|| format!("{} {number}, no caption", picture.kind));
    html! {
        figure {
            @match &copy {
                Ok(copy) => img src=(copy.address) alt=(spelled(&described));
                Err(why) => div.placeholder role="img" aria-label=(spelled(&described)) {
                    span { (visible(&picture.kind)) } small { "no picture: " (why) }
                },
            }
            figcaption {
                (badge(picture.state)) " "
                @if let Some(caption) = &picture.caption {
                    span lang=[tag(language)] dir=(direction(language)) { (visible(caption)) }
                } @else { span.none { "no caption" } }
                @if picture.state == State::Changed {
                    br; "before: "
                    @match &picture.old_caption {
                        Some(caption) => del lang=[tag(language)] dir=(direction(language)) { (visible(caption)) },
                        None => span.none { "no caption" },
                    }
                }
                br; small { (visible(&picture.file_name))
                    @if let Ok(copy) = &copy {
                        ", " (copy.width) " \u{d7} " (copy.height) ", " (copy.bytes.div_ceil(1024)) " KiB"
                    }
                }
            }
        }
    }
}
