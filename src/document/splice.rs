//! Cuts changes into a text; everything between the cuts stays as it is.

use super::tree::{Id, ROOT, Tree, ValueKind};

/// A cut: `text[start..end]` is replaced by `with`.
#[derive(Clone, Debug)]
pub(super) struct Splice {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) with: String,
}

/// Applies splices to `text[start..end]`. They must lie inside it, be sorted, and not overlap.
pub(super) fn apply(text: &str, start: usize, end: usize, splices: &[Splice]) -> String {
    let grown: usize = splices.iter().map(|splice| splice.with.len()).sum();
    let mut out = String::with_capacity(end - start + grown);
    let mut at = start;
    for splice in splices {
        out.push_str(&text[at..splice.start]);
        out.push_str(&splice.with);
        at = splice.end;
    }
    out.push_str(&text[at..end]);
    out
}

/// A child of a container after a change.
pub(super) enum Child {
    /// The child that has this position before the change. Kept children stay in their old order.
    Kept(usize),
    /// A new child: the text of an element, or of a member with its name.
    New(String),
}

/// Adds the splices that give a container these children. `spans` are its children before the change; a member's span is
/// from the start of its name to the end of its value.
///
/// A kept child keeps the white space before it. A new one gets the separator that the container uses already. So a
/// removal takes one comma with it, and a new child looks like its neighbours.
pub(super) fn children(
    tree: &Tree<'_>,
    container: Id,
    spans: &[(usize, usize)],
    after: Vec<Child>,
    splices: &mut Vec<Splice>,
) {
    let layout = Layout::of(tree, container, spans);
    let inside = tree.start(container) + 1;
    let close = tree.end(container) - 1;
    if after.is_empty() {
        splices.push(Splice { start: inside, end: close, with: String::new() });
        return;
    }
    // `at`: the old text before this place is done. `pending`: new text that goes there.
    let mut at = inside;
    let mut pending = String::new();
    let mut first = true;
    for child in after {
        match child {
            Child::Kept(index) => {
                let (start, end) = spans[index];
                let own_gap = if index == 0 { inside } else { spans[index - 1].1 };
                if own_gap != at || !pending.is_empty() || first != (index == 0) {
                    pending.push_str(if first {
                        &layout.first
                    } else if index == 0 {
                        &layout.separator
                    } else {
                        &tree.text[own_gap..start]
                    });
                    splices.push(Splice { start: at, end: start, with: std::mem::take(&mut pending) });
                }
                at = end;
            }
            Child::New(text) => {
                pending.push_str(if first { &layout.first } else { &layout.separator });
                pending.push_str(&text);
            }
        }
        first = false;
    }
    match spans.last() {
        Some(&(_, last)) => {
            if at != last || !pending.is_empty() {
                splices.push(Splice { start: at, end: last, with: pending });
            }
        }
        None => {
            pending.push_str(&layout.last);
            splices.push(Splice { start: at, end: close, with: pending });
        }
    }
}

/// The spans of a container's children, for [`children`].
pub(super) fn spans(tree: &Tree<'_>, container: Id) -> Vec<(usize, usize)> {
    match tree.kind(container) {
        ValueKind::Object => tree.names(container).map(|name| (tree.start(name), tree.end(name + 1))).collect(),
        _ => tree.elements(container).map(|element| (tree.start(element), tree.end(element))).collect(),
    }
}

/// The text of a new member: its name, a colon with the white space that the last member of the object has around it, and
/// its value.
pub(super) fn member_text(tree: &Tree<'_>, object: Id, name: &str, value: &str) -> String {
    format!("{name}{}{value}", colon(tree, object))
}

/// The colon of a new member, with its white space: that of the last member of the object, else that of the first member
/// near the start of the document.
pub(super) fn colon<'t>(tree: &Tree<'t>, object: Id) -> &'t str {
    match tree.names(object).last().or_else(|| first_name(tree, ROOT, MODELS)) {
        Some(model) => &tree.text[tree.end(model)..tree.start(model + 1)],
        None => default_colon(tree.text.contains('\n')),
    }
}

/// The colon of a new member in a document in which no member shows one.
pub(super) fn default_colon(lines: bool) -> &'static str {
    if lines { ": " } else { ":" }
}

/// The values and names at the start of a document among which the style of a new member is looked for.
pub(super) const MODELS: u32 = 64;

/// The name of the first member in a value, if it is among the first `limit` nodes.
pub(super) fn first_name(tree: &Tree<'_>, value: Id, limit: u32) -> Option<Id> {
    let end = tree.next(value).min(value.saturating_add(limit));
    (value..end).find(|&id| tree.kind(id) == ValueKind::Object && tree.count(id) > 0).map(|object| object + 1)
}

/// The white space that new children of a container get.
struct Layout {
    /// Before the first child.
    first: String,
    /// Between children, with the comma.
    separator: String,
    /// After the last child; used for a container that has no children yet.
    last: String,
}

impl Layout {
    fn of(tree: &Tree<'_>, container: Id, spans: &[(usize, usize)]) -> Layout {
        let text = tree.text;
        let inside = tree.start(container) + 1;
        match spans {
            [] => {
                let (first, last) = inner_lines(tree, container).unwrap_or_default();
                let separator = format!(",{first}");
                Layout { first, separator, last }
            }
            [(start, _)] => {
                let first = text[inside..*start].to_owned();
                let colon = (tree.kind(container) == ValueKind::Object)
                    .then(|| &text[tree.end(container + 1)..tree.start(container + 2)]);
                let separator = second_gap(&first, colon);
                Layout { first, separator, last: String::new() }
            }
            [(first, _), .., (_, before), (last, _)] => Layout {
                first: text[inside..*first].to_owned(),
                separator: text[*before..*last].to_owned(),
                last: String::new(),
            },
            [(first, before), (last, _)] => Layout {
                first: text[inside..*first].to_owned(),
                separator: text[*before..*last].to_owned(),
                last: String::new(),
            },
        }
    }
}

/// What stands before a second child: the white space of the first one, `first`, after a comma. `colon` is that of an
/// object's first member.
pub(super) fn second_gap(first: &str, colon: Option<&str>) -> String {
    let spaced = first.is_empty() && colon.is_some_and(|colon| colon.ends_with(": "));
    if spaced { ", ".to_owned() } else { format!(",{first}") }
}

/// The line break and indentation before the first child and before the closing bracket of an empty container, if the
/// document is indented and the container begins a line, alone or after its name. A line feed in JSON is never inside a
/// string, so lines can be found without parsing.
fn inner_lines(tree: &Tree<'_>, container: Id) -> Option<(String, String)> {
    let text = tree.text;
    let start = tree.start(container);
    let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let before = text[line..start].trim_start_matches([' ', '\t']);
    let indent = &text[line..start - before.len()];
    let before = before.trim_start_matches('\u{feff}').trim_end();
    if !before.is_empty() {
        let name = before.strip_suffix(':')?.trim_end();
        let inner = name.strip_prefix('"')?.strip_suffix('"')?;
        if inner.replace("\\\\", "").replace("\\\"", "").contains('"') {
            return None;
        }
    }
    // One level of indentation: the white space before the first child of the root.
    let unit = if tree.kind(ROOT).is_container() && tree.count(ROOT) > 0 {
        let gap = &text[tree.start(ROOT) + 1..tree.start(ROOT + 1)];
        &gap[gap.rfind('\n')? + 1..]
    } else {
        return None;
    };
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Some((format!("{end}{indent}{unit}"), format!("{end}{indent}")))
}
