//! What an upload costs its client: `cargo bench --bench upload_sink [-- GIB]`.
//!
//! The program starts itself again as a storage service that discards what it receives, so that only the processor time,
//! the memory and the disk reads of the client are measured (`/proc/self`, Linux only). TLS needs `openssl` on the path, to
//! make a certificate.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use storeship::client::Client;
use storeship::config::{Config, Secret};
use storeship::events::Reporter;
use storeship::http::limiter::RateLimiters;
use storeship::upload::{Carried, Link, Settings, Source, upload};

const MIB: f64 = 1024.0 * 1024.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["sink", folder, latency_ms, rate] => {
            serve(Path::new(folder), latency_ms.parse().unwrap(), rate.parse().unwrap())
        }
        ["client", address, file, workers, block_mib, crc64, authority] => {
            let settings = Settings {
                max_concurrency: workers.parse().unwrap(),
                memory_limit_bytes: u64::MAX,
                block_bytes: block_mib.parse::<u32>().unwrap() << 20,
                content_crc64: crc64.parse().unwrap(),
                ..Settings::default()
            };
            client(address, Path::new(file), settings, authority);
        }
        rest => compare(rest.first().map_or(1.0, |text| text.parse().unwrap())),
    }
}

/// Runs each case in its own processes, so that the memory of one case does not count for the next.
fn compare(gib: f64) {
    let folder = tempfile::tempdir().unwrap();
    let random = folder.path().join("random.msix");
    fill(&random, (gib * 1024.0) as usize);
    let sparse = folder.path().join("sparse.msix");
    File::create(&sparse).unwrap().set_len(25 << 30).unwrap();
    certificate(folder.path());

    println!("{:<44}{:>9}{:>9}{:>12}{:>10}{:>12}", "case", "wall s", "MiB/s", "CPU-s/GiB", "RSS MiB", "read/size");
    for (name, file, tls, latency_ms, rate, workers, block_mib, crc64) in [
        ("http, 8 workers of 8 MiB", &random, false, 0, 0, 8, 8, false),
        ("http, 8 workers of 4 MiB", &random, false, 0, 0, 8, 4, false),
        ("tls, 8 workers of 8 MiB", &random, true, 0, 0, 8, 8, false),
        ("tls, 8 workers of 8 MiB, crc64 header", &random, true, 0, 0, 8, 8, true),
        ("tls, 8 workers of 4 MiB", &random, true, 0, 0, 8, 4, false),
        ("tls, 1 worker of 8 MiB", &random, true, 0, 0, 1, 8, false),
        ("40 ms, 60 MiB/s a connection, 8 workers", &random, false, 40, 60, 8, 8, false),
        ("40 ms, 60 MiB/s a connection, 32 workers", &random, false, 40, 60, 32, 8, false),
        ("tls, 25 GiB sparse, 8 workers of 8 MiB", &sparse, true, 0, 0, 8, 8, false),
    ] {
        let mut sink = again(&["sink", folder.path().to_str().unwrap(), &latency_ms.to_string(), &rate.to_string()])
            .env("STORESHIP_BENCH_TLS", if tls { "1" } else { "" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(sink.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let scheme = if tls { "https" } else { "http" };
        let address = format!("{scheme}://localhost:{}/c/b?sp=wl&sig=x", port.trim());
        let authority = if tls { folder.path().join("cert.pem") } else { Path::new("").to_owned() };
        let (workers, block_mib, crc64) = (workers.to_string(), block_mib.to_string(), crc64.to_string());
        let (file, authority) = (file.to_str().unwrap(), authority.to_str().unwrap());
        print!("{name:<44}");
        std::io::stdout().flush().unwrap();
        again(&["client", &address, file, &workers, &block_mib, &crc64, authority]).status().unwrap();
        drop(sink.stdin.take());
        sink.wait().unwrap();
    }
}

fn again(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments);
    command
}

/// Uploads a file to an address of this machine and prints the cost: a row of the table. Can also be run by hand, to
/// compare with other clients on another storage emulator.
fn client(address: &str, file: &Path, settings: Settings, authority: &str) {
    let origin: String = address.split_inclusive('/').take(3).collect();
    let authority = if authority.is_empty() { String::new() } else { format!(r#","caFile":"{authority}""#) };
    let config = format!(r#"{{"credential":{{"type":"token","accessToken":"t"}},"serviceUrl":"{origin}"{authority}}}"#);
    let client = Client::new(Config::parse(&config).unwrap(), &RateLimiters::default()).unwrap();
    let sources = [Source { path: file.to_owned(), name: "App.msix".to_owned() }];
    let link = Link::fixed(Secret::new(address.to_owned()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (cpu, read, began) = (cpu_seconds(), bytes_read(), Instant::now());
    let uploaded = runtime
        .block_on(upload(&client, &link, &sources, &Carried::default(), settings, &Reporter::default()))
        .unwrap();
    let wall = began.elapsed().as_secs_f64();
    let bytes = uploaded.bytes as f64;
    println!(
        "{wall:>9.2}{:>9.0}{:>12.2}{:>10.0}{:>12.4}",
        bytes / MIB / wall,
        (cpu_seconds() - cpu) / (bytes / MIB / 1024.0),
        peak_memory() / MIB,
        (bytes_read() - read) / bytes
    );
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    // utime and stime, in ticks of 10 ms
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<f64>().unwrap() * 1024.0
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

/// The storage service: reads every body, answers 201, and exits when its stdin is closed.
fn serve(folder: &Path, latency_ms: u64, rate: u64) {
    let tls = (!std::env::var("STORESHIP_BENCH_TLS").unwrap_or_default().is_empty()).then(|| tls_server(folder));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let tls = tls.clone();
            std::thread::spawn(move || {
                stream.set_nodelay(true).unwrap();
                match tls {
                    None => answer_all(stream, latency_ms, rate),
                    Some(tls) => {
                        let session = rustls::ServerConnection::new(tls).unwrap();
                        answer_all(rustls::StreamOwned::new(session, stream), latency_ms, rate);
                    }
                }
            });
        }
    });
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

fn tls_server(folder: &Path) -> Arc<rustls::ServerConfig> {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let certificate = CertificateDer::from_pem_file(folder.join("cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap())
}

/// Reads requests one after another, at `rate` MiB a second, and answers `latency_ms` milliseconds after the last byte.
fn answer_all(stream: impl Read + Write, latency_ms: u64, rate: u64) {
    let mut stream = BufReader::with_capacity(256 * 1024, stream);
    let mut line = String::new();
    loop {
        let mut length = 0;
        loop {
            line.clear();
            match stream.read_line(&mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) if line.trim().is_empty() => break,
                Ok(_) => {}
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let (began, mut left) = (Instant::now(), length);
        while left > 0 {
            let here = match stream.fill_buf() {
                Ok([]) | Err(_) => return,
                Ok(bytes) => bytes.len().min(left),
            };
            stream.consume(here);
            left -= here;
            if rate > 0 {
                let due = Duration::from_secs_f64((length - left) as f64 / MIB / rate as f64);
                std::thread::sleep(due.saturating_sub(began.elapsed()));
            }
        }
        std::thread::sleep(Duration::from_millis(latency_ms));
        if stream.get_mut().write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n").is_err() {
            return;
        }
    }
}
