//! JSON Patch: the examples of RFC 6902, appendix A, and the text that must not change.

use storeship::document::{DocumentError, Edit, apply_edits, edits_to_json, equal, patch, patch_with_edits};

#[test]
fn examples_of_the_rfc() {
    for (document, operations, expected) in [
        (r#"{"foo":"bar"}"#, r#"[{"op":"add","path":"/baz","value":"qux"}]"#, r#"{"baz":"qux","foo":"bar"}"#),
        (
            r#"{"foo":["bar","baz"]}"#,
            r#"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
            r#"{"foo":["bar","qux","baz"]}"#,
        ),
        (r#"{"baz":"qux","foo":"bar"}"#, r#"[{"op":"remove","path":"/baz"}]"#, r#"{"foo":"bar"}"#),
        (r#"{"foo":["bar","qux","baz"]}"#, r#"[{"op":"remove","path":"/foo/1"}]"#, r#"{"foo":["bar","baz"]}"#),
        (
            r#"{"baz":"qux","foo":"bar"}"#,
            r#"[{"op":"replace","path":"/baz","value":"boo"}]"#,
            r#"{"baz":"boo","foo":"bar"}"#,
        ),
        (
            r#"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
            r#"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
            r#"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#,
        ),
        (
            r#"{"foo":["all","grass","cows","eat"]}"#,
            r#"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
            r#"{"foo":["all","cows","eat","grass"]}"#,
        ),
        (
            r#"{"baz":"qux","foo":["a",2,"c"]}"#,
            r#"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2.0}]"#,
            r#"{"baz":"qux","foo":["a",2,"c"]}"#,
        ),
        (
            r#"{"foo":"bar"}"#,
            r#"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
            r#"{"foo":"bar","child":{"grandchild":{}}}"#,
        ),
        (r#"{"foo":"bar"}"#, r#"[{"op":"add","path":"/baz","value":"qux","xyz":123}]"#, r#"{"foo":"bar","baz":"qux"}"#),
        (r#"{"/":9,"~1":10}"#, r#"[{"op":"test","path":"/~01","value":10}]"#, r#"{"/":9,"~1":10}"#),
        (
            r#"{"foo":["bar"]}"#,
            r#"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
            r#"{"foo":["bar",["abc","def"]]}"#,
        ),
        (r#"{"foo":1}"#, r#"[{"op":"add","path":"","value":[1]}]"#, "[1]"),
        (r#"{"a":{"b":1.0}}"#, r#"[{"op":"copy","from":"/a","path":"/a/c"}]"#, r#"{"a":{"b":1.0,"c":{"b":1.0}}}"#),
        (r#"{"a":1}"#, r#"[{"op":"move","from":"/a","path":"/a"}]"#, r#"{"a":1}"#),
        (r#"{"\ud800":1}"#, r#"[{"op":"replace","path":"/\uD800","value":2}]"#, r#"{"\ud800":2}"#),
        ("[]", "[]", "[]"),
    ] {
        let patched = patch(document, operations).unwrap_or_else(|error| panic!("{operations}: {error}"));
        assert!(equal(&patched, expected).unwrap(), "{operations}: {patched}");
    }
}

#[test]
fn refusals() {
    for (document, operations, code, message) in [
        (
            r#"{"baz":"qux"}"#,
            r#"[{"op":"test","path":"/baz","value":"bar"}]"#,
            "document.test_failed",
            "operation 0 of the patch failed: the value at '/baz' is not the one that the patch expects",
        ),
        (
            r#"{"/":9,"~1":10}"#,
            r#"[{"op":"test","path":"/~01","value":"10"}]"#,
            "document.test_failed",
            "operation 0 of the patch failed: the value at '/~1' is not the one that the patch expects",
        ),
        (r#"{"foo":"bar"}"#, r#"[{"op":"add","path":"/baz/bat","value":"qux"}]"#, "document.not_found", ""),
        ("[1]", r#"[{"op":"add","path":"/2","value":1}]"#, "document.not_found", ""),
        ("[1]", r#"[{"op":"replace","path":"/1","value":1}]"#, "document.not_found", ""),
        ("[1]", r#"[{"op":"remove","path":"/-"}]"#, "document.not_found", ""),
        ("[1]", r#"[{"op":"remove","path":""}]"#, "document.remove_root", ""),
        (
            "[[1]]",
            r#"[{"op":"move","from":"/0","path":"/0/0"}]"#,
            "document.invalid_patch",
            "operation 0 of the patch is malformed: a value can't be moved into itself",
        ),
        (
            "[1]",
            r#"[{"op":"spam","path":"/0"}]"#,
            "document.invalid_patch",
            "operation 0 of the patch is malformed: 'spam' is no operation",
        ),
        (
            "[1]",
            r#"[{"op":"test","path":"/0","value":1},{"op":"add","path":"/0"}]"#,
            "document.invalid_patch",
            "operation 1 of the patch is malformed: it has no 'value'",
        ),
        (
            "[1]",
            r#"[{"op":"add","path":7,"value":1}]"#,
            "document.invalid_patch",
            "operation 0 of the patch is malformed: its 'path' is not a string",
        ),
        ("[1]", r#"[{"op":"add","path":"x","value":1}]"#, "document.invalid_patch", ""),
        ("[1]", r#"[7]"#, "document.invalid_patch", ""),
        ("[1]", r#"{}"#, "document.invalid_patch", ""),
        ("[1]", r#"["#, "document.invalid_patch", ""),
        ("[", r#"[]"#, "document.invalid_json", ""),
    ] {
        let error = patch(document, operations).expect_err(operations);
        assert_eq!(error.code(), code, "{operations}");
        if !message.is_empty() {
            assert_eq!(
                error.to_string(),
                message.replace("/~1'", if operations.contains("~01") { "/~01'" } else { "/~1'" })
            );
        }
    }
}

#[test]
fn untouched_text_stays() {
    let document = "{ \"a\" : 1.10,\n\t\"b\":[ 1 ,2 ], \"a\\u0062\":\"\\/\" }";
    let operations = r#"[{"op":"replace","path":"/b/0","value":1e5},{"op":"remove","path":"/ab"},{"op":"add","path":"/b/1","value":{ "x":1}}]"#;
    assert_eq!(patch(document, operations).unwrap(), "{ \"a\" : 1.10,\n\t\"b\":[ 1e5 ,{ \"x\":1} ,2 ] }");
}

fn parse(edits: &str) -> Vec<Edit> {
    serde_json::from_str(edits).unwrap()
}

#[test]
fn the_edits_of_a_patch_say_what_was_done() {
    for (document, operations, edits) in [
        (
            r#"{"a":1.0}"#,
            r#"[{"op":"add","path":"/a","value":2}]"#,
            r#"[{"op":"replace","path":"/a","value":2,"old":1.0}]"#,
        ),
        (r#"{}"#, r#"[{"op":"add","path":"/a","value":null}]"#, r#"[{"op":"add","path":"/a","value":null}]"#),
        (r#"[1]"#, r#"[{"op":"add","path":"/0","value":2}]"#, r#"[{"op":"add","path":"/0","value":2}]"#),
        (r#"[1]"#, r#"[{"op":"remove","path":"/0"}]"#, r#"[{"op":"remove","path":"/0","old":1}]"#),
        (
            r#"{"a":{"b":1},"c":2}"#,
            r#"[{"op":"move","from":"/a/b","path":"/c"}]"#,
            r#"[{"op":"remove","path":"/a/b","old":1},{"op":"replace","path":"/c","value":1,"old":2}]"#,
        ),
        (r#"{"a":1}"#, r#"[{"op":"copy","from":"/a","path":"/b"}]"#, r#"[{"op":"add","path":"/b","value":1}]"#),
        (r#"{"a":1}"#, r#"[{"op":"test","path":"/a","value":1}]"#, "[]"),
        (r#"{"\ud800":1}"#, r#"[{"op":"remove","path":"/\ud800"}]"#, r#"[{"op":"remove","path":"/\ud800","old":1}]"#),
    ] {
        let (patched, made) = patch_with_edits(document, operations).unwrap();
        assert_eq!(made, parse(edits), "{operations}");
        assert_eq!(serde_json::to_string(&made).unwrap(), edits, "edits keep their text");
        assert!(equal(&patch(document, &edits_to_json(&made)).unwrap(), &patched).unwrap(), "{operations}");
        // With their old values they are edits of this document, and of no other.
        assert!(equal(&patch(document, edits).unwrap(), &patched).unwrap(), "{operations}");
    }
}

#[test]
fn an_old_value_is_a_test() {
    let operation = |old: &str| format!(r#"[{{"op":"replace","path":"/a","value":2,"old":{old}}}]"#);
    assert_eq!(patch(r#"{"a":1}"#, &operation("1.0")).unwrap(), r#"{"a":2}"#);
    for (document, found) in [(r#"{"a":3}"#, Some("3")), (r#"{"a":null}"#, Some("null"))] {
        let DocumentError::Operation { index: 0, reason } = patch(document, &operation("1")).unwrap_err() else {
            panic!("{document}")
        };
        let expected = DocumentError::OldValue {
            pointer: "/a".to_owned(),
            expected: "1".to_owned(),
            found: found.map(str::to_owned),
        };
        assert_eq!(*reason, expected, "{document}");
    }
    let missing = patch("{}", &operation("1")).unwrap_err();
    assert!(
        matches!(&missing, DocumentError::Operation { reason, .. } if matches!(**reason, DocumentError::OldValue { found: None, .. }))
    );
    assert_eq!(patch(r#"{"a":null}"#, r#"[{"op":"remove","path":"/a","old":null}]"#).unwrap(), "{}");
}

#[test]
fn an_edit_that_is_made_already_is_known() {
    let edit = |text: &str| serde_json::from_str::<Edit>(text).unwrap();
    for (document, json, done) in [
        (r#"{"a":1.0}"#, r#"{"op":"replace","path":"/a","value":1}"#, true),
        (r#"{"a":1}"#, r#"{"op":"add","path":"/a","value":1}"#, true),
        (r#"{"a":1}"#, r#"{"op":"add","path":"/a","value":2}"#, false),
        (r#"["x"]"#, r#"{"op":"add","path":"/0","value":"x"}"#, false),
        (r#"["x"]"#, r#"{"op":"add","path":"/-","value":"x"}"#, false),
        (r#"["x"]"#, r#"{"op":"replace","path":"/0","value":"x"}"#, true),
        ("{}", r#"{"op":"remove","path":"/a","old":1}"#, true),
        ("{}", r#"{"op":"remove","path":"/a"}"#, false),
        (r#"{"a":1}"#, r#"{"op":"remove","path":"/a","old":1}"#, false),
    ] {
        assert_eq!(edit(json).is_done(document).unwrap(), done, "{json} in {document}");
    }
}

#[test]
fn two_values_for_one_name_are_refused_with_the_place() {
    let document = r#"{"pricing":{"priceId":"Tier2"},"twice":{"a":1,"a":2}}"#;
    for (operation, message) in [
        (
            r#"{"op":"remove","path":"/twice","path":"/pricing"}"#,
            "operation 0 of the patch is malformed: it has the member 'path' twice",
        ),
        (
            r#"{"op":"add","path":"/x","value":[0,{"y":1,"\u0079":2}]}"#,
            "operation 0 of the patch failed: the new value has two members with the name of '/1/y', remove one of them",
        ),
    ] {
        assert_eq!(patch(document, &format!("[{operation}]")).unwrap_err().to_string(), message);
    }
    // What the service sends twice may move.
    let moved = r#"[{"op":"remove","path":"/twice"},{"op":"add","path":"/again","value":{"a":1,"a":2}}]"#;
    assert_eq!(patch(document, moved).unwrap(), r#"{"pricing":{"priceId":"Tier2"},"again":{"a":1,"a":2}}"#);
}

#[test]
fn edits_that_are_done_are_left_out() {
    let document = r#"{ "a": 1, "b": {"c": [1, 2]}, "d": null }"#;
    let edits: Vec<Edit> = [
        r#"{"op":"add","path":"/a","value":1.0}"#,
        r#"{"op":"replace","path":"/b/c","value":[1,2]}"#,
        r#"{"op":"add","path":"/b/c/0","value":1}"#,
        r#"{"op":"remove","path":"/gone","old":7}"#,
        r#"{"op":"add","path":"/d","value":{"e":2},"old":null}"#,
        r#"{"op":"replace","path":"/d/e","value":3}"#,
        r#"{"op":"add","path":"/d","value":{"e":3}}"#,
    ]
    .map(|edit| serde_json::from_str(edit).unwrap())
    .to_vec();
    let (text, made) = apply_edits(document, &edits).unwrap();
    assert_eq!(text, r#"{ "a": 1, "b": {"c": [1, 1, 2]}, "d": {"e":3} }"#);
    let made: Vec<String> = made.iter().map(|edit| serde_json::to_string(edit).unwrap()).collect();
    assert_eq!(
        made,
        [
            r#"{"op":"add","path":"/b/c/0","value":1}"#,
            r#"{"op":"replace","path":"/d","value":{"e":2},"old":null}"#,
            r#"{"op":"replace","path":"/d/e","value":3,"old":2}"#,
        ]
    );
    let (at, error) = apply_edits(document, &edits[5..]).unwrap_err();
    assert_eq!((at, error.code()), (0, "document.not_found"));
}
