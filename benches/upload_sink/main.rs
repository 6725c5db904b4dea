//! What an upload costs its client, beside the floor of the same run:
//! `cargo bench --bench upload_sink [-- GIB [ROUNDS [CASE]]]`.
//!
//! The program starts itself again as a storage service that discards what it receives, so that only the processor time,
//! the memory and the disk reads of the client are measured (Linux only). Each figure is the median of the rounds; in a
//! round each case runs once. CASE is a part of the names of the cases to run. TLS needs `openssl` on the path, to make a
//! certificate.
//!
//! The file has random bytes and was just written, so that it is read from the page cache.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

#[path = "../cost/mod.rs"]
mod cost;
mod floor;
mod sink;

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use storeship::client::Client;
use storeship::config::{Config, Secret};
use storeship::events::Reporter;
use storeship::http::ProcessWide;
use storeship::upload::{Carried, Link, Settings, Source, upload};

const MIB: f64 = 1024.0 * 1024.0;
const GIB: f64 = 1024.0 * MIB;

/// The size of the sparse file in GiB.
const SPARSE_GIB: u64 = 25;

/// One way to upload.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    tls: bool,
    /// The number of workers and the size of a block; 0 where the upload finds them by measuring.
    workers: usize,
    block_mib: u32,
    /// With the SHA-256 of the file, as in a release.
    sha256: bool,
    /// With `x-ms-content-crc64`.
    crc64: bool,
    /// The sink answers this long after the last byte of a request.
    latency_ms: u64,
    /// The sink reads this many MiB/s from each connection; 0 for all it can.
    rate: u64,
    /// The file has no bytes on the disk.
    sparse: bool,
}

impl Case {
    /// Whether a part of the floor belongs to it.
    fn has(&self, part: &str) -> bool {
        match part {
            floor::READ => !self.sparse,
            floor::READ_SPARSE => self.sparse,
            floor::SHA256 => self.sha256,
            floor::SEAL => self.tls,
            _ => true,
        }
    }
}

const PLAIN: Case = Case {
    name: "http, 8 workers of 8 MiB",
    tls: false,
    workers: 8,
    block_mib: 8,
    sha256: false,
    crc64: false,
    latency_ms: 0,
    rate: 0,
    sparse: false,
};
const TLS: Case = Case { name: "tls, 8 workers of 8 MiB", tls: true, ..PLAIN };
const SLOW: Case = Case { name: "40 ms, 60 MiB/s a connection, 8 workers", latency_ms: 40, rate: 60, ..PLAIN };
const MEASURED: Case = Case { name: "http, measured", workers: 0, block_mib: 0, ..PLAIN };
const CASES: [Case; 17] = [
    PLAIN,
    MEASURED,
    Case { name: "tls, measured", tls: true, ..MEASURED },
    Case { name: "tls, measured, sha256, crc64 header", tls: true, sha256: true, crc64: true, ..MEASURED },
    Case { name: "40 ms, 60 MiB/s a connection, measured", latency_ms: 40, rate: 60, ..MEASURED },
    Case { name: "200 ms, 2 MiB/s a connection, measured", latency_ms: 200, rate: 2, ..MEASURED },
    Case {
        name: "200 ms, 2 MiB/s a connection, 32 workers of 2 MiB",
        latency_ms: 200,
        rate: 2,
        workers: 32,
        block_mib: 2,
        ..PLAIN
    },
    Case { name: "http, 8 workers of 4 MiB", block_mib: 4, ..PLAIN },
    TLS,
    Case { name: "tls, 8 workers of 8 MiB, sha256", sha256: true, ..TLS },
    Case { name: "tls, 8 workers of 8 MiB, sha256, crc64 header", sha256: true, crc64: true, ..TLS },
    Case { name: "tls, 8 workers of 4 MiB", block_mib: 4, ..TLS },
    Case { name: "tls, 1 worker of 8 MiB", workers: 1, ..TLS },
    Case { name: "tls, 1 worker of 8 MiB, sha256", workers: 1, sha256: true, ..TLS },
    SLOW,
    Case { name: "40 ms, 60 MiB/s a connection, 32 workers", workers: 32, ..SLOW },
    Case { name: "tls, 25 GiB sparse, 8 workers of 8 MiB", sparse: true, ..TLS },
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["sink", folder, latency_ms, rate] => {
            sink::serve(Path::new(folder), latency_ms.parse().unwrap(), rate.parse().unwrap())
        }
        ["floor", file, bytes, port] => {
            let parts = floor::measure(Path::new(file), bytes.parse().unwrap(), port.parse().unwrap());
            print!("{}", parts.iter().map(|(name, seconds)| format!("{name}\t{seconds}\n")).collect::<String>());
        }
        ["client", case, address, file, authority] => {
            let case = CASES.iter().find(|known| known.name == *case).unwrap();
            client(case, address, Path::new(file), authority);
        }
        rest => {
            let gib = rest.first().map_or(1.0, |text| text.parse().unwrap());
            let rounds = rest.get(1).map_or(5, |text| text.parse().unwrap());
            compare(gib, rounds, rest.get(2).unwrap_or(&""));
        }
    }
}

