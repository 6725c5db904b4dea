//! How long `submission.check` takes for a folder of 40 languages with ten pictures each.
//!
//! `cargo bench --bench check -- [KiB of a picture]`; without a number 256.

use std::fs;
use std::path::Path;
use std::time::Instant;

use storeship::operations::{find, run_offline, success};
use storeship::zip::crc32;

const LANGUAGES: usize = 40;
const PICTURES: usize = 10;
const RUNS: usize = 5;

/// A PNG of 1920 x 1080 pixels that has `bytes` bytes and is like no other. Nothing decodes the pixels.
fn picture(seed: u64, bytes: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(seed);
    let pixels = (0..bytes).map(|_| random.u8(..)).collect();
    let header = [1920_u32.to_be_bytes(), 1080_u32.to_be_bytes()].concat().into_iter().chain([8, 2, 0, 0, 0]).collect();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", Vec::new())] {
        png.extend((data.len() as u32).to_be_bytes());
        let start = png.len();
        png.extend(kind);
        png.extend::<Vec<u8>>(data);
        let sum = crc32(&png[start..]);
        png.extend(sum.to_be_bytes());
    }
    png
}

fn make(folder: &Path, bytes: usize) -> std::io::Result<()> {
    let codes = include_str!("../src/check/languages.txt").lines().filter(|code| code.len() == 5);
    for (at, code) in codes.take(LANGUAGES).enumerate() {
        let language = folder.join("listings").join(code);
        let pictures = language.join("images/Screenshot");
        fs::create_dir_all(&pictures)?;
        let text = format!("Text {at} of a listing, as long as the Store takes it. ").repeat(170);
        fs::write(language.join("description.txt"), &text)?;
        fs::write(language.join("release-notes.txt"), &text[..1_400])?;
        fs::write(language.join("features.txt"), "Counts fast\nKeeps count\n".repeat(10))?;
        for number in 0..PICTURES {
            let png = picture((at * PICTURES + number) as u64, bytes);
            fs::write(pictures.join(format!("{number:02}.png")), png)?;
        }
    }
    Ok(())
}

#[allow(clippy::print_stdout, reason = "a benchmark")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let kib: usize = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(256);
    let folder = tempfile::tempdir()?;
    make(folder.path(), kib << 10)?;
    let request = serde_json::json!({"listingPath": folder.path().to_str()}).to_string();
    let operation = find("submission.check").map_err(|error| error.to_string())?;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let began = Instant::now();
        let output = run_offline(operation, &request).map_err(|error| error.to_string())?;
        times.push(began.elapsed().as_millis());
        let report: serde_json::Value = serde_json::from_str(&success(&output))?;
        assert_eq!(report["result"]["counts"]["pictures"], LANGUAGES * PICTURES);
    }
    times.sort_unstable();
    println!(
        "{LANGUAGES} languages, {} pictures of {kib} KiB: {} ms (median of {RUNS}; {} to {} ms)",
        LANGUAGES * PICTURES,
        times[RUNS / 2],
        times[0],
        times[RUNS - 1]
    );
    Ok(())
}
