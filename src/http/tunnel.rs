//! What a proxy says when it makes no connection. The HTTP library tells only that it did not.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Url, form_urlencoded};

use super::page::without_tags;

const PATIENCE: Duration = Duration::from_secs(10);
/// How much of the answer is read, in bytes.
const MOST: usize = 16 * 1024;
/// How much of its text is told, in characters.
const TOLD: usize = 300;

/// The status of a proxy, and the status line with the text of its page.
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) words: String,
}

/// Asks an `http` proxy once more for a connection to the host of `target`. `None` when it can't be asked or makes one.
pub(super) async fn ask(proxy: &Url, target: &Url) -> Option<Said> {
    if proxy.scheme() != "http" {
        return None;
    }
    let answer = timeout(PATIENCE, exchange(proxy, target)).await.ok()?.ok()?;
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let line = head.lines().next().filter(|line| line.starts_with("HTTP/"))?;
    let status_line = line.split_once(' ')?.1.trim();
    let status: u16 = status_line.get(..3)?.parse().ok()?;
    let page = without_tags(body);
    let words = if page.is_empty() { status_line.to_owned() } else { format!("{status_line}: {page}") };
    (!(200..300).contains(&status)).then(|| Said { status, words: words.chars().take(TOLD).collect() })
}

async fn exchange(proxy: &Url, target: &Url) -> std::io::Result<Vec<u8>> {
    let at = |url: &Url| (url.host_str().unwrap_or_default().to_owned(), url.port_or_known_default().unwrap_or(443));
    let ((host, port), (wanted, wanted_port)) = (at(proxy), at(target));
    let stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
    let mut request =
        format!("CONNECT {wanted}:{wanted_port} HTTP/1.1\r\nHost: {wanted}:{wanted_port}\r\nConnection: close\r\n");
    if !proxy.username().is_empty() {
        let plain = |text: &str| {
            let one = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
            form_urlencoded::parse(one.as_bytes()).next().map(|(text, _)| text.into_owned()).unwrap_or_default()
        };
        let user = format!("{}:{}", plain(proxy.username()), plain(proxy.password().unwrap_or_default()));
        request.push_str(&format!("Proxy-Authorization: Basic {}\r\n", BASE64.encode(user)));
    }
    request.push_str("\r\n");
    let mut rest = request.as_bytes();
    while !rest.is_empty() {
        stream.writable().await?;
        match stream.try_write(rest) {
            Ok(written) => rest = &rest[written..],
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    let (mut answer, mut piece) = (Vec::new(), vec![0; MOST]);
    while answer.len() < MOST && !is_complete(&answer) {
        stream.readable().await?;
        match stream.try_read(&mut piece) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            // What came before is an answer too.
            Err(_) => break,
        }
    }
    Ok(answer)
}

/// Whether the answer has all the bytes that its head announces. A tunnel that is made has no end.
fn is_complete(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let lower = head.to_ascii_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    lower.lines().next().is_some_and(|line| line.contains(" 2")) || length.is_some_and(|length| body.len() >= length)
}
