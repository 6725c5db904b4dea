//! Connections of any speed, on the virtual clock: how fast an upload is, and what it sends twice.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use jiff::Timestamp;
use storeship::client::Client;
use storeship::config::{Config, Secret};
use storeship::events::Reporter;
use storeship::http::ProcessWide;
use storeship::http::{
    Context, Request, Response, Timeouts, Transport, TransportError, TransportErrorKind, TransportFuture,
};
use storeship::upload::{self, Carried, Link, Settings, Source, UploadSummary};
use tokio::time::{Instant, sleep, sleep_until};

use crate::ADDRESS;

const MIB: f64 = 1024.0 * 1024.0;

/// What is between the upload and the storage.
#[derive(Clone, Copy)]
enum Way {
    /// Each connection carries these bytes a second, and an answer comes this long after the last byte.
    Connections { latency: Duration, rate: f64 },
    /// All connections share these bytes a second. A proxy takes a body at once and passes it on, one after another.
    Forwards { rate: f64 },
    /// As [`Way::Forwards`] with the first rate, and after this time with the second one.
    Collapses { rates: (f64, f64), after: Duration },
    /// All connections share these bytes a second. The last bytes of each body, up to so many, wait in the buffers of the
    /// system.
    Reads { rate: f64, buffered: usize },
    /// Each connection keeps its body for so long after the answer.
    Holds { time: Duration },
}

#[derive(Default)]
struct State {
    /// The blocks that have arrived.
    stored: Vec<(String, usize)>,
    /// The blocks of which a Put Block began.
    sent: Vec<(String, usize)>,
    /// How many answers came after nobody waited for them any more.
    late: usize,
    /// How many requests are under way.
    flying: usize,
    /// How many bytes of bodies are in memory, and the most there were.
    live: usize,
    most_live: usize,
    /// Until when the line of a proxy is busy.
    busy: Option<Instant>,
    /// The bodies of short blocks, and the last id of the list that was committed.
    short: HashMap<String, Bytes>,
    last: Option<String>,
}

struct Line {
    way: Way,
    /// How long the storage takes to list the blocks.
    listing: Duration,
    began: Instant,
    state: Arc<Mutex<State>>,
}

impl Line {
    fn new(way: Way) -> Arc<Line> {
        Line::that_lists(way, Duration::ZERO)
    }

    fn that_lists(way: Way, listing: Duration) -> Arc<Line> {
        Arc::new(Line { way, listing, began: Instant::now(), state: Arc::default() })
    }

    fn arrived(state: &Mutex<State>, id: &str, length: usize) {
        state.lock().unwrap().stored.push((id.to_owned(), length));
    }

    /// How long a proxy takes to pass on a body.
    fn takes(&self, start: Instant, length: f64) -> Duration {
        let seconds = match self.way {
            Way::Forwards { rate } => length / rate,
            Way::Collapses { rates: (before, later), after } => {
                let left = (self.began + after).saturating_duration_since(start).as_secs_f64();
                let at_first = length.min(left * before);
                at_first / before + (length - at_first) / later
            }
            _ => unreachable!("no proxy"),
        };
        Duration::from_secs_f64(seconds)
    }

