//! What the emulated Store knows.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::blob::blobs::Blobs;
use super::blob::sas;
use super::clock::Clock;
use super::entra::assertion::Trust;
use super::faults::Faults;
use super::ids::Ids;
use super::json::{Json, object};
use super::options::Options;
use super::record::Requests;
use super::service::states;

/// Everything behind the one lock.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) options: Options,
    /// `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) account: Account,
    pub(crate) trust: Trust,
    /// In the order of the lists.
    pub(crate) products: Vec<Product>,
    pub(crate) submissions: Vec<Submission>,
    pub(crate) blobs: Blobs,
    pub(crate) faults: Faults,
    pub(crate) requests: Requests,
    /// Times of the service calls of the last minute.
    pub(crate) calls: VecDeque<Timestamp>,
}

/// Who may sign in, and the key of tokens and upload addresses.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) tenant_id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) key: [u8; 32],
}

/// What a submission belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    App(String),
    Flight { app: String, flight: String },
    AddOn(String),
}

impl Owner {
    /// How messages and targets call it.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Owner::App(_) => "application",
            Owner::Flight { .. } => "flight",
            Owner::AddOn(_) => "inAppProduct",
        }
    }

    /// The member of a submission that lists its packages.
    pub(crate) fn packages(&self) -> Option<&'static str> {
        match self {
            Owner::App(_) => Some("applicationPackages"),
            Owner::Flight { .. } => Some("flightPackages"),
            Owner::AddOn(_) => None,
        }
    }

    fn location(&self, submission: &str) -> String {
        match self {
            Owner::App(app) => format!("applications/{app}/submissions/{submission}"),
            Owner::Flight { flight, .. } => format!("flights/{flight}/submissions/{submission}"),
            Owner::AddOn(id) => format!("inappproducts/{id}/submissions/{submission}"),
        }
    }

    /// Names of the two references in the order of the service's answer, and the member before which they stand.
    fn references(&self) -> (&'static str, &'static str, bool, &'static str) {
        match self {
            Owner::App(_) => (PUBLISHED_APP, PENDING_APP, true, "hasAdvancedListingPermission"),
            Owner::Flight { .. } => (PUBLISHED_FLIGHT, PENDING_FLIGHT, true, "groupIds"),
            Owner::AddOn(_) => (PUBLISHED_ADD_ON, PENDING_ADD_ON, false, ""),
        }
    }
}

const PUBLISHED_APP: &str = "lastPublishedApplicationSubmission";
const PENDING_APP: &str = "pendingApplicationSubmission";
const PUBLISHED_FLIGHT: &str = "lastPublishedFlightSubmission";
const PENDING_FLIGHT: &str = "pendingFlightSubmission";
const PUBLISHED_ADD_ON: &str = "lastPublishedInAppProductSubmission";
const PENDING_ADD_ON: &str = "pendingInAppProductSubmission";

/// An app, a flight or an add-on.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) owner: Owner,
    /// As answered, without the references to submissions.
    pub(crate) document: Json,
    pub(crate) published: Option<String>,
    pub(crate) pending: Option<String>,
    /// An invisible product answers 403.
    pub(crate) visible: bool,
    /// A product with features that the API does not know answers 409.
    pub(crate) supported: bool,
}

impl Product {
    /// Takes the references out of a seed document.
    pub(crate) fn from_document(owner: Owner, mut document: Json) -> Product {
        let (published, pending, _, _) = owner.references();
        let id = |reference: Option<Json>| reference.map(|value| value.text_of("id")).filter(|id| !id.is_empty());
        let published = id(document.remove(published));
        let pending = id(document.remove(pending));
        Product { owner, document, published, pending, visible: true, supported: true }
    }

    /// The document as the service answers it.
    pub(crate) fn answer(&self) -> Json {
        let (published, pending, published_first, before) = self.owner.references();
        let reference =
            |id: &String| object([("id", Json::text(id)), ("resourceLocation", Json::text(&self.owner.location(id)))]);
        let mut references = Vec::new();
        if let Some(id) = &self.published {
            references.push((published.to_owned(), reference(id)));
        }
        if let Some(id) = &self.pending {
            references.insert(if published_first { references.len() } else { 0 }, (pending.to_owned(), reference(id)));
        }
        let mut members = self.document.members().to_vec();
        let place = members.iter().position(|(name, _)| name == before).unwrap_or(members.len());
        members.splice(place..place, references);
        Json::Object(members)
    }
}

