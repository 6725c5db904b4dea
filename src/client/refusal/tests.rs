use super::Refusal;

fn message(body: &str) -> String {
    Refusal::read(body.as_bytes()).text().unwrap_or_default()
}

#[test]
fn the_text_of_a_refusal_is_found_in_every_shape() {
    for (body, text) in [
        (r#"{"code":"InvalidState","message":"No.","details":[],"data":[],"source":"Ingestion Api"}"#, "No."),
        (r#"{"statusCode":429,"message":"Try again in 14 seconds."}"#, "Try again in 14 seconds."),
        (r#"{"code":"X","data":["first","second"],"details":[]}"#, "first; second"),
        (r#"{"code":"X","data":[{"message":"deep","field":"a"}]}"#, "deep"),
        (r#"{"message":"Outer","innererror":{"code":"Y","message":"Inner","data":["most"]}}"#, "Outer; Inner; most"),
        (r#"{"code":"X","details":[{"code":"a","message":"one"},{"code":"b","details":"two"}]}"#, "one; two"),
        (
            r#"{"Message":"The request is invalid.","ModelState":{"body.price":["Bad price."]}}"#,
            "The request is invalid.; body.price: Bad price.",
        ),
        (
            r#"{"type":"about:blank","title":"Bad Request","status":400,"detail":"No body.","errors":{"id":["x"]}}"#,
            "Bad Request; No body.; id: x",
        ),
        (r#"{"error":{"code":"A","message":"Odata says no","innererror":{"message":"why"}}}"#, "Odata says no; why"),
        (r#"{"error":"invalid_request","error_description":"what it is"}"#, "what it is; invalid_request"),
        (r#"["one","two"]"#, "one; two"),
        (r#"[{"message":"one"},{"Message":"two"}]"#, "one; two"),
        (r#""only a string""#, "only a string"),
        ("The service is not available.\r\nAsk later.", "The service is not available. Ask later."),
        (
            "<!DOCTYPE html><html><head><title>409 Conflict</title><style>b{}</style></head><body><!-- x > y -->\
            <script>if (a<b) {}</script>\n<h1>Conflict</h1>A &lt;proxy&gt; says&nbsp;no</body></html>",
            "409 Conflict Conflict A <proxy> says no",
        ),
        ("<error><message>in XML</message></error>", "in XML"),
        ("<html", ""),
        (r#"{"code":"Only"}"#, ""),
        ("{}", ""),
        ("  ", ""),
    ] {
        assert_eq!(message(body), text, "{body}");
    }
}

#[test]
fn the_whole_refusal_is_kept() {
    let kept = |body: &str| Refusal::read(body.as_bytes()).said;
    let with_data = r#"{"code":"X","target":"t","data":["a"],"details":[{"x": 1}]}"#;
    let said = kept(with_data);
    assert_eq!((said.code.as_deref(), said.target.as_deref()), (Some("X"), Some("t")));
    assert_eq!((said.details.unwrap().get(), said.body.unwrap().get()), (r#"[{"x":1}]"#, with_data));
    let page = "<html>a\n\"b\"</html>";
    assert_eq!(kept(page).body.unwrap().get(), serde_json::to_string(page).unwrap());
    assert_eq!(kept(r#"[1, 2]"#).body.unwrap().get(), "[1, 2]");
    assert_eq!(kept(r#"{"error": {"code": "A"}}"#).code.as_deref(), Some("A"));
    let documented =
        kept(r#"{"code":"a","data":[],"details":[],"message":"m","source":"s","target":"t","innererror":{}}"#);
    assert!(documented.body.is_none() && documented.details.is_none());
}

#[test]
fn a_page_is_told_from_the_service() {
    let is_page = |body: &str| Refusal::read(body.as_bytes()).is_page;
    assert!(is_page("  <!doctype HTML><p>") && is_page("<HTML>"));
    assert!(!is_page("{}") && !is_page("<é") && !is_page("plain") && !is_page(r#""<html>""#));
}

#[test]
fn what_an_error_carries_is_bounded() {
    let long = "e".repeat(3_000_000);
    for body in [
        long.clone(),
        format!("<html>{long}</html>"),
        format!(r#""{long}""#),
        format!(r#"{{"message":"{long}","details":["{long}"],"code":"{long}"}}"#),
        format!(r#"{{"{long}":1,"message":"short"}}"#),
        format!(r#"{{"{}":1,"message":"{}"}}"#, &long[..400_000], &long[..400_000]),
        format!("[{}]", r#""a","#.repeat(200_000) + r#""b""#),
        "[".repeat(2_000_000),
    ] {
        let refusal = Refusal::read(body.as_bytes());
        let said = &refusal.said;
        let lengths = [&said.details, &said.body].map(|json| json.as_ref().map_or(0, |json| json.get().len()));
        let texts = [&said.message, &said.code].map(|text| text.as_ref().map_or(0, String::len));
        assert!(
            lengths.iter().chain(&texts).all(|length| *length < 70_000),
            "{lengths:?} {texts:?} of {}",
            &body[..20]
        );
        assert!(refusal.text().unwrap_or_default().chars().count() <= 1_001);
    }
}
