//! The state as JSON: loading and dumping it. Products and submissions are the service's own documents.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::blob::blobs::{Blob, Content};
use super::clock::seconds_text;
use super::ids::Ids;
use super::instance::{Account, Instance};
use super::json::{self, Json, object};
use super::service::catalog::{Product, ProductId, Submission, Upload};
use super::service::states::{self, StateKind};
use super::service::store::Store;

/// A state that was read and checked, and is still to be [`install`]ed.
pub(super) struct Loaded {
    products: Vec<Product>,
    submissions: Vec<Submission>,
    ids: Ids,
    account: Account,
}

/// Reads a state. `instance` is that of the store, whose lock need not be held meanwhile.
///
/// # Errors
///
/// The text is not a valid state.
pub(super) fn read(mut instance: Instance, text: &str) -> Result<Loaded, String> {
    let state = json::parse(text)?;
    let mut next = Snapshot::default();
    let mut ids = Ids::new(instance.options.seed);
    let mut account = instance.account.clone();
    let (mut hidden, mut unsupported) = (HashSet::new(), HashSet::new());
    for (name, value) in state.members() {
        match name.as_str() {
            "applications" => next.applications(value)?,
            "flights" => next.flights(value)?,
            "inAppProducts" => next.add_ons(value)?,
            "submissions" => next.submissions(value, instance.now())?,
            "hidden" => hidden = value.items().iter().filter_map(Json::as_text).collect(),
            "unsupported" => unsupported = value.items().iter().filter_map(Json::as_text).collect(),
            "account" => read_account(value, &mut account)?,
            "ids" => read_ids(value, &mut ids)?,
            // A dump has these for people.
            "blobs" | "now" => {}
            other => return Err(format!("unknown member '{other}'")),
        }
    }
    if !matches!(state, Json::Object(_)) {
        return Err(format!("expected an object, found {}", state.type_name()));
    }
    next.check()?;
    for product in &mut next.products {
        product.visible = !hidden.contains(product.id.id());
        product.supported = !unsupported.contains(product.id.id());
    }
    (instance.ids, instance.account) = (ids, account);
    for index in next.drafts {
        next.submissions[index].upload = Some(Upload::new(&mut instance));
    }
    Ok(Loaded { products: next.products, submissions: next.submissions, ids: instance.ids, account: instance.account })
}

/// Replaces products, submissions, the account and the counters of ids, and deletes all uploads.
pub(super) fn install(store: &mut Store, loaded: Loaded) {
    store.products = loaded.products;
    store.submissions = loaded.submissions;
    store.instance.ids = Ids { correlations: store.instance.ids.correlations, ..loaded.ids };
    store.instance.account = loaded.account;
    // The drafts whose addresses these were are gone, and others may get the same ids.
    store.instance.withdrawn.clear();
    store.blobs.by_id.clear();
    store.archives = Default::default();
}

/// Reads a state and installs it.
///
/// # Errors
///
/// As [`read`]; then nothing has changed.
pub(super) fn load(store: &mut Store, text: &str) -> Result<(), String> {
    let loaded = read(store.instance.clone(), text)?;
    install(store, loaded);
    Ok(())
}

/// The products and submissions of a state that is being loaded.
#[derive(Default)]
struct Snapshot {
    products: Vec<Product>,
    submissions: Vec<Submission>,
    /// Indexes of the submissions that need an upload address.
    drafts: Vec<usize>,
}

impl Snapshot {
    fn applications(&mut self, list: &Json) -> Result<(), String> {
        for (index, document) in list.items().iter().enumerate() {
            let id = needed(document, "id", &format!("applications[{index}]"))?;
            self.products.push(Product::from_document(ProductId::App(id), document.clone()));
        }
        Ok(())
    }

    fn flights(&mut self, list: &Json) -> Result<(), String> {
        for (index, entry) in list.items().iter().enumerate() {
            let at = format!("flights[{index}]");
            let app = needed(entry, "applicationId", &at)?;
            let document = entry.get("flight").ok_or_else(|| format!("{at}: flight is missing"))?;
            let flight = needed(document, "flightId", &format!("{at}.flight"))?;
            self.products.push(Product::from_document(ProductId::Flight { app, flight }, document.clone()));
        }
        Ok(())
    }

    fn add_ons(&mut self, list: &Json) -> Result<(), String> {
        for (index, document) in list.items().iter().enumerate() {
            let id = needed(document, "id", &format!("inAppProducts[{index}]"))?;
            self.products.push(Product::from_document(ProductId::AddOn(id), document.clone()));
        }
        Ok(())
    }

