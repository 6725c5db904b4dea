//! Changes of a submission that the API does not offer: what Partner Center or the service itself could do to it.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::processing::set_state;
use super::states;
use super::store::Store;
use crate::emulator::clock::seconds_text;
use crate::emulator::json::{self, Json};

/// Why a patch was not applied.
#[derive(Debug)]
pub(crate) enum PatchError {
    /// The patch is not valid; the text says why.
    Invalid(String),
    /// There is no submission with this id.
    UnknownSubmission(String),
}

/// The JSON of `POST /_emulator/submissions/{id}`. Members that are left out change nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct SubmissionPatch {
    status: Option<String>,
    status_details: Option<Box<RawValue>>,
    zombie: Option<bool>,
    hangs: Option<bool>,
    loses_commit: Option<bool>,
    fails_as: Option<String>,
    failure: Option<Box<RawValue>>,
    created_by_api: Option<bool>,
    expire_upload: bool,
    renew_upload: Option<bool>,
    move_upload: bool,
    upload_starts_seconds: Option<i64>,
    upload_permissions: Option<String>,
    /// New values of the document by their JSON Pointers; null removes a member.
    document: BTreeMap<String, Option<Box<RawValue>>>,
}

impl SubmissionPatch {
    /// Reads a patch.
    ///
    /// # Errors
    ///
    /// It is not JSON, has an unknown member or names an unknown status.
    pub(crate) fn parse(text: &str) -> Result<SubmissionPatch, PatchError> {
        let patch: SubmissionPatch =
            serde_json::from_str(text).map_err(|error| PatchError::Invalid(error.to_string()))?;
        for name in [&patch.status, &patch.fails_as].into_iter().flatten() {
            if states::find(name).is_none() {
                return Err(PatchError::Invalid(format!("'{name}' is not a submission status")));
            }
        }
        Ok(patch)
    }

    /// Applies the patch to the submission with this id.
    pub(crate) fn apply(self, store: &mut Store, id: &str) -> Result<(), PatchError> {
        let now = store.now();
        let index = store.submissions.iter().position(|submission| submission.id == id);
        let index = index.ok_or_else(|| PatchError::UnknownSubmission(id.to_owned()))?;
        let parse = |raw: &RawValue| json::parse(raw.get()).map_err(PatchError::Invalid);
        let mut document = store.submissions[index].document.clone();
        for (pointer, value) in &self.document {
            let value = value.as_deref().map(parse).transpose()?;
            if !change(&mut document, pointer, value) {
                return Err(PatchError::Invalid(format!("there is no {pointer}")));
            }
        }
        store.submissions[index].document = document;
        let submission = &mut store.submissions[index];
        submission.zombie = self.zombie.unwrap_or(submission.zombie);
        submission.hangs = self.hangs.unwrap_or(submission.hangs);
        submission.loses_commit = self.loses_commit.unwrap_or(submission.loses_commit);
        submission.created_by_api = self.created_by_api.unwrap_or(submission.created_by_api);
        if self.fails_as.is_some() {
            submission.fails_as = self.fails_as;
        }
        if let Some(failure) = &self.failure {
            submission.failure = Some(parse(failure)?);
        }
        if let Some(details) = &self.status_details {
            submission.document.set("statusDetails", parse(details)?);
        }
        if let Some(upload) = submission.upload.as_mut() {
            if self.expire_upload {
                let address = (upload.blob.clone(), seconds_text(upload.expires));
                store.instance.withdrawn.insert(address);
                upload.expires = now.checked_sub(SignedDuration::from_secs(1)).unwrap_or(now);
            }
            match self.renew_upload {
                Some(true) => upload.renewals = upload.renewals.or(Some(0)),
                Some(false) => upload.renewals = None,
                None => {}
            }
            if let Some(seconds) = self.upload_starts_seconds {
                upload.starts = now.checked_add(SignedDuration::from_secs(seconds)).ok();
            }
            upload.permissions = self.upload_permissions.unwrap_or(std::mem::take(&mut upload.permissions));
            if self.move_upload {
                upload.blob = store.instance.ids.guid();
            }
        }
        if let Some(state) = self.status.as_deref().and_then(states::find) {
            set_state(store, index, state);
        }
        Ok(())
    }
}

/// Sets the member or element at a pointer, or removes the member; `-` appends to an array. False if there is no such
/// place.
fn change(document: &mut Json, pointer: &str, value: Option<Json>) -> bool {
    let mut names: Vec<String> = pointer.split('/').map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
    let Some(last) = names.pop().filter(|_| names.first().is_some_and(String::is_empty)) else { return false };
    let mut place = document;
    for name in &names[1..] {
        let inner = match place {
            Json::Array(items) => name.parse().ok().and_then(|at: usize| items.get_mut(at)),
            other => other.get_mut(name),
        };
        let Some(inner) = inner else { return false };
        place = inner;
    }
    match (place, value) {
        (Json::Array(items), Some(value)) if last == "-" => items.push(value),
        (Json::Array(items), Some(value)) => match last.parse().ok().and_then(|at: usize| items.get_mut(at)) {
            Some(item) => *item = value,
            None => return false,
        },
        (object @ Json::Object(_), Some(value)) => object.set(&last, value),
        (object @ Json::Object(_), None) => return object.remove(&last).is_some(),
        _ => return false,
    }
    true
}
