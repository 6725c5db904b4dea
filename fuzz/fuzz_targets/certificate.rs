#![no_main]
//! Reads any bytes as a certificate: a PFX, a PEM, or a PFX in base64.

use libfuzzer_sys::fuzz_target;
use storeship::auth::fuzzed_certificate;

fuzz_target!(|input: &[u8]| {
    fuzzed_certificate(input, "");
    fuzzed_certificate(input, "password");
});
