//! A storage service that discards what it receives.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::MIB;

/// The answer to every request, with the headers that only a storage service sends.
const ANSWER: &[u8] = b"HTTP/1.1 201 Created\r\nx-ms-version: 2020-04-08\r\nx-ms-request-id: 1\r\netag: \"0x1\"\r\n\
last-modified: Thu, 01 Jan 2026 00:00:00 GMT\r\ncontent-length: 0\r\n\r\n";

/// Reads every body, answers 201, and exits when its stdin is closed.
pub(crate) fn serve(folder: &Path, latency_ms: u64, rate: u64) {
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
        if stream.get_mut().write_all(ANSWER).is_err() {
            return;
        }
    }
}
