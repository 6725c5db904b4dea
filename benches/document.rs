//! How fast documents are parsed and merged, and how much memory that takes.
//!
//! `cargo bench --bench document` prints one line for each size: the median time, the best time, and the megabytes of the
//! baseline that are processed in a second at the median. The documents are made of listings like those of a submission.
//! "laid out" merges a document with an edited one that has other white space, as a JSON writer leaves it; "same bytes"
//! merges a document with itself. Memory is the peak of the heap during the merge, without the input texts, as a multiple
//! of the size of the baseline. The second table has the cost of hostile or very large documents and packages, for each of
//! their parts; `cargo bench --bench document -- growth` prints it alone.

#![allow(clippy::print_stdout, unsafe_code, clippy::undocumented_unsafe_blocks)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use storeship::document::{self, MergeOptions, Notes, Style, check, inspect, merge};
use storeship::package::inspect_at;
use storeship::package::sample::{self, Sample};

/// An allocator that counts the allocated bytes. With the feature `clear-memory` the library has an allocator of its own,
/// and a program can have only one: `--no-default-features --features emulator` measures the memory.
#[cfg_attr(feature = "clear-memory", allow(dead_code))]
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(NOW.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[cfg(not(feature = "clear-memory"))]
#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    if !std::env::args().any(|argument| argument == "growth") {
        sizes();
    }
    // Work whose cost could grow with the square of its size: the time for each of the parts must not grow.
    println!("{:>9} {:>34} {:>10} {:>12}", "parts", "what", "time", "ns a part");
    for parts in [25_000, 50_000, 100_000, 200_000] {
        growth(parts);
    }
}

/// The first table: reading and merging documents of different sizes.
fn sizes() {
    println!("{:>9} {:>26} {:>10} {:>10} {:>7} {:>8}", "bytes", "what", "median", "best", "MB/s", "memory");
    for target in [50_000, 1_000_000, 20_000_000] {
        let baseline = submission(target);
        let compact = document::format(&baseline, Style::Compact).unwrap_or_default();
        let edited = compact.replacen("\"releaseNotes\":\"", "\"releaseNotes\":\"New: ", 1);
        let longer = compact.replacen("\"images\":[", "\"images\":[{\"fileName\":\"new.png\"},", 1);
        let merged = |edited: &str| {
            let merged = merge(&baseline, edited, &Notes::default(), None, &MergeOptions::default());
            black_box(merged.map(|merged| merged.edits.len()).unwrap_or(usize::MAX))
        };
        line(&baseline, "parse", || check(&baseline).is_ok() as usize);
        line(&baseline, "parse, laid out", || check(&compact).is_ok() as usize);
        line(&baseline, "inspect", || inspect(&baseline).map(|found| found.members).unwrap_or(0));
        line(&baseline, "merge, same bytes", || merged(&baseline));
        line(&baseline, "merge, laid out", || merged(&compact));
        line(&baseline, "merge, one edit", || merged(&edited));
        line(&baseline, "merge, one element more", || merged(&longer));
    }
    println!();
}