/// A submission.
#[derive(Clone, Debug)]
pub(crate) struct Submission {
    pub(crate) id: String,
    pub(crate) owner: Owner,
    /// As answered; `status` and `statusDetails` in it are the state.
    pub(crate) document: Json,
    /// Only such a submission may be changed, committed and deleted.
    pub(crate) created_by_api: bool,
    pub(crate) upload: Option<Upload>,
    /// PUT answers what it was sent and stores nothing.
    pub(crate) zombie: bool,
    /// Never leaves CommitStarted.
    pub(crate) hangs: bool,
    /// The next step from CommitStarted leads back to PendingCommit.
    pub(crate) loses_commit: bool,
    /// The step that could lead to this failed state does.
    pub(crate) fails_as: Option<String>,
    /// The error of that failure; `None` is a made-up one.
    pub(crate) failure: Option<Json>,
    /// When the present state was entered.
    pub(crate) since: Timestamp,
}

/// Where the ZIP goes.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) blob: String,
    pub(crate) expires: Timestamp,
}

impl Submission {
    pub(crate) fn new(id: String, owner: Owner, document: Json, since: Timestamp) -> Submission {
        Submission {
            id,
            owner,
            document,
            created_by_api: true,
            upload: None,
            zombie: false,
            hangs: false,
            loses_commit: false,
            fails_as: None,
            failure: None,
            since,
        }
    }

    pub(crate) fn status(&self) -> String {
        self.document.text_of("status")
    }

    pub(crate) fn state(&self) -> Option<&'static states::State> {
        states::find(&self.status())
    }

    pub(crate) fn set_status(&mut self, status: &str, now: Timestamp) {
        self.document.set("status", Json::text(status));
        self.since = now;
    }
}

impl Store {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn product(&self, owner: &Owner) -> Option<&Product> {
        self.products.iter().find(|product| same(&product.owner, owner))
    }

    pub(crate) fn product_mut(&mut self, owner: &Owner) -> Option<&mut Product> {
        self.products.iter_mut().find(|product| same(&product.owner, owner))
    }

    pub(crate) fn submission(&self, id: &str) -> Option<&Submission> {
        self.submissions.iter().find(|submission| submission.id == id)
    }

    /// The document of a submission with its upload address.
    pub(crate) fn answer(&self, submission: &Submission) -> Json {
        let mut document = submission.document.clone();
        let url = match &submission.upload {
            Some(upload) => {
                Json::text(&sas::address(&self.origin, &self.account.key, &upload.blob, upload.expires, "rwl"))
            }
            None => Json::Null,
        };
        if document.get("fileUploadUrl").is_some() || submission.upload.is_some() {
            document.set("fileUploadUrl", url);
        }
        document
    }

    /// A fresh place for a ZIP. The signature has a `+`, as the service's often has.
    pub(crate) fn new_upload(&mut self) -> Upload {
        let lifetime = i64::try_from(self.options.upload_lifetime).unwrap_or(i64::MAX);
        let now = self.now();
        let expires = now.checked_add(jiff::SignedDuration::from_secs(lifetime)).unwrap_or(now);
        loop {
            let blob = self.ids.guid();
            if sas::signature(&self.account.key, &blob, &sas::Grant::until(expires, "rwl")).contains('+') {
                return Upload { blob, expires };
            }
        }
    }
}

/// Ids are matched in any letter case.
pub(crate) fn same(one: &Owner, other: &Owner) -> bool {
    match (one, other) {
        (Owner::App(a), Owner::App(b)) | (Owner::AddOn(a), Owner::AddOn(b)) => a.eq_ignore_ascii_case(b),
        (Owner::Flight { app: a, flight: f }, Owner::Flight { app: b, flight: g }) => {
            a.eq_ignore_ascii_case(b) && f.eq_ignore_ascii_case(g)
        }
        _ => false,
    }
}
