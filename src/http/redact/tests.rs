use crate::config::Secret;

#[test]
fn a_secret_is_redacted_in_every_encoding() {
    let secret = Secret::new("p~Q/7+x = \"s\\\u{e9}".to_owned());
    for text in [
        "said p~Q/7+x = \"s\\\u{e9}.",
        r#"said p~Q/7+x = \"s\\é."#,
        "said p%7EQ%2F7%2Bx+%3D+%22s%5C%C3%A9.",
        "said p%7eQ/7%2Bx%20=+\\\"s\\\\\\u00e9.",
        "said p~Q%2f7%2bx%20%3d%20%22s%5c%c3%a9.",
        "said p%7eQ%2f7%2bx%20%3d%20%22s%5c%c3%a9.",
        r"said p~Q/7\u002Bx = \u0022s\\\u00E9.",
        "said p~Q/7&#x2B;x = &quot;s\\&#233;.",
    ] {
        assert_eq!(super::all(text, &[&secret]), "said REDACTED.");
    }
    for before in ["", "u", "u:"] {
        use base64::Engine;
        let text = super::STANDARD.encode(format!("{before}{}!", secret.reveal()));
        let shown = super::all(&text, &[&secret]);
        assert!(shown.contains("REDACTED") && shown.len() < 16, "{text}: {shown}");
    }
    let short = Secret::new("a".to_owned());
    assert_eq!(super::all("a banana", &[&short]), "a banana");
}

