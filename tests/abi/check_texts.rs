//! The rules about texts: each with a text that it finds and one that it does not.

use serde_json::{Value, json};

use crate::check::{checked, document, finds, found, member, of, passes, with};
use crate::support;

#[test]
fn texts_are_counted_in_utf_16_units_as_they_are_sent() {
    for (name, most) in [
        ("description", 10_000),
        ("shortDescription", 500),
        ("releaseNotes", 1_500),
        ("title", 256),
        ("shortTitle", 50),
        ("sortTitle", 255),
        ("voiceTitle", 255),
        ("devStudio", 255),
        ("copyrightAndTrademarkInfo", 200),
        ("licenseTerms", 10_000),
    ] {
        let text = |count: usize| with(&member(name), json!("x".repeat(count)));
        let finding = finds("T01", "error", text(most + 1));
        assert_eq!(finding["pointer"], member(name));
        assert_eq!(
            (finding["found"].as_str(), finding["allowed"].as_str()),
            (Some(&*(most + 1).to_string()), Some(&*format!("at most {most}")))
        );
        passes("T01", text(most));
        assert_eq!(finds("T02", "information", text(most))["found"], most.to_string());
        passes("T02", text(most * 9 / 10));
    }
    // 255 emoji are 510 units, and 499 letters with a line end of two characters are 501.
    for text in ["\u{1f600}".repeat(255), format!("{}\r\n{}", "x".repeat(300), "x".repeat(199))] {
        let short = with(&member("shortDescription"), json!(text));
        finds("T02", "warning", short.clone());
        passes("T01", short);
    }
    finds("T01", "error", with(&member("title"), json!("\u{1f600}".repeat(257))));
    finds("T01", "error", with("/listings/en-us/platformOverrides", json!({"Windows81": {"title": "x".repeat(257)}})));
}

#[test]
fn a_short_description_is_cut_in_views() {
    let short = |count: usize| with(&member("shortDescription"), json!("x".repeat(count)));
    finds("T03", "information", short(271));
    passes("T03", short(270));
}

#[test]
fn lists_have_limits() {
    for (name, items, length) in
        [("features", 20, 200), ("keywords", 7, 40), ("minimumHardware", 11, 200), ("recommendedHardware", 11, 200)]
    {
        let list = |count: usize, length: usize| {
            let item = |at: usize| format!("{at:x<length$}");
            with(&member(name), (0..count).map(item).collect::<Vec<_>>().into())
        };
        assert_eq!(finds("T04", "error", list(items + 1, 3))["pointer"], member(name));
        assert_eq!(finds("T04", "error", list(1, length + 1))["pointer"], member(name) + "/0");
        passes("T04", list(items, length));
        finds("T04", "error", with(&member(name), json!(["a", " "])));
    }
}

#[test]
fn keywords_have_limits_of_their_own() {
    let keywords = |terms: &[&str]| with(&member("keywords"), json!(terms));
    let four = "a b c d";
    let finding = finds("T05", "error", keywords(&[four, four, four, four, four, "a b"]));
    assert_eq!(finding["found"], "22 words");
    passes("T05", keywords(&[four, four, four, four, four, "a"]));
    finds("T06", "warning", keywords(&[&"x".repeat(31)]));
    passes("T06", keywords(&[&"x".repeat(30)]));
    for terms in [["ledger", "Ledger "], ["free", "x"], ["beans", "x"], ["todo, notes", "x"]] {
        finds("T07", "warning", keywords(&terms));
    }
    passes("T07", keywords(&["ledger", "freedom"]));
    let mut many = document();
    for at in 0..22 {
        many["listings"][format!("x{at}")] = many["listings"]["en-us"].clone();
    }
    assert_eq!(of("T06", &found(many.clone())).len(), 1);
    many["listings"].as_object_mut().unwrap().remove("x0");
    many["listings"].as_object_mut().unwrap().remove("x1");
    passes("T06", many);
}

#[test]
fn a_listing_needs_a_description_and_a_screenshot() {
    assert_eq!(
        finds("T08", "error", with(&member("description"), Value::Null))["pointer"],
        "/listings/en-us/baseListing"
    );
    finds("T08", "error", with(&member("description"), json!(" \r\n")));
    finds("T08", "error", with(&member("images"), json!([])));
    let gone = json!([{"fileName": "a.png", "fileStatus": "PendingDelete", "imageType": "Screenshot"}]);
    finds("T08", "error", with(&member("images"), gone));
    passes("T08", with(&member("images"), json!([{"fileName": "a.png", "imageType": "XboxScreenshot"}])));
    finds("T08", "error", with("/listings", json!({})));
    let none = with(&member("images"), json!([]));
    let result = checked(json!({"document": none, "base": none}));
    assert_eq!(of("T08", result["findings"].as_array().unwrap())[0].0, "warning");
}

