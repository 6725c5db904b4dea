//! The damage that the guards refuse, and changes that they must let through.

use storeship::document::{GUARDS, Guard, MergeError, MergeOptions, Notes, Trip, merge};

fn trips(baseline: &str, edited: &str) -> Vec<Trip> {
    noted(baseline, edited, "{}")
}

fn noted(baseline: &str, edited: &str, notes: &str) -> Vec<Trip> {
    let notes = Notes::parse(notes).unwrap();
    match merge(baseline, edited, &notes, None, &MergeOptions::default()) {
        Ok(_) => Vec::new(),
        Err(MergeError::Damaged(trips)) => {
            // With these guards lifted, the edit is made and their findings are reported.
            let force = trips.iter().map(|trip| trip.guard).collect();
            let options = MergeOptions { force, ..MergeOptions::default() };
            let merged = merge(baseline, edited, &notes, None, &options).unwrap();
            assert_eq!(merged.lifted, trips);
            trips
        }
        Err(other) => panic!("{edited}: {other}"),
    }
}

/// Checks that exactly this guard trips, once, at this place.
fn trips_one(guard: Guard, pointer: &str, baseline: &str, edited: &str) {
    let trips = trips(baseline, edited);
    let found: Vec<(Guard, String)> = trips.iter().map(|trip| (trip.guard, trip.pointer.to_string())).collect();
    assert_eq!(found, [(guard, pointer.to_owned())], "{baseline} -> {edited}");
}

fn passes(baseline: &str, edited: &str) {
    assert_eq!(trips(baseline, edited), [], "{baseline} -> {edited}");
}

