//! Storage servers of raw TCP, whose answers no well-behaved server gives.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use storeship::client::Client;
use storeship::config::{Config, Secret};
use storeship::events::Reporter;
use storeship::http::{Network, ProcessWide, Request, Timeouts, Transport, TransportErrorKind};
use storeship::upload::{self, Carried, Link, Settings, Source};

/// Reads the head of a request.
fn head(stream: &mut TcpStream) -> Option<String> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

/// A front end that answers 503 after the head of a block, takes none of it, and keeps the connection open.
#[test]
fn a_server_that_answers_before_it_reads_holds_few_connections() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (connections, held) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
    let counter = connections.clone();
    #[cfg(target_os = "linux")]
    let (most_open, most) = {
        let most_open = Arc::new(AtomicUsize::new(0));
        (most_open.clone(), most_open)
    };
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            #[cfg(target_os = "linux")]
            most.fetch_max(stuck_to(port), Ordering::Relaxed);
            let (held, counter) = (held.clone(), counter.clone());
            std::thread::spawn(move || {
                while let Some(head) = head(&mut stream) {
                    let block = head.starts_with("PUT ");
                    let status = if block { "503 Busy" } else { "404 Not Found" };
                    let answer = format!("HTTP/1.1 {status}\r\nx-ms-request-id: 1\r\ncontent-length: 0\r\n\r\n");
                    stream.write_all(answer.as_bytes()).unwrap();
                    if block {
                        counter.fetch_add(1, Ordering::Relaxed);
                        held.lock().unwrap().push(stream);
                        return;
                    }
                }
            });
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("App.msix");
    std::fs::write(&path, vec![7; 64 << 20]).unwrap();
    let config = format!(
        r#"{{"credential":{{"type":"token","accessToken":"t"}},"serviceUrl":"http://127.0.0.1:{port}/",
            "retry":{{"baseMs":1,"capMs":5,"retryTimeoutSeconds":1}}}}"#
    );
    let client = Client::new(Config::parse(&config).unwrap(), &ProcessWide::default()).unwrap();
    let link = Link::fixed(Secret::new(format!("http://127.0.0.1:{port}/ingestion/1?sig=c2ln&sp=rw")));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let sources = [Source { path, name: "App.msix".into() }];
    let (carried, reporter) = (Carried::default(), Reporter::default());
    // Blocks that no buffer of the system holds.
    let settings = Settings { block_bytes: Some(8 << 20), max_concurrency: Some(8), ..Settings::default() };
    let uploading = upload::upload(&client, &link, &sources, &carried, settings, &reporter);
    let error = runtime.block_on(uploading).unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert!(connections.load(Ordering::Relaxed) > 0);
    #[cfg(target_os = "linux")]
    {
        let most = most_open.load(Ordering::Relaxed);
        assert!(most <= 16, "{most} connections were open at once");
        // The runtime still runs, so nothing else has closed them.
        runtime.block_on(async { tokio::time::sleep(Duration::from_millis(300)).await });
        let open = stuck_to(port);
        assert!(open == 0, "{open} connections are held open");
    }
    drop(runtime);
}

/// How many connections to a port of this machine have bytes that the other side does not take, and are not closed on this
/// side.
#[cfg(target_os = "linux")]
fn stuck_to(port: u16) -> usize {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let (port, established) = (format!(":{port:04X}"), "01");
    let is_open = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields[2].ends_with(&port) && fields[3] == established && !fields[4].starts_with("00000000:")
    };
    table.lines().skip(1).filter(is_open).count()
}

/// What became of a PUT.
struct Put<T> {
    kind: TransportErrorKind,
    ended: Instant,
    /// What the server says.
    server: T,
}

/// Sends a PUT of so many bytes to a server that does this with the connection after the head of the request, until it is over.
fn put_to<T: Send + 'static>(
    length: usize,
    timeouts: Timeouts,
    server: impl FnOnce(TcpStream, &AtomicBool) -> T + Send + 'static,
) -> Put<T> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let over = Arc::new(AtomicBool::new(false));
    let is_over = over.clone();
    let server = std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        head(&mut stream);
        server(stream, &is_over)
    });
    let config = Config::parse(r#"{"credential":{"type":"token","accessToken":"t"}}"#).unwrap();
    let network = Network::new(&config).unwrap();
    let mut request = Request::new(http::Method::PUT, format!("http://127.0.0.1:{port}/").parse().unwrap());
    request.body = vec![7; length].into();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(network.send(&request, timeouts)).err().expect("no answer comes");
    let ended = Instant::now();
    over.store(true, Ordering::Relaxed);
    // The server may wait until its connection is closed.
    drop((network, runtime));
    Put { kind: error.kind, ended, server: server.join().unwrap() }
}

