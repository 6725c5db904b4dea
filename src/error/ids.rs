//! The ids of what a result or an error is about.

use schemars::JsonSchema;
use serde::Serialize;

/// The ids of an app, flight and add-on. Each is absent when there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetIds {
    /// The Store id of the app; absent for an add-on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// The id of the package flight; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flight_id: Option<String>,
    /// The Store id of the add-on; absent for an app or a flight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_on_id: Option<String>,
}

/// The ids of an app, flight, add-on and submission. Each is absent when there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MetaIds", description = "The ids of a result. Each is absent when there is none.")]
pub struct ResourceIds {
    /// The ids of the product.
    #[serde(flatten)]
    pub target: TargetIds,
    /// The id of the submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submission_id: Option<String>,
}

impl ResourceIds {
    /// The ids that there are, with the names that they have in the details of an error.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("AppId", &self.target.app_id),
            ("FlightId", &self.target.flight_id),
            ("AddOnId", &self.target.add_on_id),
            ("SubmissionId", &self.submission_id),
        ];
        all.into_iter().filter_map(|(name, id)| Some((name, id.as_deref()?)))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.named().next().is_none()
    }

    /// The ids that there are, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let TargetIds { app_id, flight_id, add_on_id } = &mut self.target;
        [app_id, flight_id, add_on_id, &mut self.submission_id].into_iter().flatten()
    }

    /// Takes those ids of `other` that are missing and not empty.
    pub fn complete(&mut self, other: ResourceIds) {
        let ResourceIds { target: TargetIds { app_id, flight_id, add_on_id }, submission_id } = other;
        let known = |own: &mut Option<String>, id: Option<String>| {
            *own = own.take().or(id.filter(|id| !id.is_empty()));
        };
        known(&mut self.target.app_id, app_id);
        known(&mut self.target.flight_id, flight_id);
        known(&mut self.target.add_on_id, add_on_id);
        known(&mut self.submission_id, submission_id);
    }
}
