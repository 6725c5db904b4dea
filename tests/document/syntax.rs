//! What is JSON and what is not, and the messages about it.

use storeship::document::{MAX_BYTES, Problem, Style, ValueKind, blank_comments, check, format, get, inspect};

fn problem(text: &str) -> Problem {
    check(text).expect_err(text).problem
}

#[test]
fn accepts_the_grammar_and_odd_values() {
    for text in [
        "0",
        "-0",
        "-0.0e-0",
        "1e400",
        "1E+05",
        "123456789012345678901234567890",
        "\"\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800x\"",
        "\"\\/\\b\\f\\n\\r\\t\\\"\\\\\\u00E9\"",
        "\"\u{7f}\u{2028}\u{feff}\"",
        "[]",
        "{}",
        " [ ] ",
        "\t{\r\n}",
        "{\"\":0,\"\":1}",
        "[null,true,false]",
        "\u{feff}{}",
        "{\"a\":{\"A\":[[],[{}]]}}",
    ] {
        assert!(check(text).is_ok(), "{text}: {:?}", check(text));
    }
    assert_eq!(check(" \"x\" "), Ok(ValueKind::String));
}

#[test]
fn names_what_is_wrong() {
    let cases: &[(&str, Problem)] = &[
        ("", Problem::Empty),
        (" \n", Problem::Empty),
        ("\u{feff}", Problem::Empty),
        ("{", Problem::CutShort),
        ("[1,", Problem::CutShort),
        ("{\"a\"", Problem::CutShort),
        ("{\"a\":", Problem::CutShort),
        ("\"a", Problem::CutShort),
        ("\"a\\", Problem::CutShort),
        ("\"\\u00", Problem::CutShort),
        ("[tru", Problem::CutShort),
        ("-", Problem::CutShort),
        ("1.", Problem::CutShort),
        ("1e+", Problem::CutShort),
        (" \u{feff}{}", Problem::ByteOrderMark),
        ("{}\u{feff}", Problem::ByteOrderMark),
        ("[1, \u{feff}2]", Problem::ByteOrderMark),
        ("[1, // x\n2]", Problem::Comment),
        ("/* x */ 1", Problem::Comment),
        ("[1,]", Problem::TrailingComma),
        ("{\"a\":1,}", Problem::TrailingComma),
        ("[,1]", Problem::ValueMissing),
        ("[1,,2]", Problem::ValueMissing),
        ("{\"a\":,\"b\":1}", Problem::ValueMissing),
        ("{\"a\":}", Problem::ValueMissing),
        ("[1 2]", Problem::CommaMissing),
        ("{\"a\":1 \"b\":2}", Problem::CommaMissing),
        ("{\"a\" 1}", Problem::ColonMissing),
        ("{'a':1}", Problem::Quotes('\'')),
        ("['a']", Problem::Quotes('\'')),
        ("[\u{201c}a\u{201d}]", Problem::Quotes('\u{201c}')),
        ("{a:1}", Problem::BareName),
        ("{1:1}", Problem::BareName),
        ("[NaN]", Problem::NotANumber),
        ("[-Infinity]", Problem::NotANumber),
        ("Infinity", Problem::NotANumber),
        ("[True]", Problem::Word("True".into())),
        ("[undefined]", Problem::Word("undefined".into())),
        ("truex", Problem::Word("truex".into())),
        ("01", Problem::LeadingZero),
        ("-010", Problem::LeadingZero),
        ("[+1]", Problem::LeadingPlus),
        ("0x10", Problem::Hexadecimal),
        ("[.5]", Problem::NumberForm),
        ("[5.]", Problem::NumberForm),
        ("[1.e1]", Problem::NumberForm),
        ("[1e]", Problem::NumberForm),
        ("[--1]", Problem::NumberForm),
        ("1.2.3", Problem::NumberForm),
        ("\"a\tb\"", Problem::ControlCharacter(9)),
        ("\"a\nb\"", Problem::ControlCharacter(10)),
        ("\"0123456789\u{0}\"", Problem::Nul),
        ("\"\\x\"", Problem::Escape('x')),
        ("\"\\é\"", Problem::Escape('é')),
        ("\"\\u12g4\"", Problem::UnicodeEscape),
        ("\"\\u12\"", Problem::UnicodeEscape),
        ("[1}", Problem::Bracket('}')),
        ("{\"a\":1]", Problem::Bracket(']')),
        ("]", Problem::Bracket(']')),
        ("{}}", Problem::Bracket('}')),
        ("{} {}", Problem::AfterEnd),
        ("1 2", Problem::AfterEnd),
        ("@", Problem::Unexpected('@')),
        ("[\u{a0}1]", Problem::Unexpected('\u{a0}')),
    ];
    for (text, expected) in cases {
        assert_eq!(&problem(text), expected, "{text:?}");
        let message = expected.to_string();
        assert!(!message.ends_with('.') && !message.is_empty(), "{message}");
    }
}

