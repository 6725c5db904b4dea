//! The 37 operations of the service, by their names in the OpenAPI description.

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    ListApps,
    GetApp,
    ListAppAddOns,
    ListAppFlights,
    CreateFlight,
    GetFlight,
    DeleteFlight,
    ListAddOns,
    CreateAddOn,
    GetAddOn,
    DeleteAddOn,
    Create,
    Get,
    Update,
    Delete,
    Commit,
    Status,
    Rollout,
    SetRollout,
    HaltRollout,
    FinalizeRollout,
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    /// Under the base; `{app}`, `{flight}`, `{addOn}` and `{submission}` stand for ids.
    pub(crate) path: &'static str,
    pub(crate) verb: Verb,
    /// Whether 404 is documented; if not, an unknown product answers 403 and an unknown submission 400.
    pub(crate) not_found: bool,
}

/// The ids in a path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Captures {
    pub(crate) app: String,
    pub(crate) flight: String,
    pub(crate) add_on: String,
    pub(crate) submission: String,
}

const fn row(id: &'static str, method: &'static str, path: &'static str, verb: Verb, not_found: bool) -> Operation {
    Operation { id, method, path, verb, not_found }
}

/// All operations.
#[rustfmt::skip]
pub(crate) static OPERATIONS: [Operation; 37] = [
    row("listApplications", "GET", "applications", Verb::ListApps, true),
    row("getApplication", "GET", "applications/{app}", Verb::GetApp, true),
    row("listApplicationInAppProducts", "GET", "applications/{app}/listinappproducts", Verb::ListAppAddOns, true),
    row("listApplicationFlights", "GET", "applications/{app}/listflights", Verb::ListAppFlights, true),
    row("createApplicationSubmission", "POST", "applications/{app}/submissions", Verb::Create, false),
    row("getApplicationSubmission", "GET", "applications/{app}/submissions/{submission}", Verb::Get, true),
    row("updateApplicationSubmission", "PUT", "applications/{app}/submissions/{submission}", Verb::Update, false),
    row("deleteApplicationSubmission", "DELETE", "applications/{app}/submissions/{submission}", Verb::Delete, true),
    row("commitApplicationSubmission", "POST", "applications/{app}/submissions/{submission}/commit", Verb::Commit, true),
    row("getApplicationSubmissionStatus", "GET", "applications/{app}/submissions/{submission}/status", Verb::Status, true),
    row("getApplicationPackageRollout", "GET", "applications/{app}/submissions/{submission}/packagerollout", Verb::Rollout, true),
    row("updateApplicationPackageRolloutPercentage", "POST", "applications/{app}/submissions/{submission}/updatepackagerolloutpercentage", Verb::SetRollout, true),
    row("haltApplicationPackageRollout", "POST", "applications/{app}/submissions/{submission}/haltpackagerollout", Verb::HaltRollout, true),
    row("finalizeApplicationPackageRollout", "POST", "applications/{app}/submissions/{submission}/finalizepackagerollout", Verb::FinalizeRollout, true),
    row("listInAppProducts", "GET", "inappproducts", Verb::ListAddOns, true),
    row("createInAppProduct", "POST", "inappproducts", Verb::CreateAddOn, false),
    row("getInAppProduct", "GET", "inappproducts/{addOn}", Verb::GetAddOn, true),
    row("deleteInAppProduct", "DELETE", "inappproducts/{addOn}", Verb::DeleteAddOn, true),
    row("createInAppProductSubmission", "POST", "inappproducts/{addOn}/submissions", Verb::Create, false),
    row("getInAppProductSubmission", "GET", "inappproducts/{addOn}/submissions/{submission}", Verb::Get, true),
    row("updateInAppProductSubmission", "PUT", "inappproducts/{addOn}/submissions/{submission}", Verb::Update, false),
    row("deleteInAppProductSubmission", "DELETE", "inappproducts/{addOn}/submissions/{submission}", Verb::Delete, true),
    row("commitInAppProductSubmission", "POST", "inappproducts/{addOn}/submissions/{submission}/commit", Verb::Commit, true),
    row("getInAppProductSubmissionStatus", "GET", "inappproducts/{addOn}/submissions/{submission}/status", Verb::Status, true),
    row("createFlight", "POST", "applications/{app}/flights", Verb::CreateFlight, false),
    row("getFlight", "GET", "applications/{app}/flights/{flight}", Verb::GetFlight, true),
    row("deleteFlight", "DELETE", "applications/{app}/flights/{flight}", Verb::DeleteFlight, true),
    row("createFlightSubmission", "POST", "applications/{app}/flights/{flight}/submissions", Verb::Create, false),
    row("getFlightSubmission", "GET", "applications/{app}/flights/{flight}/submissions/{submission}", Verb::Get, true),
    row("updateFlightSubmission", "PUT", "applications/{app}/flights/{flight}/submissions/{submission}", Verb::Update, false),
    row("deleteFlightSubmission", "DELETE", "applications/{app}/flights/{flight}/submissions/{submission}", Verb::Delete, true),
    row("commitFlightSubmission", "POST", "applications/{app}/flights/{flight}/submissions/{submission}/commit", Verb::Commit, true),
    row("getFlightSubmissionStatus", "GET", "applications/{app}/flights/{flight}/submissions/{submission}/status", Verb::Status, true),
    row("getFlightPackageRollout", "GET", "applications/{app}/flights/{flight}/submissions/{submission}/packagerollout", Verb::Rollout, true),
    row("updateFlightPackageRolloutPercentage", "POST", "applications/{app}/flights/{flight}/submissions/{submission}/updatepackagerolloutpercentage", Verb::SetRollout, true),
    row("haltFlightPackageRollout", "POST", "applications/{app}/flights/{flight}/submissions/{submission}/haltpackagerollout", Verb::HaltRollout, true),
    row("finalizeFlightPackageRollout", "POST", "applications/{app}/flights/{flight}/submissions/{submission}/finalizepackagerollout", Verb::FinalizeRollout, true),
];

/// The operation of a method and a path under the base, in any letter case, with or without a slash at the end.
pub(crate) fn find(method: &str, path: &str) -> Option<(&'static Operation, Captures)> {
    let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    for operation in &OPERATIONS {
        if operation.method == method
            && let Some(captures) = matches(operation.path, &segments)
        {
            return Some((operation, captures));
        }
    }
    None
}

fn matches(template: &str, segments: &[&str]) -> Option<Captures> {
    let mut captures = Captures::default();
    let mut left = segments.iter();
    for part in template.split('/') {
        let segment = *left.next()?;
        let capture = match part {
            "{app}" => &mut captures.app,
            "{flight}" => &mut captures.flight,
            "{addOn}" => &mut captures.add_on,
            "{submission}" => &mut captures.submission,
            _ if part.eq_ignore_ascii_case(segment) => continue,
            _ => return None,
        };
        if segment.is_empty() {
            return None;
        }
        segment.clone_into(capture);
    }
    left.next().is_none().then_some(captures)
}
