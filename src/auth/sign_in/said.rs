//! What a service that issues tokens says when it refuses, in whatever shape it comes.

use serde::Deserialize;
use serde_json::Value;

use crate::config::Secret;
use crate::http::redact;

/// How much of a text stands in a message, in characters.
const MAX_LINE: usize = 1_000;
/// How much of a body that is not JSON is read, in bytes.
const MAX_PLAIN: usize = 16 * 1024;

/// The members of a refusal that is JSON, in the shapes of Entra ID, the metadata services and the build systems. A member
/// of another type counts as absent.
#[derive(Default)]
pub(super) struct Said {
    /// `error`, or the code in it.
    pub(super) error: Option<String>,
    /// `error_description` or `message`, also inside `error`; the text of a body that is not JSON.
    pub(super) text: Option<String>,
    /// `error_codes`; else the numbers in the text: `AADSTS7000215`.
    pub(super) codes: Vec<u64>,
    /// `correlation_id`.
    pub(super) correlation_id: Option<String>,
}

impl Said {
    /// Reads the body of a refusal. Any body is one, also an empty one.
    pub(super) fn read(body: &[u8]) -> Said {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Members {
            error: Value,
            error_description: Value,
            #[serde(alias = "Message")]
            message: Value,
            error_codes: Value,
            correlation_id: Value,
        }
        let Ok(members) = serde_json::from_slice::<Members>(body) else { return Said::plain(body) };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let error = &members.error;
        let mut said = Said {
            error: text(error).or_else(|| text(&error["code"])),
            text: text(&members.error_description)
                .or_else(|| text(&members.message))
                .or_else(|| text(&error["message"])),
            codes: members.error_codes.as_array().into_iter().flatten().filter_map(number).collect(),
            correlation_id: text(&members.correlation_id),
        };
        said.find_codes();
        said
    }

    fn plain(body: &[u8]) -> Said {
        let text = String::from_utf8_lossy(&body[..body.len().min(MAX_PLAIN)]);
        let text = text.trim();
        let text = match title(text) {
            Some(title) => format!("a web page answered: {title}"),
            None if text.starts_with('<') => "a web page answered".to_owned(),
            None => text.to_owned(),
        };
        let mut said = Said { text: Some(text).filter(|text| !text.is_empty()), ..Said::default() };
        said.find_codes();
        said
    }

    fn find_codes(&mut self) {
        if let (true, Some(text)) = (self.codes.is_empty(), &self.text) {
            let digits =
                |rest: &str| rest.split(|c: char| !c.is_ascii_digit()).next().and_then(|code| code.parse().ok());
            self.codes = text.split("AADSTS").skip(1).take(4).filter_map(digits).collect();
        }
    }

    /// The first line of the text, without these secrets. The other lines hold ids, which have fields of their own.
    pub(super) fn line(&self, secrets: &[&Secret]) -> Option<String> {
        line(self.text.as_deref()?, secrets)
    }
}

/// The first line of a text that is not blank, without these secrets, and cut.
pub(super) fn line(text: &str, secrets: &[&Secret]) -> Option<String> {
    let first = text.trim_start().lines().next()?.trim_end();
    // Redaction first: a secret of which only the beginning is left would not be found.
    let shown = redact::all(first, secrets);
    let mut cut: String = shown.chars().take(MAX_LINE).collect();
    if cut.len() < shown.len() {
        cut.push('…');
    }
    Some(cut).filter(|cut| !cut.is_empty())
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim_start_matches("AADSTS").parse().ok())
}

/// The title of a web page.
fn title(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once("<title>").or_else(|| page.split_once("<TITLE>"))?;
    let (title, _) = rest.split_once('<')?;
    Some(title.trim()).filter(|title| !title.is_empty())
}