#[test]
fn says_where() {
    let error = check("{\n  \"é\": 1,\n  \"ü\": tru\n}").unwrap_err();
    assert_eq!((error.line, error.column, error.offset), (3, 8, 21));
    assert_eq!(error.to_string(), "line 3, column 8 (byte 21): 'tru' is not JSON, only true, false and null are");
    let error = check("\u{feff}[1,]").unwrap_err();
    assert_eq!((error.line, error.column, error.offset), (1, 3, 5));
}

#[test]
fn refuses_what_is_too_large() {
    let text = " ".repeat(MAX_BYTES + 1);
    let error = check(&text).unwrap_err();
    assert_eq!(error.to_string(), "the document has 67108865 bytes, more than the limit of 64 MiB");
}

#[test]
fn depth_costs_no_stack() {
    let depth = 1_000_000;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let inner = if open == "[" { "" } else { "0" };
        let text = open.repeat(depth) + inner + &close.repeat(depth);
        let found = inspect(&text).unwrap();
        assert_eq!(found.depth, depth);
        assert_eq!(found.arrays + found.objects, depth);
        assert_eq!(format(&text, Style::Compact).unwrap(), text);
        let cut = &text[..text.len() - 1];
        assert_eq!(problem(cut), Problem::CutShort);
        // The white space alone would be a terabyte.
        assert!(format(&text, Style::Pretty).is_err());
    }
}

#[test]
fn format_moves_white_space_only() {
    let text = "{\"a\" :[1.10,\t{} , [ ]],\n\"a\":\"\\u0041\\/\",\"\\ud800\":-0 }";
    let pretty = format(text, Style::Pretty).unwrap();
    assert_eq!(
        pretty,
        "{\n  \"a\": [\n    1.10,\n    {},\n    []\n  ],\n  \"a\": \"\\u0041\\/\",\n  \"\\ud800\": -0\n}"
    );
    let compact = format(&pretty, Style::Compact).unwrap();
    assert_eq!(compact, "{\"a\":[1.10,{},[]],\"a\":\"\\u0041\\/\",\"\\ud800\":-0}");
    assert_eq!(format(&compact, Style::Pretty).unwrap(), pretty);
    assert_eq!(format("\u{feff} 1 ", Style::Pretty).unwrap(), "\u{feff}1");
}

#[test]
fn comments_are_blanked_in_files_of_users() {
    let text = "/* é */{\"a//b\": 1, // \"x\"\r\n\"c\\\"/*\": \"/* no */\"}//";
    let blanked = blank_comments(text).unwrap();
    assert_eq!(blanked.len(), text.len());
    assert_eq!(get(&blanked, "/a~1~1b").unwrap(), "1");
    assert_eq!(get(&blanked, "/c\"~1*").unwrap(), "\"/* no */\"");
    assert_eq!(blank_comments("1 /* x").unwrap_err().problem, Problem::CommentNotClosed);
    assert_eq!(blank_comments("\"\\").unwrap(), "\"\\");
}

#[test]
fn inspect_finds_what_others_lose() {
    let text = "\u{feff}{\"a\":[1,2.5,true,null,\"x\"],\"A\":{},\"a\":\"\\udc00\",\"k~/\":{\"\\ud800\":1,\"b\":0,\"B\":0,\"b\":0}}";
    let found = inspect(text).unwrap();
    assert!(found.byte_order_mark);
    assert_eq!((found.bytes, found.depth, found.objects, found.arrays), (text.len(), 2, 3, 1));
    assert_eq!((found.members, found.strings, found.numbers), (8, 2, 6));
    assert_eq!((found.booleans, found.nulls), (1, 1));
    let list = |places: &storeship::document::Places| -> Vec<String> {
        places.first.iter().map(ToString::to_string).collect()
    };
    assert_eq!(list(&found.duplicate_names), ["/a", "/k~0~1/b"]);
    assert_eq!(list(&found.case_twins), ["/A", "/k~0~1/B"]);
    assert_eq!(list(&found.lone_surrogates), ["/a", "/k~0~1/\\ud800"]);
    assert_eq!(found.lone_surrogates.first[1].to_json(), "\"/k~0~1/\\ud800\"");
    assert_eq!(inspect("[7]").unwrap().depth, 1);
    assert_eq!(inspect("7").unwrap().depth, 0);
}
