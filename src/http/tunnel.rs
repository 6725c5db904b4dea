//! Why a proxy made no connection. The HTTP client keeps the answer of the proxy to itself, so the proxy is asked once more.

use std::io;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Host, Url};
use zeroize::Zeroizing;

use super::page::without_tags;
use super::redact;
use crate::config::{Secret, proxy_credentials};
use crate::error::{shown, start_of};

/// How long the question may take.
const LIMIT: Duration = Duration::from_secs(5);
/// How much of the answer is read, in bytes.
const MAX_ANSWER: usize = 8 * 1024;
/// How much of its text is shown, in bytes.
const SHOWN: usize = 200;

/// What a proxy answers in place of a connection.
pub(super) struct Said {
    pub(super) status: u16,
    /// The status line and the beginning of the text, which is safe to show.
    pub(super) words: String,
}

/// Asks the proxy for a connection to the host of `target`. `None` for a proxy that is asked by TLS, or that does not answer,
/// or that makes the connection this time.
pub(super) async fn ask(proxy: &Secret, target: &Url) -> Option<Said> {
    let answer = timeout(LIMIT, exchange(proxy, target)).await.ok()?.ok()?;
    said(&answer)
}

async fn exchange(proxy: &Secret, target: &Url) -> io::Result<Vec<u8>> {
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
    let mut request = Zeroizing::new(format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"));
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

fn said(answer: &[u8]) -> Option<Said> {
    let answer = String::from_utf8_lossy(answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let line = head.lines().next().unwrap_or_default();
    if !line.starts_with("HTTP/1.") || is_success(head) {
        return None;
    }
    let status_line = line.split_once(' ')?.1.trim();
    let status = status_line.split(' ').next()?.parse().ok()?;
    let (line, text) = (redact::text(status_line), redact::text(&without_tags(body)));
    let mut words = start_of(&line, SHOWN).to_owned();
    if !text.is_empty() && text != line {
        words = format!("{words}: {}", start_of(&text, SHOWN));
    }
    Some(Said { status, words: shown(&words).into_owned() })
}
