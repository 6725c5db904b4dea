//! A process that uploads to Azurite and is killed at a random byte, and another one that goes on: the blob is the ZIP, and no
//! more is sent twice than was on its way.
//!
//! `STORESHIP_KILLS=200 STORESHIP_MIB=1024 cargo test --test with_tools -- azurite_survives` kills more often and uploads more,
//! and `STORESHIP_SEED=7` draws other bytes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use storeship::client::Client;
use storeship::config::{Config, Secret};
use storeship::events::Reporter;
use storeship::http::ProcessWide;
use storeship::upload::{self, Carried, Link, Settings, Source};
use storeship::zip;

use crate::azurite::Azurite;
use crate::support::Store;
use crate::tools::{Running, ensure, failed, finish};
use crate::{Outcome, Problem};

/// The first argument of the process that uploads.
pub(crate) const CHILD: &str = "--upload-to";
const MIB: u64 = 1024 * 1024;
/// What a request has beside its block, in bytes.
const HEAD: u64 = 1024;

/// The most bytes that the upload has on their way, which a kill may cost.
const LIMIT: u64 = 16 * MIB;

/// Uploads a file and writes the result. Settings: `fixed` for 4 blocks of 4 MiB, `measured`, or `hashed` with the SHA-256.
pub(crate) fn child(address: &str, file: &str, settings: &str) -> ExitCode {
    let origin: String = address.split_inclusive('/').take(3).collect();
    let config = format!(r#"{{"credential":{{"type":"token","accessToken":"t"}},"serviceUrl":"{origin}"}}"#);
    let client = Config::parse(&config).and_then(|config| Client::new(config, &ProcessWide::default()));
    let limited = Settings { memory_limit_bytes: LIMIT, ..Settings::default() };
    let settings = match settings {
        "fixed" => Settings { max_concurrency: Some(4), block_bytes: Some(4 << 20), ..limited },
        settings => Settings { sha256: settings == "hashed", ..limited },
    };
    let sources = [Source { path: file.into(), name: "App.msix".to_owned() }];
    let link = Link::fixed(Secret::new(address.to_owned()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let (Ok(client), Ok(runtime)) = (client, runtime) else { return ExitCode::FAILURE };
    let (carried, reporter) = (Carried::default(), Reporter::default());
    match runtime.block_on(upload::upload(&client, &link, &sources, &carried, settings, &reporter)) {
        Ok(uploaded) => {
            println!("{}", serde_json::to_string(&uploaded).unwrap_or_default());
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{}", error.to_json());
            ExitCode::FAILURE
        }
    }
}

pub(crate) fn an_upload_survives_kills() -> Outcome {
    let number = |name: &str, or: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
    let (kills, size, seed) =
        (number("STORESHIP_KILLS", 2), number("STORESHIP_MIB", 64) * MIB, number("STORESHIP_SEED", 1));
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = tempfile::tempdir().map_err(failed)?;
    let (file, archive) = (folder.path().join("App.msix"), folder.path().join("expected.zip"));
    fill(&file, size)?;
    let source = [Source { path: file.clone(), name: "App.msix".into() }];
    zip::write_file(&source, &archive).map_err(failed)?;
    let total = std::fs::metadata(&archive).map_err(failed)?.len();
    let mut expected = Sha256::new();
    std::io::copy(&mut std::fs::File::open(&archive).map_err(failed)?, &mut expected).map_err(failed)?;
    let expected = expected.finalize();
    std::fs::remove_file(&archive).map_err(failed)?;

    let store = Store::start();
    let (mut most, mut all, mut during) = (0, 0, 0);
    for kill in 1..=kills {
        // A new one each time, since it keeps what was uploaded in its memory.
        let azurite = Azurite::start()?;
        azurite.create_container(&store, "ingestion")?;
        let counter = Counter::start(azurite.origin.trim_start_matches("http://"))?;
        let direct = azurite.signed_blob("ingestion", "draft.zip");
        let address = direct.replace(&azurite.origin, &counter.origin);
        let settings = if kill % 2 == 0 { "fixed" } else { "measured" };
        let program = std::env::current_exe().map_err(failed)?;
        let command = || {
            let mut command = Command::new(&program);
            command.arg(CHILD).arg(&address).arg(&file).arg(settings);
            command
        };
        let point = random.u64(..total);
        let mut child = Running(
            command().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(failed)?,
        );
        while counter.sent() < point && child.0.try_wait().map_err(failed)?.is_none() {
            sleep(Duration::from_micros(500));
        }
        let ended = child.0.try_wait().map_err(failed)?.is_some();
        // On Unix this is SIGKILL.
        child.0.kill().map_err(failed)?;
        child.0.wait().map_err(failed)?;
        let before = counter.sent();
        let (success, output) = finish(&mut command())?;
        ensure(success, format!("kill {kill} at byte {point}, {settings}: {output}"))?;
        let uploaded: Value = serde_json::from_str(output.trim()).map_err(failed)?;
        let resumed = uploaded["resumedBytes"].as_u64().unwrap_or_default();
        let blocks = uploaded["blocks"].as_u64().unwrap_or_default();
        let repeated = counter.sent().saturating_sub(total + (blocks + 64) * HEAD);
        println!(
            "kill {kill} at byte {point} ({settings}): {before} bytes sent before, {resumed} resumed, {repeated} repeated"
        );
        ensure(repeated <= LIMIT + MIB, format!("{repeated} bytes were sent twice: {output}"))?;
        ensure(hash_of(&direct)? == expected[..], format!("kill {kill} at byte {point}: the blob is not the ZIP"))?;
        (most, all, during) = (repeated.max(most), all + repeated, during + u64::from(!ended));
    }
    println!(
        "{kills} kills of an upload of {} MiB, {during} of them before its end, seed {seed}: {:.1} MiB sent twice on \
         average, {:.1} MiB at most",
        size / MIB,
        all as f64 / kills.max(1) as f64 / MIB as f64,
        most as f64 / MIB as f64
    );
    ensure(during > 0, format!("none of {kills} kills fell into an upload"))
}

fn fill(path: &Path, size: u64) -> Outcome {
    let mut random = fastrand::Rng::with_seed(1);
    let mut file = std::fs::File::create(path).map_err(failed)?;
    let mut piece = vec![0; MIB as usize];
    for _ in 0..size / MIB {
        random.fill(&mut piece);
        file.write_all(&piece).map_err(failed)?;
    }
    Ok(())
}

/// The SHA-256 of a blob.
fn hash_of(address: &str) -> Result<Vec<u8>, Problem> {
    let (host, path) = address.trim_start_matches("http://").split_once('/').ok_or_else(|| failed("no path"))?;
    let mut stream = TcpStream::connect(host).map_err(failed)?;
    let request =
        format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\nx-ms-version: 2021-12-02\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut reader = BufReader::with_capacity(MIB as usize, stream);
    let (mut length, mut line) = (0, String::new());
    while line != "\r\n" {
        line.clear();
        ensure(reader.read_line(&mut line).map_err(failed)? > 0, "the answer has no end")?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().map_err(failed)?;
        }
    }
    let mut hash = Sha256::new();
    let copied = std::io::copy(&mut reader.take(length), &mut hash).map_err(failed)?;
    ensure(copied == length && length > 0, format!("{copied} of {length} bytes came"))?;
    Ok(hash.finalize().to_vec())
}

/// A forwarder that counts what its clients send.
struct Counter {
    origin: String,
    sent: Arc<AtomicU64>,
}

impl Counter {
    fn start(target: &str) -> Result<Counter, Problem> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        let origin = format!("http://{}", listener.local_addr().map_err(failed)?);
        let (sent, target) = (Arc::new(AtomicU64::new(0)), target.to_owned());
        let counter = sent.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(&target) else { continue };
                let (Ok(from), Ok(to)) = (client.try_clone(), server.try_clone()) else { continue };
                let counter = counter.clone();
                std::thread::spawn(move || forward(from, to, &counter));
                std::thread::spawn(move || forward(server, client, &AtomicU64::new(0)));
            }
        });
        Ok(Counter { origin, sent })
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

/// Passes on what comes until either side hangs up, and then hangs up on both.
fn forward(mut from: TcpStream, mut to: TcpStream, counter: &AtomicU64) {
    let mut piece = vec![0; 256 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        counter.fetch_add(length as u64, Ordering::Relaxed);
        if to.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    // The other side may have hung up already.
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
