//! The text of web pages, which proxies and gateways send in place of an answer.

/// The text of a page: what stands between its tags, without styles and scripts.
pub(crate) fn without_tags(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let mut text = String::new();
    let mut at = 0;
    while let Some(tag) = page[at..].find('<').map(|found| at + found) {
        text.push_str(&page[at..tag]);
        text.push(' ');
        let skipped = ["style", "script", "!--"].into_iter().find(|name| lower[tag + 1..].starts_with(name));
        let end = match skipped {
            Some("!--") => "-->",
            Some("style") => "</style",
            Some(_) => "</script",
            None => "",
        };
        let Some(end) = lower[tag..].find(end).map(|found| tag + found) else { return readable(&text) };
        let Some(after) = page[end..].find('>') else { return readable(&text) };
        at = end + after + 1;
    }
    text.push_str(&page[at..]);
    readable(&text)
}

/// Decodes the usual entities and makes each run of blanks one.
fn readable(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut line = words.join(" ");
    for (entity, c) in [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
    {
        line = line.replace(entity, c);
    }
    line
}
