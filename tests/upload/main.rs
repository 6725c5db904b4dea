//! The upload, against a blob storage that fails in every known way.

mod agreement;
mod cover;
mod damage;
mod lines;
mod links;
mod look;
mod marker;
mod outages;
mod reports;
mod sources;
mod storage;
mod wire;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use storage::{Fault, Seen, Storage};
use storeship::client::Client;
use storeship::config::{Config, Secret};
use storeship::error::Error;
use storeship::events::{Event, Next, Queue, Reporter};
use storeship::http::Context;
use storeship::http::ProcessWide;
use storeship::upload::{self, Carried, Link, ReleaseKey, Settings, Source, UploadSummary};
use storeship::zip;
use tempfile::TempDir;
use tokio::time::timeout;

const ADDRESS: &str = "https://account.blob.core.windows.net/ingestion/1?sv=2017-04-17&sr=b&sig=a+b%2B/c%3D\
                       &se=2026-01-02T00:00:00Z&sp=rwl";

/// Blocks of 10,000 bytes, so that little data makes many blocks.
const SETTINGS: Settings = Settings {
    block_bytes: Some(10_000),
    max_concurrency: Some(4),
    memory_limit_bytes: 1 << 30,
    content_crc64: false,
    release: Some(ReleaseKey([1; 12])),
    sha256: true,
};

struct Bench {
    folder: TempDir,
    storage: Arc<Storage>,
    sources: Vec<Source>,
}

impl Bench {
    /// Two files: 45 blocks with data, 2 headers, 1 central directory.
    fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let mut sources = Vec::new();
        for (name, size) in [("App.msix", 437_321), ("images/icon.png", 3_000)] {
            let path = folder.path().join(name.replace('/', "-"));
            let content: Vec<u8> = (0..size).map(Bench::byte).collect();
            std::fs::write(&path, content).unwrap();
            sources.push(Source { path, name: name.to_owned() });
        }
        Bench { folder, storage: Storage::new(), sources }
    }

    /// A byte of a file.
    fn byte(at: u32) -> u8 {
        (at.wrapping_mul(2_654_435_761) >> 13) as u8
    }

    fn client(&self, config: &str) -> Client {
        let now = || "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap();
        let config = format!(r#"{{"credential":{{"type":"token","accessToken":"t"}}{config}}}"#);
        let context = Context { transport: self.storage.clone(), now, seed: 1, shared: ProcessWide::default() };
        Client::with_context(Config::parse(&config).unwrap(), context)
    }

    async fn upload_to(&self, address: &str, settings: Settings) -> Result<UploadSummary, Error> {
        self.upload_through(&Link::fixed(Secret::new(address.to_owned())), settings).await
    }

    async fn upload_through(&self, link: &Link, settings: Settings) -> Result<UploadSummary, Error> {
        let (carried, reporter) = (Carried::default(), Reporter::default());
        upload::upload(&self.client(""), link, &self.sources, &carried, settings, &reporter).await
    }

    async fn upload(&self) -> Result<UploadSummary, Error> {
        let uploaded = self.upload_to(ADDRESS, SETTINGS).await?;
        self.assert_hashes(&uploaded);
        Ok(uploaded)
    }

    /// The archive as `zip::write` writes it.
    fn expected(&self) -> Vec<u8> {
        let output = self.folder.path().join("expected.zip");
        zip::write_file(&self.sources, &output).unwrap();
        std::fs::read(output).unwrap()
    }

    /// The hashes of the files, in hexadecimal digits, are those of the summary.
    fn assert_hashes(&self, uploaded: &UploadSummary) {
        for source in &self.sources {
            let hash = Sha256::digest(std::fs::read(&source.path).unwrap());
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            let entry = uploaded.entries.iter().find(|entry| entry.name == source.name).unwrap();
            assert_eq!(entry.sha256.as_ref(), Some(&hash), "{}", source.name);
        }
    }

    fn assert_whole(&self) {
        assert!(self.storage.blob.lock().unwrap().content() == self.expected(), "the blob is the archive");
    }

    fn path(&self) -> PathBuf {
        self.sources[0].path.clone()
    }
}

