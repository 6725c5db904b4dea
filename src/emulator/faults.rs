//! Faults by rule: which requests are disturbed, and how.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::ids::mix;

/// The rules in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) rules: Vec<Rule>,
    last: u64,
    draws: u64,
}

/// A rule with what it has counted.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) id: u64,
    pub(crate) fault: Fault,
    /// Requests that matched method, path and query.
    pub(crate) matched: u64,
    /// Requests that were disturbed.
    pub(crate) used: u64,
}

/// One fault, as sent to the control route.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Fault {
    /// Of the request; any when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// `*` stands for anything, slashes too; letter case does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) query: Option<String>,
    /// The first matching request that is disturbed, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nth: Option<u64>,
    /// How many are disturbed; 0 is all. Left out: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<u64>,
    /// Disturbs a matching request only with this probability, drawn from the seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chance: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    /// A string is sent as it is, anything else as JSON. Left out: what the service says with this status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) drop: Option<Drop>,
    /// The request is carried out, only its answer is replaced.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) applied: bool,
    /// Sends only so many bytes of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body_bytes: Option<u64>,
    /// The Content-Length of the answer; left out: the true length of the whole body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_length: Option<u64>,
    /// Changes the submission that the request made or named, as `POST /_emulator/submissions/{id}` does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) submission: Option<Box<RawValue>>,
}

/// When the connection is closed without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Drop {
    /// Nothing is done.
    Before,
    /// The request is carried out.
    After,
}

impl Fault {
    /// Whether the request reaches the service.
    pub(crate) fn carries_out(&self) -> bool {
        match self.drop {
            Some(Drop::Before) => false,
            Some(Drop::After) => true,
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
    pub(crate) fn add(&mut self, fault: Fault) -> u64 {
        self.last += 1;
        self.rules.push(Rule { id: self.last, fault, matched: 0, used: 0 });
        self.last
    }

    /// Counts the request in every rule and gives the first fault that applies.
    pub(crate) fn take(&mut self, seed: u64, method: &str, path: &str, query: &str) -> Option<Fault> {
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

/// Whether a text fits a pattern in which `*` stands for anything.
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
