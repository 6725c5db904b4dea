//! T14 to T16: markup, bullets and placeholders, which the Store shows as they stand.

use super::finding::Finding;
use super::rules::{Severity, T14, T15, T16};
use super::subject::{Listing, Text};
use super::words;

/// The elements of HTML that people put into texts.
const ELEMENTS: [&str; 35] = [
    "a",
    "b",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "html",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "script",
    "small",
    "span",
    "strong",
    "style",
    "sub",
    "sup",
    "table",
    "td",
    "u",
    "ul",
];
/// The named characters of HTML that editors write.
const ENTITIES: [&str; 16] = [
    "amp", "apos", "bull", "copy", "gt", "hellip", "laquo", "ldquo", "lt", "mdash", "nbsp", "ndash", "quot", "raquo",
    "reg", "trade",
];
/// Signs that begin an item of a list.
const BULLETS: [char; 16] = ['•', '·', '●', '○', '■', '□', '▪', '▫', '◦', '‣', '⁃', '✓', '✔', '➤', '►', '★'];
/// The lists whose items the Store shows with bullets.
const BULLETED: [&str; 3] = ["features", "minimumHardware", "recommendedHardware"];
/// Words that stand for a text which is still to be written; letter case matters for those in capitals.
const WORDS: [&str; 8] = ["TODO", "TBD", "FIXME", "XXX", "lorem ipsum", "placeholder", "text here", "example.com"];
/// What templates and configurations have in place of a value.
const DUMMIES: [&str; 2] = ["NotSet", "NotAvailable"];

pub(super) fn check(name: &str, text: &Text, findings: &mut Vec<Finding>) {
    if let Some((at, what)) = html(&text.value).or_else(|| markdown(&text.value)) {
        findings.push(text.finding_at(&T14, at, format!("`{name}` has {what}, which customers see as it stands")));
    }
    if let Some((at, what)) = unfilled(&text.value) {
        findings.push(text.finding_at(&T16, at, format!("`{name}` has the placeholder {what}")));
    } else if let Some((at, word)) = unwritten(&text.value) {
        let finding =
            text.finding_at(&T16, at, format!("`{name}` has `{word}`, as a text has that is not written yet"));
        findings.push(Finding { severity: Severity::Warning, ..finding }.remedy("write the text"));
    }
}

/// T15: items with a bullet of their own.
pub(super) fn bullets(listing: &Listing, findings: &mut Vec<Finding>) {
    let lists = listing.lists.iter().filter(|(name, list)| BULLETED.contains(&name.as_str()) && !list.is_live);
    for (name, item) in lists.flat_map(|(name, list)| list.items.iter().map(move |item| (name, item))) {
        let text = item.value.trim_start();
        let is_sign = text.starts_with(BULLETS);
        let is_dash = text.starts_with(['-', '*', '–', '—']) && text.chars().nth(1).is_some_and(char::is_whitespace);
        if is_sign || is_dash {
            let sign: String = text.chars().take(1).collect();
            let message = format!("an item of `{name}` begins with `{sign}`, and the Store shows a bullet before it");
            findings.push(item.finding(&T15, Severity::Warning, message));
        }
    }
}

/// The first tag or named character of HTML.
fn html(text: &str) -> Option<(usize, String)> {
    for (at, _) in text.match_indices(['<', '&']) {
        let rest = &text[at + 1..];
        if text[at..].starts_with('&') {
            let name = &rest[..rest.find(';').unwrap_or(0)];
            let is_number = name
                .strip_prefix('#')
                .is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_hexdigit() || c == 'x'));
            if ENTITIES.contains(&name) || is_number {
                return Some((at, format!("the HTML character `&{name};`")));
            }
            continue;
        }
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let name = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())];
        // Behind the name of a tag are its attributes, if anything.
        let inside = rest[name.len()..].split_once('>').map(|(inside, _)| inside.trim_end_matches('/'));
        let closes =
            inside.is_some_and(|inside| inside.trim().is_empty() || (inside.starts_with(' ') && inside.contains('=')));
        if closes && ELEMENTS.contains(&name.to_ascii_lowercase().as_str()) {
            return Some((at, format!("the HTML tag `<{name}>`")));
        }
    }
    None
}

/// The first heading, emphasis or link of Markdown.
fn markdown(text: &str) -> Option<(usize, String)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let signs = line.chars().take_while(|c| *c == '#').count();
        if (1..=6).contains(&signs) && line[signs..].starts_with(' ') {
            return Some((start, "a Markdown heading".to_owned()));
        }
        for (what, sign) in [("emphasis", "**"), ("emphasis", "__"), ("code", "```")] {
            let inside = line.split_once(sign).and_then(|(before, rest)| Some((before, rest.split_once(sign)?.0)));
            let is_text = |inside: &str| {
                !inside.is_empty() && !inside.starts_with(char::is_whitespace) && inside.chars().any(char::is_lowercase)
            };
            if let Some((before, _)) = inside.filter(|(_, inside)| is_text(inside)) {
                return Some((start + before.len(), format!("Markdown {what} (`{sign}`)")));
            }
        }
        if let Some(at) = line.find("](")
            && line[..at].contains('[')
            && line[at..].contains(')')
        {
            return Some((start + at, "a Markdown link".to_owned()));
        }
        start += line.len();
    }
    None
}

/// How a placeholder begins and ends, and whether a text between them is one.
type Form<'a> = (&'a str, &'a str, &'a dyn Fn(&str) -> bool);

/// The first placeholder of a template.
fn unfilled(text: &str) -> Option<(usize, String)> {
    let trimmed = text.trim();
    if let Some(dummy) = DUMMIES.iter().find(|dummy| trimmed == **dummy) {
        return Some((0, format!("`{dummy}`")));
    }
    let name = |inside: &str| {
        !inside.is_empty() && inside.len() <= 64 && inside.chars().all(|c| c.is_alphanumeric() || "_.- ".contains(c))
    };
    let capitals =
        |inside: &str| inside.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') && name(inside);
    let forms: [Form<'_>; 4] = [
        ("{{", "}}", &name),
        ("${", "}", &name),
        ("__", "__", &capitals),
        ("[", "]", &|inside| matches!(inside, "TEMPLATE" | "PLACEHOLDER" | "INSERT TEXT")),
    ];
    let first = |(open, close, is_one): &Form<'_>| {
        text.match_indices(open).find_map(|(at, _)| {
            let inside = text[at + open.len()..].split_once(close)?.0;
            is_one(inside).then(|| (at, format!("`{open}{inside}{close}`")))
        })
    };
    forms.iter().filter_map(first).min()
}

/// The first word that stands for a text.
fn unwritten(text: &str) -> Option<(usize, &'static str)> {
    let lower = text.to_ascii_lowercase();
    let first = |word: &&'static str| {
        let of = if word.starts_with(char::is_uppercase) { text } else { lower.as_str() };
        words::all(of, word).next().map(|at| (at, *word))
    };
    WORDS.iter().filter_map(first).min()
}