    async fn put(&self, id: &str, length: usize, timeouts: Timeouts) -> Result<(), TransportError> {
        let late = || TransportError::new(TransportErrorKind::TimedOut, "no answer in time");
        match self.way {
            Way::Connections { latency, rate } => {
                sleep(latency + Duration::from_secs_f64(length as f64 / rate)).await;
                Line::arrived(&self.state, id, length);
                Ok(())
            }
            Way::Holds { .. } => {
                sleep(Duration::from_millis(40)).await;
                Line::arrived(&self.state, id, length);
                Ok(())
            }
            Way::Forwards { .. } | Way::Collapses { .. } => {
                let now = Instant::now();
                let there = {
                    let mut state = self.state.lock().unwrap();
                    let start = state.busy.unwrap_or(now).max(now);
                    let there = start + self.takes(start, length as f64);
                    state.busy = Some(there);
                    there
                };
                // The proxy passes it on although nobody waits any more.
                let (state, id) = (self.state.clone(), id.to_owned());
                tokio::spawn(async move {
                    sleep_until(there).await;
                    Line::arrived(&state, &id, length);
                });
                sleep_until(there.min(now + timeouts.first_byte)).await;
                if there > Instant::now() {
                    self.state.lock().unwrap().late += 1;
                    return Err(late());
                }
                Ok(())
            }
            Way::Reads { rate, buffered } => {
                let mut left = length as f64;
                let mut last_left = None;
                let step = Duration::from_millis(100);
                let result = loop {
                    sleep(step).await;
                    left -= rate * step.as_secs_f64() / self.state.lock().unwrap().flying as f64;
                    if left <= 0.0 {
                        break Ok(());
                    }
                    if left <= buffered as f64 {
                        let last_left = *last_left.get_or_insert(Instant::now());
                        if last_left.elapsed() >= timeouts.first_byte {
                            break Err(late());
                        }
                    }
                };
                // What is in the buffers arrives nevertheless.
                Line::arrived(&self.state, id, length);
                result
            }
        }
    }
}

fn answer(status: u16, body: String) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert("x-ms-request-id", "00000000-0000-0000-0000-000000000001".parse().unwrap());
    Response { status, headers, body: body.into() }
}

impl Transport for Line {
    fn send<'a>(&'a self, request: &'a Request, timeouts: Timeouts) -> TransportFuture<'a> {
        Box::pin(async move {
            let parameter = |name: &str| {
                request.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
            };
            let comp = parameter("comp").unwrap_or_default();
            match (request.method.as_str(), comp.as_str()) {
                ("PUT", "block") => {
                    let (id, length) = (parameter("blockid").unwrap(), request.body.len());
                    {
                        let mut state = self.state.lock().unwrap();
                        state.sent.push((id.clone(), length));
                        if length < 1000 {
                            state.short.insert(id.clone(), request.body.clone());
                        }
                        state.flying += 1;
                        // What is computed is no block of the pool.
                        state.live += if length < 1000 { 0 } else { length };
                        state.most_live = state.most_live.max(state.live);
                    }
                    let result = self.put(&id, length, timeouts).await;
                    self.state.lock().unwrap().flying -= 1;
                    let (body, state) = (request.body.clone(), self.state.clone());
                    match self.way {
                        Way::Holds { time } if length >= 1000 => {
                            tokio::spawn(async move {
                                sleep(time).await;
                                drop(body);
                                state.lock().unwrap().live -= length;
                            });
                        }
                        _ if length >= 1000 => state.lock().unwrap().live -= length,
                        _ => {}
                    }
                    result.map(|()| answer(201, String::new()))
                }
                ("PUT", _) => {
                    let list = String::from_utf8(request.body.to_vec()).unwrap();
                    let last = list.rsplit("<Latest>").next().unwrap().split('<').next().unwrap();
                    self.state.lock().unwrap().last = Some(last.to_owned());
                    Ok(answer(201, String::new()))
                }
                ("GET", "blocklist") => {
                    sleep(self.listing).await;
                    let state = self.state.lock().unwrap();
                    if state.stored.is_empty() {
                        return Ok(answer(404, "<Error><Code>BlobNotFound</Code></Error>".to_owned()));
                    }
                    let block = |(id, length): &(String, usize)| {
                        format!("<Block><Name>{id}</Name><Size>{length}</Size></Block>")
                    };
                    let blocks: String = state.stored.iter().map(block).collect();
                    let list = format!("<BlockList><UncommittedBlocks>{blocks}</UncommittedBlocks></BlockList>");
                    Ok(answer(200, list))
                }
                ("HEAD", _) => Ok(answer(200, String::new())),
                // The end of the blob is its last block.
                _ => {
                    let state = self.state.lock().unwrap();
                    let body = state.short[state.last.as_ref().unwrap()].clone();
                    Ok(Response { body, ..answer(206, String::new()) })
                }
            }
        })
    }
}

