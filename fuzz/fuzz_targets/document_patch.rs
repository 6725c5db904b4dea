#![no_main]
//! Applies any patch to any document; both are separated by a NUL byte.

use libfuzzer_sys::fuzz_target;
use storeship::document::{Edit, check, patch_with_edits};

fuzz_target!(|input: &str| {
    let (document, operations) = input.split_once('\0').unwrap_or((input, "[]"));
    let Ok((text, edits)) = patch_with_edits(document, operations) else {
        return;
    };
    check(&text).expect("a patched document is JSON");
    // Each edit is also made by the functions for one edit.
    let mut single = document.to_owned();
    for edit in &edits {
        let edit = Edit {
            old: None,
            ..edit.clone()
        };
        single = edit.apply(&single).expect("the edits can be made one by one");
    }
    assert_eq!(single, text, "the edits one by one make the same text");
});
