#![no_main]
//! Takes a secret out of a text. The secret is the first line of the input; `@` in the rest stands for it.

use libfuzzer_sys::fuzz_target;
use storeship::config::Secret;
use storeship::http::redact;

fuzz_target!(|input: &str| {
    let Some((secret, text)) = input.split_once('\n') else {
        return;
    };
    let text = text.replace('@', secret);
    let shown = redact::all(&text, &[&Secret::new(secret.to_owned())]);
    assert!(shown.len() <= redact::MAX_FOREIGN * 2);
    // Shorter secrets stay. The mark and what stands before it could spell a secret that has letters of the mark.
    if secret.chars().count() >= 8 && !secret.contains(|c| "REDACTED".contains(c)) {
        assert!(!shown.contains(secret), "{shown}");
    }
    redact::text(&text);
    redact::signatures(&text);
});