    fn submissions(&mut self, list: &Json, now: Timestamp) -> Result<(), String> {
        for (index, entry) in list.items().iter().enumerate() {
            let at = format!("submissions[{index}]");
            let document = entry.get("document").ok_or_else(|| format!("{at}: document is missing"))?;
            let id = needed(document, "id", &format!("{at}.document"))?;
            let status = needed(document, "status", &format!("{at}.document"))?;
            let state = states::find(&status).ok_or_else(|| format!("{at}: '{status}' is not a submission status"))?;
            let text = |name: &str| entry.text_of(name);
            let product = match (text("applicationId"), text("flightId"), text("inAppProductId")) {
                (_, _, add_on) if !add_on.is_empty() => ProductId::AddOn(add_on),
                (app, flight, _) if !app.is_empty() && !flight.is_empty() => ProductId::Flight { app, flight },
                (app, _, _) if !app.is_empty() => ProductId::App(app),
                _ => return Err(format!("{at}: applicationId or inAppProductId is missing")),
            };
            let mut submission = Submission::new(id, product, document.clone(), now);
            for (name, value) in entry.members() {
                let flag = || value.as_bool().ok_or_else(|| format!("{at}.{name}: expected a boolean"));
                match name.as_str() {
                    "applicationId" | "flightId" | "inAppProductId" | "document" => {}
                    "createdByApi" => submission.created_by_api = flag()?,
                    "zombie" => submission.zombie = flag()?,
                    "hangs" => submission.hangs = flag()?,
                    "losesCommit" => submission.loses_commit = flag()?,
                    "failsAs" => submission.fails_as = value.as_text(),
                    "failure" => submission.failure = Some(value.clone()),
                    "upload" => {
                        let expires = value.text_of("expires");
                        let expires = expires.parse().map_err(|_| format!("{at}.upload.expires is not a time"))?;
                        let mut upload = Upload::at(needed(value, "blobId", &at)?, expires);
                        let text = |name| value.get(name).and_then(Json::as_text);
                        upload.permissions = text("permissions").unwrap_or(upload.permissions);
                        upload.starts = text("starts").and_then(|starts| starts.parse().ok());
                        upload.renewals = text("renewals").and_then(|renewals| renewals.parse().ok());
                        submission.upload = Some(upload);
                    }
                    other => return Err(format!("{at}: unknown member '{other}'")),
                }
            }
            if submission.created_by_api && submission.upload.is_none() && state.kind != StateKind::Final {
                self.drafts.push(self.submissions.len());
            }
            self.submissions.push(submission);
        }
        Ok(())
    }

    /// Checks that all references lead somewhere and that ids are unique.
    fn check(&self) -> Result<(), String> {
        let products: HashSet<ProductId> = self.products.iter().map(|product| product.id.folded()).collect();
        let mut submissions: HashMap<&str, ProductId> = HashMap::new();
        for submission in &self.submissions {
            let product = submission.product.folded();
            if !products.contains(&product) {
                return Err(format!("submission {} belongs to no product", submission.id));
            }
            if submissions.insert(&submission.id, product).is_some() {
                return Err(format!("submission {} is there twice", submission.id));
            }
        }
        for product in &self.products {
            let folded = product.id.folded();
            for id in [&product.published, &product.pending].into_iter().flatten() {
                if !submissions.get(id.as_str()).is_some_and(|owner| *owner == folded) {
                    return Err(format!("the {} refers to submission {id}, which is missing", product.id.noun()));
                }
            }
        }
        Ok(())
    }
}

fn needed(value: &Json, name: &str, at: &str) -> Result<String, String> {
    let text = value.get(name).and_then(Json::as_text).filter(|text| !text.is_empty());
    text.ok_or_else(|| format!("{at}: {name} is missing"))
}

fn read_account(value: &Json, account: &mut Account) -> Result<(), String> {
    account.tenant_id = needed(value, "tenantId", "account")?;
    account.client_id = needed(value, "clientId", "account")?;
    account.client_secret = needed(value, "clientSecret", "account")?;
    Ok(())
}

fn read_ids(value: &Json, ids: &mut Ids) -> Result<(), String> {
    for (name, value) in value.members() {
        let counter = match name.as_str() {
            "submissions" => &mut ids.submissions,
            "files" => &mut ids.files,
            "products" => &mut ids.products,
            "guids" => &mut ids.guids,
            other => return Err(format!("ids: unknown member '{other}'")),
        };
        let Json::Number(raw) = value else {
            return Err(format!("ids.{name}: expected a number"));
        };
        *counter = raw.parse().map_err(|_| format!("ids.{name}: expected a whole number"))?;
    }
    Ok(())
}

