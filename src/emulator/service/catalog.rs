//! Apps, flights, add-ons and their submissions.

use jiff::Timestamp;

use super::states::{self, State};
use crate::emulator::json::{Json, object};

/// The id of an app, a flight or an add-on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ProductId {
    App(String),
    Flight { app: String, flight: String },
    AddOn(String),
}

/// How a kind of product refers to its submissions.
struct References {
    /// The member that names the last published submission.
    published: &'static str,
    /// The member that names the pending submission.
    pending: &'static str,
    published_first: bool,
    /// The member in front of which the references stand; empty for the end.
    before: &'static str,
}

const APP_REFERENCES: References = References {
    published: "lastPublishedApplicationSubmission",
    pending: "pendingApplicationSubmission",
    published_first: true,
    before: "hasAdvancedListingPermission",
};
const FLIGHT_REFERENCES: References = References {
    published: "lastPublishedFlightSubmission",
    pending: "pendingFlightSubmission",
    published_first: true,
    before: "groupIds",
};
const ADD_ON_REFERENCES: References = References {
    published: "lastPublishedInAppProductSubmission",
    pending: "pendingInAppProductSubmission",
    published_first: false,
    before: "",
};

impl ProductId {
    /// The Store id, or the id of the flight.
    pub(crate) fn id(&self) -> &str {
        match self {
            ProductId::App(id) | ProductId::AddOn(id) | ProductId::Flight { flight: id, .. } => id,
        }
    }

    /// The service's word for the kind of product, in messages and targets.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            ProductId::App(_) => "application",
            ProductId::Flight { .. } => "flight",
            ProductId::AddOn(_) => "inAppProduct",
        }
    }

    /// The member of a submission that lists its packages. Add-ons have none.
    pub(super) fn packages_member(&self) -> Option<&'static str> {
        match self {
            ProductId::App(_) => Some("applicationPackages"),
            ProductId::Flight { .. } => Some("flightPackages"),
            ProductId::AddOn(_) => None,
        }
    }

    /// The id in lower case: the same for all ids that [`ProductId::matches`] takes for one.
    pub(crate) fn folded(&self) -> ProductId {
        match self {
            ProductId::App(id) => ProductId::App(id.to_ascii_lowercase()),
            ProductId::AddOn(id) => ProductId::AddOn(id.to_ascii_lowercase()),
            ProductId::Flight { app, flight } => {
                ProductId::Flight { app: app.to_ascii_lowercase(), flight: flight.to_ascii_lowercase() }
            }
        }
    }

    /// Compares two ids in any letter case.
    pub(crate) fn matches(&self, other: &ProductId) -> bool {
        match (self, other) {
            (ProductId::App(a), ProductId::App(b)) | (ProductId::AddOn(a), ProductId::AddOn(b)) => {
                a.eq_ignore_ascii_case(b)
            }
            (ProductId::Flight { app: a, flight: f }, ProductId::Flight { app: b, flight: g }) => {
                a.eq_ignore_ascii_case(b) && f.eq_ignore_ascii_case(g)
            }
            _ => false,
        }
    }

    /// The `resourceLocation` of a submission.
    fn submission_location(&self, submission: &str) -> String {
        match self {
            ProductId::App(app) => format!("applications/{app}/submissions/{submission}"),
            ProductId::Flight { flight, .. } => format!("flights/{flight}/submissions/{submission}"),
            ProductId::AddOn(id) => format!("inappproducts/{id}/submissions/{submission}"),
        }
    }

    fn references(&self) -> &'static References {
        match self {
            ProductId::App(_) => &APP_REFERENCES,
            ProductId::Flight { .. } => &FLIGHT_REFERENCES,
            ProductId::AddOn(_) => &ADD_ON_REFERENCES,
        }
    }
}

/// An app, a flight or an add-on.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) id: ProductId,
    /// The service's document without the references to submissions.
    pub(crate) document: Json,
    /// The id of the last published submission.
    pub(crate) published: Option<String>,
    /// The id of the pending submission.
    pub(crate) pending: Option<String>,
    /// Requests for an invisible product get 403.
    pub(crate) visible: bool,
    /// Requests for an unsupported product get 409, as for one with a feature that the API does not know.
    pub(crate) supported: bool,
}

impl Product {
    /// A product with the references that its document has.
    pub(crate) fn from_document(id: ProductId, mut document: Json) -> Product {
        let references = id.references();
        let mut take = |name| document.remove(name).map(|value| value.text_of("id")).filter(|id| !id.is_empty());
        let (published, pending) = (take(references.published), take(references.pending));
        Product { id, document, published, pending, visible: true, supported: true }
    }

    /// The service's document.
    pub(crate) fn to_json(&self) -> Json {
        let names = self.id.references();
        let reference = |name: &str, id: &String| {
            let location = self.id.submission_location(id);
            (name.to_owned(), object([("id", Json::text(id)), ("resourceLocation", Json::text(&location))]))
        };
        let published = self.published.iter().map(|id| reference(names.published, id));
        let pending = self.pending.iter().map(|id| reference(names.pending, id));
        let references: Vec<_> =
            if names.published_first { published.chain(pending).collect() } else { pending.chain(published).collect() };
        let mut members = self.document.members().to_vec();
        let place = members.iter().position(|(name, _)| name == names.before).unwrap_or(members.len());
        members.splice(place..place, references);
        Json::Object(members)
    }

