//! A proxy that refuses to connect: the error tells what it says.

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::support::Client;
use serde_json::json;

/// A proxy that gives this answer to every CONNECT; returns its port. It ends with the process.
pub(crate) fn proxy(answer: &str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = answer.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                head.push(byte[0]);
            }
            let said = String::from_utf8(head).unwrap();
            let _ = stream.write_all(answer.replace("{request}", &said.replace("\r\n", " ")).as_bytes());
        }
    });
    port
}

/// Calls the service through a proxy that gives this answer to every CONNECT; returns the error.
fn refused(answer: &str) -> serde_json::Value {
    let port = proxy(answer);
    let client = Client::open(&json!({
        "serviceUrl": "https://store.example/v1.0/my/", "credential": {"type": "token", "accessToken": "x.y.z"},
        "proxy": format!("http://jane:p%26q%3Dr@127.0.0.1:{port}"), "retry": {"retryTimeoutSeconds": 0},
    }));
    let answer = client.call("app.list", json!({}));
    assert_eq!(answer.failure(), (11, "network.proxy"), "{}", answer.text);
    for secret in ["p&q=r", "p%26q%3Dr", "amFuZTpwJnE9cg=="] {
        assert!(!answer.text.contains(secret), "{secret} in {}", answer.text);
    }
    answer.json["error"].clone()
}

#[test]
fn its_status_and_its_text_are_told() {
    let page = "<html><head><style>h1 { color: red }</style><title>Denied</title></head>\n<body><h1>Blocked by policy 17</h1></body></html>";
    let error = refused(&format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\n\r\n{page}", page.len()));
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("the proxy made no connection: it answered 403 Forbidden: Denied Blocked by policy 17; the proxy is that of proxy"),
        "{error}"
    );

    let error = refused("HTTP/1.0 502 cannot resolve store.example\r\n\r\n");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("it answered 502 cannot resolve store.example"), "{error}");
}

#[test]
fn what_it_repeats_of_the_request_is_no_secret() {
    let error = refused("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nyou sent {request}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("you sent CONNECT store.example:443"), "{error}");
}

#[test]
fn a_proxy_that_says_nothing_is_told_as_before() {
    let error = refused("");
    assert!(error["message"].as_str().unwrap().contains("the proxy made no connection"), "{error}");
}
