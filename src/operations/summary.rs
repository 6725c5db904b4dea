//! The failure of a release or a plan in the summary of its job, also of one that is refused before it begins.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::timeout;

use super::ids::RELEASE_PATH;
use super::operation::Operation;
use crate::blocking;
use crate::client::Client;
use crate::error::{Error, TargetIds, codes};
use crate::events::Reporter;
use crate::publish::{Summary, markdown};
use crate::store::Target;
use crate::text::TextFile;

/// How long the summary of an operation that ran out of time is waited for.
const LATEST: Duration = Duration::from_millis(500);

/// The same operation, whose errors are appended to the file that `summaryPath` of the request or of its file names.
pub(super) fn with_failures(operation: Operation) -> Operation {
    Operation { summarized: true, ..operation }
}

/// Appends the error of an operation to its summary, if it has one. The caller does not wait for a slow disk after its limit.
pub(super) async fn with_summary(
    operation: &Operation,
    client: &Arc<Client>,
    request: &str,
    reporter: &Reporter,
    error: Error,
) -> Error {
    // Without the member neither the request nor a file names a summary.
    if operation.summarized && (request.contains("summaryPath") || request.contains(RELEASE_PATH)) {
        let appending = append(client, request.to_owned(), &error, reporter);
        match *error.code() == codes::DEADLINE_EXCEEDED {
            true => _ = timeout(LATEST, appending).await,
            false => appending.await,
        }
    }
    error
}

async fn append(client: &Client, request: String, error: &Error, reporter: &Reporter) {
    let Ok(Some((path, asked))) = blocking::run(move || Ok(asked(&request))).await else { return };
    // One that can't be written is the error itself.
    let Ok(Some(summary)) = Summary::open(Some(&path)).await else { return };
    let target = of_ids(&error.ids().target).or(asked);
    let title = target.map_or("a release".to_owned(), |target| target.to_string());
    let text = markdown::of_failure(error, &title, &|text| client.secrets().redact(text));
    summary.append(text, reporter).await;
}

/// The path of the summary, and the product that is meant, as the request and its file say it. What is wrong with the two is
/// the error of the operation.
fn asked(request: &str) -> Option<(String, Option<Target>)> {
    let request: Map<String, Value> = serde_json::from_str(request).ok()?;
    let text = |from: &Map<String, Value>, name: &str| from.get(name).and_then(Value::as_str).map(str::to_owned);
    let release_path = text(&request, RELEASE_PATH);
    let file = release_path.as_deref().and_then(|path| {
        let file = TextFile { what: "the release", path, without_file: "" };
        serde_json::from_str::<Map<String, Value>>(&file.text().ok()?).ok()
    });
    let file = file.unwrap_or_default();
    let of_file = || {
        let folder = Path::new(release_path.as_deref()?).parent()?;
        let path = text(&file, "summaryPath").filter(|path| !path.is_empty())?;
        Some(folder.join(path).to_string_lossy().into_owned())
    };
    let path = text(&request, "summaryPath").or_else(of_file)?;
    let id = |name: &str| text(&request, name).or_else(|| text(&file, name)).filter(|id| !id.trim().is_empty());
    let ids = TargetIds {
        app_id: id("appId").or_else(|| id("appName")),
        flight_id: id("flightId").or_else(|| id("flightName")),
        add_on_id: id("addOnId"),
    };
    Some((path, of_ids(&ids)))
}

fn of_ids(ids: &TargetIds) -> Option<Target> {
    let TargetIds { app_id, flight_id, add_on_id } = ids.clone();
    match (app_id, flight_id, add_on_id) {
        (Some(app_id), Some(flight_id), None) => Some(Target::Flight { app_id, flight_id }),
        (Some(app_id), None, None) => Some(Target::App { app_id }),
        (None, None, Some(add_on_id)) => Some(Target::AddOn { add_on_id }),
        _ => None,
    }
}