const fn seconds(first_byte: u64, idle: u64) -> Timeouts {
    Timeouts { first_byte: Duration::from_secs(first_byte), idle: Duration::from_secs(idle) }
}

/// How often a server does something every 100 ms until it hangs up, which is another kind of error.
const MOST_TURNS: usize = 600;

/// Writes this every 100 ms until the other side hangs up.
fn drip(mut stream: TcpStream, text: &[u8]) {
    let mut turns = 0;
    while turns < MOST_TURNS && stream.write_all(text).is_ok() {
        turns += 1;
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn the_wait_for_an_answer_begins_when_the_last_byte_has_left() {
    // More than the system keeps in its buffers, and more than the server reads in the time of the wait.
    let (length, buffers) = (64 << 20, 16 << 20);
    let timeouts = seconds(1, 20);
    let put = put_to(length, timeouts, move |mut stream, _| {
        let (mut piece, mut read, mut left) = (vec![0; 256 << 10], 0, None);
        while read < length {
            read += stream.read(&mut piece).unwrap();
            if read >= length - buffers {
                left.get_or_insert(Instant::now());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let _ = stream.read(&mut [0]);
        left.unwrap()
    });
    assert_eq!(put.kind, TransportErrorKind::TimedOut);
    // The last bytes can't have left before this.
    assert!(put.ended - put.server >= timeouts.first_byte, "{:?}", put.ended - put.server);
}

#[test]
fn an_answer_that_drips_is_no_progress() {
    // In its head, and in its body.
    for begin in ["HTTP/1.1 201 Created\r\nx-drips: ", "HTTP/1.1 201 Created\r\ncontent-length: 100000\r\n\r\n"] {
        let put = put_to(1000, seconds(1, 1), move |mut stream, _| {
            stream.write_all(begin.as_bytes()).unwrap();
            drip(stream, b"x");
        });
        assert_eq!(put.kind, TransportErrorKind::TimedOut, "{begin}");
    }
}

#[test]
fn a_promise_to_go_on_is_no_progress() {
    let put = put_to(1000, seconds(1, 4), |stream, _| drip(stream, b"HTTP/1.1 100 Continue\r\n\r\n"));
    assert_eq!(put.kind, TransportErrorKind::TimedOut);
}

#[test]
fn a_server_that_reads_at_a_crawl_is_given_up() {
    let put = put_to(64 << 20, seconds(1, 2), |mut stream, over| {
        let mut turns = 0;
        while turns < MOST_TURNS && !over.load(Ordering::Relaxed) && stream.read_exact(&mut [0; 1000]).is_ok() {
            turns += 1;
            std::thread::sleep(Duration::from_millis(100));
        }
        turns
    });
    assert_eq!(put.kind, TransportErrorKind::TimedOut);
    assert!((1..MOST_TURNS).contains(&put.server), "it read {} times", put.server);
}

/// The error of an upload through a proxy that answers CONNECT so.
fn refused_by_proxy(answer: &'static str) -> storeship::error::Error {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            head(&mut stream);
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("App.msix");
    std::fs::write(&path, "content").unwrap();
    let config = format!(
        r#"{{"credential":{{"type":"token","accessToken":"t"}},"proxy":"http://127.0.0.1:{port}",
            "retry":{{"baseMs":1,"capMs":5,"retryTimeoutSeconds":1}}}}"#
    );
    let client = Client::new(Config::parse(&config).unwrap(), &ProcessWide::default()).unwrap();
    let link = Link::fixed(Secret::new(crate::ADDRESS.to_owned()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let sources = [Source { path, name: "App.msix".into() }];
    let (carried, reporter) = (Carried::default(), Reporter::default());
    let uploading = upload::upload(&client, &link, &sources, &carried, Settings::default(), &reporter);
    runtime.block_on(uploading).unwrap_err()
}

#[test]
fn a_proxy_that_refuses_the_storage_is_told_at_once_with_its_words() {
    let page = "<html><title>Blocked</title><body>by the policy &amp; the law</body></html>";
    assert_eq!(page.len(), 75);
    let error = refused_by_proxy(
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 75\r\n\r\n\
         <html><title>Blocked</title><body>by the policy &amp; the law</body></html>",
    );
    assert_eq!(error.code().name, "network.proxy");
    assert!(error.to_string().contains("it answered 403 Forbidden: Blocked by the policy & the law"), "{error}");
    assert_eq!(error.exchange().unwrap().attempts, 1, "it would be refused again");

    let error = refused_by_proxy("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(error.code().name, "network.proxy");
    assert!(error.to_string().contains("it answered 502 Bad Gateway"), "{error}");
    assert!(error.exchange().unwrap().attempts > 1, "it may pass");
}
