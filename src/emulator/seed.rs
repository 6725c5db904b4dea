//! State as JSON: the default one, loading and dumping. The products are the service's own documents.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;

use super::blob::blobs::{Blobs, Committed, Spool};
use super::clock::{Clock, seconds_text};
use super::faults::Faults;
use super::ids::{Ids, guid, mix};
use super::json::{self, Json, object};
use super::options::Options;
use super::record::Requests;
use super::service::states::{self, Kind};
use super::state::{Account, Owner, Product, Store, Submission, Upload, same};

/// A free app with a flight, an add-on and a paid app.
const DEFAULT: &str = include_str!("default.json");

/// Makes a store from its options.
pub(crate) fn start(options: Options) -> Result<Store, String> {
    let frozen = match &options.frozen_at {
        Some(text) => Some(text.parse().map_err(|_| format!("frozen_at '{text}' is not an RFC 3339 time"))?),
        None => None,
    };
    let mut blobs = Blobs::default();
    if let Some(folder) = &options.blob_dir {
        let spool = Spool::new(folder)
            .map_err(|error| format!("cannot keep uploads in the folder {}: {error}", folder.display()))?;
        blobs.spool = Some(Arc::new(spool));
    }
    let origin = match options.port {
        0 => "http://127.0.0.1".to_owned(),
        port => format!("http://127.0.0.1:{port}"),
    };
    let state = options.state.clone();
    let mut store = Store {
        origin,
        clock: Clock::new(frozen),
        ids: Ids::new(options.seed),
        account: account(options.seed),
        trust: Default::default(),
        products: Vec::new(),
        submissions: Vec::new(),
        blobs,
        faults: Faults::default(),
        requests: Requests::default(),
        calls: VecDeque::new(),
        options,
    };
    load(&mut store, state.as_deref().unwrap_or(DEFAULT)).map_err(|message| format!("state: {message}"))?;
    if state.is_none() {
        add_apps(&mut store);
    }
    Ok(store)
}

fn account(seed: u64) -> Account {
    let mut key = [0; 32];
    for (index, chunk) in key.chunks_exact_mut(8).enumerate() {
        chunk.copy_from_slice(&mix(seed ^ mix(index as u64 ^ 0x4b45)).to_le_bytes());
    }
    Account {
        tenant_id: guid(seed ^ 0x7e4a),
        client_id: guid(seed ^ 0xc11e),
        // Real secrets have such characters, which a form has to escape.
        client_secret: format!("emulator~{:016x}+/=&", mix(seed ^ 0x5ec7)),
        key,
    }
}

/// Further free apps for paging: copies of the first one.
fn add_apps(store: &mut Store) {
    let Some(model) = store.products.first().cloned() else {
        return;
    };
    let published = model.published.as_ref().and_then(|id| store.submission(id)).cloned();
    let Some(published) = published else { return };
    let mut number = store.products.iter().filter(|product| matches!(product.owner, Owner::App(_))).count();
    while number < store.options.apps {
        number += 1;
        let id = store.ids.product();
        let mut app = model.clone();
        app.owner = Owner::App(id.clone());
        app.document.set("id", Json::text(&id));
        app.document.set("primaryName", Json::text(&format!("Contoso sample app {number}")));
        app.document.set("packageIdentityName", Json::text(&format!("5224ContosoDeveloper.ContosoSampleApp{number}")));
        let family = format!("5224ContosoDeveloper.ContosoSampleApp{number}_ng6try80pwt52");
        app.document.set("packageFamilyName", Json::text(&family));
        let mut submission = published.clone();
        submission.id = store.ids.submission();
        submission.owner = app.owner.clone();
        submission.document.set("id", Json::text(&submission.id));
        app.published = Some(submission.id.clone());
        store.products.push(app);
        store.submissions.push(submission);
    }
}

