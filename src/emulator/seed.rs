//! The state that an emulator starts with.

use std::sync::Arc;

use super::blob::blobs::{Blobs, Spool};
use super::faults::Faults;
use super::instance::Instance;
use super::json::Json;
use super::options::Options;
use super::record::RequestLog;
use super::service::catalog::ProductId;
use super::service::store::Store;
use super::snapshot;
use super::state::State;

/// A free app with a flight and an add-on, and a paid app.
const DEFAULT: &str = include_str!("default.json");

/// Creates the state of an emulator.
///
/// # Errors
///
/// The state or the time of the options is not valid, or the folder for blobs can't be created.
pub(super) fn start(options: Options) -> Result<State, String> {
    let instance = Instance::new(options)?;
    let mut blobs = Blobs::default();
    if let Some(folder) = &instance.options.blob_dir {
        let spool = Spool::new(folder)
            .map_err(|error| format!("cannot keep uploads in the folder {}: {error}", folder.display()))?;
        blobs.spool = Some(Arc::new(spool));
    }
    let state = instance.options.state.clone();
    let mut store = Store::new(instance, blobs);
    snapshot::load(&mut store, state.as_deref().unwrap_or(DEFAULT)).map_err(|message| format!("state: {message}"))?;
    if state.is_none() {
        add_apps(&mut store);
    }
    Ok(State { store, trust: Default::default(), faults: Faults::default(), requests: RequestLog::default() })
}

/// Adds copies of the first app until there are as many apps as the options ask for, to test lists with many pages.
fn add_apps(store: &mut Store) {
    let Some(model) = store.products.first().cloned() else { return };
    let published = model.published.as_ref().and_then(|id| store.submission(id)).cloned();
    let Some(published) = published else { return };
    let mut number = store.products.iter().filter(|product| matches!(product.id, ProductId::App(_))).count();
    while number < store.instance.options.apps {
        number += 1;
        let id = store.instance.ids.product();
        let mut app = model.clone();
        app.id = ProductId::App(id.clone());
        app.document.set("id", Json::text(&id));
        app.document.set("primaryName", Json::text(&format!("Contoso sample app {number}")));
        app.document.set("packageIdentityName", Json::text(&format!("5224ContosoDeveloper.ContosoSampleApp{number}")));
        let family = format!("5224ContosoDeveloper.ContosoSampleApp{number}_fmpevbkyj4e6g");
        app.document.set("packageFamilyName", Json::text(&family));
        let mut submission = published.clone();
        submission.id = store.instance.ids.submission();
        submission.product = app.id.clone();
        submission.document.set("id", Json::text(&submission.id));
        app.published = Some(submission.id.clone());
        store.products.push(app);
        store.submissions.push(submission);
    }
}
