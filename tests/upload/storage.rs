//! A blob storage in memory behind `Transport`. It checks block ids, sizes and checksums as the real one does, and each
//! test scripts its failures.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use bytes::Bytes;
use http::HeaderMap;
use storeship::http::{Request, Response, Timeouts, Transport, TransportError, TransportErrorKind, TransportFuture};
use tokio::time::{Instant, sleep};

/// How a request fails.
pub(crate) enum Fault {
    /// The request never arrives.
    NotConnected,
    /// The request is carried out, and the response is lost.
    ResponseLost,
    /// The request is not carried out, and gets this response.
    Response(u16, &'static str, Vec<(&'static str, String)>),
    /// The first byte of the body arrives as another one.
    Damaged,
    /// The request is carried out, and its response gets these headers; an empty value takes one out.
    Headers(Vec<(&'static str, String)>),
    /// The range of the request does not arrive.
    NoRange,
    /// The request is not carried out, and something in between answers.
    Foreign(u16, &'static str),
    /// The request is carried out, and something in between answers 504 before the storage does.
    LateGateway,
    /// The request is not carried out, and the connection ends so.
    Fails(TransportErrorKind),
}

/// A request that arrived.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) at: Duration,
    pub(crate) length: usize,
    /// The first byte of the body.
    pub(crate) first: Option<u8>,
    /// The name of the blob.
    pub(crate) blob: String,
    /// How long its answer may take.
    pub(crate) wait: Duration,
    /// Whether it asked for a connection of its own.
    pub(crate) fresh: bool,
    /// Whether it was carried out.
    pub(crate) done: bool,
}

impl Seen {
    pub(crate) fn is_block(&self) -> bool {
        self.query.contains("comp=block&")
    }

    pub(crate) fn is_list(&self) -> bool {
        self.method == "PUT" && self.query.ends_with("comp=blocklist")
    }
}

#[derive(Default)]
pub(crate) struct Blob {
    pub(crate) uncommitted: BTreeMap<String, Bytes>,
    pub(crate) committed: Option<Vec<(String, Bytes)>>,
}

impl Blob {
    pub(crate) fn content(&self) -> Vec<u8> {
        self.committed.iter().flatten().flat_map(|(_, bytes)| bytes.iter().copied()).collect()
    }
}

type Script = Box<dyn Fn(&Seen, usize) -> Option<Fault> + Send + Sync>;

pub(crate) struct Storage {
    pub(crate) blob: Mutex<Blob>,
    pub(crate) seen: Mutex<Vec<Seen>>,
    pub(crate) script: Mutex<Script>,
    /// Time from the last byte of a request to its response.
    pub(crate) latency: Mutex<Duration>,
    /// Requests in flight now, and the largest number so far.
    pub(crate) busy: Mutex<(usize, usize)>,
    pub(crate) max_block: Mutex<usize>,
    began: Instant,
}

impl Storage {
    pub(crate) fn new() -> Arc<Storage> {
        Arc::new(Storage {
            blob: Mutex::default(),
            seen: Mutex::default(),
            script: Mutex::new(Box::new(|_, _| None)),
            latency: Mutex::new(Duration::from_millis(40)),
            busy: Mutex::default(),
            max_block: Mutex::new(100 << 20),
            began: Instant::now(),
        })
    }

    /// Sets the failures, by the request and its number among those of its kind (blocks, lists, others).
    pub(crate) fn script(&self, script: impl Fn(&Seen, usize) -> Option<Fault> + Send + Sync + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    pub(crate) fn requests(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, which: impl Fn(&Seen) -> bool) -> usize {
        self.seen.lock().unwrap().iter().filter(|seen| which(seen)).count()
    }

    /// 201 with the checksum of the body that arrived, or the refusal of one with another checksum than its request says.
    fn stored(request: &Request, body: &[u8]) -> Response {
        let crc64 = checksum(body);
        let sent = request.headers.iter().find(|(name, _)| name == "x-ms-content-crc64");
        if sent.is_some_and(|(_, value)| value.to_str().unwrap() != crc64) {
            return error(400, "Crc64Mismatch");
        }
        let mut response = response(201, Vec::new());
        response.headers.insert("x-ms-content-crc64", crc64.parse().unwrap());
        response
    }

    fn carry_out(&self, request: &Request, query: &str, fault: Option<&Fault>) -> Response {
        let mut body = request.body.to_vec();
        if let (Some(Fault::Damaged), Some(first)) = (fault, body.first_mut()) {
            *first ^= 1;
        }
        let mut blob = self.blob.lock().unwrap();
        let parameter = |name: &str| {
            url::form_urlencoded::parse(query.as_bytes())
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        assert_eq!(parameter("sig").as_deref(), Some("a+b+/c="), "the signature arrived unchanged");
        match (request.method.as_str(), parameter("comp").as_deref()) {
            ("PUT", Some("block")) => {
                let id = parameter("blockid").unwrap();
                let raw = base64::engine::general_purpose::STANDARD.decode(&id).unwrap();
                assert!(!raw.is_empty() && raw.len() <= 64);
                let committed = blob.committed.iter().flatten().map(|(id, _)| id);
                if blob.uncommitted.keys().chain(committed).any(|other| !other.is_empty() && other.len() != id.len()) {
                    return error(400, "InvalidBlobOrBlock");
                }
                if request.body.len() > *self.max_block.lock().unwrap() {
                    let limit = *self.max_block.lock().unwrap();
                    let body = format!("<Error><Code>RequestBodyTooLarge</Code><MaxLimit>{limit}</MaxLimit></Error>");
                    return response(413, body.into_bytes());
                }
                let response = Storage::stored(request, &body);
                if response.status == 201 {
                    blob.uncommitted.insert(id, body.into());
                }
                response
            }
            ("PUT", Some("blocklist")) => {
                let text = String::from_utf8(request.body.to_vec()).unwrap();
                let mut blocks = Vec::new();
                for piece in text.split("<Latest>").skip(1) {
                    let id = piece.split("</Latest>").next().unwrap();
                    let old = blob.committed.iter().flatten().find(|(other, _)| other == id).map(|(_, bytes)| bytes);
                    let Some(bytes) = blob.uncommitted.get(id).or(old) else { return error(400, "InvalidBlockList") };
                    blocks.push((id.to_owned(), bytes.clone()));
                }
                let response = Storage::stored(request, &body);
                if response.status == 201 {
                    blob.uncommitted.clear();
                    blob.committed = Some(blocks);
                }
                response
            }
            ("GET", Some("blocklist")) => {
                if blob.committed.is_none() && blob.uncommitted.is_empty() {
                    return error(404, "BlobNotFound");
                }
                let list = |blocks: Vec<(&String, &Bytes)>| -> String {
                    let block = |(id, bytes): &(&String, &Bytes)| {
                        format!("<Block><Name>{id}</Name><Size>{}</Size></Block>", bytes.len())
                    };
                    blocks.iter().map(block).collect()
                };
                let committed = blob.committed.iter().flatten().filter(|(id, _)| !id.is_empty()).map(|(id, b)| (id, b));
                let body = format!(
                    "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList><CommittedBlocks>{}</CommittedBlocks>\
                     <UncommittedBlocks>{}</UncommittedBlocks></BlockList>",
                    list(committed.collect()),
                    list(blob.uncommitted.iter().collect())
                );
                let mut response = response(200, body.into_bytes());
                response.headers.insert("x-ms-blob-content-length", blob.content().len().into());
                response
            }
            ("PUT", None) => {
                assert_eq!(request.headers.iter().filter(|(name, _)| name == "x-ms-blob-type").count(), 1);
                blob.uncommitted.clear();
                blob.committed = Some(vec![(String::new(), request.body.clone())]);
                response(201, Vec::new())
            }
            ("HEAD", None) if blob.committed.is_some() => {
                let mut response = response(200, Vec::new());
                response.headers.insert("content-length", blob.content().len().into());
                response
            }
            ("GET", None) if blob.committed.is_some() => {
                let (content, range) = (blob.content(), request.headers.iter().find(|(name, _)| name == "x-ms-range"));
                let Some((_, range)) = range.filter(|_| !matches!(fault, Some(Fault::NoRange))) else {
                    return response(200, content);
                };
                let (start, end) = range.to_str().unwrap().strip_prefix("bytes=").unwrap().split_once('-').unwrap();
                let (start, end): (usize, usize) = (start.parse().unwrap(), end.parse().unwrap());
                if start >= content.len() {
                    return error(416, "InvalidRange");
                }
                let part = &content[start..content.len().min(end + 1)];
                let mut response = response(206, part.to_vec());
                let range = format!("bytes {start}-{}/{}", start + part.len() - 1, content.len());
                response.headers.insert("content-range", range.parse().unwrap());
                response
            }
            _ => error(404, "BlobNotFound"),
        }
    }
}

/// The CRC-64 of some bytes as the header has it.
pub(crate) fn checksum(bytes: &[u8]) -> String {
    let mut crc64 = crc64fast_nvme::Digest::new();
    crc64.write(bytes);
    base64::engine::general_purpose::STANDARD.encode(crc64.sum64().to_le_bytes())
}

fn response(status: u16, body: Vec<u8>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert("x-ms-request-id", "00000000-0000-0000-0000-000000000001".parse().unwrap());
    Response { status, headers, body: body.into() }
}

fn error(status: u16, code: &str) -> Response {
    response(
        status,
        format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}.\nTime:0</Message></Error>")
            .into_bytes(),
    )
}

impl Transport for Storage {
    fn send<'a>(&'a self, request: &'a Request, timeouts: Timeouts) -> TransportFuture<'a> {
        Box::pin(async move {
            let query = request.url.query().unwrap_or_default().to_owned();
            let seen = Seen {
                method: request.method.to_string(),
                query: query.clone(),
                headers: request.headers.iter().cloned().collect(),
                at: self.began.elapsed(),
                length: request.body.len(),
                first: request.body.first().copied(),
                blob: request.url.path().rsplit('/').next().unwrap().to_owned(),
                wait: timeouts.first_byte,
                fresh: request.fresh_connection,
                done: false,
            };
            assert!(!seen.headers.contains_key("authorization"), "an upload carries no token");
            assert!(seen.headers.contains_key("x-ms-version"));
            let (mine, fault) = {
                let mut all = self.seen.lock().unwrap();
                let kind = |seen: &Seen| (seen.is_block(), seen.is_list());
                let number = all.iter().filter(|other| kind(other) == kind(&seen)).count();
                let fault = (self.script.lock().unwrap())(&seen, number);
                all.push(seen);
                (all.len() - 1, fault)
            };
            let _under_way = UnderWay::new(&self.busy);
            match fault {
                Some(Fault::NotConnected) => {
                    return Err(TransportError::new(TransportErrorKind::NotConnected, "connection refused"));
                }
                Some(Fault::Fails(kind)) => return Err(TransportError::new(kind, "the reason of the failure")),
                _ => {}
            }
            let latency = *self.latency.lock().unwrap();
            sleep(latency).await;
            if let Some(Fault::Response(status, code, headers)) = fault {
                let mut response = error(status, code);
                for (name, value) in headers {
                    response.headers.insert(name, value.parse().unwrap());
                }
                return Ok(response);
            }
            if let Some(Fault::Foreign(status, body)) = fault {
                return Ok(Response { status, headers: HeaderMap::new(), body: body.into() });
            }
            let mut response = self.carry_out(request, &query, fault.as_ref());
            self.seen.lock().unwrap()[mine].done = response.status == 201;
            match fault {
                Some(Fault::Headers(headers)) => {
                    for (name, value) in headers {
                        response.headers.remove(name);
                        if !value.is_empty() {
                            response.headers.insert(name, value.parse().unwrap());
                        }
                    }
                    Ok(response)
                }
                Some(Fault::LateGateway) => {
                    Ok(Response { status: 504, headers: HeaderMap::new(), body: "Gateway Timeout".into() })
                }
                Some(Fault::ResponseLost) => {
                    Err(TransportError::new(TransportErrorKind::Interrupted, "connection reset"))
                }
                _ => Ok(response),
            }
        })
    }
}

struct UnderWay<'a>(&'a Mutex<(usize, usize)>);

impl<'a> UnderWay<'a> {
    fn new(busy: &'a Mutex<(usize, usize)>) -> UnderWay<'a> {
        let mut now = busy.lock().unwrap();
        now.0 += 1;
        now.1 = now.1.max(now.0);
        drop(now);
        UnderWay(busy)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().0 -= 1;
    }
}