/// One line for each kind of work on this many parts.
fn growth(parts: usize) {
    let list = |item: &dyn Fn(usize) -> String| (0..parts).map(item).collect::<Vec<_>>().join(",");
    let reversed = |item: &dyn Fn(usize) -> String| (0..parts).rev().map(item).collect::<Vec<_>>().join(",");
    let number = |at: usize| at.to_string();
    let item = |at: usize| format!(r#"{{"id":"{at}","v":1}}"#);
    let merged = |baseline: &str, edited: &str| {
        let options = MergeOptions { force: document::GUARDS.to_vec(), ..MergeOptions::default() };
        merge(baseline, edited, &Notes::default(), None, &options).is_ok()
    };
    let time = |what: &str, run: &dyn Fn() -> bool| {
        let start = Instant::now();
        let good = black_box(run());
        let time = start.elapsed();
        let each = time.as_nanos() as usize / parts;
        println!(
            "{parts:>9} {what:>34} {:>8.0}ms {each:>12}{}",
            time.as_secs_f64() * 1e3,
            if good { "" } else { " failed" }
        );
    };
    let adds = format!("[{}]", list(&|at| format!(r#"{{"op":"add","path":"/k{at}","value":{at}}}"#)));
    time("patch, members added", &|| document::patch("{}", &adds).is_ok());
    let adds = format!("[{}]", list(&|at| format!(r#"{{"op":"add","path":"/0","value":{at}}}"#)));
    time("patch, elements added in front", &|| document::patch("[]", &adds).is_ok());
    let (old, new) = (list(&|at| format!(r#""k{at}":{at}"#)), list(&|at| format!(r#""n{at}":{at}"#)));
    let (object, other) = (format!("{{{old}}}"), format!("{{{new}}}"));
    time("merge, all members replaced", &|| merged(&object, &other));
    let (array, back) = (format!("[{}]", list(&number)), format!("[{}]", reversed(&number)));
    time("merge, numbers reversed", &|| merged(&array, &back));
    let (array, back) = (format!("[{}]", list(&item)), format!("[{}]", reversed(&item)));
    time("merge, objects with ids reversed", &|| merged(&array, &back));
    // A package with more elements than 200,000 is refused.
    if parts > 150_000 {
        return;
    }
    let families = (0..parts).map(|at| (format!("Windows.F{at}"), "10.0.1.0".to_owned())).collect();
    let package = sample::package(&Sample { device_families: families, ..Sample::default() }).unwrap_or_default();
    time("inspect, device families", &|| inspect_at("a.msix", &&*package, package.len() as u64).is_ok());
}

fn line(baseline: &str, what: &str, mut run: impl FnMut() -> usize) {
    let start = NOW.load(Relaxed);
    PEAK.store(start, Relaxed);
    black_box(run());
    let memory = (PEAK.load(Relaxed) - start) as f64 / baseline.len() as f64;
    let rounds = (200_000_000 / baseline.len()).clamp(9, 999);
    let mut times: Vec<Duration> = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = Instant::now();
        black_box(run());
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let median = times[rounds / 2];
    let speed = baseline.len() as f64 / median.as_secs_f64() / 1e6;
    println!(
        "{:>9} {what:>26} {:>8.2}ms {:>8.2}ms {speed:>7.0} {memory:>7.1}x",
        baseline.len(),
        median.as_secs_f64() * 1e3,
        times[0].as_secs_f64() * 1e3
    );
}

/// A submission with as many listings as the size needs.
fn submission(bytes: usize) -> String {
    let mut listings = String::new();
    let mut number = 0;
    while listings.len() * 115 / 100 < bytes {
        number += 1;
        listings.push_str(&format!(
            "{}\"xx-{number}\": {{\"baseListing\": {{\"copyrightAndTrademarkInfo\": \"\u{a9} Contoso\", \"keywords\": [\"epub\", \"reader\", \"b\u{fc}cher\"], \
             \"description\": \"{}\", \"features\": [\"Free ebook reader\", \"Reads \\\"everything\\\"\"], \"releaseNotes\": \"Fixes for number {number}.\", \
             \"images\": [{}], \"title\": \"Contoso ebook reader\", \"recommendedHardware\": []}}, \"platformOverrides\": {{}}}}",
            if number > 1 { "," } else { "" },
            "A description of some length, with a line\\nand another. ".repeat(12),
            (0..6)
                .map(|image| format!(
                    "{{\"fileName\": \"{number}/{image}.png\", \"fileStatus\": \"Uploaded\", \"id\": \"11529215046{number:05}{image}\", \"description\": null, \"imageType\": \"Screenshot\"}}"
                ))
                .collect::<Vec<_>>()
                .join(", "),
        ));
    }
    let text = format!(
        "{{\"id\": \"1152921504621243540\", \"pricing\": {{\"priceId\": \"Tier2\", \"sales\": []}}, \"listings\": {{{listings}}}, \
         \"packageDeliveryOptions\": {{\"packageRollout\": {{\"packageRolloutPercentage\": 0.0}}, \"mandatoryUpdateEffectiveDate\": \"1601-01-01T00:00:00.0000000Z\"}}}}"
    );
    document::format(&text, Style::Pretty).unwrap_or(text)
}