/// Everything that [`load`] reads; and the time and the uploaded blocks, which it ignores.
pub(super) fn dump(store: &Store) -> Json {
    let instance = &store.instance;
    let products = |has_kind: fn(&ProductId) -> bool| {
        Json::Array(store.products.iter().filter(|product| has_kind(&product.id)).map(product_entry).collect())
    };
    let ids = |is_marked: fn(&Product) -> bool| {
        let marked = store.products.iter().filter(|product| is_marked(product));
        Json::Array(marked.map(|product| Json::text(product.id.id())).collect())
    };
    let blobs = store.blobs.by_id.iter().map(|(id, blob)| blob_entry(id, blob));
    object([
        ("now", Json::text(&seconds_text(instance.now()))),
        (
            "account",
            object([
                ("tenantId", Json::text(&instance.account.tenant_id)),
                ("clientId", Json::text(&instance.account.client_id)),
                ("clientSecret", Json::text(&instance.account.client_secret)),
            ]),
        ),
        (
            "ids",
            object([
                ("submissions", Json::number(instance.ids.submissions)),
                ("files", Json::number(instance.ids.files)),
                ("products", Json::number(instance.ids.products)),
                ("guids", Json::number(instance.ids.guids)),
            ]),
        ),
        ("applications", products(|id| matches!(id, ProductId::App(_)))),
        ("flights", products(|id| matches!(id, ProductId::Flight { .. }))),
        ("inAppProducts", products(|id| matches!(id, ProductId::AddOn(_)))),
        ("hidden", ids(|product| !product.visible)),
        ("unsupported", ids(|product| !product.supported)),
        ("submissions", Json::Array(store.submissions.iter().map(submission_entry).collect())),
        ("blobs", Json::Array(blobs.collect())),
    ])
}

fn product_entry(product: &Product) -> Json {
    match &product.id {
        ProductId::Flight { app, .. } => object([("applicationId", Json::text(app)), ("flight", product.to_json())]),
        _ => product.to_json(),
    }
}

fn blob_entry(id: &str, blob: &Blob) -> Json {
    let committed = blob.committed.iter().flat_map(|content| content.blocks.iter().map(|(id, _)| id));
    let length = blob.committed.as_ref().map(Content::length);
    object([
        ("blobId", Json::text(id)),
        ("length", length.map_or(Json::Null, Json::number)),
        ("committed", Json::texts(&committed.collect::<Vec<_>>())),
        ("uncommitted", Json::texts(&blob.uncommitted.keys().collect::<Vec<_>>())),
    ])
}

/// The entry of a submission in a dump.
pub(super) fn submission_entry(submission: &Submission) -> Json {
    let mut entry = match &submission.product {
        ProductId::App(app) => object([("applicationId", Json::text(app))]),
        ProductId::Flight { app, flight } => {
            object([("applicationId", Json::text(app)), ("flightId", Json::text(flight))])
        }
        ProductId::AddOn(id) => object([("inAppProductId", Json::text(id))]),
    };
    entry.set("createdByApi", Json::Bool(submission.created_by_api));
    for (name, flag) in
        [("zombie", submission.zombie), ("hangs", submission.hangs), ("losesCommit", submission.loses_commit)]
    {
        if flag {
            entry.set(name, Json::Bool(true));
        }
    }
    if let Some(status) = &submission.fails_as {
        entry.set("failsAs", Json::text(status));
    }
    if let Some(failure) = &submission.failure {
        entry.set("failure", failure.clone());
    }
    if let Some(upload) = &submission.upload {
        let expires = Json::text(&seconds_text(upload.expires));
        let mut members = object([("blobId", Json::text(&upload.blob)), ("expires", expires)]);
        if upload.permissions != Upload::at(String::new(), upload.expires).permissions {
            members.set("permissions", Json::text(&upload.permissions));
        }
        if let Some(starts) = upload.starts {
            members.set("starts", Json::text(&seconds_text(starts)));
        }
        if let Some(renewals) = upload.renewals {
            members.set("renewals", Json::text(&renewals.to_string()));
        }
        entry.set("upload", members);
    }
    entry.set("document", submission.document.clone());
    entry
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::document::steps::assert_linear;
    use crate::emulator::instance::Instance;
    use crate::emulator::options::Options;

    #[test]
    fn a_state_costs_what_it_holds() {
        let instance = || Instance::new(Options::default()).unwrap();
        let list = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",");
        let app = |at: usize| format!(r#"{{"id":"9N{at}","lastPublishedApplicationSubmission":{{"id":"{at}"}}}}"#);
        let submission =
            |at: usize| format!(r#"{{"applicationId":"9n{at}","document":{{"id":"{at}","status":"Published"}}}}"#);
        assert_linear(1_000, |n| {
            let (apps, submissions) = (list(n, &app), list(n, &submission));
            read(instance(), &format!(r#"{{"applications":[{apps}],"submissions":[{submissions}]}}"#)).unwrap()
        });
        assert_linear(1_000, |n| {
            let members = list(n, &|at| format!(r#""key{at}":{at}"#));
            read(instance(), &format!(r#"{{"applications":[{{"id":"9N",{members}}}]}}"#)).unwrap()
        });
    }
}
