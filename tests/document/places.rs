//! Reading, setting and removing one place of a document.

use storeship::document::{DocumentError, get, remove, set};

#[test]
fn get_returns_the_text_as_written() {
    // The document of RFC 6901 section 5.
    let text = r#"{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8}"#;
    for (pointer, expected) in [
        ("", text),
        ("/foo", r#"["bar", "baz"]"#),
        ("/foo/0", "\"bar\""),
        ("/", "0"),
        ("/a~1b", "1"),
        ("/c%d", "2"),
        ("/e^f", "3"),
        ("/g|h", "4"),
        ("/i\\j", "5"),
        ("/k\"l", "6"),
        ("/ ", "7"),
        ("/m~0n", "8"),
    ] {
        assert_eq!(get(text, pointer).unwrap(), expected, "{pointer}");
    }
    assert_eq!(get("\u{feff} [1.10e2 ] ", "").unwrap(), "[1.10e2 ]");
    assert_eq!(get(r#"{"\u0061":1,"a":2,"A":3}"#, "/a").unwrap(), "2");
    assert_eq!(get(r#"{"\ud83d\ude00":1}"#, "/😀").unwrap(), "1");
    assert_eq!(get(r#"{"~1":1}"#, "/~01").unwrap(), "1");
}

#[test]
fn what_is_not_there_is_explained() {
    let text = r#"{"a":[1,{"b":"x"}]}"#;
    for (pointer, message) in [
        ("/b", "there is nothing at '/b': '' exists, but it has no member 'b'"),
        ("/a/2", "there is nothing at '/a/2': '/a' exists, but it is an array with 2 elements"),
        ("/a/-", "there is nothing at '/a/-': '/a' exists, but it is an array and '-' is not an index"),
        ("/a/00", "there is nothing at '/a/00': '/a' exists, but it is an array and '00' is not an index"),
        (
            "/a/99999999999999999999",
            "there is nothing at '/a/99999999999999999999': '/a' exists, but it is an array and '99999999999999999999' is not an index",
        ),
        ("/a/1/b/c", "there is nothing at '/a/1/b/c': '/a/1/b' exists, but it is a string and has no parts"),
    ] {
        assert_eq!(get(text, pointer).unwrap_err().to_string(), message);
    }
    for pointer in ["a", "/a~", "/~2", "#/a"] {
        assert!(matches!(get(text, pointer), Err(DocumentError::PointerForm { .. })), "{pointer}");
    }
    assert_eq!(get("{", "").unwrap_err().code(), "document.invalid_json");
    assert_eq!(set("{}", "/a", "[").unwrap_err().code(), "document.invalid_value");
    assert_eq!(remove("{}", "").unwrap_err().code(), "document.remove_root");
    assert_eq!(set("{}", "/a/b", "1").unwrap_err().code(), "document.not_found");
}

#[test]
fn set_replaces_the_span_only() {
    let text = "\u{feff}{ \"a\" :\t1.0 ,\"b\":[ 1 ,2 ] }\r\n";
    assert_eq!(set(text, "/a", " \"x\" ").unwrap(), "\u{feff}{ \"a\" :\t\"x\" ,\"b\":[ 1 ,2 ] }\r\n");
    assert_eq!(set(text, "/b/1", "null").unwrap(), "\u{feff}{ \"a\" :\t1.0 ,\"b\":[ 1 ,null ] }\r\n");
    assert_eq!(set(text, "", "7").unwrap(), "\u{feff}7\r\n");
    assert_eq!(set(r#"{"a":1,"a":2}"#, "/a", "3").unwrap(), r#"{"a":1,"a":3}"#);
}

#[test]
fn set_adds_in_the_style_of_the_neighbours() {
    for (text, pointer, value, expected) in [
        ("{}", "/a", "1", "{\"a\":1}"),
        ("[]", "/0", "1", "[1]"),
        ("{\"a\": 1}", "/b", "2", "{\"a\": 1, \"b\": 2}"),
        ("{\"a\":1}", "/b", "2", "{\"a\":1,\"b\":2}"),
        ("{\"a\":1, \"b\" : 2 }", "/c", "3", "{\"a\":1, \"b\" : 2, \"c\" : 3 }"),
        ("[ 1 ]", "/-", "2", "[ 1, 2 ]"),
        ("[1,2]", "/2", "3", "[1,2,3]"),
        ("{\n\t\"a\": 1\n}", "/b", "{}", "{\n\t\"a\": 1,\n\t\"b\": {}\n}"),
        ("{\r\n  \"a\": {}\r\n}", "/a/b", "1", "{\r\n  \"a\": {\r\n    \"b\": 1\r\n  }\r\n}"),
        ("{\n  \"a\": []\n}", "/a/-", "1", "{\n  \"a\": [\n    1\n  ]\n}"),
        ("{\n  \"a\": [[], {}]\n}", "/a/0/-", "1", "{\n  \"a\": [[1], {}]\n}"),
        ("{\"a\":[]}", "/q\"~1\n", "1", "{\"a\":[],\"q\\\"/\\n\":1}"),
    ] {
        assert_eq!(set(text, pointer, value).unwrap(), expected, "{text} {pointer}");
    }
    assert!(set("[1]", "/2", "0").is_err());
    assert!(set("[1]", "/01", "0").is_err());
}

#[test]
fn remove_takes_one_comma() {
    for (text, pointer, expected) in [
        ("{ \"a\": 1 }", "/a", "{}"),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}", "/a", "{\n  \"b\": 2\n}"),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}", "/b", "{\n  \"a\": 1\n}"),
        ("[1 , 2,3 ]", "/1", "[1,3 ]"),
        ("[1 , 2,3 ]", "/0", "[2,3 ]"),
        ("[1 , 2,3 ]", "/2", "[1 , 2 ]"),
        ("{\"a\":1,\"b\":2,\"\\u0061\":3,\"c\":4}", "/a", "{\"b\":2,\"c\":4}"),
        ("{\"b\":{\"a\":1,\"a\":3}}", "/b/a", "{\"b\":{}}"),
    ] {
        assert_eq!(remove(text, pointer).unwrap(), expected, "{text} {pointer}");
    }
}