/// The ids of the blocks that were stored, in the order of their requests.
fn blocks_done(requests: &[Seen]) -> Vec<&str> {
    requests.iter().filter(|seen| seen.is_block() && seen.done).map(|seen| seen.query.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn the_blob_is_the_archive_that_the_writer_writes() {
    let bench = Bench::new();
    let uploaded = bench.upload().await.unwrap();
    bench.assert_whole();
    assert_eq!(uploaded.bytes, bench.expected().len() as u64);
    assert_eq!((uploaded.blocks, uploaded.resumed_bytes), (48, 0));
    assert_eq!((uploaded.concurrency, uploaded.retries, uploaded.repeated_bytes), (4, 0, 0));
    assert!(uploaded.bytes_per_second > 0);
    let names: Vec<_> = uploaded.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["App.msix", "images/icon.png"]);
    assert_eq!(bench.storage.count(Seen::is_block), 48);
    assert_eq!(bench.storage.count(Seen::is_list), 1);
    assert_eq!(
        bench.storage.busy.lock().unwrap().1,
        SETTINGS.max_concurrency.unwrap(),
        "as many at once as there are workers"
    );
    for seen in bench.storage.requests() {
        // `+` and `%2B` both arrive as `%2B`; the rest of the signature is unchanged.
        assert!(seen.query.starts_with("sv=2017-04-17&sr=b&sig=a%2Bb%2B/c%3D&se="), "{}", seen.query);
        assert!(!seen.headers.contains_key("x-ms-content-crc64"));
    }
}

#[tokio::test(start_paused = true)]
async fn settings_do_not_change_the_archive() {
    for settings in [
        Settings { block_bytes: Some(8 << 20), max_concurrency: Some(1), ..SETTINGS },
        Settings { block_bytes: Some(777), max_concurrency: Some(32), ..SETTINGS },
        Settings::default(),
    ] {
        let bench = Bench::new();
        bench.upload_to(ADDRESS, settings).await.unwrap();
        bench.assert_whole();
    }
    for settings in [
        Settings { block_bytes: Some(0), ..SETTINGS },
        Settings { block_bytes: Some(u32::MAX), ..SETTINGS },
        Settings { max_concurrency: Some(0), ..SETTINGS },
        Settings { max_concurrency: Some(65), ..SETTINGS },
    ] {
        assert_eq!(Bench::new().upload_to(ADDRESS, settings).await.unwrap_err().code().name, "request.invalid");
    }
}

#[tokio::test(start_paused = true)]
async fn progress_counts_acknowledged_bytes_to_the_end() {
    let bench = Bench::new();
    let queue = Arc::new(Queue::default());
    let reporter = Reporter::to(queue.clone());
    let link = Link::fixed(Secret::new(ADDRESS.to_owned()));
    let client = bench.client("");
    let carried = Carried::default();
    let work = upload::upload(&client, &link, &bench.sources, &carried, SETTINGS, &reporter);
    tokio::pin!(work);
    let mut seen = Vec::new();
    loop {
        let step = timeout(Duration::from_millis(1), &mut work).await;
        while let Next::Event(event) = queue.next(Duration::ZERO) {
            if let Event::Progress { phase, done, total, unit, .. } = event {
                assert_eq!((phase, unit), ("upload", "bytes"));
                let requests = bench.storage.requests();
                let acknowledged: usize = requests.iter().filter(|seen| seen.done).map(|seen| seen.length).sum();
                assert!(done <= acknowledged as u64);
                seen.push((done, total));
            }
        }
        if step.is_ok() {
            break;
        }
    }
    let total = bench.expected().len() as u64;
    assert!(seen.len() > 10 && seen.is_sorted());
    assert_eq!(seen.last(), Some(&(total, total)));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_to_a_host_that_is_not_allowed() {
    let bench = Bench::new();
    for address in [
        "http://account.blob.core.windows.net/c/b?sig=x",
        "https://evil.example/c/b?sig=x",
        "https://account.blob.core.windows.net@evil.example/c/b?sig=x",
        "https://account.blob.core.windows.net.evil.example/c/b?sig=x",
        "https://xblob.core.windows.net/c/b?sig=x",
        "http://127.0.0.1/c/b?sig=x",
        "https://localhost/c/b?sig=x",
        "not a url",
    ] {
        let error = bench.upload_to(address, SETTINGS).await.unwrap_err();
        assert_eq!(error.code().name, "upload.host_not_allowed", "{address}");
        assert!(!error.to_json().contains("sig=x"));
    }
    assert!(bench.storage.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn files_are_checked_before_anything_is_sent() {
    let mut bench = Bench::new();
    let folder = bench.folder.path().to_owned();
    std::fs::write(folder.join("empty"), "").unwrap();
    for (path, code) in [
        (folder.join("missing.msix"), "file.not_found"),
        (folder.clone(), "file.unreadable"),
        (folder.join("empty"), "file.empty"),
    ] {
        bench.sources[1].path = path;
        assert_eq!(bench.upload().await.unwrap_err().code().name, code);
    }
    bench.sources[1] = Source { path: bench.path(), name: "../App.msix".into() };
    assert_eq!(bench.upload().await.unwrap_err().code().name, "file.name");
    assert!(bench.storage.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn more_than_50_000_blocks_become_larger_ones() {
    let bench = Bench::new();
    let uploaded = bench.upload_to(ADDRESS, Settings { block_bytes: Some(1), ..SETTINGS }).await.unwrap();
    assert_eq!(uploaded.block_bytes, 1 << 20);
    bench.assert_whole();
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_killed_is_resumed_by_the_next_one() {
    // Killed after every possible number of blocks.
    for killed_after in 0..49 {
        let bench = Bench::new();
        bench.storage.script(move |seen, number| {
            (seen.is_block() && number >= killed_after)
                .then(|| Fault::Response(403, "AuthenticationFailed", Vec::new()))
        });
        let first = bench.upload().await;
        let sent: HashSet<String> = blocks_done(&bench.storage.requests()).into_iter().map(str::to_owned).collect();
        assert!(first.is_err() || killed_after >= 48);
        if first.is_ok() {
            continue;
        }

        bench.storage.seen.lock().unwrap().clear();
        bench.storage.script(|_, _| None);
        let second = bench.upload().await.unwrap();
        bench.assert_whole();
        let again = bench.storage.requests();
        let data = |seen: &&Seen| seen.length > 200;
        let repeated = again.iter().filter(|seen| seen.is_block() && sent.contains(&seen.query)).filter(data).count();
        assert_eq!(repeated, 0, "no block with data is sent twice");
        assert!(second.resumed_bytes >= 10_000 * sent.len().saturating_sub(4) as u64);
    }
}

#[tokio::test(start_paused = true)]
async fn a_complete_upload_is_only_verified() {
    let bench = Bench::new();
    bench.upload().await.unwrap();
    bench.storage.seen.lock().unwrap().clear();
    let again = bench.upload().await.unwrap();
    assert_eq!(bench.storage.count(|seen| seen.method == "PUT"), 0);
    assert_eq!(bench.storage.count(|seen| !seen.query.contains("comp=")), 1, "the end, which tells the length too");
    assert_eq!(again.resumed_bytes, again.bytes);
    assert_eq!(again.verified_bytes, 440_321, "the files; headers and directory are computed");
    assert_eq!((again.bytes_per_second, again.concurrency), (0, 0));
    bench.assert_whole();
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_ten_minutes_is_waited_out() {
    let bench = Bench::new();
    let minutes = |n: u64| Duration::from_secs(60 * n);
    bench.storage.script(move |seen, number| {
        let down = seen.at > Duration::from_millis(200) && seen.at < minutes(10);
        (down && number > 8).then_some(Fault::NotConnected)
    });
    bench.upload().await.unwrap();
    bench.assert_whole();
    let requests = bench.storage.requests();
    let done = blocks_done(&requests);
    assert_eq!(done.len(), done.iter().collect::<HashSet<_>>().len(), "no acknowledged block is sent twice");
    assert!(requests.last().unwrap().at > minutes(10));
    assert!(requests.len() < 300, "{} requests: the outage is not hammered", requests.len());
}

#[tokio::test(start_paused = true)]
async fn lost_responses_change_nothing() {
    let bench = Bench::new();
    bench.storage.script(|_, number| (number % 3 == 0).then_some(Fault::ResponseLost));
    bench.upload().await.unwrap();
    bench.assert_whole();

    // Before a block is sent again, the block list is read. The 3 computed blocks are too short for that.
    let bench = Bench::new();
    bench.storage.script(|seen, number| (seen.is_block() && number % 3 == 0).then_some(Fault::ResponseLost));
    let uploaded = bench.upload().await.unwrap();
    bench.assert_whole();
    let long = |seen: &Seen| seen.is_block() && seen.length >= 4096;
    assert_eq!(bench.storage.count(long), 44);
    assert!(uploaded.repeated_bytes < 4096, "{}", uploaded.repeated_bytes);
}

#[tokio::test(start_paused = true)]
async fn any_mixture_of_faults_ends_in_the_archive() {
    for seed in 0..100 {
        let bench = Bench::new();
        let random = std::sync::Mutex::new(fastrand::Rng::with_seed(seed));
        bench.storage.script(move |_, _| {
            let mut random = random.lock().unwrap();
            Some(match random.u8(..20) {
                0 => Fault::NotConnected,
                1 => Fault::ResponseLost,
                2 => Fault::Response(503, "ServerBusy", vec![("retry-after", random.u8(..9).to_string())]),
                3 => Fault::Response(500, "OperationTimedOut", vec![]),
                4 => Fault::Response(429, "TooManyRequests", vec![]),
                5 => Fault::Response(408, "RequestTimeout", vec![]),
                _ => return None,
            })
        });
        bench.upload().await.unwrap();
        bench.assert_whole();
    }
}

#[tokio::test(start_paused = true)]
async fn blocks_of_another_tool_are_removed() {
    let bench = Bench::new();
    bench.storage.blob.lock().unwrap().uncommitted.insert("AAAA".into(), "left over".into());
    bench.upload().await.unwrap();
    bench.assert_whole();

    let bench = Bench::new();
    bench.storage.blob.lock().unwrap().committed = Some(vec![("AAAA".into(), "left over".into())]);
    bench.upload().await.unwrap();
    bench.assert_whole();
}

#[tokio::test(start_paused = true)]
async fn blocks_that_vanish_before_the_commit_are_sent_again() {
    let bench = Bench::new();
    let storage = Arc::downgrade(&bench.storage);
    bench.storage.script(move |seen, number| {
        if seen.is_list() && number == 0 {
            storage.upgrade().unwrap().blob.lock().unwrap().uncommitted.clear();
        }
        None
    });
    assert_eq!(bench.upload().await.unwrap().resumed_bytes, 0);
    bench.assert_whole();
    assert_eq!(bench.storage.count(Seen::is_list), 2);

    let bench = Bench::new();
    bench.storage.script(|seen, _| seen.is_list().then(|| Fault::Response(400, "InvalidBlockList", vec![])));
    assert_eq!(bench.upload().await.unwrap_err().code().name, "upload.refused");
    assert_eq!(bench.storage.count(Seen::is_list), 2);
}

#[tokio::test(start_paused = true)]
async fn an_address_without_read_permission_is_only_written() {
    let bench = Bench::new();
    bench.upload_to(&ADDRESS.replace("sp=rwl", "sp=wl"), SETTINGS).await.unwrap();
    bench.assert_whole();
    assert_eq!(bench.storage.count(|seen| seen.method != "PUT"), 0);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_upload_ends_it() {
    let bench = Bench::new();
    for stop_after in [0, 1, 60, 200, 390] {
        let _ = timeout(Duration::from_millis(stop_after), bench.upload()).await;
        assert_eq!(bench.storage.busy.lock().unwrap().0, 0, "no request is under way");
        let sent = bench.storage.requests().len();
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert_eq!(bench.storage.requests().len(), sent, "no further request is sent");
    }
    bench.upload().await.unwrap();
    bench.assert_whole();
}