#[test]
fn k1_containers_that_became_text() {
    for (container, text) in [
        (r#"{"q":{"langs":["en-US"]}}"#, "@{langs=System.Object[]}"),
        ("{}", ""),
        ("{\"a\":1}", "System.Collections.Hashtable"),
        ("{\"a\":1}", "System.Management.Automation.OrderedHashtable"),
        ("[]", ""),
        ("[]", "System.Object[]"),
        (r#"["epub","pdf"]"#, "epub pdf"),
        (r#"["epub","pdf"]"#, "epub,pdf"),
        (r#"["a","b","c"]"#, "a; b; c"),
        (r#"["a","b"]"#, "ab"),
        (r#"[1,true,null,"x"]"#, "1 True  x"),
        (r#"[{"id":"1"}]"#, ""),
        (r#"[{"id":"1"},{"id":"2"}]"#, " "),
        (r#"[{"id":"1"},{"id":"2"},{"id":"3"}]"#, ",,"),
        (r#"[["a"],["b"]]"#, "System.Object[] System.Object[]"),
        (r#"[["a"]]"#, "System.Object[]"),
    ] {
        trips_one(Guard::Truncated, "/v", &format!("{{\"v\":{container}}}"), &format!("{{\"v\":\"{text}\"}}"));
    }
    // Where there was no container, only text that nobody types is refused.
    trips_one(Guard::Truncated, "/a/0/b", r#"{"a":[]}"#, r#"{"a":[{"b":"@{c=1; d=}"}]}"#);
    trips_one(Guard::Truncated, "/a", r#"{"a":"x"}"#, r#"{"a":"System.Object[]"}"#);
    passes(r#"{"k":["epub"]}"#, r#"{"k":"epub"}"#);
    passes(r#"{"k":["epub","pdf"]}"#, r#"{"k":"mobi"}"#);
    passes(r#"{"a":"x"}"#, r#"{"a":"write to @{us}, or System.Object[] is an array"}"#);
}

#[test]
fn k1_elements_that_print_as_something_else() {
    for (container, text) in [
        // Dates, in any zone.
        (r#"["2016-03-01T00:00:00Z"]"#, "03/01/2016 00:00:00"),
        (r#"["2016-03-01T00:00:00Z"]"#, "03/01/2016 00:00:00 +00:00"),
        (r#"["2016-03-01T00:00:00Z","2016-03-02T00:00:00Z"]"#, "03/01/2016 00:00:00 03/02/2016 00:00:00"),
        (r#"["2016-03-01T00:00:00Z","2016-03-02T00:00:00Z"]"#, "03/01/2016 00:00:00, 03/02/2016 00:00:00"),
        (r#"["2016-03-01T00:00:00Z","2016-03-02T00:00:00Z"]"#, "03/01/2016 00:00:00 +00:00 03/02/2016 00:00:00 +00:00"),
        (r#"["a","2016-03-01T00:00:00Z"]"#, "a 03/01/2016 00:00:00"),
        (r#"["2016-03-01T00:00:00.120Z","a"]"#, "03/01/2016 00:00:00 a"),
        (r#"["2016-03-01T00:00:00+02:00"]"#, "02/29/2016 22:00:00"),
        (r#"["2016-03-01T00:00:00+02:00"]"#, "02/29/2016 14:00:00"),
        (r#"["2016-03-01T00:00:00+02:00"]"#, "03/01/2016 00:00:00 +02:00"),
        (r#"["2016-03-01T00:00:00-08:00"]"#, "03/01/2016 00:00:00 -08:00"),
        (r#"["/Date(1456790400000)/"]"#, "03/01/2016 00:00:00"),
        // Numbers, printed as Double.
        (r#"["a",1.10]"#, "a 1.1"),
        (r#"["a",1.10]"#, "a 1.10"),
        (r#"["a",1.10,"b"]"#, "a, 1.1, b"),
        (r#"["a",1e5]"#, "a 100000"),
        (r#"["a",1e400]"#, "a Infinity"),
        (r#"["a",-1e400]"#, "a;-Infinity"),
        (r#"["a",0.0000001]"#, "a 1E-07"),
        (r#"["a",1e15]"#, "a 1E+15"),
        (r#"["a",-1.5e300,0.0]"#, "a -1.5E+300 0"),
        (r#"["a",0.84551240822557006]"#, "a 0.8455124082255701"),
        (r#"["a",0.84551240822557006]"#, "a 0.84551240822557"),
        // Arrays that went through CLIXML.
        (r#"["a",["b"]]"#, "a System.Collections.ArrayList"),
        (r#"[[],"a"]"#, "System.Collections.ArrayList a"),
        (r#"["a",{"b":1}]"#, "a System.Management.Automation.OrderedHashtable"),
    ] {
        trips_one(Guard::Truncated, "/v", &format!("{{\"v\":{container}}}"), &format!("{{\"v\":\"{text}\"}}"));
    }
    passes(r#"{"v":["2016-03-01T00:00:00Z"]}"#, r#"{"v":"2016-03-01T00:00:00Z"}"#);
    passes(r#"{"v":["2016-03-01T00:00:00Z"]}"#, r#"{"v":"2017-01-01T00:00:00Z"}"#);
    passes(r#"{"v":["2016-03-01"]}"#, r#"{"v":"03/01/2016 00:00:00"}"#);
    passes(r#"{"v":["a",1.10]}"#, r#"{"v":"a 1.2"}"#);
    passes(r#"{"v":["epub","pdf"]}"#, r#"{"v":"epub reader"}"#);
}

#[test]
fn k2_values_in_envelopes() {
    trips_one(Guard::Enveloped, "/v", r#"{"v":["a"]}"#, r#"{"v":{"value":["a"],"Count":1}}"#);
    trips_one(
        Guard::Enveloped,
        "/v",
        r#"{"v":"notes"}"#,
        r#"{"v":{"value":"notes","PSPath":"x","PSParentPath":"y","ReadCount":1}}"#,
    );
    trips_one(
        Guard::Enveloped,
        "/v",
        r#"{"v":"2016-03-01T00:00:00Z"}"#,
        r#"{"v":{"value":"2016-03-01T00:00:00Z","DisplayHint":2,"DateTime":"x"}}"#,
    );
    trips_one(Guard::Enveloped, "/v", r#"{"v":null}"#, r#"{"v":{"value":"x","Guid":"x"}}"#);
    trips_one(
        Guard::Enveloped,
        "/v",
        r#"{"v":12}"#,
        r#"{"v":{"IsPowerOfTwo":true,"IsZero":false,"IsOne":false,"IsEven":true,"Sign":1}}"#,
    );
    trips_one(Guard::Enveloped, "/v", r#"{"v":true}"#, r#"{"v":{"IsPresent":true}}"#);
    trips_one(Guard::Enveloped, "/v/0", r#"{"v":[]}"#, r#"{"v":[{"value":[1],"Count":1}]}"#);
    passes(r#"{"v":{"value":1,"Count":1}}"#, r#"{"v":{"value":2,"Count":1}}"#);
    passes(r#"{"v":{"value":1,"unit":"s"}}"#, r#"{"v":{"value":2,"unit":"s"}}"#);
}

#[test]
fn k3_and_k9_dates() {
    trips_one(Guard::DateForm, "/d", r#"{"d":"2016-03-01T00:00:00Z"}"#, r#"{"d":"\/Date(1456790400000)\/"}"#);
    trips_one(Guard::DateForm, "/d", r#"{"d":null}"#, r#"{"d":"/Date(-11644473600000+0100)/"}"#);
    passes(r#"{"d":"/Date(1)/"}"#, r#"{"d":"/Date(2)/"}"#);
    trips_one(Guard::DateForm, "/d", r#"{"d":"2016-03-01T00:00:00Z"}"#, r#"{"d":"03/01/2016 00:00:00"}"#);
    trips_one(Guard::DateForm, "/d", r#"{"d":"2016-03-01T00:00:00Z"}"#, r#"{"d":"10/25/2026 10:00:00"}"#);
    let baseline = r#"{"d":"1601-01-01T00:00:00.0000000Z"}"#;
    // Only the spelling differs: the text of the baseline stays.
    passes(baseline, r#"{"d":"1601-01-01T00:00:00Z"}"#);
    passes(baseline, r#"{"d":"1600-12-31T16:00:00-08:00"}"#);
    passes(baseline, r#"{"d":"2026-01-01T00:00:00Z"}"#);
    assert_eq!(noted(baseline, r#"{"d":"1601-01-01T00:00:00Z"}"#, r#"{"/d":"datetime"}"#), []);
}

#[test]
fn k9_zones_that_were_made_up() {
    for (old, new) in [
        ("2016-03-01T00:00:00", "2016-03-01T00:00:00Z"),
        ("2016-03-01T00:00:00.1000", "2016-03-01T00:00:00.1Z"),
        ("2016-03-01T00:00:00", "2016-03-01T00:00:00+00:00"),
        ("2016-03-01T00:00:00", "2016-03-01T00:00:00-08:00"),
        // Year 1 has no time before it.
        ("0001-01-01T00:00:00+05:00", "0001-01-01T00:00:00+00:00"),
        ("0001-01-01T00:00:00+05:00", "0001-01-01T00:00:00-07:53"),
        ("0001-01-01T00:00:00+05:00", "0001-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00+05:00", "0001-01-01T07:53:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00-07:53"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.9999999+05:30"),
    ] {
        trips_one(Guard::DateRewritten, "/d", &format!("{{\"d\":\"{old}\"}}"), &format!("{{\"d\":\"{new}\"}}"));
    }
    for (old, new) in [
        ("2016-03-01T00:00:00", "2016-03-01T00:00:01Z"),
        ("2016-03-01T00:00:00Z", "2016-03-01T00:00:00"),
        ("0001-01-01T00:00:00+05:00", "2026-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00", "0001-01-02T00:00:00"),
        ("9999-12-31T23:59:59Z", "2026-12-31T23:59:59Z"),
        ("9999-12-30T23:59:59Z", "9999-12-31T23:59:59Z"),
        ("no date", "03/01/2016 00:00:00"),
    ] {
        passes(&format!("{{\"d\":\"{old}\"}}"), &format!("{{\"d\":\"{new}\"}}"));
    }
}

#[test]
fn k4_k7_k10_kinds() {
    trips_one(Guard::KindChanged, "/v", r#"{"v":"text"}"#, r#"{"v":["line 1","line 2"]}"#);
    trips_one(Guard::KindChanged, "/v", r#"{"v":{"a":1}}"#, r#"{"v":[1]}"#);
    trips_one(Guard::KindChanged, "/v", r#"{"v":{"a":1}}"#, r#"{"v":7}"#);
    trips_one(Guard::KindChanged, "/v", r#"{"v":7}"#, r#"{"v":{"a":1}}"#);
    trips_one(Guard::KindChanged, "/v", r#"{"v":["a","b"]}"#, r#"{"v":7}"#);
    trips_one(Guard::KindChanged, "/v", r#"{"v":[{"a":1},{"a":2},{"a":3}]}"#, r#"{"v":"x"}"#);
    trips_one(Guard::TypeChanged, "/v", r#"{"v":25.0}"#, r#"{"v":"25"}"#);
    trips_one(Guard::TypeChanged, "/v", r#"{"v":"1152"}"#, r#"{"v":1152}"#);
    trips_one(Guard::TypeChanged, "/v", r#"{"v":true}"#, r#"{"v":"True"}"#);
    trips_one(Guard::TypeChanged, "/v", r#"{"v":true}"#, r#"{"v":1}"#);
    trips_one(Guard::Nulled, "/v", r#"{"v":["a"]}"#, r#"{"v":null}"#);
    trips_one(Guard::Nulled, "/v", r#"{"v":{}}"#, r#"{"v":null}"#);
    assert_eq!(noted(r#"{"v":["a"]}"#, r#"{"v":null}"#, r#"{"/v":"autonull"}"#), []);
    assert_eq!(noted(r#"{"v":{"a":1}}"#, r#"{"v":null}"#, r#"{"/v":"autonull"}"#)[0].guard, Guard::Nulled);
    passes(r#"{"v":null}"#, r#"{"v":{"a":[]}}"#);
    passes(r#"{"v":"x"}"#, r#"{"v":null}"#);
    passes(r#"{"v":true}"#, r#"{"v":false}"#);
}

#[test]
fn k5_missing_members() {
    let baseline =
        r#"{"id":"1","visibility":"Public","a":1,"b":2,"c":3,"d":4,"status":"x","fileUploadUrl":"https://x/?sig=y"}"#;
    let trips = trips(baseline, r#"{"id":"1","visibility":"Public"}"#);
    assert_eq!(trips.len(), 1);
    assert_eq!((trips[0].guard, trips[0].pointer.to_string()), (Guard::MembersMissing, String::new()));
    assert_eq!(trips[0].message, "4 of 8 members are missing: a, b, c, d");
    // Members that the service fills in may be left out.
    passes(baseline, r#"{"visibility":"Public","a":1,"b":2,"c":3,"d":4}"#);
    passes(
        baseline,
        r#"{"id":"1","visibility":"Public","b":2,"c":3,"d":4,"status":"x","fileUploadUrl":"https://x/?sig=y"}"#,
    );
    trips_one(
        Guard::MembersMissing,
        "",
        baseline,
        r#"{"id":"1","a":1,"b":2,"c":3,"d":4,"status":"x","fileUploadUrl":"https://x/?sig=y"}"#,
    );
    let one_less =
        r#"{"id":"1","visibility":"Public","b":2,"c":3,"d":4,"status":"x","fileUploadUrl":"https://x/?sig=y"}"#;
    assert_eq!(noted(baseline, one_less, r#"{"":"selected"}"#)[0].guard, Guard::MembersMissing);
    // `Select-Object -First 1` marks the object as a selection, although all members are there.
    assert_eq!(noted(baseline, &baseline.replace("\"a\":1", "\"a\":7"), r#"{"":["selected"]}"#), []);
}

#[test]
fn k6_case_twins() {
    trips_one(
        Guard::CaseTwin,
        "/Visibility",
        r#"{"visibility":"Public","a":1}"#,
        r#"{"visibility":"Public","a":1,"Visibility":"Hidden"}"#,
    );
    // A dictionary that ignores case renamed the member.
    trips_one(Guard::CaseTwin, "/l/en-US", r#"{"l":{"en-us":1,"b":2}}"#, r#"{"l":{"en-US":1,"b":2}}"#);
    passes(r#"{"a":1,"A":2}"#, r#"{"a":3,"A":2}"#);
    passes(r#"{"straße":1}"#, r#"{"straße":1,"STRASSE":2}"#);
}

#[test]
fn k8_encodings() {
    let change = |old: &str, new: &str| (format!("{{\"t\":\"{old}\"}}"), format!("{{\"t\":\"{new}\"}}"));
    for (old, new) in [
        ("Café", "CafÃ©"),
        ("Café", "Caf\u{fffd}"),
        ("Café", "Caf?"),
        ("für Öl", "f?r ?l"),
        ("日本語の説明", "??????"),
        ("日本語の説明", "Version 2: ??????"),
        ("Привет", "ÐŸÑ€Ð¸Ð²ÐµÑ‚"),
        ("x", "itâ€™s new"),
        ("x", "a\u{85}b"),
        ("x", "voilÃ\u{a0} tout, coÃ»te"),
        ("x", "emoji ðŸ˜€"),
    ] {
        let (old, new) = change(old, new);
        trips_one(Guard::Encoding, "/t", &old, &new);
    }
    for (old, new) in [
        ("Café", "Café au lait?"),
        ("x", "CAFÉ… À LA CARTE – MANHÃ"),
        ("x", "[OPCIÓ]… DESTINACIÓ… DIRECTORI DESTINACIÓ…"),
        ("x", "non «\u{a0}commité\u{a0}» voilà\u{a0}– café\u{a0}…"),
        ("日本語", "What is new? English."),
        ("CafÃ©", "CafÃ©s"),
        ("\\ud800", "\\ud800x"),
        ("x", "Fußgänger “Öl” Ærø naïve señor Ελλάδα Привет 日本 😀"),
    ] {
        let (old, new) = change(old, new);
        passes(&old, &new);
    }
    trips_one(Guard::Encoding, "/l/fr/t", r#"{"l":{}}"#, r#"{"l":{"fr":{"t":"CafÃ©"}}}"#);
}

#[test]
fn k11_members_of_jobs() {
    let baseline = r#"{"a":1,"b":2}"#;
    let edited = r#"{"a":3,"b":2,"PSComputerName":"localhost","RunspaceId":"x","PSShowComputerName":false,"PSSourceJobInstanceId":"y"}"#;
    trips_one(Guard::JobMembers, "", baseline, edited);
    let notes = Notes::parse(r#"{"":"deserialized"}"#).unwrap();
    let merged = merge(baseline, edited, &notes, None, &MergeOptions::default()).unwrap();
    assert_eq!(merged.body, r#"{"a":3,"b":2}"#);
    let dropped: Vec<String> = merged.remarks.iter().map(|remark| remark.pointer.to_string()).collect();
    assert_eq!(dropped, ["/PSComputerName", "/RunspaceId", "/PSShowComputerName", "/PSSourceJobInstanceId"]);
}

#[test]
fn everything_is_reported_at_once_and_without_secrets() {
    let baseline =
        r#"{"k":["a","b"],"n":1,"u":{"link":"https://h/p?sv=1&sig=secret"},"l":"https://h/p?sv=1&sig=secret"}"#;
    let edited = r#"{"k":"a b","n":"1","u":null,"l":["https://h/p?sv=1&sig=secret"]}"#;
    let error = merge(baseline, edited, &Notes::default(), None, &MergeOptions::default()).unwrap_err();
    assert_eq!(error.code(), "document.damaged");
    let message = error.to_string();
    assert!(message.starts_with("the edit looks damaged in 4 places, nothing was changed: '/k': an array became the text that PowerShell prints for it (K1 truncated), before: [\"a\",\"b\"], now: \"a b\"; the built-in ConvertTo-Json"), "{message}");
    assert!(message.ends_with("and 1 more"), "{message}");
    let MergeError::Damaged(trips) = &error else { panic!("{error}") };
    let all = format!("{trips:?}");
    assert!(!all.contains("secret"), "{all}");
    // Each guard must be lifted by its own name.
    let force = vec![Guard::Truncated, Guard::TypeChanged, Guard::Nulled];
    let options = MergeOptions { force, ..MergeOptions::default() };
    match merge(baseline, edited, &Notes::default(), None, &options) {
        Err(MergeError::Damaged(rest)) => {
            assert_eq!(rest.iter().map(|trip| trip.guard).collect::<Vec<_>>(), [Guard::KindChanged]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn guards_have_names() {
    for guard in GUARDS {
        assert_eq!(guard.id().parse(), Ok(guard));
        assert_eq!(guard.name().to_uppercase().parse(), Ok(guard));
        for text in [guard.meaning(), guard.remedy()] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{guard}");
        }
    }
    assert!(
        "K0".parse::<Guard>().unwrap_err().to_string().starts_with("'K0' is not a guard, the guards are truncated")
    );
}
