use std::collections::BTreeMap;

use super::*;

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    count: u32,
    parts: Vec<Part>,
    map: BTreeMap<String, String>,
    #[serde(rename = "value", deserialize_with = "raw")]
    json: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Part {
    name: String,
    #[serde(default)]
    sizes: Vec<u8>,
}

fn raw<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<String>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(|json| Some(json.get().to_owned()))
}

#[test]
fn a_null_is_an_absent_field_unless_the_field_holds_any_json() {
    let part = Part { name: "a".to_owned(), sizes: Vec::new() };
    let expected = Request { parts: vec![part], json: Some("null".to_owned()), ..Request::default() };
    let json = r#" {"count": null, "parts": [{"name": "a", "sizes": null}], "value": null} "#;
    assert_eq!(parse::<Request>(json).unwrap(), expected);
    assert_eq!(parse::<Request>(r#"{"parts": null}"#).unwrap(), Request::default());
    assert_eq!(parse::<Request>(r#"{"c\u006funt": 1}"#).unwrap().count, 1);
    assert_eq!(parse::<Request>("\u{feff}{\"count\": 1}").unwrap().count, 1, "a byte order mark");
    assert!(members(&REQUEST, "\u{feff}{}").is_ok());
}

#[test]
fn a_text_that_was_not_utf_8_is_named() {
    assert_eq!(parse::<Request>("\u{FEFF}{\"count\": 3}").unwrap().count, 3);
    assert_eq!(members(&REQUEST, "\u{FEFF}{\"count\": 3}").unwrap().take(&["count"]).unwrap().len(), 1);
    for (json, words) in [
        ("\0{\"count\": 1}", "NUL character (U+0000) at line 1 column 1"),
        ("{\0\"\0c\0", "NUL character (U+0000) at line 1 column 2"),
        ("{\"count\": 1}\0", "NUL character (U+0000) at line 1 column 13"),
        ("{", "ends after its first character"),
    ] {
        for error in [parse::<Request>(json).unwrap_err(), members(&REQUEST, json).err().unwrap()] {
            assert_eq!(error.code().name, "request.syntax", "{json:?}");
            assert!(error.to_string().contains(words) && error.remedy().contains("UTF-8"), "{error}");
        }
    }
    // A second mark is not skipped, and an escaped NUL is a value.
    assert_eq!(parse::<Request>("\u{FEFF}\u{FEFF}{}").unwrap_err().code().name, "request.syntax");
    assert_eq!(parse::<Request>(r#"{"count": "\u0000"}"#).unwrap_err().code().name, "request.invalid");
}

#[test]
fn an_unknown_field_is_refused_first_with_the_name_that_is_meant() {
    for (json, hint) in [
        (r#"{"count": "x", "Parts": []}"#, "use `parts`"),
        (r#"{"parts": 1, "cuont": 1}"#, "use `count`"),
        (r#"{"parts": [{"sizes": "x", "NAME": 1}]}"#, "use `name`"),
        (r#"{"count": 1, "something": 1}"#, codes::REQUEST_UNKNOWN_FIELD.remedy),
    ] {
        let error = parse::<Request>(json).unwrap_err();
        assert_eq!((error.code().name, error.remedy()), ("request.unknown_field", hint), "{json}");
    }
    let mut request = members(&REQUEST, r#"{"app_id": 1, "count": 1, "id": 2}"#).unwrap();
    assert_eq!(request.take(&["id", "appId"]).unwrap()[0].1.get(), "2");
    assert_eq!(request.read::<Request>().unwrap_err().remedy(), "use `appId`");
    assert!(members(&REQUEST, r#"{"id": 1, "i\u0064": 2}"#).unwrap().take(&["id"]).is_err());
}

#[test]
fn a_refusal_names_the_place_and_no_value() {
    for (json, code, pointer, message) in [
        ("[]", "request.invalid", "", "it must be an object, not an array"),
        ("null", "request.invalid", "", "it must be an object, not null"),
        ("\"x", "request.syntax", "", "EOF while parsing a string at line 1 column 2"),
        ("{\"count\": 1,}", "request.syntax", "", "trailing comma at line 1 column 13"),
        ("{} {}", "request.syntax", "", "trailing characters at line 1 column 4"),
        (r#"{"count": "s3cret"}"#, "request.invalid", "/count", "invalid type: string \"…\", expected u32"),
        (r#"{"Count": null}"#, "request.unknown_field", "/Count", "unknown field `Count`, expected one of"),
        (r#"{"count": 1, "count": 2}"#, "request.invalid", "/count", "duplicate field `count`"),
        (r#"{"count": 1, "c\u006funt": null}"#, "request.invalid", "/count", "duplicate field `count`"),
        (r#"{"map": {"a": "x", "a": "y"}}"#, "request.invalid", "/map/a", "duplicate field `a`"),
        ("{\"count\":\n 1\0}", "request.syntax", "", "there is a NUL character (U+0000) at line 2 column 3"),
        ("{\0\"\0", "request.syntax", "", "there is a NUL character (U+0000) at line 1 column 2"),
        (r#"{"parts": {}}"#, "request.invalid", "/parts", "it must be an array, not an object"),
        (r#"{"parts": [["a", [1]]]}"#, "request.invalid", "/parts/0", "it must be an object, not an array"),
        (r#"{"parts": [{"name": null}]}"#, "request.missing_field", "/parts/0", "missing field `name`"),
        (r#"{"parts": [{"name": "", "sizes": [1, null]}]}"#, "request.invalid", "/parts/0/sizes/1", "invalid type"),
        (r#"{"parts": [{"a/b~": 1}]}"#, "request.unknown_field", "/parts/0/a~1b~0", "unknown field `a/b~`"),
    ] {
        let error = parse::<Request>(json).unwrap_err();
        assert_eq!(error.code().name, code, "{json}: {error}");
        let place = if pointer.is_empty() { String::new() } else { format!(" at {pointer}") };
        let start = format!("the request can't be read{place}: {message}");
        assert!(error.to_string().starts_with(&start), "{json}: {error}");
        let report: serde_json::Value = serde_json::from_str(&error.to_json()).unwrap();
        assert_eq!(report["details"][0]["pointer"], pointer, "{json}");
    }
    let error = parse_as::<Request>(&CONFIGURATION, r#"{"count": -1}"#).unwrap_err();
    assert!(error.to_string().starts_with("the configuration can't be read at /count"), "{error}");
}
