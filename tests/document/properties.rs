//! Properties of all documents and all edits.

use proptest::prelude::*;
use storeship::document::{
    Edit, EditOp, GUARDS, MergeOptions, Notes, Style, check, edits_to_json, equal, format, get, inspect, merge, patch,
    patch_with_edits, set,
};

use crate::model::{Dice, Value, edit, read, scalar, value, write, write_edited};

fn lifted() -> MergeOptions {
    MergeOptions { force: GUARDS.to_vec(), ..MergeOptions::default() }
}

fn body(baseline: &str, edited: &str) -> String {
    merge(baseline, edited, &Notes::default(), None, &lifted()).unwrap().body
}

/// The value with a few edits.
fn edited(value: &Value, new: &[Value], dice: &mut Dice) -> Value {
    let mut edited = value.clone();
    for new in new {
        edit(&mut edited, new, dice);
    }
    edited
}

/// Pointers of all scalars whose pointers are plain text.
fn leaves(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                leaves(element, format!("{pointer}/{index}"), found);
            }
        }
        Value::Map(members) => {
            for (name, value) in members {
                if let Ok(name) = String::from_utf16(name) {
                    leaves(value, format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), found);
                }
            }
        }
        _ => found.push(pointer),
    }
}

/// Pointers of all values whose pointers are plain text.
fn places(value: &Value, pointer: String) -> Vec<String> {
    let mut found = Vec::new();
    match value {
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                found.extend(places(element, format!("{pointer}/{index}")));
            }
        }
        Value::Map(members) => {
            for (name, value) in members {
                if let Ok(name) = String::from_utf16(name) {
                    found.extend(places(value, format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))));
                }
            }
        }
        _ => {}
    }
    found.push(pointer);
    found
}