#[test]
fn signatures_of_links_are_redacted_and_the_rest_stays() {
    for (given, shown) in [
        (r#""https://x/y?sv=1&sig=a+b/c%3D&se=2""#, r#""https://x/y?sv=1&sig=REDACTED&se=2""#),
        (r#""https://x/y?sig=a+b/c%3D""#, r#""https://x/y?sig=REDACTED""#),
        (r#""x?a=1\u0026sig\u003dabc\u0026se=2""#, r#""x?a=1\u0026sig\u003dREDACTED\u0026se=2""#),
        (
            r#""design=plain, password: optional, Bearer of news""#,
            r#""design=plain, password: optional, Bearer of news""#,
        ),
        ("", ""),
    ] {
        assert_eq!(super::signatures(given), shown);
    }
}

#[test]
fn values_of_known_names_are_redacted_and_the_rest_stays() {
    for (given, shown) in [
        ("https://x/y?sv=1&sig=a%2Bb+c/d=&se=2", "https://x/y?sv=1&sig=REDACTED&se=2"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer REDACTED"),
        (r#"{"access_token": "abc", "n": 1}"#, r#"{"access_token": "REDACTED", "n": 1}"#),
        ("a=1&client_secret=p~q&b=2", "a=1&client_secret=REDACTED&b=2"),
        ("token eyJhbGciOi.eyJhdWQi.c2ln end", "token REDACTED end"),
        ("at https://user:p@ss@host:1/x and x://y/a@b", "at https://REDACTED@host:1/x and x://y/a@b"),
        ("see ?sig%3Dabc&x and sig%253dabc", "see ?sig%3DREDACTED&x and sig%253dREDACTED"),
        ("nothing to hide: signature, bearer", "nothing to hide: signature, bearer"),
        ("", ""),
    ] {
        assert_eq!(super::text(given), shown);
    }
}
#[test]
fn a_secret_that_is_escaped_twice_or_broken_by_a_line_end_is_redacted() {
    let secret = Secret::new("p~Q/7%+x&\"s\\q".to_owned());
    for text in [
        "said p%257EQ%252F7%2525%252Bx%2526%2522s%255Cq.",
        "said p%25257EQ%25252F7%252525%25252Bx%252526%252522s%25255Cq.",
        "said p~Q/7%25+x&\"s\\q.",
        "said p~Q/7%+x&amp;amp;&amp;quot;s\\q.",
        r#"said p~Q\\\/7%\\u002Bx&\\\"s\\\\q."#,
        "said p~Q/\n7%+x&\"s\\q.",
        "said p~Q/7%+\r\n    x&\"s\\q.",
        r#"said p~Q/7%+\r\n\tx&"s\q."#.replace("\\t", "\t").as_str(),
        "said p~Q/7%+%0D%0Ax&\"s\\q.",
    ] {
        assert_eq!(super::all(text, &[&secret]), "said REDACTED.", "{text}");
    }
    let long = Secret::new("a secret that is long enough to be broken in base64 by mail and PEM writers".to_owned());
    use base64::Engine;
    let encoded = super::STANDARD.encode(long.reveal());
    let lines: Vec<&str> = encoded.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    for text in [lines.join("\n"), lines.join("\r\n"), encoded.replace('=', "%3D").replace('+', "%2B")] {
        assert!(super::all(&text, &[&long]).len() < 16, "{}", super::all(&text, &[&long]));
    }
}

/// `%25` may be a percent sign or a part of the secret.
#[test]
fn a_secret_that_looks_escaped_is_redacted() {
    for secret in ["100%25%2B&amp;\\u002B\\\\", "%%%%2525%252525"] {
        let secret = Secret::new(secret.to_owned());
        let encoded: String = url::form_urlencoded::byte_serialize(secret.reveal().as_bytes()).collect();
        let twice: String = url::form_urlencoded::byte_serialize(encoded.as_bytes()).collect();
        let json = serde_json::to_string(secret.reveal()).unwrap();
        for text in [secret.reveal(), &encoded, &twice, json.trim_matches('"'), &secret.reveal().replace('&', "&amp;")]
        {
            assert_eq!(super::all(&format!("<{text}>"), &[&secret]), "<REDACTED>", "{text}");
        }
    }
}

#[test]
fn two_secrets_that_overlap_are_both_redacted() {
    let secrets = [Secret::new("first-and-second".to_owned()), Secret::new("second-and-third".to_owned())];
    let shown = super::all("<first-and-second-and-third>", &[&secrets[0], &secrets[1]]);
    assert_eq!(shown, "<REDACTED>");
}

#[test]
fn the_cost_of_the_search_is_linear() {
    let jwt = Secret::new(format!("eyJ{}", "k".repeat(2_000)));
    let odd = Secret::new("&%\\ +Bearer secret".to_owned());
    let cost = |text: &str| super::spelled::steps::of(|| drop(super::secrets(text, &[&jwt, &odd])));
    for part in ["e", "Bearer ", "%25", "\\", "&amp;", "ey\r\n", "%", "e\\u00", "REDACTED", "\r\n    "] {
        let count = 40_000 / part.len();
        let (once, twice) = (cost(&part.repeat(count)), cost(&part.repeat(count * 2)));
        assert!(twice <= once * 2 + 1_000, "{part:?}: {once} and {twice} steps");
        assert!(once <= 40_000 * 60, "{part:?}: {once} steps");
    }
}

#[test]
fn a_long_text_is_cut_before_it_is_searched_and_no_half_of_a_secret_stays() {
    let secret = Secret::new("t0k3n.canary+/opaque~==".to_owned());
    let search = |length: usize| super::spelled::steps::of(|| drop(super::all(&"e".repeat(length), &[&secret])));
    assert_eq!(search(super::MAX_FOREIGN), search(super::MAX_FOREIGN * 16));
    for form in ["t0k3n.canary+/opaque~==", "t0k3n.canary%2B%2Fopaque%7E%3D%3D", "t0k3n.canary\\u002B/opaque~=="] {
        for kept in 1..form.len() {
            let filler = "-".repeat(super::MAX_FOREIGN - kept);
            let shown = super::all(&format!("{filler}{form} and more"), &[&secret]);
            assert_eq!(shown.trim_start_matches('-'), "REDACTED\u{2026}", "{form} of which {kept} bytes are left");
        }
    }
}