/// Replaces products, submissions and uploads; faults, records and the clock stay.
pub(crate) fn load(store: &mut Store, text: &str) -> Result<(), String> {
    let state = json::parse(text)?;
    let mut next = Loaded { products: Vec::new(), submissions: Vec::new(), drafts: Vec::new() };
    let mut ids = Ids::new(store.options.seed);
    let mut account = store.account.clone();
    let (mut hidden, mut unsupported) = (Vec::new(), Vec::new());
    for (name, value) in state.members() {
        match name.as_str() {
            "applications" => next.applications(value)?,
            "flights" => next.flights(value)?,
            "inAppProducts" => next.add_ons(value)?,
            "submissions" => next.submissions(value, store.now())?,
            "hidden" => hidden = value.items().iter().filter_map(Json::as_text).collect(),
            "unsupported" => unsupported = value.items().iter().filter_map(Json::as_text).collect(),
            "account" => read_account(value, &mut account)?,
            "ids" => read_ids(value, &mut ids)?,
            // Part of a dump, to look at.
            "blobs" | "now" => {}
            other => return Err(format!("unknown member '{other}'")),
        }
    }
    if !matches!(state, Json::Object(_)) {
        return Err(format!("expected an object, found {}", state.kind()));
    }
    next.check()?;
    for product in &mut next.products {
        let (Owner::App(id) | Owner::AddOn(id) | Owner::Flight { flight: id, .. }) = &product.owner;
        product.visible = !hidden.contains(id);
        product.supported = !unsupported.contains(id);
    }
    store.products = next.products;
    store.submissions = next.submissions;
    store.ids = Ids { exchanges: store.ids.exchanges, ..ids };
    store.account = account;
    store.blobs.blobs.clear();
    for index in next.drafts {
        let upload = store.new_upload();
        store.submissions[index].upload = Some(upload);
    }
    Ok(())
}

struct Loaded {
    products: Vec<Product>,
    submissions: Vec<Submission>,
    /// Submissions that need an upload address.
    drafts: Vec<usize>,
}

impl Loaded {
    fn applications(&mut self, list: &Json) -> Result<(), String> {
        for (index, document) in list.items().iter().enumerate() {
            let id = needed(document, "id", &format!("applications[{index}]"))?;
            self.products.push(Product::from_document(Owner::App(id), document.clone()));
        }
        Ok(())
    }

    fn flights(&mut self, list: &Json) -> Result<(), String> {
        for (index, entry) in list.items().iter().enumerate() {
            let at = format!("flights[{index}]");
            let app = needed(entry, "applicationId", &at)?;
            let document = entry.get("flight").ok_or_else(|| format!("{at}: flight is missing"))?;
            let flight = needed(document, "flightId", &format!("{at}.flight"))?;
            self.products.push(Product::from_document(Owner::Flight { app, flight }, document.clone()));
        }
        Ok(())
    }