/// Uploads a file of this size; returns the virtual seconds that took, too.
async fn upload(line: &Arc<Line>, bytes: u64, settings: Settings) -> (UploadSummary, f64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("App.msix");
    std::fs::File::create(&path).unwrap().set_len(bytes).unwrap();
    let config = Config::parse(r#"{"credential":{"type":"token","accessToken":"t"}}"#).unwrap();
    let now = || "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap();
    let context = Context { transport: line.clone(), now, seed: 1, shared: ProcessWide::default() };
    let client = Client::with_context(config, context);
    let link = Link::fixed(Secret::new(ADDRESS.to_owned()));
    let sources = [Source { path, name: "App.msix".into() }];
    let began = Instant::now();
    let (carried, reporter) = (Carried::default(), Reporter::default());
    let uploaded = upload::upload(&client, &link, &sources, &carried, settings, &reporter).await.unwrap();
    assert!(line.state.lock().unwrap().last.is_some());
    (uploaded, began.elapsed().as_secs_f64())
}

#[tokio::test(start_paused = true)]
async fn an_upload_is_about_as_fast_as_the_best_fixed_setting() {
    for (latency, rate, bytes) in [(40, 60.0, 2 << 30), (200, 2.0, 1 << 30), (5, 1024.0, 2 << 30)] {
        let (latency, rate) = (Duration::from_millis(latency), rate * MIB);
        let way = Way::Connections { latency, rate };
        let memory = Settings::default().memory_limit_bytes;
        // By the model, the best setting that the memory allows; the others are slower by far.
        let (workers, block) = (32, 2 << 20);
        let model = 32.0 * f64::from(block) / (latency.as_secs_f64() + f64::from(block) / rate);
        let fixed = Settings { max_concurrency: Some(workers), block_bytes: Some(block), ..Settings::default() };
        let best = upload(&Line::new(way), bytes, fixed).await.1;
        let line = Line::new(way);
        let (uploaded, took) = upload(&line, bytes, Settings::default()).await;
        let achieved = bytes as f64 / took / model;
        let case =
            format!("{latency:?}, {} MiB/s: {took:.2} s, {best:.2} s at best, {achieved:.2} of the model", rate / MIB);
        assert!(took <= 1.1 * best, "{case}");
        assert!(achieved >= 0.85, "{case}");
        let most = line.state.lock().unwrap().most_live as u64;
        assert!(most <= memory, "{case}: {most} bytes in flight");
        assert_eq!((uploaded.concurrency, uploaded.repeated_bytes, uploaded.retries), (32, 0, 0), "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_before_the_first_block_is_no_part_of_the_rate() {
    let way = Way::Connections { latency: Duration::from_millis(200), rate: 2.0 * MIB };
    let at_once = upload(&Line::new(way), 256 << 20, Settings::default()).await;
    let listing = Duration::from_secs(20);
    let later = upload(&Line::that_lists(way, listing), 256 << 20, Settings::default()).await;
    assert_eq!((later.0.concurrency, later.0.blocks), (at_once.0.concurrency, at_once.0.blocks));
    // The upload ends with a look that lists nothing.
    let sending = later.1 - 2.0 * listing.as_secs_f64();
    assert!(sending <= 1.05 * at_once.1, "{sending} s, {} s without a list", at_once.1);
}

#[tokio::test(start_paused = true)]
async fn workers_that_give_nothing_go() {
    // The connections share what there is, so that more of them give nothing.
    let line = Line::new(Way::Reads { rate: 20.0 * MIB, buffered: 0 });
    let (uploaded, took) = upload(&line, 512 << 20, Settings::default()).await;
    assert!(uploaded.concurrency <= 16, "{uploaded:?}");
    assert!(took <= 1.1 * 512.0 / 20.0, "{took}");
}

#[tokio::test(start_paused = true)]
async fn connections_that_keep_what_they_sent_count_towards_the_memory() {
    for settings in [
        Settings { memory_limit_bytes: 16 << 20, ..Settings::default() },
        Settings {
            memory_limit_bytes: 16 << 20,
            max_concurrency: Some(4),
            block_bytes: Some(4 << 20),
            ..Settings::default()
        },
    ] {
        let line = Line::new(Way::Holds { time: Duration::from_secs(5) });
        upload(&line, 128 << 20, settings).await;
        let most = line.state.lock().unwrap().most_live as u64;
        assert!((8 << 20..=16 << 20).contains(&most), "{most} bytes");
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_caller_says_stays() {
    let way = Way::Connections { latency: Duration::from_millis(40), rate: 60.0 * MIB };
    let line = Line::new(way);
    let settings = Settings { block_bytes: Some(4 << 20), max_concurrency: Some(3), ..Settings::default() };
    let (uploaded, _) = upload(&line, 256 << 20, settings).await;
    assert_eq!((uploaded.concurrency, uploaded.block_bytes), (3, 4 << 20));
    let sizes: HashSet<usize> = line.state.lock().unwrap().sent.iter().map(|(_, length)| *length).collect();
    assert!(sizes.iter().filter(|size| **size > 1000).eq([&(4 << 20)]), "{sizes:?}");

    let line = Line::new(way);
    let (uploaded, _) = upload(&line, 256 << 20, Settings { max_concurrency: Some(3), ..Settings::default() }).await;
    assert_eq!(uploaded.concurrency, 3);

    let line = Line::new(way);
    let settings = Settings { block_bytes: Some(1 << 20), ..Settings::default() };
    let (uploaded, _) = upload(&line, 256 << 20, settings).await;
    assert_eq!((uploaded.concurrency, uploaded.block_bytes), (32, 1 << 20));
}

#[tokio::test(start_paused = true)]
async fn what_forwards_or_reads_slowly_costs_little_more_than_its_rate() {
    let (bytes, rate) = (64_000_000_u64, 400_000.0);
    let ideal = bytes as f64 / rate;
    for way in [Way::Forwards { rate }, Way::Reads { rate, buffered: 0 }, Way::Reads { rate, buffered: 2_500_000 }] {
        let line = Line::new(way);
        let (_, took) = upload(&line, bytes, Settings::default()).await;
        assert!(took <= 1.3 * ideal, "{took} s where {ideal} s would do");
        let state = line.state.lock().unwrap();
        let ids: HashSet<&String> = state.sent.iter().map(|(id, _)| id).collect();
        assert!(state.sent.len() <= ids.len() + 1, "{} requests for {} blocks", state.sent.len(), ids.len());
    }
}

/// The first blocks are on their way for longer than an answer may take, since the rate is not known yet.
#[tokio::test(start_paused = true)]
async fn a_block_that_has_arrived_without_an_answer_is_not_sent_again() {
    let line = Line::new(Way::Forwards { rate: 50_000.0 });
    let (uploaded, took) = upload(&line, 16_000_000, Settings::default()).await;
    assert!(took <= 1.3 * 320.0, "{took}");
    let state = line.state.lock().unwrap();
    let ids: HashSet<&String> = state.sent.iter().map(|(id, _)| id).collect();
    assert_eq!((state.sent.len() - ids.len(), uploaded.repeated_bytes), (0, 0));
    assert!(state.late > 0, "an answer came too late");
}

/// Something like a proxy has taken the blocks at the rate of before.
#[tokio::test(start_paused = true)]
async fn a_rate_that_collapses_sends_one_block_twice_at_most() {
    let mut bad = Vec::new();
    for (factor, bytes) in [(3.0, 512_u64 << 20), (10.0, 384 << 20), (40.0, 320 << 20), (200.0, 280 << 20)] {
        let (rate, after) = (10.0 * MIB, Duration::from_secs(20));
        let line = Line::new(Way::Collapses { rates: (rate, rate / factor), after });
        let (uploaded, took) = upload(&line, bytes, Settings::default()).await;
        let ideal = 20.0 + (bytes as f64 - 20.0 * rate) / (rate / factor);
        let state = line.state.lock().unwrap();
        let ids: HashSet<&String> = state.sent.iter().map(|(id, _)| id).collect();
        let again = state.sent.len() - ids.len();
        let case =
            format!("{factor}: {again} again, {} bytes, {took:.0} s, {ideal:.0} s at best", uploaded.repeated_bytes);
        if again > 1 || took > 1.3 * ideal {
            bad.push(case);
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}