/// A rule, texts that it finds, and texts that it does not.
type Case<'a> = (&'a str, &'a str, &'a [&'a str], &'a [&'a str]);

#[test]
fn what_a_text_says() {
    let cases: &[Case<'_>] = &[
        ("T11", "error", &["a\u{1}b", "a\u{85}b", "a\u{fffd}b", "a\u{0}b"], &["a\tb\r\nc"]),
        (
            "T12",
            "warning",
            &["a\u{202e}b", "a\u{200b}b", "a\u{e000}b", "a\u{200d}b", "a\u{2066}b"],
            &["\u{646}\u{200c}\u{647}", "\u{1f468}\u{200d}\u{1f469}", "\u{915}\u{94d}\u{200d}\u{937}"],
        ),
        (
            "T13",
            "warning",
            &["gr\u{c3}\u{bc}n", "it\u{e2}\u{20ac}\u{2122}s"],
            &["grün \u{c3}", "it\u{2019}s", "Ñandú °C"],
        ),
        (
            "T14",
            "warning",
            &[
                "<b>new</b>",
                "a<br/>b",
                "Tom &amp; co",
                "&#8211;",
                "**new**",
                "# Head",
                "see [x](https://a.b)",
                "```x```",
            ],
            &["a < b > c", "R&D; more", "5 * 3 ** 2", "#1 in beans", "if a<b and c>d", "<Enter>"],
        ),
        (
            "T16",
            "error",
            &["{{name}}", "${version}", "v __VERSION__", "[TEMPLATE]", "NotSet"],
            &["{name}", "$5", "a [template] of ${}", "__init__", "it is NotSet here"],
        ),
        (
            "T16",
            "warning",
            &["TODO: write", "lorem ipsum dolor", "see example.com", "Placeholder", "XXX"],
            &["a todo list", "lorem", "XXXL", "placeholders"],
        ),
        (
            "T17",
            "warning",
            &["also in the App Store", "for iOS", "Android, too", "Get it on Google Play!", "on your Mac"],
            &["in the Microsoft App Store", "a radios list", "MacBeth", "the mac of a raincoat", "androids"],
        ),
        (
            "T18",
            "warning",
            &["More beans coming soon", "This is a test.", "for our beta test", "Under construction"],
            &["soon coming", "in beta testers' hands", "tests beans"],
        ),
        (
            "T19",
            "information",
            &["now $4.99", "4,99 €", "50 % off", "it is free"],
            &["freedom", "50 % faster", "a $ sign"],
        ),
        (
            "T21",
            "warning",
            &["Great!!!", "THIS BEANS COUNTER REALLY COUNTS beans with great speed every WEEK AGAIN TODAY"],
            &["Great!", "NASA counts beans", "beans that count other beans with great speed every week again TODAY"],
        ),
        (
            "T22",
            "warning",
            &[
                "http://contoso.com",
                "https://exmaple",
                "https://localhost/a",
                "https://10.0.0.1/",
                "https:// contoso.com",
                "https:contoso.com",
                "https://user:secret@contoso.com",
                "https://bit.ly/abc",
                "https://contoso.com/a(b",
                "https://[bad",
            ],
            &["see https://contoso.com.", "(https://contoso.com/a)", "www.contoso.com", "https://contoso.com/a_(b)"],
        ),
        (
            "T24",
            "information",
            &[" a", "a ", "a  b", "a\r\n\r\n\r\n\r\nb", "  "],
            &["a\r\n\r\n\r\nb", "a\r\n  indented", ""],
        ),
    ];
    for (id, severity, bad, good) in cases {
        for text in *bad {
            let findings = found(with(&member("releaseNotes"), json!(text)));
            let own = of(id, &findings);
            assert_eq!(own.len(), 1, "{id} in {text:?}: {findings:#?}");
            assert_eq!((own[0].0.as_str(), own[0].1.as_str()), (*severity, &*member("releaseNotes")), "{text:?}");
        }
        for text in *good {
            let findings = found(with(&member("releaseNotes"), json!(text)));
            assert_eq!(of(id, &findings), [], "{text:?}");
        }
    }
}

#[test]
fn half_a_surrogate_pair_is_damage() {
    let request = json!({"document": document()}).to_string().replace("Counts lentils too.", r"a\ud83d b");
    let answer = support::call(0, "submission.check", &request);
    assert_eq!(
        of("T11", answer.result()["findings"].as_array().unwrap())[0].2,
        "`releaseNotes` has half of a surrogate pair"
    );
}

#[test]
fn items_have_no_bullets() {
    for sign in ["• ", "- ", "* ", "✓ ", "– "] {
        finds("T15", "warning", with(&member("features"), json!([format!("{sign}Fast")])));
    }
    passes("T15", with(&member("features"), json!(["-5 degrees", "*starred* items", "Fast - and good"])));
    passes("T15", with(&member("keywords"), json!(["- beans"])));
}

#[test]
fn a_title_has_no_emoji_and_prices_may_stand_in_licenses() {
    finds("T21", "warning", with(&member("title"), json!("Beans \u{1f600}")));
    passes("T21", with(&member("description"), json!("Beans \u{1f600}")));
    passes("T19", with(&member("licenseTerms"), json!("free")));
}

#[test]
fn members_that_the_service_ignores() {
    for name in ["privacyPolicy", "websiteUrl", "supportContact"] {
        finds("T28", "warning", with(&member(name), json!("https://contoso.com")));
        passes("T28", with(&member(name), json!("")));
    }
}

#[test]
fn untranslated_descriptions() {
    let text = "Counts beans as fast as you can spill them, and keeps what it has counted.";
    let both = |code: &str, other: &str| {
        let mut document = with(&member("description"), json!(text));
        let listings = document["listings"].as_object_mut().unwrap();
        let mut copy = listings["en-us"].clone();
        copy["baseListing"]["description"] = json!(other);
        listings.insert(code.to_owned(), copy);
        document
    };
    assert_eq!(finds("T29", "warning", both("fr-fr", text))["language"], "fr-fr");
    passes("T29", both("en-gb", text));
    let finding = finds("T29", "warning", both("ru-ru", &text.replace("Counts", "Checks")));
    assert!(finding["message"].as_str().unwrap().contains("Cyrillic"), "{finding}");
    passes("T29", both("ru-ru", &"Считает бобы так быстро, как вы их рассыпаете. ".repeat(2)));
    passes("T29", both("sr-latn-rs", &"Broji zrna onoliko brzo koliko ih prosipate. ".repeat(2)));
}

#[test]
fn a_short_description_that_repeats() {
    finds("T30", "warning", with(&member("shortDescription"), json!("Counts beans as fast as you can")));
    passes("T30", with(&member("shortDescription"), json!("")));
}

/// Wraps a text between words, as `fold -s` and many consoles do.
fn wrap(text: &str, columns: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().unwrap();
        if !line.is_empty() && line.len() + 1 + word.len() > columns {
            lines.push(word.to_owned());
        } else {
            *line += if line.is_empty() { "" } else { " " };
            *line += word;
        }
    }
    lines.join("\r\n")
}

#[test]
fn a_text_that_a_console_has_wrapped() {
    let paragraph =
        "Counts beans as fast as you can spill them and keeps what it has counted until you ask. ".repeat(6);
    let paragraph = paragraph.trim();
    for columns in [80, 120] {
        finds("T31", "warning", with(&member("description"), json!(wrap(paragraph, columns))));
        let broken: Vec<String> =
            paragraph.as_bytes().chunks(columns).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect();
        finds("T31", "warning", with(&member("description"), json!(broken.join("\r\n"))));
    }
    passes("T31", with(&member("description"), json!(paragraph)));
    let list: Vec<String> = (1..20).map(|at| format!("- Item {at} {}", "is good".repeat(at % 5))).collect();
    passes("T31", with(&member("description"), json!(list.join("\r\n"))));
    let paragraphs = [paragraph; 4].join("\r\n\r\n");
    passes("T31", with(&member("description"), json!(paragraphs)));
}

#[test]
fn words_of_the_caller() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("words.txt");
    std::fs::write(&path, "# not these\r\nDarn\r\n\r\nmöhre\n豆\n").unwrap();
    let words = |text: &str| {
        let document = with(&member("releaseNotes"), json!(text));
        let result = checked(json!({"document": document, "wordsPath": path.to_str().unwrap()}));
        of("T20", result["findings"].as_array().unwrap()).into_iter().map(|(.., message)| message).collect::<Vec<_>>()
    };
    assert_eq!(words("the DARN beans"), ["`releaseNotes` has the word `Darn` of the list"]);
    assert_eq!(words("Eine MÖHRE, darn").len(), 2);
    assert_eq!(words("大豆の数").len(), 1, "a script without blanks has no whole words");
    assert_eq!(words("darned; not these"), Vec::<String>::new());
    let missing = json!({"document": {}, "wordsPath": folder.path().join("none").to_str().unwrap()}).to_string();
    assert_eq!(support::call(0, "submission.check", &missing).failure().1, "file.not_found");
    std::fs::write(&path, b"caf\xe9").unwrap();
    let latin = json!({"document": {}, "wordsPath": path.to_str().unwrap()}).to_string();
    assert_eq!(support::call(0, "submission.check", &latin).failure().1, "file.encoding");
}

#[test]
fn a_copyright_of_years_ago() {
    let copyright = |text: &str| with(&member("copyrightAndTrademarkInfo"), json!(text));
    // The tests are in November 2026.
    assert_eq!(finds("T23", "information", copyright("(c) 2019-2023 Contoso"))["found"], "2023");
    for text in ["© 2024", "2019–2026 Contoso", "Contoso", "12345", "No. 9999"] {
        passes("T23", copyright(text));
    }
}

#[test]
fn an_empty_text_clears_what_is_there() {
    for (name, empty) in [("releaseNotes", json!(" ")), ("features", json!([])), ("devStudio", json!(""))] {
        let mut old = document();
        old["listings"]["en-us"]["baseListing"]["devStudio"] = json!("Contoso");
        let result = checked(json!({"document": with(&member(name), empty), "base": old}));
        let found = of("T25", result["findings"].as_array().unwrap());
        assert_eq!((found[0].0.as_str(), &found[0].1), ("warning", &member(name)), "{name}");
    }
    let same = checked(json!({"document": document(), "base": document()}));
    assert_eq!(of("T25", same["findings"].as_array().unwrap()), []);
}
