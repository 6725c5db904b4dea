//! The log of requests that tests can read. Secrets are left out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use axum::http::HeaderMap;
use sha2::{Digest, Sha256};

/// The log holds this many requests; older ones are dropped.
const CAPACITY: usize = 10_000;

/// The log holds bodies of this many bytes together; of older ones it has only the length and the hash.
const BODIES: usize = 32 * 1024 * 1024;

/// All requests since the start or the last DELETE.
#[derive(Debug, Default)]
pub(super) struct RequestLog {
    entries: VecDeque<Arc<LogEntry>>,
    count: u64,
    /// The length of all bodies that are held.
    held: usize,
    /// The number of the first request whose body may be held.
    first_held: u64,
}

/// One request and the status of its response.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogEntry {
    pub(super) n: u64,
    pub(super) method: String,
    pub(super) path: String,
    /// The name of the operation in the OpenAPI description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) operation: Option<&'static str>,
    pub(super) query: String,
    pub(super) headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
    /// The length of an upload, or of a body that is not held any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body_bytes: Option<u64>,
    /// SHA-256 in hexadecimal digits of a body that is not held any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body_sha256: Option<String>,
    /// 0 if the connection was dropped.
    pub(super) status: u16,
    pub(super) dropped: bool,
}

impl RequestLog {
    /// Appends a request and numbers it; the first one is 1.
    pub(super) fn push(&mut self, mut entry: LogEntry) {
        self.count += 1;
        entry.n = self.count;
        self.held += entry.body_length();
        if self.entries.len() == CAPACITY
            && let Some(oldest) = self.entries.pop_front()
        {
            self.held -= oldest.body_length();
        }
        self.entries.push_back(Arc::new(entry));
        let first = self.entries.front().map_or(0, |entry| entry.n);
        self.first_held = self.first_held.max(first);
        while self.held > BODIES {
            let Some(entry) = self.entries.get_mut((self.first_held - first) as usize) else { return };
            self.held -= entry.body_length();
            Arc::make_mut(entry).release_body();
            self.first_held += 1;
        }
    }

    /// All requests, oldest first.
    pub(super) fn entries(&self) -> Vec<Arc<LogEntry>> {
        self.entries.iter().cloned().collect()
    }
}

impl LogEntry {
    fn body_length(&self) -> usize {
        self.body.as_ref().map_or(0, String::len)
    }

    /// Leaves only the length and the hash of the body.
    fn release_body(&mut self) {
        if let Some(body) = self.body.take() {
            self.body_bytes = Some(body.len() as u64);
            let hash = Sha256::digest(body.as_bytes());
            self.body_sha256 = Some(format!("{hash:x}"));
        }
    }
}

/// Headers by name in lower case. Values of one name are joined; those that are secret read `present`.
pub(super) fn headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = match name.as_str() {
            "authorization" | "proxy-authorization" | "cookie" | "x-identity-header" => "present".into(),
            _ => String::from_utf8_lossy(value.as_bytes()),
        };
        out.entry(name.as_str().to_owned()).and_modify(|all| *all = format!("{all}, {value}")).or_insert(value.into());
    }
    out
}

/// A query or a form in which the values of the fields `secrets` read `present`.
pub(super) fn redact(text: &str, secrets: &[&str]) -> String {
    let mut out = Vec::new();
    for pair in text.split('&') {
        match pair.split_once('=') {
            Some((name, _)) if secrets.contains(&name.to_ascii_lowercase().as_str()) => {
                out.push(format!("{name}=present"))
            }
            _ => out.push(pair.to_owned()),
        }
    }
    out.join("&")
}
