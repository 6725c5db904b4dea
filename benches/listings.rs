//! How long a folder of 40 languages with ten pictures each takes: to check, to show as a page, to push into a draft, and to
//! pull from it.
//!
//! `cargo bench --bench listings -- [KiB of a picture]`; without a number 256. The service is the emulator, in a process of its
//! own; nothing waits for a network.

#![allow(clippy::print_stdout, reason = "a benchmark shows what it measured")]

#[path = "emulated/mod.rs"]
mod emulated;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use storeship::client::Client;
use storeship::config::Config;
use storeship::events::Reporter;
use storeship::http::ProcessWide;
use storeship::operations::{find, run, success};
use storeship::zip::crc32;

const APP: &str = "9NBLGGH4R315";
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
        fs::write(language.join("title.txt"), "Beans")?;
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

/// An account at the emulator.
struct Account {
    runtime: tokio::runtime::Runtime,
    client: Arc<Client>,
}

impl Account {
    /// Runs an operation; returns its result and its time.
    fn call(&self, operation: &str, request: Value) -> Result<(Value, Duration), Box<dyn Error>> {
        let operation = find(operation).map_err(|error| error.to_string())?;
        let began = Instant::now();
        let request = request.to_string();
        let work = run(operation, self.client.clone(), &request, Reporter::default());
        let output = self.runtime.block_on(work).map_err(|error| error.to_string())?;
        let time = began.elapsed();
        let mut response: Value = serde_json::from_str(&success(&output))?;
        Ok((response["result"].take(), time))
    }

    /// Runs an operation several times, prints its median, and returns the last result. `request` makes the request of each
    /// run.
    fn measure(&self, name: &str, operation: &str, request: impl Fn(usize) -> Value) -> Result<Value, Box<dyn Error>> {
        let (mut times, mut last) = (Vec::new(), Value::Null);
        for number in 0..RUNS {
            let (result, time) = self.call(operation, request(number))?;
            times.push(time.as_millis());
            last = result;
        }
        times.sort_unstable();
        println!("{name:<8}{:>7} ms   ({} to {} ms)", times[RUNS / 2], times[0], times[RUNS - 1]);
        Ok(last)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let kib: usize = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(256);
    let folder = tempfile::tempdir()?;
    let store = folder.path().join("store");
    make(&store, kib << 10)?;
    let emulator = emulated::Emulator::start(folder.path())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let config = Config::parse(&emulator.config.to_string())?;
    let client = runtime.block_on(async { Client::new(config, &ProcessWide::default()) })?;
    let account = Account { runtime, client: Arc::new(client) };
    let published = account.call("submission.get", json!({"appId": APP}))?.0;

    println!("{LANGUAGES} languages, {} pictures of {kib} KiB, median of {RUNS}", LANGUAGES * PICTURES);
    let report = account.measure("check", "submission.check", |_| json!({"listingPath": store}))?;
    assert_eq!(report["counts"]["pictures"], LANGUAGES * PICTURES);
    let listing = json!({"path": store, "images": "exact"});
    let page = folder.path().join("page.html");
    account.measure(
        "preview",
        "submission.preview",
        |_| json!({"document": published, "listing": listing, "output": page}),
    )?;
    // A draft is made anew in each run, so that all pictures are sent.
    let push = json!({"appId": APP, "listing": listing, "draft": "replace"});
    let receipt = account.measure("push", "listing.push", |_| push.clone())?;
    assert_eq!(receipt["upload"]["entries"].as_array().map(Vec::len), Some(LANGUAGES * PICTURES));
    let pulled = |number: usize| {
        let path = folder.path().join(format!("pulled-{number}"));
        json!({"appId": APP, "submissionId": receipt["submissionId"], "path": path})
    };
    account.measure("pull", "listing.pull", pulled)?;
    Ok(())
}