/// Runs the floor and each case in processes of their own, so that the memory of one does not count for the next.
fn compare(gib: f64, rounds: usize, filter: &str) {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench { folder: folder.path(), gib };
    fill(&bench.random(), (gib * 1024.0) as usize);
    File::create(bench.sparse()).unwrap().set_len(SPARSE_GIB << 30).unwrap();
    certificate(folder.path());

    let chosen: Vec<usize> = (0..CASES.len()).filter(|&at| CASES[at].name.contains(filter)).collect();
    let mut floors: Vec<Vec<(String, f64)>> = Vec::new();
    let mut rows: Vec<Vec<[f64; 4]>> = vec![Vec::new(); CASES.len()];
    for _ in 0..rounds {
        floors.push(bench.floor());
        for &at in &chosen {
            rows[at].push(bench.run(at));
        }
    }

    println!("{:<48}{:>10}", "floor", "CPU-s/GiB");
    let mut floor: Vec<(&str, f64)> = Vec::new();
    for part in 0..floors[0].len() {
        let name = &floors[0][part].0;
        let seconds = median(floors.iter().map(|floor| floor[part].1).collect()) / gib;
        println!("{name:<48}{seconds:>10.3}");
        floor.push((name, seconds));
    }
    println!();
    let heads = ["wall s", "MiB/s", "CPU-s/GiB", "x floor", "RSS MiB", "read/size"];
    println!("{:<48}{}", "case", heads.map(|head| format!("{head:>10}")).concat());
    for &at in &chosen {
        let case = CASES[at];
        let [wall, cpu, memory, read] =
            [0, 1, 2, 3].map(|figure| median(rows[at].iter().map(|row| row[figure]).collect()));
        let size = if case.sparse { SPARSE_GIB as f64 } else { gib };
        let floor: f64 = floor.iter().filter(|(part, _)| case.has(part)).map(|(_, seconds)| seconds).sum();
        println!(
            "{:<48}{wall:>10.2}{:>10.0}{:>10.2}{:>10.2}{:>10.0}{:>10.4}",
            case.name,
            size * 1024.0 / wall,
            cpu / size,
            cpu / size / floor,
            memory / MIB,
            read / (size * GIB),
        );
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The folder with the files, and how large the file of random bytes is.
struct Bench<'a> {
    folder: &'a Path,
    gib: f64,
}

impl Bench<'_> {
    fn random(&self) -> PathBuf {
        self.folder.join("random.msix")
    }

    fn sparse(&self) -> PathBuf {
        self.folder.join("sparse.msix")
    }

    /// The parts of the floor, with their processor time.
    fn floor(&self) -> Vec<(String, f64)> {
        let bytes = ((self.gib * GIB) as usize).to_string();
        let text = self.with_sink(&PLAIN, |port| output(&["floor", path(&self.random()), &bytes, port]));
        let part =
            |line: &str| line.split_once('\t').map(|(name, seconds)| (name.to_owned(), seconds.parse().unwrap()));
        text.lines().map(|line| part(line).unwrap()).collect()
    }

    /// Wall-clock seconds, processor seconds, peak memory and bytes read of one upload.
    fn run(&self, at: usize) -> [f64; 4] {
        let case = &CASES[at];
        let file = if case.sparse { self.sparse() } else { self.random() };
        let authority = if case.tls { self.folder.join("cert.pem") } else { PathBuf::new() };
        let text = self.with_sink(case, |port| {
            let scheme = if case.tls { "https" } else { "http" };
            let address = format!("{scheme}://localhost:{port}/c/b?sp=wl&sig=x");
            output(&["client", case.name, &address, path(&file), path(&authority)])
        });
        let figures: Vec<f64> = text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
        figures.try_into().unwrap()
    }

    /// Does something while a sink runs, with its port.
    fn with_sink(&self, case: &Case, work: impl FnOnce(&str) -> String) -> String {
        let mut sink = again(&["sink", path(self.folder), &case.latency_ms.to_string(), &case.rate.to_string()])
            .env("STORESHIP_BENCH_TLS", if case.tls { "1" } else { "" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(sink.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let result = work(port.trim());
        drop(sink.stdin.take());
        sink.wait().unwrap();
        result
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn again(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments);
    command
}

fn output(arguments: &[&str]) -> String {
    let output = again(arguments).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{arguments:?} fails");
    String::from_utf8(output.stdout).unwrap()
}

/// Uploads a file to an address of this machine and prints what it cost.
fn client(case: &Case, address: &str, file: &Path, authority: &str) {
    let settings = Settings {
        max_concurrency: (case.workers > 0).then_some(case.workers),
        memory_limit_bytes: if case.workers > 0 { u64::MAX } else { Settings::default().memory_limit_bytes },
        block_bytes: (case.block_mib > 0).then_some(case.block_mib << 20),
        content_crc64: case.crc64,
        sha256: case.sha256,
        ..Settings::default()
    };
    let origin: String = address.split_inclusive('/').take(3).collect();
    let authority = if authority.is_empty() { String::new() } else { format!(r#","caFile":"{authority}""#) };
    let config = format!(r#"{{"credential":{{"type":"token","accessToken":"t"}},"serviceUrl":"{origin}"{authority}}}"#);
    let client = Client::new(Config::parse(&config).unwrap(), &ProcessWide::default()).unwrap();
    let sources = sources(file);
    let link = Link::fixed(Secret::new(address.to_owned()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (cpu, read, began) = (cost::processor_seconds(), bytes_read(), Instant::now());
    runtime.block_on(upload(&client, &link, &sources, &Carried::default(), settings, &Reporter::default())).unwrap();
    let wall = began.elapsed().as_secs_f64();
    println!("{wall} {} {} {}", cost::processor_seconds() - cpu, cost::peak_memory(), bytes_read() - read);
}

/// A file, or all files of a folder.
fn sources(path: &Path) -> Vec<Source> {
    let source = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        Source { path, name }
    };
    match std::fs::read_dir(path) {
        Ok(entries) => entries.map(|entry| source(entry.unwrap().path())).collect(),
        Err(_) => vec![source(path.to_owned())],
    }
}

/// The bytes that read calls returned. Sockets count too, but the responses are small.
fn bytes_read() -> f64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap();
    io.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap().parse().unwrap()
}

fn fill(path: &Path, mebibytes: usize) {
    let mut file = File::create(path).unwrap();
    let mut random = fastrand::Rng::with_seed(1);
    let mut piece = vec![0; 1 << 20];
    for _ in 0..mebibytes {
        random.fill(&mut piece);
        file.write_all(&piece).unwrap();
    }
    file.sync_all().unwrap();
}

fn certificate(folder: &Path) {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-out", "cert.pem"])
        .current_dir(folder)
        .stderr(Stdio::null())
        .status();
    assert!(made.is_ok_and(|status| status.success()), "openssl makes the certificate");
}
