//! What a submission says besides its listings, in rows.

use super::State;
use crate::document::{ValueKind, View};

/// A value of the submission, or both.
pub(super) struct Property {
    /// The names of its members: `packageDeliveryOptions / packageRollout / isPackageRollout`.
    pub(super) path: String,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    compared: bool,
}

impl Property {
    pub(super) fn state(&self) -> State {
        if self.compared { State::of(self.old.as_ref(), self.new.as_ref()) } else { State::Same }
    }

    pub(super) fn is_changed(&self) -> bool {
        self.state() != State::Same
    }
}

/// What is shown elsewhere, or tells nothing of what customers get; the upload address is a secret.
const LEFT_OUT: &[&str] = &["listings", "id", "status", "statusDetails", "fileUploadUrl", "friendlyName"];

/// The values of both submissions, in the order of the new one.
pub(super) fn properties(old: Option<View>, new: View) -> Vec<Property> {
    let before = old.map(leaves).unwrap_or_default();
    let after = leaves(new);
    let value = |leaves: &[(String, String)], path: &str| {
        leaves.iter().find(|(own, _)| own == path).map(|(_, value)| value.clone())
    };
    let mut paths: Vec<&String> = after.iter().map(|(path, _)| path).collect();
    paths.extend(before.iter().map(|(path, _)| path).filter(|path| value(&after, path).is_none()));
    let property = |path: &String| Property {
        path: path.clone(),
        old: value(&before, path),
        new: value(&after, path),
        compared: old.is_some(),
    };
    paths.into_iter().map(property).collect()
}

/// The most values of a document that are shown.
const MOST: usize = 2_000;

/// The values that are neither objects nor arrays, in their order, each with its path. Elements of an array are counted
/// from 1, or named after the file that they are about.
fn leaves(submission: View) -> Vec<(String, String)> {
    let mut leaves = Vec::new();
    let mut open: Vec<(String, View)> = Vec::new();
    for (name, value) in submission.members().into_iter().rev() {
        if !LEFT_OUT.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            open.push((name.into_owned(), value));
        }
    }
    while let Some((path, value)) = open.pop() {
        if leaves.len() == MOST {
            break;
        }
        match value.kind() {
            ValueKind::Object => {
                for (name, member) in value.members().into_iter().rev() {
                    open.push((format!("{path} / {name}"), member));
                }
            }
            ValueKind::Array => {
                let elements = value.elements();
                let names = names(&elements);
                for (name, element) in names.into_iter().zip(elements).rev() {
                    open.push((format!("{path} / {name}"), element));
                }
            }
            ValueKind::String => leaves.push((path, value.text().unwrap_or_default().into_owned())),
            _ => leaves.push((path, value.span().to_owned())),
        }
    }
    leaves
}

/// A name for each element of an array: that of the file that it is about, with a number if others have it too, or its
/// position.
fn names(elements: &[View]) -> Vec<String> {
    let mut files: Vec<Option<String>> = Vec::new();
    for element in elements {
        let name = element.member("fileName").and_then(View::text).map(|name| name.into_owned());
        files.push(name.filter(|name| !name.is_empty()));
    }
    let name = |(at, file): (usize, &Option<String>)| match file {
        None => (at + 1).to_string(),
        Some(name) => match files.iter().take(at).filter(|other| *other == file).count() {
            0 => name.clone(),
            before => format!("{name} ({})", before + 1),
        },
    };
    files.iter().enumerate().map(name).collect()
}
