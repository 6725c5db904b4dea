#![no_main]
//! Merges any baseline, edited document, current document and notes.

use libfuzzer_sys::fuzz_target;
use storeship::document::{
    GUARDS, MergeError, MergeOptions, Notes, check, equal, merge, patch,
};

fuzz_target!(|input: &str| {
    let mut parts = input.split('\0');
    let (baseline, edited) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let current = parts.next();
    let notes = parts
        .next()
        .and_then(|notes| Notes::parse(notes).ok())
        .unwrap_or_default();
    let _ = merge(baseline, edited, &notes, None, &MergeOptions::default());
    let lifted = MergeOptions {
        force: GUARDS.to_vec(),
        ..MergeOptions::default()
    };
    match merge(baseline, edited, &notes, current, &lifted) {
        Ok(merged) => {
            check(&merged.body).expect("a body is JSON");
            let start = if merged.three_way {
                current.unwrap_or(baseline)
            } else {
                baseline
            };
            let mut patched = start.to_owned();
            for edit in &merged.edits {
                if let Some(old) = &edit.old {
                    let path = edit.path.to_json();
                    let test = format!(r#"[{{"op":"test","path":{path},"value":{old}}}]"#);
                    patch(&patched, &test).expect("the old value of an edit is there");
                }
                patched = edit.apply(&patched).expect("edits can be applied");
            }
            assert!(equal(&patched, &merged.body).expect("both are JSON"));
            if merged.remarks.is_empty() && notes == Notes::default() && !merged.three_way {
                // Only binary floating-point numbers get another spelling than the edited document has.
                assert!(
                    equal(&merged.body, edited).expect("both are JSON")
                        || edited.contains("E+")
                        || edited.contains("E-")
                );
            }
        }
        Err(MergeError::Damaged(trips)) => panic!("all guards were lifted: {trips:?}"),
        Err(MergeError::Internal { reason }) => panic!("{reason}"),
        Err(_) => {}
    }
});
