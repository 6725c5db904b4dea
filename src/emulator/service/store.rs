//! The emulated Store: its products and submissions, and the uploads that belong to them.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::archive::Archives;
use super::catalog::{Product, ProductId, Submission, Upload};
use crate::emulator::blob::blobs::Blobs;
use crate::emulator::blob::sas::Sas;
use crate::emulator::instance::Instance;
use crate::emulator::json::Json;

/// The permissions of upload addresses: read, write, list.
const UPLOAD_PERMISSIONS: &str = "rwl";

/// The state that the submission API reads and changes.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) instance: Instance,
    pub(crate) blobs: Blobs,
    pub(crate) archives: Archives,
    /// In the order of the lists.
    pub(crate) products: Vec<Product>,
    pub(crate) submissions: Vec<Submission>,
    /// When the calls of the last minute came, for the rate limit.
    pub(super) recent_calls: VecDeque<Timestamp>,
}

impl Store {
    /// A store without products.
    pub(crate) fn new(instance: Instance, blobs: Blobs) -> Store {
        Store {
            instance,
            blobs,
            archives: Archives::default(),
            products: Vec::new(),
            submissions: Vec::new(),
            recent_calls: VecDeque::new(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.instance.now()
    }

    pub(super) fn product(&self, id: &ProductId) -> Option<&Product> {
        self.products.iter().find(|product| product.id.matches(id))
    }

    pub(super) fn product_mut(&mut self, id: &ProductId) -> Option<&mut Product> {
        self.products.iter_mut().find(|product| product.id.matches(id))
    }

    /// The identity name and the publisher of the packages of an app, or of the app of a flight.
    pub(super) fn package_identity(&self, id: &ProductId) -> (String, String) {
        let app = match id {
            ProductId::Flight { app, .. } => ProductId::App(app.clone()),
            other => other.clone(),
        };
        let text = |name| self.product(&app).map(|app| app.document.text_of(name)).unwrap_or_default();
        (text("packageIdentityName"), text("publisherName"))
    }

    /// The service's document of a product; null if there is none.
    pub(super) fn product_json(&self, id: &ProductId) -> Json {
        self.product(id).map_or(Json::Null, Product::to_json)
    }

    /// The flights of an app, in the order in which they were created.
    pub(super) fn flights<'a>(&'a self, app_id: &'a str) -> impl Iterator<Item = &'a Product> {
        self.products.iter().filter(
            move |product| matches!(&product.id, ProductId::Flight { app, .. } if app.eq_ignore_ascii_case(app_id)),
        )
    }

    /// Removes a product with its submissions and their uploads.
    pub(super) fn remove_product(&mut self, id: &ProductId) {
        let submissions = self.submissions.iter().filter(|submission| submission.product == *id);
        let ids: Vec<String> = submissions.map(|submission| submission.id.clone()).collect();
        for id in &ids {
            self.forget_upload(id);
        }
        self.products.retain(|product| product.id != *id);
        self.submissions.retain(|submission| submission.product != *id);
    }

    /// Removes what was uploaded for a submission, which is not needed any more.
    pub(super) fn forget_upload(&mut self, submission: &str) {
        let upload = self.submission(submission).and_then(|submission| submission.upload.clone());
        if let Some(Upload { blob, .. }) = upload {
            self.blobs.by_id.remove(&blob);
            self.archives.forget(&blob);
        }
    }

    pub(crate) fn submission(&self, id: &str) -> Option<&Submission> {
        self.submissions.iter().find(|submission| submission.id == id)
    }

    /// The service's document of a submission, with its upload address at `origin`.
    pub(super) fn submission_json(&self, submission: &Submission, origin: &str) -> Json {
        let mut document = submission.document.clone();
        let url = match &submission.upload {
            Some(upload) => {
                let sas = Sas::new(upload.expires, &upload.permissions).starting(upload.starts);
                Json::text(&sas.address(origin, &self.instance.account, &upload.blob))
            }
            None => Json::Null,
        };
        if document.get("fileUploadUrl").is_some() || submission.upload.is_some() {
            document.set("fileUploadUrl", url);
        }
        document
    }

    /// Gives the upload address of a submission a new end if it has expired and renews itself.
    pub(super) fn renew_upload(&mut self, id: &str) {
        let (now, lifetime) = (self.now(), lifetime(&self.instance));
        let submission = self.submissions.iter_mut().find(|submission| submission.id == id);
        let Some(upload) = submission.and_then(|submission| submission.upload.as_mut()) else { return };
        if let Some(renewals) = upload.renewals.as_mut().filter(|_| upload.expires <= now) {
            *renewals += 1;
            // Another second each time, so that no two addresses are the same while the clock stands still.
            let more = lifetime.checked_add(SignedDuration::from_secs(i64::from(*renewals))).unwrap_or(lifetime);
            upload.expires = now.checked_add(more).unwrap_or(now);
        }
    }

    /// The submission whose ZIP is uploaded to this blob.
    pub(crate) fn submission_of_blob(&self, blob: &str) -> Option<&Submission> {
        let is_of = |submission: &&Submission| submission.upload.as_ref().is_some_and(|upload| upload.blob == blob);
        self.submissions.iter().find(is_of)
    }

    /// A new blob to upload to.
    pub(crate) fn new_upload(&mut self) -> Upload {
        Upload::new(&mut self.instance)
    }
}

impl Upload {
    /// A blob whose address has no start and allows everything.
    pub(crate) fn at(blob: String, expires: Timestamp) -> Upload {
        Upload { blob, expires, starts: None, permissions: UPLOAD_PERMISSIONS.to_owned(), renewals: None }
    }

    /// A new blob to upload to. Its signature has a `+`, since the service's often have one and clients must escape it.
    pub(crate) fn new(instance: &mut Instance) -> Upload {
        let now = instance.now();
        let expires = now.checked_add(lifetime(instance)).unwrap_or(now);
        loop {
            let blob = instance.ids.guid();
            if Sas::new(expires, UPLOAD_PERMISSIONS).signature(&instance.account, &blob).contains('+') {
                return Upload::at(blob, expires);
            }
        }
    }
}

/// How long an upload address is valid.
fn lifetime(instance: &Instance) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(instance.options.upload_lifetime).unwrap_or(i64::MAX))
}
