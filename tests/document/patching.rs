//! JSON Patch: the examples of RFC 6902, appendix A, and the text that must not change.

use storeship::document::{equal, patch};

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
