//! Cancelling an upload drops all its requests and frees the job. `cargo test --test concurrency cancel -- --nocapture`
//! prints how long that takes.

#![allow(clippy::print_stdout, reason = "the measured time is what the test is run for by hand")]

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use crate::support::{self, APP, Store};
use serde_json::{Value, json};
use storeship::ffi::functions as abi;

const CONCURRENCY: usize = 8;
const ROUNDS: usize = 20;
/// Longer than any machine needs: a test that waits this long has failed.
const NEVER: Duration = Duration::from_secs(60);

/// What the storage notices on a connection.
#[derive(Debug, PartialEq)]
enum Seen {
    /// A whole block arrived.
    Block,
    /// The client closed the connection.
    Closed,
}

/// A blob storage that reads blocks and never responds; returns its address and what it notices.
fn silent_storage() -> (String, Receiver<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, seen) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let tell = tell.clone();
            std::thread::spawn(move || take(stream, &tell));
        }
    });
    // `sp` without `r`: the upload does not read the block list before the first block.
    (format!("http://{address}/ingestion/x?sv=2021-12-02&sr=b&sig=c2ln&sp=w"), seen)
}

fn take(mut stream: TcpStream, tell: &Sender<Seen>) {
    let (mut got, mut piece, mut complete) = (Vec::new(), [0; 65536], false);
    loop {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(read) => got.extend_from_slice(&piece[..read]),
        }
        if !complete && is_whole(&got) {
            complete = true;
            let _ = tell.send(Seen::Block);
        }
    }
    let _ = tell.send(Seen::Closed);
}

/// Whether head and body of the request are complete.
fn is_whole(got: &[u8]) -> bool {
    let text = String::from_utf8_lossy(got);
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    length.is_some_and(|length: usize| got.len() >= head.len() + 4 + length)
}

#[test]
fn a_cancelled_upload_drops_its_requests_and_its_job() {
    let store = Store::start();
    let client = store.client();
    let (address, seen) = silent_storage();
    let made = client.call("submission.create", json!({ "appId": APP }));
    let id = made.result()["id"].clone();
    let mut body = json!({ "id": id, "fileUploadUrl": address });
    support::await_packages(&mut body, &["big.bin"]);
    store.fault(json!({"method": "GET", "path": "*/submissions/*", "status": 200, "body": body, "count": 0}));
    let path = store.folder.path().join("big.bin");
    std::fs::write(&path, vec![7; 1 << 20]).unwrap();
    let request = json!({
        "appId": APP, "submissionId": id, "files": [{ "path": path }], "blockBytes": 65_536, "maxConcurrency": CONCURRENCY,
    });

    let (mut freed, mut closed) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let job = client.start("package.upload", request.clone());
        for _ in 0..CONCURRENCY {
            assert_eq!(seen.recv_timeout(NEVER).unwrap(), Seen::Block, "{CONCURRENCY} blocks are under way");
        }
        let began = Instant::now();
        abi::storeship_job_cancel(job);
        let response = loop {
            let (_, event) = support::next(job, 1000);
            let event: Value = event.map_or(Value::Null, |event| serde_json::from_str(&event).unwrap());
            if event["type"] == "completed" {
                break event["response"].clone();
            }
        };
        freed.push(began.elapsed());
        for _ in 0..CONCURRENCY {
            assert_eq!(seen.recv_timeout(NEVER).unwrap(), Seen::Closed, "every connection is dropped");
        }
        closed.push(began.elapsed());
        assert_eq!(response["error"]["code"], "cancelled", "{response}");
        assert_eq!(support::next(job, 0).0, 5, "the job is gone");
        // Idempotent, and harmless for an id that is gone.
        assert_eq!(abi::storeship_job_cancel(job), 0);
    }
    client.call("app.list", json!({})).result();
    for (what, mut times) in [("completed", freed), ("all connections closed", closed)] {
        times.sort();
        println!("cancel to {what}: median {:?}, longest of {ROUNDS} {:?}", times[ROUNDS / 2], times[ROUNDS - 1]);
    }
}