    fn add_ons(&mut self, list: &Json) -> Result<(), String> {
        for (index, document) in list.items().iter().enumerate() {
            let id = needed(document, "id", &format!("inAppProducts[{index}]"))?;
            self.products.push(Product::from_document(Owner::AddOn(id), document.clone()));
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
            let owner = match (text("applicationId"), text("flightId"), text("inAppProductId")) {
                (_, _, add_on) if !add_on.is_empty() => Owner::AddOn(add_on),
                (app, flight, _) if !app.is_empty() && !flight.is_empty() => Owner::Flight { app, flight },
                (app, _, _) if !app.is_empty() => Owner::App(app),
                _ => return Err(format!("{at}: applicationId or inAppProductId is missing")),
            };
            let mut submission = Submission::new(id, owner, document.clone(), now);
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
                        submission.upload = Some(Upload { blob: needed(value, "blobId", &at)?, expires });
                    }
                    other => return Err(format!("{at}: unknown member '{other}'")),
                }
            }
            if submission.created_by_api && submission.upload.is_none() && state.kind != Kind::Final {
                self.drafts.push(self.submissions.len());
            }
            self.submissions.push(submission);
        }
        Ok(())
    }

    /// References must lead somewhere.
    fn check(&self) -> Result<(), String> {
        for submission in &self.submissions {
            if !self.products.iter().any(|product| same(&product.owner, &submission.owner)) {
                return Err(format!("submission {} belongs to no product", submission.id));
            }
            if self.submissions.iter().filter(|other| other.id == submission.id).count() > 1 {
                return Err(format!("submission {} is there twice", submission.id));
            }
        }
        for product in &self.products {
            for id in [&product.published, &product.pending].into_iter().flatten() {
                if !self.submissions.iter().any(|other| other.id == *id && same(&other.owner, &product.owner)) {
                    return Err(format!("the {} refers to submission {id}, which is missing", product.owner.noun()));
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

/// Everything that [`load`] reads, and the blocks of the uploads to look at.
pub(crate) fn dump(store: &Store) -> Json {
    let select = |wanted: fn(&Owner) -> bool| store.products.iter().filter(move |product| wanted(&product.owner));
    let flight = |product: &Product| {
        let Owner::Flight { app, .. } = &product.owner else {
            return Json::Null;
        };
        object([("applicationId", Json::text(app)), ("flight", product.answer())])
    };
    let marked = |marked: fn(&Product) -> bool| {
        let products = store.products.iter().filter(move |product| marked(product));
        let ids = products.map(|product| match &product.owner {
            Owner::App(id) | Owner::AddOn(id) | Owner::Flight { flight: id, .. } => Json::text(id),
        });
        Json::Array(ids.collect())
    };
    let blobs = store.blobs.blobs.iter().map(|(id, blob)| {
        let committed = blob.committed.iter().flat_map(|committed| committed.blocks.iter().map(|(id, _)| id));
        object([
            ("blobId", Json::text(id)),
            (
                "length",
                blob.committed.as_ref().map_or(Json::Null, |committed| Json::number(Committed::length(committed))),
            ),
            ("committed", Json::texts(&committed.collect::<Vec<_>>())),
            ("uncommitted", Json::texts(&blob.uncommitted.keys().collect::<Vec<_>>())),
        ])
    });
    object([
        ("now", Json::text(&seconds_text(store.now()))),
        (
            "account",
            object([
                ("tenantId", Json::text(&store.account.tenant_id)),
                ("clientId", Json::text(&store.account.client_id)),
                ("clientSecret", Json::text(&store.account.client_secret)),
            ]),
        ),
        (
            "ids",
            object([
                ("submissions", Json::number(store.ids.submissions)),
                ("files", Json::number(store.ids.files)),
                ("products", Json::number(store.ids.products)),
                ("guids", Json::number(store.ids.guids)),
            ]),
        ),
        ("applications", Json::Array(select(|owner| matches!(owner, Owner::App(_))).map(Product::answer).collect())),
        ("flights", Json::Array(select(|owner| matches!(owner, Owner::Flight { .. })).map(flight).collect())),
        ("inAppProducts", Json::Array(select(|owner| matches!(owner, Owner::AddOn(_))).map(Product::answer).collect())),
        ("hidden", marked(|product| !product.visible)),
        ("unsupported", marked(|product| !product.supported)),
        ("submissions", Json::Array(store.submissions.iter().map(submission_entry).collect())),
        ("blobs", Json::Array(blobs.collect())),
    ])
}

/// A submission as it stands in a dump.
pub(crate) fn submission_entry(submission: &Submission) -> Json {
    let mut entry = match &submission.owner {
        Owner::App(app) => object([("applicationId", Json::text(app))]),
        Owner::Flight { app, flight } => object([("applicationId", Json::text(app)), ("flightId", Json::text(flight))]),
        Owner::AddOn(id) => object([("inAppProductId", Json::text(id))]),
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
        entry.set("upload", object([("blobId", Json::text(&upload.blob)), ("expires", expires)]));
    }
    entry.set("document", submission.document.clone());
    entry
}
