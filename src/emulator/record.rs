//! The log of requests that tests can read. Secrets are left out.

use std::collections::{BTreeMap, VecDeque};

use axum::http::HeaderMap;

/// The log holds this many requests; older ones are dropped.
const CAPACITY: usize = 10_000;

/// All requests since the start or the last DELETE.
#[derive(Debug, Default)]
pub(super) struct RequestLog {
    pub(super) entries: VecDeque<LogEntry>,
    count: u64,
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
    /// The length of an upload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body_bytes: Option<u64>,
    /// 0 if the connection was dropped.
    pub(super) status: u16,
    pub(super) dropped: bool,
}

impl RequestLog {
    /// Appends a request and numbers it; the first one is 1.
    pub(super) fn push(&mut self, mut entry: LogEntry) {
        self.count += 1;
        entry.n = self.count;
        if self.entries.len() == CAPACITY {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
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
