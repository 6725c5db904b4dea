//! Storage servers of raw TCP, whose answers no well-behaved server gives.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use storeship::client::Client;
use storeship::config::{Config, Secret};
use storeship::events::Reporter;
use storeship::http::ProcessWide;
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
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
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
    let uploading = upload::upload(&client, &link, &sources, &carried, Settings::default(), &reporter);
    let error = runtime.block_on(uploading).unwrap_err();
    assert!(error.is_retryable(), "{error}");
    let connections = connections.load(Ordering::Relaxed);
    assert!((1..40).contains(&connections), "{connections} connections were held");
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
