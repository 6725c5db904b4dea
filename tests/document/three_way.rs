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