/// Whether two pointers lead into the same element of an array.
fn share_an_element(document: &str, one: &str, two: &str) -> bool {
    let common = one.split('/').zip(two.split('/')).take_while(|(one, two)| one == two).count();
    let parents = (1..common).map(|parts| one.split('/').take(parts).collect::<Vec<_>>().join("/"));
    parents.into_iter().any(|parent| get(document, &parent).unwrap().starts_with('['))
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Makes the edits one by one; before each, its `old` is tested to be the value at its place.
fn assert_old_values_are_there(document: &str, edits: &[Edit]) {
    let mut text = document.to_owned();
    for edit in edits {
        if let Some(old) = &edit.old {
            let test = format!(r#"[{{"op":"test","path":{},"value":{old}}}]"#, edit.path.to_json());
            patch(&text, &test).unwrap();
        }
        assert_eq!(edit.old.is_none(), edit.op == EditOp::Add);
        text = edit.apply(&text).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_are_read_and_laid_out_without_loss(value in value(), seed: u64) {
        let text = write(&value, &mut Dice::new(seed));
        prop_assert_eq!(&read(&text), &value);
        let found = inspect(&text).unwrap();
        prop_assert_eq!(found.bytes, text.len());
        let compact = format(&text, Style::Compact).unwrap();
        prop_assert_eq!(&read(&compact), &value);
        prop_assert_eq!(format(&format(&compact, Style::Pretty).unwrap(), Style::Compact).unwrap(), compact);
    }

    #[test]
    fn identity_whatever_the_spelling(value in value(), seed: u64) {
        let mut dice = Dice::new(seed);
        let (baseline, edited) = (write(&value, &mut dice), write_edited(&value, &mut dice));
        let merged = merge(&baseline, &edited, &Notes::default(), None, &MergeOptions::default()).unwrap();
        prop_assert_eq!(merged.body, baseline.clone());
        prop_assert_eq!(merged.edits, vec![]);
        prop_assert!(equal(&baseline, &edited).unwrap());
    }

    #[test]
    fn edits_arrive_once_and_are_reported(value in value(), new in prop::collection::vec(value(), 1..5), seed: u64) {
        let mut dice = Dice::new(seed);
        let target = edited(&value, &new, &mut dice);
        let (baseline, edited) = (write(&value, &mut dice), write_edited(&target, &mut dice));
        prop_assert_eq!(equal(&baseline, &edited).unwrap(), value == target);
        // A single value in place of a list stands for a list, so the body differs from the target.
        if matches!((&value, &target), (Value::List(_), other) if !matches!(other, Value::List(_))) {
            return Ok(());
        }
        let merged = merge(&baseline, &edited, &Notes::default(), None, &lifted()).unwrap();
        if merged.remarks.is_empty() {
            // The independent parser reads the edited value.
            prop_assert_eq!(&read(&merged.body), &target);
            prop_assert_eq!(merged.edits.is_empty(), value == target);
        }
        prop_assert_eq!(merged.edits.is_empty(), merged.body == baseline);
        // A second merge changes nothing.
        prop_assert_eq!(&body(&merged.body, &edited), &merged.body);
        // The edits make the same value.
        let patched = patch(&baseline, &edits_to_json(&merged.edits)).unwrap();
        prop_assert_eq!(read(&patched), read(&merged.body));
        assert_old_values_are_there(&baseline, &merged.edits);
        // A current document that has the same value takes the same edits.
        let current = write(&value, &mut dice);
        let three = merge(&baseline, &edited, &Notes::default(), Some(&current), &lifted()).unwrap();
        prop_assert!(equal(&three.body, &merged.body).unwrap());
        if three.three_way {
            assert_old_values_are_there(&current, &three.edits);
        }
    }

    #[test]
    fn a_leaf_changes_its_span_only(value in value(), new in scalar(), seed: u64) {
        let mut dice = Dice::new(seed);
        let baseline = write(&value, &mut dice);
        let mut pointers = Vec::new();
        leaves(&value, String::new(), &mut pointers);
        if pointers.is_empty() {
            return Ok(());
        }
        let pointer = &pointers[dice.roll(pointers.len())];
        let old = get(&baseline, pointer).unwrap();
        let start = old.as_ptr() as usize - baseline.as_ptr() as usize;
        let spelled = write(&new, &mut dice);
        let edited = set(&baseline, pointer, &spelled).unwrap();
        let expected = [&baseline[..start], spelled.trim(), &baseline[start + old.len()..]].concat();
        prop_assert_eq!(&edited, &expected);
        // The merge does the same, from any spelling of the edited document.
        let edited = write_edited(&read(&edited), &mut dice);
        let merged = body(&baseline, &edited);
        if read(old) == new {
            prop_assert_eq!(merged, baseline);
        } else {
            prop_assert!(merged.starts_with(&baseline[..start]), "{merged} from {baseline}");
            prop_assert!(merged.ends_with(&baseline[start + old.len()..]), "{merged} from {baseline}");
        }
    }

    #[test]
    fn a_patch_makes_what_its_operations_make_one_by_one(value in value(), new in prop::collection::vec(value(), 1..12), seed: u64) {
        let mut dice = Dice::new(seed);
        let document = write(&value, &mut dice);
        let mut text = document.clone();
        let mut operations = Vec::new();
        let mut made = Vec::new();
        for new in &new {
            let mut pointers = places(&read(&text), String::new());
            let pick = |dice: &mut Dice, pointers: &[String]| pointers[dice.roll(pointers.len())].clone();
            let from = pick(&mut dice, &pointers);
            if dice.roll(3) == 0 {
                // A place that may not be there yet.
                pointers.iter_mut().for_each(|pointer| pointer.push_str(["/-", "/0", "/new", "/1"][seed as usize % 4]));
            }
            let path = pick(&mut dice, &pointers);
            let value = write_edited(new, &mut dice);
            let operation = match dice.roll(6) {
                0 => format!(r#"{{"op":"remove","path":{}}}"#, quoted(&path)),
                1 => format!(r#"{{"op":"replace","path":{},"value":{value}}}"#, quoted(&path)),
                2 => format!(r#"{{"op":"move","from":{},"path":{}}}"#, quoted(&from), quoted(&path)),
                3 => format!(r#"{{"op":"copy","from":{},"path":{}}}"#, quoted(&from), quoted(&path)),
                _ => format!(r#"{{"op":"add","path":{},"value":{value}}}"#, quoted(&path)),
            };
            let Ok((next, edits)) = patch_with_edits(&text, &format!("[{operation}]")) else { continue };
            // Each edit is also made by the functions for one edit, which cut it into the text.
            let mut single = text.clone();
            for edit in &edits {
                single = Edit { old: None, ..edit.clone() }.apply(&single).unwrap();
            }
            prop_assert_eq!(&single, &next, "{} in {}", operation, text);
            text = next;
            operations.push(operation);
            made.extend(edits);
        }
        let all = patch_with_edits(&document, &format!("[{}]", operations.join(",")));
        prop_assert_eq!(all, Ok((text, made)), "{} in {}", operations.join(","), document);
    }

    #[test]
    fn edits_at_two_places_commute(value in value(), seed: u64) {
        let mut dice = Dice::new(seed);
        let baseline = write(&value, &mut dice);
        let mut pointers = Vec::new();
        leaves(&value, String::new(), &mut pointers);
        if pointers.len() < 2 {
            return Ok(());
        }
        let one = dice.roll(pointers.len());
        let two = (one + 1 + dice.roll(pointers.len() - 1)) % pointers.len();
        let (one, two) = (&pointers[one], &pointers[two]);
        let first = set(&baseline, one, "\"one\"").unwrap();
        let second = set(&baseline, two, "\"two\"").unwrap();
        let both = set(&first, two, "\"two\"").unwrap();
        prop_assert_eq!(&set(&second, one, "\"one\"").unwrap(), &both);
        prop_assert_eq!(&body(&baseline, &both), &both);
        // A merge of three documents has both changes.
        match merge(&baseline, &first, &Notes::default(), Some(&second), &lifted()) {
            Ok(three) => prop_assert_eq!(&three.body, &both),
            // An element that only its content identifies is another one after a change.
            Err(error) => prop_assert!(share_an_element(&baseline, one, two), "{error}"),
        }
    }

    #[test]
    fn no_text_panics(text in "[\\[\\]{}\",:0-9eE+.tfn \\\\u-]{0,40}", other in "[\\[\\]{}\",:0a]{0,12}", pointer in "[/~01a-]{0,6}") {
        let valid = check(&text).is_ok();
        prop_assert_eq!(valid, serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok() || (valid && text.contains("\\u")));
        let _ = inspect(&text);
        let _ = get(&text, &pointer);
        let _ = set(&text, &pointer, &other);
        let _ = format(&text, Style::Pretty);
        let _ = patch(&text, &other);
        let _ = merge(&text, &other, &Notes::default(), Some(&text), &MergeOptions::default());
        let _ = merge(&other, &text, &Notes::default(), None, &lifted());
    }
}
