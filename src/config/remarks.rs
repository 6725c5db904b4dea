//! Corrections of values that people paste or pipe: a line end after a secret, a byte order mark before it.

use std::cell::RefCell;

use super::secret::Secret;
use crate::error::{Error, Result, codes};
use crate::text;

/// What the library corrected in the values of a credential: one sentence for each, without the value.
#[derive(Default)]
pub(super) struct Remarks(RefCell<Vec<String>>);

/// What may be left out around a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    /// White space: ids and the secrets of services have none.
    Blanks,
    /// Line ends only: a password may end in a space.
    LineEnds,
}

impl Remarks {
    /// The sentences, in the order in which they were found.
    pub(super) fn into_sentences(self) -> Vec<String> {
        self.0.into_inner()
    }

    /// The value of a variable.
    pub(super) fn variable(&self, name: &str, value: String) -> String {
        let secret = Secret::new(value);
        self.corrected(name, secret.reveal(), Around::Blanks).unwrap_or(secret.reveal()).to_owned()
    }

    /// The password in a variable.
    pub(super) fn password(&self, name: &str, value: String) -> String {
        let secret = Secret::new(value);
        self.corrected(name, secret.reveal(), Around::LineEnds).unwrap_or(secret.reveal()).to_owned()
    }

    /// Corrects the ids of a credential.
    pub(super) fn clean_ids(&self, tenant_id: &mut String, client_id: &mut String) -> Result<()> {
        self.clean_id("tenantId", tenant_id)?;
        self.clean_id("clientId", client_id)
    }

    /// Corrects an id: a GUID, or the domain of a tenant. Any other text is refused.
    pub(super) fn clean_id(&self, field: &str, id: &mut String) -> Result<()> {
        check(field, id)?;
        if let Some(corrected) = self.corrected(&format!("`{field}`"), id, Around::Blanks) {
            *id = corrected.to_owned();
        }
        if id.chars().all(|c| c.is_ascii_alphanumeric() || ['-', '.', '_'].contains(&c)) {
            return Ok(());
        }
        let what = if field == "tenantId" { "neither a GUID nor a domain" } else { "no GUID" };
        let hint = "give the id from the overview page of the app registration in Entra ID";
        Err(Error::new(&codes::CONFIG_INVALID, format!("`{field}` is {what}")).hint(hint))
    }

    /// Corrects a secret of a credential.
    pub(super) fn clean_secret(&self, field: &str, secret: &mut Secret) -> Result<()> {
        self.clean(field, secret, Around::Blanks)
    }

    /// Corrects the password of a certificate.
    pub(super) fn clean_password(&self, password: &mut Secret) -> Result<()> {
        self.clean("certificatePassword", password, Around::LineEnds)
    }

    fn clean(&self, field: &str, secret: &mut Secret, around: Around) -> Result<()> {
        check(field, secret.reveal())?;
        if let Some(corrected) = self.corrected(&format!("`{field}`"), secret.reveal(), around) {
            *secret = Secret::new(corrected.to_owned());
        }
        Ok(())
    }

    /// The value without what is around it; `None` when there is nothing.
    fn corrected<'a>(&self, name: &str, value: &'a str, around: Around) -> Option<&'a str> {
        let unmarked = value.strip_prefix('\u{FEFF}').unwrap_or(value);
        let unended = unmarked.trim_end_matches(['\r', '\n']);
        let corrected = if around == Around::Blanks { unended.trim() } else { unended };
        let found = [
            (unmarked != value, "begins with a byte order mark"),
            (unended != unmarked, "ends in a line end"),
            (corrected != unended, "has white space around it"),
        ];
        let found: Vec<&str> = found.into_iter().filter_map(|(is_there, what)| is_there.then_some(what)).collect();
        if found.is_empty() {
            return None;
        }
        let sentence = format!("{name} {}: it was left out", found.join(" and "));
        let mut sentences = self.0.borrow_mut();
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
        Some(corrected)
    }
}

fn check(field: &str, value: &str) -> Result<()> {
    let refused = |reason: text::NotText| {
        Error::new(&codes::CONFIG_INVALID, format!("`{field}` can't be used: {reason}")).hint(reason.remedy())
    };
    text::check(value).map(|_| ()).map_err(refused)
}
