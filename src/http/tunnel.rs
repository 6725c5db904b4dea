//! Why a proxy made no connection. The HTTP client keeps the status of its answer to itself, so the proxy is asked once more.

use std::io;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Host, Url};
use zeroize::Zeroizing;

use super::redact;
use crate::config::{Secret, proxy_credentials};
use crate::error::{shown, start_of};

/// How long the question may take.
const LIMIT: Duration = Duration::from_secs(5);
/// How much of the answer is read, in bytes.
const MAX_ANSWER: usize = 8 * 1024;
/// How much of its text is shown, in bytes.
const SHOWN: usize = 200;

/// The status line of the proxy's answer and the beginning of its text. `None` for a proxy that is asked by TLS, or that
/// does not answer, or that makes the connection this time.
pub(super) async fn refusal(proxy: &Secret, target: &Url) -> Option<String> {
    let answer = timeout(LIMIT, ask(proxy, target)).await.ok()?.ok()?;
    told(&answer)
}

async fn ask(proxy: &Secret, target: &Url) -> io::Result<Vec<u8>> {
    let missing = || io::Error::from(io::ErrorKind::InvalidInput);
    let proxy = Url::parse(proxy.reveal()).map_err(|_| missing())?;
    if proxy.scheme() != "http" {
        return Err(missing());
    }
    let port = proxy.port_or_known_default().ok_or_else(missing)?;
    let stream = match proxy.host().ok_or_else(missing)? {
        Host::Domain(name) => TcpStream::connect((name, port)).await?,
        Host::Ipv4(address) => TcpStream::connect((address, port)).await?,
        Host::Ipv6(address) => TcpStream::connect((address, port)).await?,
    };
    let host = target.host_str().ok_or_else(missing)?;
    let host = format!("{host}:{}", target.port_or_known_default().ok_or_else(missing)?);
    let mut request = Zeroizing::new(format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n"));
    if let Some(credentials) = proxy_credentials(&proxy) {
        request.push_str("Proxy-Authorization: Basic ");
        request.push_str(credentials.reveal());
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    let mut rest = request.as_bytes();
    while !rest.is_empty() {
        stream.writable().await?;
        match stream.try_write(rest) {
            Ok(written) => rest = &rest[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    read(&stream).await
}

/// Reads the answer to its end, to the end of what its length says, or as far as it is read.
async fn read(stream: &TcpStream) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    let mut piece = [0; 1024];
    while answer.len() < MAX_ANSWER && !is_whole(&answer) {
        stream.readable().await?;
        match stream.try_read(&mut piece) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // What was read says enough.
            Err(_) => break,
        }
    }
    Ok(answer)
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("content-length") { value.trim().parse::<usize>().ok() } else { None }
    });
    // After a success the tunnel is open, and nothing follows.
    is_success(head) || length.is_some_and(|length| body.len() >= length)
}

fn is_success(head: &str) -> bool {
    head.split(' ').nth(1).is_some_and(|status| status.starts_with('2'))
}

fn told(answer: &[u8]) -> Option<String> {
    let answer = String::from_utf8_lossy(answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let line = head.lines().next().unwrap_or_default();
    if !line.starts_with("HTTP/1.") || is_success(head) {
        return None;
    }
    let status = line.split_once(' ')?.1;
    let text = words(body);
    let text = redact::text(if text.is_empty() { status } else { &text });
    Some(match text == status {
        true => shown(start_of(&text, SHOWN)).into_owned(),
        false => shown(&format!("{}: {}", start_of(status, SHOWN), start_of(&text, SHOWN))).into_owned(),
    })
}

/// A page of HTML without its tags and styles, in one line.
fn words(body: &str) -> String {
    let (mut text, mut rest) = (String::new(), body);
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        let lower = tag.to_ascii_lowercase();
        let end = ["style", "script"].into_iter().find(|name| lower.starts_with(name));
        let end = end.and_then(|name| lower.find(&format!("</{name}"))).unwrap_or(0);
        rest = tag[end..].split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
