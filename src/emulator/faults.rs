//! Faults: rules that disturb the requests that match them.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::ids::mix;

/// The rules in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) rules: Vec<Rule>,
    last_id: u64,
    /// Random numbers drawn so far.
    draws: u64,
}

/// A fault, and how often it was applied.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) id: u64,
    pub(super) fault: Fault,
    /// Requests that matched method, path and query.
    pub(super) matched: u64,
    /// Requests to which the fault was applied.
    pub(super) used: u64,
}

/// One fault, in the form of `POST /_emulator/faults`.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Fault {
    /// The method that matches. Default: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) method: Option<String>,
    /// The path that matches, in any letter case; `*` is any text, slashes included. Default: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    /// The query that matches, written like `path`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) query: Option<String>,
    /// The first matching request to which the fault applies. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nth: Option<u64>,
    /// The number of requests to which the fault applies; 0 is all. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) count: Option<u64>,
    /// Applies the fault to a matching request with this probability, drawn from the seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) chance: Option<f64>,
    /// The status of the response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    /// The body of the response: a string is sent as it is, any other value as JSON. Default: the body that the service
    /// sends with this status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) headers: BTreeMap<String, String>,
    /// Waits this many milliseconds of real time first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) drop: Option<DropPoint>,
    /// Carries the request out and replaces only its response.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) applied: bool,
    /// Sends only this many bytes of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body_bytes: Option<u64>,
    /// The Content-Length of the response. Default: the length of the whole body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_length: Option<u64>,
    /// These headers of the request do not arrive.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) request_without: Vec<String>,
    /// These headers of the response do not arrive.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) response_without: Vec<String>,
    /// The byte at this offset of an upload is changed on the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) damages: Option<u64>,
    /// Leaves out the headers by which the response is known as one of the service, as something in between does that
    /// answers in its place.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) foreign: bool,
    /// Changes the submission that the request created or named, like `POST /_emulator/submissions/{id}`; for an upload,
    /// the submission that it belongs to, before the upload is carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) submission: Option<Box<RawValue>>,
    /// Somebody else creates a draft of the product that the request names, right before the request is carried out or
    /// dropped. The value is a change of that draft, like `submission`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) other_draft: Option<Box<RawValue>>,
}

/// When the connection is closed without a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum DropPoint {
    /// Before the request is carried out.
    Before,
    /// After the request was carried out.
    After,
}

impl Fault {
    /// Whether the request is carried out.
    pub(super) fn carries_out(&self) -> bool {
        match self.drop {
            Some(DropPoint::Before) => false,
            Some(DropPoint::After) => true,
            None => self.applied || self.status.is_none(),
        }
    }

    fn matches(&self, method: &str, path: &str, query: &str) -> bool {
        let fits = |pattern: &Option<String>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| glob(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase()))
        };
        self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && fits(&self.path, path)
            && fits(&self.query, query)
    }
}

impl Faults {
    /// Adds a rule and gives its id.
    pub(super) fn add(&mut self, fault: Fault) -> u64 {
        self.last_id += 1;
        self.rules.push(Rule { id: self.last_id, fault, matched: 0, used: 0 });
        self.last_id
    }

    /// Finds the first fault that applies to a request, and counts the request in every rule that it matches.
    pub(super) fn take(&mut self, seed: u64, method: &str, path: &str, query: &str) -> Option<Fault> {
        let mut found = None;
        for rule in &mut self.rules {
            if !rule.fault.matches(method, path, query) {
                continue;
            }
            rule.matched += 1;
            let first = rule.fault.nth.unwrap_or(1);
            let count = rule.fault.count.unwrap_or(1);
            if found.is_some() || rule.matched < first || (count > 0 && rule.used >= count) {
                continue;
            }
            if let Some(chance) = rule.fault.chance {
                self.draws += 1;
                let draw = (mix(seed ^ mix(self.draws ^ 0x4641)) >> 11) as f64 / (1u64 << 53) as f64;
                if draw >= chance {
                    continue;
                }
            }
            rule.used += 1;
            found = Some(rule.fault.clone());
        }
        found
    }
}

/// Whether `text` matches a pattern in which `*` is any text.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
