//! The rules of the merge, which `src/document/merge/mod.rs` lists, one by one.

use storeship::document::{
    EditOp, GUARDS, MergeError, MergeOptions, MergeOutcome, Notes, RemarkKind, edits_to_json, equal, merge, patch,
};

fn options() -> MergeOptions {
    MergeOptions { force: GUARDS.to_vec(), ..MergeOptions::default() }
}

/// Merges, and checks that the edits make the body.
fn merged(baseline: &str, edited: &str) -> MergeOutcome {
    noted(baseline, edited, "{}")
}

fn noted(baseline: &str, edited: &str, notes: &str) -> MergeOutcome {
    let notes = Notes::parse(notes).unwrap();
    let merged = merge(baseline, edited, &notes, None, &options()).unwrap_or_else(|e| panic!("{edited}: {e}"));
    let patched = patch(baseline, &edits_to_json(&merged.edits)).unwrap();
    assert!(equal(&patched, &merged.body).unwrap(), "edits of {edited}: {patched}");
    assert_eq!(merged.edits.is_empty(), merged.body == baseline.strip_prefix('\u{feff}').unwrap_or(baseline));
    merged
}

fn body(baseline: &str, edited: &str) -> String {
    merged(baseline, edited).body
}

#[test]
fn members_are_cut_and_appended() {
    let baseline = "{\n  \"a\": 1,\n  \"b\": {\"x\":1,\"y\":2},\n  \"c\": []\n}\n";
    assert_eq!(body(baseline, r#"{"c":[],"a":1}"#), "{\n  \"a\": 1,\n  \"c\": []\n}\n");
    assert_eq!(
        body(baseline, r#"{"new":true,"c":[],"b":{"y":2,"x":1,"z":3},"a":1,"late":{}}"#),
        "{\n  \"a\": 1,\n  \"b\": {\"x\":1,\"y\":2,\"z\":3},\n  \"c\": [],\n  \"new\": true,\n  \"late\": {}\n}\n"
    );
    assert_eq!(body(baseline, "{}"), "{}\n");
    assert_eq!(
        body("{\n  \"l\": {}\n}", r#"{"l":{"de":1,"fr":2}}"#),
        "{\n  \"l\": {\n    \"de\": 1,\n    \"fr\": 2\n  }\n}"
    );
    // Names are code units, not spellings.
    assert_eq!(body(r#"{"\u0061\ud800":1}"#, r#"{"a\uD800":2}"#), r#"{"\u0061\ud800":2}"#);
    assert_eq!(body(r#"{"":1}"#, r#"{"":2}"#), r#"{"":2}"#);
}

#[test]
fn spelling_is_no_difference() {
    let baseline = "{\"a\":1.10,\"b\":1e400,\"c\":-0,\"d\":100000000000000000000000000000001,\"e\":\"\\u00e9\\/\",\"f\":9007199254740993.0,\"g\":\"\\ud83d\\ude00\"}";
    for edited in [
        "{\"g\":\"😀\",\"a\":1.1,\"b\":10E399,\"c\":0,\"d\":1.00000000000000000000000000000001e32,\"e\":\"é/\",\"f\":9007199254740993}",
        // What the PowerShell module sends for numbers that .NET can only hold as a double.
        "{\"a\":1.1,\"b\":9.9999999999999999E+999,\"c\":-0.0,\"d\":1.0000000000000001E+032,\"e\":\"\\u00E9/\",\"f\":9007199254740993.0,\"g\":\"\\uD83D\\uDE00\"}",
    ] {
        assert_eq!(body(baseline, edited), baseline);
    }
    // The next integer is another number, although it is the same double.
    assert_eq!(body("[9007199254740993]", "[9007199254740992]"), "[9007199254740992]");
    assert_eq!(body("[\"\\ud800\"]", "[\"\u{fffd}\"]"), "[\"\u{fffd}\"]");
    assert_eq!(body(" [1 , true] ", "[1,false]"), " [1 , false] ");
}

#[test]
fn numbers_that_no_double_holds() {
    for (old, new) in [
        ("9007199254740993.0", "9007199254740992.0"),
        ("0.1234567890123456789", "0.12345678901234568"),
        ("0.84551240822557006", "0.8455124082255701"),
        ("0.8455124082255701", "0.84551240822557006"),
        ("-0.1234567890123456789", "-0.12345678901234568"),
        ("2.5e-324", "5E-324"),
        ("1e-400", "0.0"),
        ("-1e-400", "-0.0"),
    ] {
        let baseline = format!("{{\"v\":{old},\"a\":[1, {old}]}}");
        assert_eq!(body(&baseline, &format!("{{\"v\":{new},\"a\":[1,{new}]}}")), baseline, "{old} -> {new}");
    }
    for (old, new) in [
        ("9007199254740993.0", "9007199254740992"),
        ("0.1234567890123456789", "0.12345678901234567"),
        ("0.1", "0.10000000000000001"),
        ("0.1234567890123456789", "0.1234567890123456788"),
        ("1e-400", "0"),
        ("1e-300", "0.0"),
    ] {
        assert_eq!(body(&format!("[{old}]"), &format!("[{new}]")), format!("[{new}]"), "{old} -> {new}");
    }
}

#[test]
fn new_doubles_are_printed_short() {
    for (written, printed) in [
        ("1.0000000000000001E-001", "0.1"),
        ("2.5000000000000000E+001", "25"),
        ("9.9999999999999995E-008", "1e-7"),
        ("-1.2345678901234567E+020", "-123456789012345670000"),
        ("1.0000000000000000E+021", "1e+21"),
        ("1.7976931348623157E+308", "1.7976931348623157e+308"),
        ("0.0000000000000000E+000", "0"),
        ("1.00000001E-001", "0.1"),
        ("3.33333343E-001", "0.33333334"),
        ("9.9976E-002", "0.1"),
        ("6.5504E+004", "65500"),
        ("5.9605E-008", "6e-8"),
        ("3.40282347E+038", "3.4028235e+38"),
        ("1.40129846E-045", "1e-45"),
        // Out of the range of the type whose form they have, so another tool wrote them.
        ("2.50955095E+114", "2.50955095E+114"),
        ("1.00000000E-060", "1.00000000E-060"),
        ("1.2345E+114", "1.2345E+114"),
        ("-1.2345E-114", "-1.2345E-114"),
    ] {
        assert_eq!(body("[null]", &format!("[{written}]")), format!("[{printed}]"), "{written}");
        assert_eq!(
            body("{\"a\":[]}", &format!("{{\"a\":[],\"b\":{{\"c\":{written}}}}}")),
            format!("{{\"a\":[],\"b\":{{\"c\":{printed}}}}}")
        );
    }
    // Any other spelling stays.
    assert_eq!(body("[null]", "[1.50E+1]"), "[1.50E+1]");
    let error = merge("[1]", "[9.9999999999999999E+999]", &Notes::default(), None, &options()).unwrap_err();
    assert_eq!(error.code(), "document.not_finite");
    assert_eq!(error.to_string(), "the number at '/0' is infinite or too large for its type, JSON has no such value");
}

#[test]
fn dates_are_compared_as_times() {
    let baseline =
        r#"{"d":"1601-01-01T00:00:00.0000000Z","e":"2016-03-01T00:00:00+02:00","f":"\/Date(1456790400000+0200)\/"}"#;
    let edited = r#"{"d":"1601-01-01T00:00:00Z","e":"2016-02-29T22:00:00Z","f":"2016-03-01T00:00:00Z"}"#;
    let notes = r#"{"/d":"datetime","/e":["datetime"],"/f":"datetime"}"#;
    assert_eq!(noted(baseline, edited, notes).body, baseline);
    // Another time is an edit, with the text of the edited document.
    let later = r#"{"d":"1601-01-01T00:00:00Z","e":"2016-02-29T23:00:00Z","f":"2016-03-01T00:00:00Z"}"#;
    assert_eq!(
        noted(baseline, later, notes).body,
        baseline.replace("2016-03-01T00:00:00+02:00", "2016-02-29T23:00:00Z")
    );
    assert_eq!(
        noted(r#"["2016-03-01T24:00:00Z"]"#, r#"["2016-03-02T00:00:00Z"]"#, r#"{"/0":"datetime"}"#).body,
        r#"["2016-03-01T24:00:00Z"]"#
    );
}

#[test]
fn the_last_of_duplicate_names_is_edited() {
    let baseline = r#"{"a":1,"b":0,"a":2}"#;
    assert_eq!(body(baseline, r#"{"a":2,"b":0}"#), baseline);
    assert_eq!(body(baseline, r#"{"a":3,"b":0}"#), r#"{"a":1,"b":0,"a":3}"#);
    assert_eq!(body(baseline, r#"{"b":0}"#), r#"{"b":0}"#);
    assert_eq!(body(r#"{"a":[1],"a":[2,3]}"#, r#"{"a":[1.0],"a":[2,4]}"#), r#"{"a":[1],"a":[2,4]}"#);
}

#[test]
fn two_values_for_one_name_are_refused_unless_the_service_sent_them() {
    let refused = |baseline: &str, edited: &str| match merge(baseline, edited, &Notes::default(), None, &options()) {
        Err(MergeError::DuplicateNames(places)) => places.iter().map(ToString::to_string).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(r#"{"a":1}"#, r#"{"a":1,"a":2}"#), ["/a"]);
    assert_eq!(refused(r#"{"a":1}"#, r#"{"a":2,"\u0061":1}"#), ["/a"]);
    assert_eq!(refused(r#"{"a":1,"a":2}"#, r#"{"a":9,"a":2}"#), ["/a"]);
    assert_eq!(refused(r#"{"a":1,"a":2}"#, r#"{"a":1,"a":1,"a":2}"#), ["/a"]);
    // In values that are new.
    assert_eq!(refused("{}", r#"{"b":[0,{"x":1,"x":2}]}"#), ["/b/1/x"]);
    assert_eq!(refused("[]", r#"[{"b":{"x":1,"x":2}}]"#), ["/0/b/x"]);
    assert_eq!(refused("[null]", r#"[{"x":1,"x":2}]"#), ["/0/x"]);
    assert_eq!(refused(r#"{"l":[{"y":1}]}"#, r#"{"l":{"x":1,"x":2}}"#), ["/l/x"]);
    let twice = r#"{"l":[{"id":"1","x":1,"x":2},{"id":"2"}],"m":[]}"#;
    assert_eq!(
        body(twice, r#"{"l":[{"id":"2"},{"id":"1","x":1,"x":2}],"m":[]}"#),
        r#"{"l":[{"id":"2"},{"id":"1","x":1,"x":2}],"m":[]}"#
    );
    assert_eq!(
        body(twice, r#"{"l":[{"id":"2"}],"m":[{"id":"1","x":1,"x":2}]}"#),
        r#"{"l":[{"id":"2"}],"m":[{"id":"1","x":1,"x":2}]}"#
    );
    let error = merge(r#"{"a":1}"#, r#"{"a":1,"a":2}"#, &Notes::default(), None, &options()).unwrap_err();
    assert_eq!(error.code(), "document.duplicate_name");
}

#[test]
fn a_date_in_another_spelling_keeps_the_text_that_came() {
    let plain = MergeOptions::default();
    let baseline = r#"{"d":"1601-01-01T00:00:00.0000000Z","l":[{"id":"1","at":"2016-03-01T00:00:00+02:00"}, "2016-03-01T00:00:00Z"],"n":1}"#;
    let edited =
        r#"{"d":"1601-01-01T00:00:00Z","l":["2016-03-01T00:00:00.000Z",{"id":"1","at":"2016-02-29T22:00:00Z"}],"n":2}"#;
    let merged = merge(baseline, edited, &Notes::default(), None, &plain).unwrap();
    assert_eq!(
        merged.body,
        r#"{"d":"1601-01-01T00:00:00.0000000Z","l":["2016-03-01T00:00:00Z", {"id":"1","at":"2016-03-01T00:00:00+02:00"}],"n":2}"#
    );
    let remarks: Vec<_> =
        merged.remarks.iter().map(|remark| (remark.pointer.to_string(), remark.kind.name())).collect();
    for place in ["/d", "/l/0", "/l/1/at"] {
        assert!(remarks.contains(&(place.to_owned(), "dateRespelled")), "{remarks:?}");
    }
    // In a newer document too.
    let current = baseline.replace("\"n\":1", "\"n\":1,\"new\":0");
    let three = merge(baseline, edited, &Notes::default(), Some(&current), &plain).unwrap();
    assert_eq!(three.body, merged.body.replace("\"n\":2", "\"n\":2,\"new\":0"));
    // A time that changed with the spelling is refused as before, and a lifted guard takes the new text.
    for (old, new) in
        [("2016-03-01T00:00:00", "2016-03-01T00:00:00Z"), ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00")]
    {
        let error = merge(&format!("[\"{old}\"]"), &format!("[\"{new}\"]"), &Notes::default(), None, &plain);
        assert!(matches!(error, Err(MergeError::Damaged(trips)) if trips[0].guard.id() == "K9"), "{new}");
    }
    assert_eq!(body(r#"["1601-01-01T00:00:00.0Z"]"#, r#"["1601-01-01T00:00:00Z"]"#), r#"["1601-01-01T00:00:00Z"]"#);
    // `/Date(n)/` is what Windows PowerShell makes of a date, and nothing that the service takes.
    let error = merge(r#"["1970-01-01T00:00:00Z"]"#, r#"["\/Date(0)\/"]"#, &Notes::default(), None, &plain);
    assert!(matches!(error, Err(MergeError::Damaged(trips)) if trips[0].guard.id() == "K3"));
}

#[test]
fn an_integer_that_lost_digits_is_refused() {
    for (old, new) in [
        ("1152921504621243540", "1152921504621243600"),
        ("1152921504621243540", "1152921504621243648"),
        ("1152921504621243540", "1152921504621240000"),
        ("9007199254740993", "9007199254740992"),
        ("-9007199254740993", "-9007199254740992"),
        ("123456789012345678901234567890", "123456789012345680000000000000"),
    ] {
        let (baseline, edited) = (format!(r#"{{"n":[{old}]}}"#), format!(r#"{{"n":[{new}]}}"#));
        match merge(&baseline, &edited, &Notes::default(), None, &MergeOptions::default()) {
            Err(MergeError::Damaged(trips)) => {
                assert_eq!((trips[0].guard.id(), trips[0].pointer.to_string()), ("K12", "/n/0".to_owned()));
            }
            other => panic!("{old} -> {new}: {other:?}"),
        }
        assert_eq!(body(&baseline, &edited), edited);
    }
    for (old, new) in [("1152921504621243540", "1152921504621243541"), ("100", "101"), ("9007199254740993", "17")] {
        let merged = merge(&format!("[{old}]"), &format!("[{new}]"), &Notes::default(), None, &MergeOptions::default());
        assert_eq!(merged.unwrap().body, format!("[{new}]"));
    }
}

#[test]
fn old_values_are_whole_and_as_they_were_written() {
    let long = format!("[ {}1.0 ]", "1.0, ".repeat(2000));
    let link = r#""https://host/path?sv=1&sig=\u0073ecret""#;
    let baseline = format!(r#"{{"a": {long}, "b": {{ "c": 1.10 }}, "d": {link}}}"#);
    let merged = merged(&baseline, r#"{"b": {"c": 2, "e": 3}, "d": "x"}"#);
    let mut found: Vec<_> =
        merged.edits.iter().map(|edit| (edit.path.to_string(), edit.op, edit.old.as_deref())).collect();
    found.sort_by_key(|(path, ..)| path.clone());
    assert_eq!(
        found,
        [
            ("/a".to_owned(), EditOp::Remove, Some(long.as_str())),
            ("/b/c".to_owned(), EditOp::Replace, Some("1.10")),
            ("/b/e".to_owned(), EditOp::Add, None),
            ("/d".to_owned(), EditOp::Replace, Some(link)),
        ]
    );
}

#[test]
fn arrays_keep_their_shape() {
    let wrapped = merged(r#"{"k":["epub", "pdf"]}"#, r#"{"k":"epub"}"#);
    assert_eq!(wrapped.body, r#"{"k":["epub"]}"#);
    assert_eq!(wrapped.remarks[0].kind, RemarkKind::Wrapped);
    assert_eq!(wrapped.remarks[0].pointer.to_string(), "/k");
    assert_eq!(body(r#"{"k":["epub"]}"#, r#"{"k":"epub"}"#), r#"{"k":["epub"]}"#);
    assert_eq!(
        body(r#"{"k":[{"id":"1","x":1.0},{"id":"2"}]}"#, r#"{"k":{"id":"1","x":2}}"#),
        r#"{"k":[{"id":"1","x":2}]}"#
    );
    assert_eq!(body(r#"{"k":[]}"#, r#"{"k":"new"}"#), r#"{"k":["new"]}"#);
    let emptied = noted(r#"{"k":[ "epub" ]}"#, r#"{"k":null}"#, r#"{"/k":"autonull"}"#);
    assert_eq!(emptied.body, r#"{"k":[]}"#);
    assert_eq!(emptied.remarks[0].kind, RemarkKind::Emptied);
    // Where there was no array, a command without output means null.
    assert_eq!(noted(r#"{"k":"x"}"#, r#"{"k":null}"#, r#"{"/k":"autonull"}"#).body, r#"{"k":null}"#);
}

#[test]
fn elements_are_matched() {
    // Common start and end, then by position.
    assert_eq!(body("[1, 2,  3,4]", "[1,9,3,4]"), "[1, 9,  3,4]");
    assert_eq!(body("[1, 2,  3,4]", "[1,3,4]"), "[1,  3,4]");
    assert_eq!(body("[1, 2,  3,4]", "[1,2,5,3,4]"), "[1, 2,5,  3,4]");
    assert_eq!(body("[ 1 ]", "[0,1]"), "[ 0, 1 ]");
    assert_eq!(body("[]", "[1,2]"), "[1,2]");
    // A longest common subsequence.
    assert_eq!(body("[1.0,2.0,3.0,4.0,5.0]", "[9,2,4,8,7,5]"), "[9,2.0,4.0,8,7,5.0]");
    // Objects are found by id, then by fileName, wherever they went; what did not change keeps its text.
    let baseline = r#"[{"id":"1","n":1.0,"v":"a"}, {"id":"2","n":2.0,"v":"b"}, {"id":"3","n":3.0}]"#;
    assert_eq!(
        body(baseline, r#"[{"id":"2","n":2,"v":"B"},{"id":"1","n":1,"v":"a"}]"#),
        r#"[{"id":"2","n":2.0,"v":"B"}, {"id":"1","n":1.0,"v":"a"}]"#
    );
    assert_eq!(
        body(baseline, r#"[{"id":"3","n":3},{"id":"1","n":1,"v":"a"},{"id":"2","n":2,"v":"b"}]"#),
        r#"[{"id":"3","n":3.0}, {"id":"1","n":1.0,"v":"a"}, {"id":"2","n":2.0,"v":"b"}]"#
    );
    assert_eq!(
        body(
            r#"[{"fileName":"a","n":1.0},{"fileName":"b","n":2.0}]"#,
            r#"[{"fileName":"new"},{"fileName":"b","n":3},{"fileName":"a","n":1}]"#
        ),
        r#"[{"fileName":"new"},{"fileName":"b","n":3},{"fileName":"a","n":1.0}]"#
    );
    // An element that moves inside an element that moves.
    assert_eq!(
        body(
            r#"[{"id":"1","in":[{"id":"x","n":1.0},{"id":"y","n":2.0}]},{"id":"2"}]"#,
            r#"[{"id":"2"},{"id":"1","in":[{"id":"y","n":9},{"id":"x","n":1}]}]"#
        ),
        r#"[{"id":"2"},{"id":"1","in":[{"id":"y","n":9},{"id":"x","n":1.0}]}]"#
    );
}

#[test]
fn byte_order_marks_notes_and_errors() {
    let text = "\u{feff}{\"a\":1}";
    assert_eq!(body(text, text), "{\"a\":1}");
    assert_eq!(body(text, "{\"a\":2}"), "{\"a\":2}");
    let notes = Notes::parse(r#"{"/a":"ets-dropped"}"#).unwrap();
    let merged = merge("{\"a\":1}", "{\"a\":1}", &notes, None, &options()).unwrap();
    assert_eq!(merged.remarks[0].kind, RemarkKind::Note("ets-dropped".into()));
    let missing = Notes::parse(r#"{"/b":"autonull"}"#).unwrap();
    let error = merge("{\"a\":1}", "{\"a\":2}", &missing, None, &options()).unwrap_err();
    assert_eq!(error.to_string(), "the notes do not fit the edited document: there is nothing at '/b'");
    assert!(
        Notes::parse("[]").is_err() && Notes::parse("{\"/a\":1}").is_err() && Notes::parse("{\"a\":\"x\"}").is_err()
    );
    assert!(matches!(merge("{", "{}", &Notes::default(), None, &options()), Err(MergeError::Baseline(_))));
    assert!(matches!(merge("{}", "{", &Notes::default(), None, &options()), Err(MergeError::Edited(_))));
    assert!(matches!(merge("{}", "{}", &Notes::default(), Some("{"), &options()), Err(MergeError::Current(_))));
}

#[test]
fn depth_is_no_limit() {
    for depth in [1usize, 2, 100, 10_000, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\" : ", "}"), ("[{\"a\": ", "}]")] {
            let nest = |inner: &str| open.repeat(depth) + inner + &close.repeat(depth);
            let baseline = nest("1.0");
            assert_eq!(merge(&baseline, &nest("1"), &Notes::default(), None, &options()).unwrap().body, baseline);
            let merged = merge(&baseline, &nest("2"), &Notes::default(), None, &options()).unwrap();
            assert_eq!(merged.body, nest("2"));
            assert_eq!(merged.edits.len(), 1);
            let merged =
                merge(&baseline, &nest("{\"b\":[]}"), &Notes::default(), Some(&format!("{baseline} ")), &options())
                    .unwrap();
            assert!(equal(&merged.body, &nest("{\"b\":[]}")).unwrap());
        }
    }
}

#[test]
fn long_arrays_are_aligned_without_a_table() {
    let list = |numbers: &[usize]| {
        let texts: Vec<String> = numbers.iter().map(|n| format!("{n}.0")).collect();
        format!("[{}]", texts.join(", "))
    };
    let old: Vec<usize> = (0..5000).collect();
    let mut new = old.clone();
    new.retain(|n| n % 97 != 5);
    new.insert(1000, 77_777);
    new.swap(4000, 4500);
    let plain = list(&new).replace(".0", "");
    let merged = merged(&list(&old), &plain);
    assert_eq!(merged.body, list(&new).replace("77777.0", "77777"));
    assert!(merged.edits.len() < 60, "{}", merged.edits.len());
}
