#![no_main]
//! Parses, inspects, formats and merges any text.

use libfuzzer_sys::fuzz_target;
use storeship::document::{
    MergeOptions, Notes, Style, blank_comments, check, equal, format, inspect, merge,
};

fuzz_target!(|text: &str| {
    let _ = blank_comments(text).map(|blanked| assert_eq!(blanked.len(), text.len()));
    if check(text).is_err() {
        assert!(inspect(text).is_err());
        return;
    }
    inspect(text).expect("accepted texts can be inspected");
    let compact = format(text, Style::Compact).expect("accepted texts can be formatted");
    assert!(equal(text, &compact).expect("both are JSON"));
    let merged = merge(
        text,
        &compact,
        &Notes::default(),
        None,
        &MergeOptions::default(),
    );
    let merged = merged.expect("white space is no edit");
    assert_eq!(merged.body, text.strip_prefix('\u{feff}').unwrap_or(text));
    assert!(merged.edits.is_empty());
});
