//! Edits carried over to a document that changed in the meantime.

use storeship::document::{GUARDS, MergeError, MergeOptions, MergeOutcome, Notes, edits_to_json, equal, merge, patch};

fn three(baseline: &str, edited: &str, current: &str) -> Result<MergeOutcome, MergeError> {
    let options = MergeOptions { force: GUARDS.to_vec(), ..MergeOptions::default() };
    let merged = merge(baseline, edited, &Notes::default(), Some(current), &options)?;
    assert!(equal(&patch(current, &edits_to_json(&merged.edits)).unwrap(), &merged.body).unwrap());
    Ok(merged)
}

fn conflicts(baseline: &str, edited: &str, current: &str) -> Vec<String> {
    match three(baseline, edited, current) {
        Err(MergeError::Conflict(conflicts)) => conflicts.iter().map(|c| c.pointer.to_string()).collect(),
        other => panic!("no conflict: {other:?}"),
    }
}

#[test]
fn an_unchanged_current_is_the_baseline() {
    let (baseline, edited) = (r#"{"a":1.0,"b":[1,2]}"#, r#"{"a":2,"b":[1]}"#);
    let two = merge(baseline, edited, &Notes::default(), None, &MergeOptions::default()).unwrap();
    let same = merge(baseline, edited, &Notes::default(), Some(baseline), &MergeOptions::default()).unwrap();
    assert_eq!(two, same);
    assert!(!same.three_way);
}

#[test]
fn changes_at_different_places_are_both_there() {
    let baseline = r#"{"a":1,"b":{"c":2,"d":3},"l":[{"id":"1","x":1},{"id":"2","x":1}]}"#;
    let merged = three(
        baseline,
        r#"{"a":1,"b":{"c":9,"d":3,"e":5},"l":[{"id":"1","x":1},{"id":"2","x":7}]}"#,
        r#"{"new":0, "b":{"d":3,"c":2.0},"l":[{"id":"0"},{"id":"1","x":1},{"id":"2","x":1}],"a":4}"#,
    )
    .unwrap();
    assert_eq!(
        merged.body,
        r#"{"new":0, "b":{"d":3,"c":9,"e":5},"l":[{"id":"0"},{"id":"1","x":1},{"id":"2","x":7}],"a":4}"#
    );
    assert!(merged.three_way);
    assert_eq!(three(baseline, baseline, "{ }").unwrap().body, "{ }");
    // A list that only one side changed, with elements that the other side edited inside.
    assert_eq!(three("[[1],[2],[3]]", "[[0],[1],[3]]", "[[1],[2],[4]]").unwrap().body, "[[0],[1],[4]]");
    assert_eq!(three("[[1],[2],[3]]", "[[1],[3]]", "[[1],[2],[3,4]]").unwrap().body, "[[1],[3,4]]");
}

#[test]
fn the_same_change_is_no_conflict() {
    assert_eq!(
        three(r#"{"a":1,"b":2}"#, r#"{"a":3,"c":[1]}"#, r#"{"a":3.0,"c":[1.0]}"#).unwrap().body,
        r#"{"a":3.0,"c":[1.0]}"#
    );
    assert_eq!(three("[1,2]", "[1,2,3]", "[1,2,3.0]").unwrap().body, "[1,2,3.0]");
}

#[test]
fn two_changes_of_one_place_are_a_conflict() {
    assert_eq!(conflicts(r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":3}"#), ["/a"]);
    assert_eq!(conflicts(r#"{"a":{"b":1}}"#, "{}", r#"{"a":{"b":2}}"#), ["/a"]);
    assert_eq!(conflicts(r#"{"a":{"b":1}}"#, r#"{"a":{"b":2}}"#, "{}"), ["/a/b"]);
    assert_eq!(conflicts(r#"{"a":{"b":1}}"#, r#"{"a":{"b":2}}"#, r#"{"a":[]}"#), ["/a/b"]);
    assert_eq!(conflicts("{}", r#"{"a":1}"#, r#"{"a":2}"#), ["/a"]);
    assert_eq!(conflicts("[1,2]", "[1,2,3]", "[1]"), [""]);
    assert_eq!(conflicts("[[1],[2]]", "[[2]]", "[[5],[2]]"), ["/0"]);
    assert_eq!(conflicts("[[1],[2]]", "[[1,7],[2]]", "[[2]]"), ["/0"]);
    let error = three(r#"{"a":1,"b":1}"#, r#"{"a":2,"b":2}"#, r#"{"a":3,"b":3}"#).unwrap_err();
    assert_eq!(error.code(), "document.conflict");
    assert_eq!(
        error.to_string(),
        "the document changed since it was read, at the places that were edited: '/a', '/b'; read it again and repeat the edit"
    );
}

/// A submission whose packages are these.
fn packages(list: &[&str]) -> String {
    format!(r#"{{"applicationPackages":[{}]}}"#, list.join(","))
}

#[test]
fn an_edit_follows_its_item_and_nothing_else() {
    let item =
        |id: &str, name: &str, status: &str| format!(r#"{{"id":"{id}","fileName":"{name}","fileStatus":"{status}"}}"#);
    let [one, two, three, nine] =
        [("1", "a"), ("2", "b"), ("3", "c"), ("9", "z")].map(|(id, name)| item(id, name, "Uploaded"));
    let gone = |id: &str, name: &str| item(id, name, "PendingDelete");
    // The only item, one in the middle of three, and the last one were replaced by another.
    for (before, now, edited, place) in [
        (vec![&*one], vec![&*two], vec![gone("1", "a")], "/applicationPackages/0/fileStatus"),
        (
            vec![&*one, &two, &three],
            vec![&*one, &nine, &three],
            vec![one.clone(), gone("2", "b"), three.clone()],
            "/applicationPackages/1/fileStatus",
        ),
        (vec![&*one, &two], vec![&*one, &nine], vec![one.clone(), gone("2", "b")], "/applicationPackages/1/fileStatus"),
        (vec![&*one, &two], vec![&*two], vec![gone("1", "a"), two.clone()], "/applicationPackages/0/fileStatus"),
    ] {
        let edited: Vec<&str> = edited.iter().map(String::as_str).collect();
        assert_eq!(conflicts(&packages(&before), &packages(&edited), &packages(&now)), [place]);
        // The other way round: the edited document has the other item.
        assert_eq!(conflicts(&packages(&before), &packages(&now), &packages(&edited)).len(), 1);
    }
    // An item that only moved takes its edit along; so does one that the edited document moved.
    let (before, moved) = ([&*one, &two, &three], [&*three, &one, &two]);
    let marked = [one.clone(), gone("2", "b"), three.clone()];
    let marked: Vec<&str> = marked.iter().map(String::as_str).collect();
    let expected = packages(&[&three, &one, &gone("2", "b")]);
    assert_eq!(three_body(&packages(&before), &packages(&marked), &packages(&moved)), expected);
    assert_eq!(three_body(&packages(&before), &packages(&moved), &packages(&marked)), expected);
    // A file that got its id meanwhile is the same item.
    assert_eq!(
        three_body(
            r#"{"p":[{"fileName":"a","s":1}]}"#,
            r#"{"p":[{"fileName":"a","s":2}]}"#,
            r#"{"p":[{"id":"5","fileName":"a","s":1}]}"#
        ),
        r#"{"p":[{"id":"5","fileName":"a","s":2}]}"#
    );
}

fn three_body(baseline: &str, edited: &str, current: &str) -> String {
    three(baseline, edited, current).unwrap().body
}

#[test]
fn trailers_and_named_items_have_an_identity() {
    for key in ["id", "fileName", "videoFileName", "name"] {
        let item = |name: &str, value: u32| format!(r#"{{"{key}":"{name}","v":{value}}}"#);
        let baseline = format!(r#"{{"l":[{}]}}"#, item("a", 1));
        let edited = format!(r#"{{"l":[{}]}}"#, item("a", 2));
        let current = format!(r#"{{"l":[{}]}}"#, item("b", 1));
        assert_eq!(conflicts(&baseline, &edited, &current), ["/l/0/v"], "{key}");
        // Two objects with different keys are never the same item in another document: the edit removes one and adds the
        // other. In the document itself they have the same place.
        let replaced = format!(r#"{{"l":[{}]}}"#, item("b", 1));
        let newer = format!(r#"{{"l":[{}],"x":1}}"#, item("a", 1));
        for (current, expected) in [
            (Some(&*newer), vec!["remove /l/0".to_owned(), "add /l/0".to_owned()]),
            (None, vec![format!("replace /l/0/{key}")]),
        ] {
            let merged = merge(&baseline, &replaced, &Notes::default(), current, &MergeOptions::default()).unwrap();
            let edits: Vec<String> = merged.edits.iter().map(|edit| format!("{} {}", edit.op, edit.path)).collect();
            assert_eq!(edits, expected, "{key}");
        }
    }
    // The id counts more than the name of the file.
    assert_eq!(
        conflicts(
            r#"{"l":[{"id":"1","fileName":"a","v":1}]}"#,
            r#"{"l":[{"id":"1","fileName":"a","v":2}]}"#,
            r#"{"l":[{"id":"2","fileName":"a","v":1}]}"#
        ),
        ["/l/0/v"]
    );
}

#[test]
fn without_keys_the_content_is_the_identity() {
    let (baseline, edited) = (r#"{"l":[{"x":1,"y":1},{"x":2,"y":2}]}"#, r#"{"l":[{"x":1,"y":1},{"x":2,"y":9}]}"#);
    assert_eq!(
        three_body(baseline, edited, r#"{"l":[{"x":2,"y":2},{"x":1,"y":1}]}"#),
        r#"{"l":[{"x":2,"y":9},{"x":1,"y":1}]}"#
    );
    assert_eq!(conflicts(baseline, edited, r#"{"l":[{"x":1,"y":1},{"x":7,"y":2}]}"#), ["/l/1/y"]);
    // The same edit on both sides is none.
    assert_eq!(three_body(baseline, edited, edited), edited);
    // What lies in an element that nobody touched is found in arrays and objects below it.
    assert_eq!(three_body("[[[1],[2]],[3]]", "[[[1],[5]],[3]]", "[[[1],[2]],[4]]"), "[[[1],[5]],[4]]");
    assert_eq!(conflicts("[[[1],[2]],[3]]", "[[[1],[5]],[3]]", "[[[0],[2]],[3]]"), ["/0/1/0"]);
}
