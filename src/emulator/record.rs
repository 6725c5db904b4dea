//! What was asked, for tests: secrets are left out.

use std::collections::{BTreeMap, VecDeque};

use axum::http::HeaderMap;

/// The oldest requests are forgotten beyond so many.
const KEPT: usize = 10_000;

/// All requests since the start or the last DELETE.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    pub(crate) list: VecDeque<Recorded>,
    count: u64,
}

/// One request and how it was answered.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recorded {
    pub(crate) n: u64,
    pub(crate) method: String,
    pub(crate) path: String,
    /// The name of the operation in the OpenAPI description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) operation: Option<&'static str>,
    pub(crate) query: String,
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body_bytes: Option<u64>,
    pub(crate) status: u16,
    pub(crate) dropped: bool,
}

impl Requests {
    /// Gives the request its number, from 1.
    pub(crate) fn push(&mut self, mut recorded: Recorded) {
        self.count += 1;
        recorded.n = self.count;
        if self.list.len() == KEPT {
            self.list.pop_front();
        }
        self.list.push_back(recorded);
    }
}

/// Headers by lower-case name; equal names are joined.
pub(crate) fn headers(headers: &HeaderMap) -> BTreeMap<String, String> {
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

/// A query or a form with the values of `secrets` replaced.
pub(crate) fn without(text: &str, secrets: &[&str]) -> String {
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
