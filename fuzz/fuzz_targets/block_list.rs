#![no_main]
//! Reads any text as the block list of an upload.

use libfuzzer_sys::fuzz_target;
use storeship::upload::fuzzed_block_list;

fuzz_target!(|input: &str| {
    let (all, own) = fuzzed_block_list(input);
    assert!(own <= all && all <= input.len() / "<Block>".len());
});
