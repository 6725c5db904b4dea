#![no_main]
//! Reads how long an answer asks to wait: the lines of the input are headers, and the last one is the body of a 429.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use storeship::http::{Response, backoff};

const NAMES: [&str; 4] = ["retry-after", "x-ms-retry-after-ms", "retry-after-ms", "date"];

fuzz_target!(|input: &[u8]| {
    let mut headers = HeaderMap::new();
    let mut body: &[u8] = &[];
    for (line, name) in input.split(|byte| *byte == b'\n').zip(NAMES) {
        body = line;
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    for headers in [headers, HeaderMap::new()] {
        let response = Response {
            status: 429,
            headers,
            body: body.to_vec().into(),
        };
        if let Some(wait) = backoff::retry_after(&response, Timestamp::UNIX_EPOCH) {
            assert!(wait <= Duration::from_secs(600), "{wait:?}");
        }
    }
});