    /// The id of the app that an add-on belongs to.
    pub(super) fn parent_app(&self) -> String {
        let applications = self.document.get("applications").and_then(|list| list.get("value"));
        applications.and_then(|value| value.items().first()).map(|app| app.text_of("id")).unwrap_or_default()
    }
}

/// A submission.
#[derive(Clone, Debug)]
pub(crate) struct Submission {
    pub(crate) id: String,
    pub(crate) product: ProductId,
    /// The service's document without the upload address. Its `status` and `statusDetails` are the state.
    pub(crate) document: Json,
    /// False: created or edited in Partner Center. The API cannot change, commit or delete such a submission.
    pub(crate) created_by_api: bool,
    pub(crate) upload: Option<Upload>,
    /// A PUT is answered with the new document, which is not stored.
    pub(crate) zombie: bool,
    /// The submission never leaves CommitStarted.
    pub(crate) hangs: bool,
    /// The next step from CommitStarted leads back to PendingCommit.
    pub(crate) loses_commit: bool,
    /// The failed state in which the submission ends, as soon as a step can lead there.
    pub(crate) fails_as: Option<String>,
    /// The error of that failure. Default: `Other`.
    pub(crate) failure: Option<Json>,
    /// When the submission entered its state.
    pub(crate) since: Timestamp,
    /// What the client polls since the commit.
    pub(super) polling: Polling,
}

/// A route that reports the state of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Report {
    Status,
    Submission,
}

/// Which route the client polls, to tell its polls from other looks at the submission.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Polling {
    polled: Option<Report>,
    /// Whether the last request was of the status, while the submission itself is polled.
    looked: bool,
}

impl Polling {
    /// Takes note of a request, and says whether it is a poll: the route that was requested first is polled. A second
    /// request of the status in a row makes the status the polled one, so that a client that looked at the submission
    /// once after its commit does not wait forever.
    pub(super) fn is_poll(&mut self, report: Report) -> bool {
        let polled = *self.polled.get_or_insert(report);
        if polled == report {
            self.looked = false;
            return true;
        }
        if report == Report::Status && std::mem::replace(&mut self.looked, true) {
            self.polled = Some(report);
            return true;
        }
        false
    }
}

/// The blob that a submission's ZIP is uploaded to.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) blob: String,
    /// When the upload address expires.
    pub(crate) expires: Timestamp,
    /// When the upload address becomes valid, if it says so.
    pub(crate) starts: Option<Timestamp>,
    /// What the upload address allows: the letters of `sp`.
    pub(crate) permissions: String,
    /// How often the upload address got a new end, if it gets one when it has expired.
    pub(crate) renewals: Option<u32>,
}

impl Submission {
    pub(crate) fn new(id: String, product: ProductId, document: Json, since: Timestamp) -> Submission {
        Submission {
            id,
            product,
            document,
            created_by_api: true,
            upload: None,
            zombie: false,
            hangs: false,
            loses_commit: false,
            fails_as: None,
            failure: None,
            since,
            polling: Polling::default(),
        }
    }

    pub(crate) fn status(&self) -> String {
        self.document.text_of("status")
    }

    /// The row of the state table; `None` for a status that is not in it.
    pub(crate) fn state(&self) -> Option<&'static State> {
        states::find(&self.status())
    }

    pub(crate) fn set_status(&mut self, status: &str, now: Timestamp) {
        self.document.set("status", Json::text(status));
        self.since = now;
    }

    /// Adds entries to a list of `statusDetails`, without duplicates.
    pub(super) fn add_details(&mut self, list: &str, entries: impl IntoIterator<Item = Json>) {
        if self.document.get("statusDetails").is_none() {
            self.document.set("statusDetails", Json::literal(NO_DETAILS));
        }
        let details = self.document.get_mut("statusDetails").and_then(|details| details.get_mut(list));
        if let Some(Json::Array(items)) = details {
            for entry in entries {
                if !items.contains(&entry) {
                    items.push(entry);
                }
            }
        }
    }

    /// The `packageRollout` of the document; add-ons have none.
    pub(super) fn rollout(&self) -> Option<&Json> {
        self.document.get("packageDeliveryOptions")?.get("packageRollout")
    }

    pub(super) fn rollout_mut(&mut self) -> Option<&mut Json> {
        self.document.get_mut("packageDeliveryOptions")?.get_mut("packageRollout")
    }

    /// Whether its packages are being rolled out.
    pub(super) fn has_rollout_in_progress(&self) -> bool {
        self.rollout().is_some_and(|rollout| rollout.text_of("packageRolloutStatus") == "PackageRolloutInProgress")
    }
}

/// Empty `statusDetails`.
pub(super) const NO_DETAILS: &str = r#"{"errors":[],"warnings":[],"certificationReports":[]}"#;

/// An error or a warning in `statusDetails`.
pub(super) fn status_detail(code: &str, details: &str) -> Json {
    object([("code", Json::text(code)), ("details", Json::text(details))])
}
