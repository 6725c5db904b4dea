//! The routes of the 37 operations. Their names are those of the OpenAPI description, `contract/openapi.json`.

/// What an operation does. Some serve apps, flights and add-ons alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
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
    CreateSubmission,
    GetSubmission,
    UpdateSubmission,
    DeleteSubmission,
    CommitSubmission,
    GetStatus,
    GetRollout,
    SetRollout,
    HaltRollout,
    FinalizeRollout,
}

/// The route of one operation.
#[derive(Debug)]
pub(super) struct Route {
    /// The name of the operation.
    pub(super) operation: &'static str,
    pub(super) method: &'static str,
    /// The path below the base; `{app}`, `{flight}`, `{addOn}` and `{submission}` stand for ids.
    pub(super) path: &'static str,
    pub(super) action: Action,
    /// Whether the service documents 404 for this operation. If not, it answers 403 to an unknown product and 400 to an
    /// unknown submission.
    pub(super) documents_404: bool,
}

/// The ids in a path; empty when the route has none.
#[derive(Clone, Debug, Default)]
pub(super) struct PathIds {
    pub(super) app: String,
    pub(super) flight: String,
    pub(super) add_on: String,
    pub(super) submission: String,
}

const fn route(
    operation: &'static str,
    method: &'static str,
    path: &'static str,
    action: Action,
    documents_404: bool,
) -> Route {
    Route { operation, method, path, action, documents_404 }
}

/// All routes.
#[rustfmt::skip]
pub(super) static ROUTES: [Route; 37] = [
    route("listApplications", "GET", "applications", Action::ListApps, true),
    route("getApplication", "GET", "applications/{app}", Action::GetApp, true),
    route("listApplicationInAppProducts", "GET", "applications/{app}/listinappproducts", Action::ListAppAddOns, true),
    route("listApplicationFlights", "GET", "applications/{app}/listflights", Action::ListAppFlights, true),
    route("createApplicationSubmission", "POST", "applications/{app}/submissions", Action::CreateSubmission, false),
    route("getApplicationSubmission", "GET", "applications/{app}/submissions/{submission}", Action::GetSubmission, true),
    route("updateApplicationSubmission", "PUT", "applications/{app}/submissions/{submission}", Action::UpdateSubmission, false),
    route("deleteApplicationSubmission", "DELETE", "applications/{app}/submissions/{submission}", Action::DeleteSubmission, true),
    route("commitApplicationSubmission", "POST", "applications/{app}/submissions/{submission}/commit", Action::CommitSubmission, true),
    route("getApplicationSubmissionStatus", "GET", "applications/{app}/submissions/{submission}/status", Action::GetStatus, true),
    route("getApplicationPackageRollout", "GET", "applications/{app}/submissions/{submission}/packagerollout", Action::GetRollout, true),
    route("updateApplicationPackageRolloutPercentage", "POST", "applications/{app}/submissions/{submission}/updatepackagerolloutpercentage", Action::SetRollout, true),
    route("haltApplicationPackageRollout", "POST", "applications/{app}/submissions/{submission}/haltpackagerollout", Action::HaltRollout, true),
    route("finalizeApplicationPackageRollout", "POST", "applications/{app}/submissions/{submission}/finalizepackagerollout", Action::FinalizeRollout, true),
    route("listInAppProducts", "GET", "inappproducts", Action::ListAddOns, true),
    route("createInAppProduct", "POST", "inappproducts", Action::CreateAddOn, false),
    route("getInAppProduct", "GET", "inappproducts/{addOn}", Action::GetAddOn, true),
    route("deleteInAppProduct", "DELETE", "inappproducts/{addOn}", Action::DeleteAddOn, true),
    route("createInAppProductSubmission", "POST", "inappproducts/{addOn}/submissions", Action::CreateSubmission, false),
    route("getInAppProductSubmission", "GET", "inappproducts/{addOn}/submissions/{submission}", Action::GetSubmission, true),
    route("updateInAppProductSubmission", "PUT", "inappproducts/{addOn}/submissions/{submission}", Action::UpdateSubmission, false),
    route("deleteInAppProductSubmission", "DELETE", "inappproducts/{addOn}/submissions/{submission}", Action::DeleteSubmission, true),
    route("commitInAppProductSubmission", "POST", "inappproducts/{addOn}/submissions/{submission}/commit", Action::CommitSubmission, true),
    route("getInAppProductSubmissionStatus", "GET", "inappproducts/{addOn}/submissions/{submission}/status", Action::GetStatus, true),
    route("createFlight", "POST", "applications/{app}/flights", Action::CreateFlight, false),
    route("getFlight", "GET", "applications/{app}/flights/{flight}", Action::GetFlight, true),
    route("deleteFlight", "DELETE", "applications/{app}/flights/{flight}", Action::DeleteFlight, true),
    route("createFlightSubmission", "POST", "applications/{app}/flights/{flight}/submissions", Action::CreateSubmission, false),
    route("getFlightSubmission", "GET", "applications/{app}/flights/{flight}/submissions/{submission}", Action::GetSubmission, true),
    route("updateFlightSubmission", "PUT", "applications/{app}/flights/{flight}/submissions/{submission}", Action::UpdateSubmission, false),
    route("deleteFlightSubmission", "DELETE", "applications/{app}/flights/{flight}/submissions/{submission}", Action::DeleteSubmission, true),
    route("commitFlightSubmission", "POST", "applications/{app}/flights/{flight}/submissions/{submission}/commit", Action::CommitSubmission, true),
    route("getFlightSubmissionStatus", "GET", "applications/{app}/flights/{flight}/submissions/{submission}/status", Action::GetStatus, true),
    route("getFlightPackageRollout", "GET", "applications/{app}/flights/{flight}/submissions/{submission}/packagerollout", Action::GetRollout, true),
    route("updateFlightPackageRolloutPercentage", "POST", "applications/{app}/flights/{flight}/submissions/{submission}/updatepackagerolloutpercentage", Action::SetRollout, true),
    route("haltFlightPackageRollout", "POST", "applications/{app}/flights/{flight}/submissions/{submission}/haltpackagerollout", Action::HaltRollout, true),
    route("finalizeFlightPackageRollout", "POST", "applications/{app}/flights/{flight}/submissions/{submission}/finalizepackagerollout", Action::FinalizeRollout, true),
];

/// The route of a method and a path below the base. Paths match in any letter case, with or without a slash at the end.
pub(super) fn find(method: &str, path: &str) -> Option<(&'static Route, PathIds)> {
    let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    for route in &ROUTES {
        if route.method == method
            && let Some(ids) = match_path(route.path, &segments)
        {
            return Some((route, ids));
        }
    }
    None
}

fn match_path(template: &str, segments: &[&str]) -> Option<PathIds> {
    let mut ids = PathIds::default();
    let mut segments = segments.iter();
    for part in template.split('/') {
        let segment = *segments.next()?;
        let id = match part {
            "{app}" => &mut ids.app,
            "{flight}" => &mut ids.flight,
            "{addOn}" => &mut ids.add_on,
            "{submission}" => &mut ids.submission,
            _ if part.eq_ignore_ascii_case(segment) => continue,
            _ => return None,
        };
        if segment.is_empty() {
            return None;
        }
        segment.clone_into(id);
    }
    segments.next().is_none().then_some(ids)
}
