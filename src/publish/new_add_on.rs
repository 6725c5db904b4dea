//! The first release of an add-on that does not exist yet.

use super::apply;
use super::fate::Fate;
use super::inputs::{Inputs, ReleasedFile};
use super::listing::{self, Listing};
use super::outline::Outline;
use super::packages::{self, ToUpload};
use super::plan::Preview;
use super::release::Release;
use crate::blocking;
use crate::check::{self, Allowed, Sent};
use crate::client::Client;
use crate::error::Result;
use crate::store::Target;
use crate::upload;

/// What the first submission of an add-on has before anybody changes it, as far as the checks look.
const FIRST: &str = r#"{"contentType":"NotSet","keywords":[],"lifetime":"Forever","listings":{},"pricing":{"marketSpecificPricings":{},"sales":[],"priceId":"NotAvailable"},"targetPublishDate":"1601-01-01T00:00:00Z","targetPublishMode":"Immediate","tag":"","visibility":"Public"}"#;

impl Preview {
    /// Previews the first release of an add-on that does not exist yet, with the checks of a release: what is refused later
    /// would leave an empty add-on. Its files are read, and nothing is asked of the service.
    ///
    /// # Errors
    /// As [`preview`](super::preview) for the files and the content of a release.
    pub async fn of_new(release: &Release, client: &Client) -> Result<Preview> {
        let target = Target::AddOn { add_on_id: String::new() };
        let now = client.http().now();
        let release = release.with_files(&target).await?;
        release.check(&target, now)?;
        if let Some(listing) = &release.listing {
            listing.check_new()?;
        }
        let inputs = Inputs::read(&release, &target).await?;
        let off = inputs.listing.as_ref().map(Listing::off).unwrap_or_default();
        let (allow, allow_free) = (Allowed::of(&release.allow)?.and(&off), release.allow_free);
        let commit = release.commits();
        let of_add_on = target.clone();
        let changes = blocking::run(move || apply::apply(FIRST, &of_add_on, &release, &[])).await?;
        let ToUpload { sources, listed } = packages::to_upload(&changes.body, &inputs)?;
        let files = listing::looked_into(&listed).await?;
        let mut findings = check::submission(&target, &changes.body, allow_free, &allow)?;
        let sent = Sent { body: &changes.body, base: FIRST, published: None, packages: &[], files: &files, now };
        let mut of_listings = blocking::in_place(changes.body.len(), || check::changes(&sent, &allow))?;
        if let Some(listing) = &inputs.listing {
            listing.locate(&mut of_listings);
        }
        findings.extend(of_listings);
        let files = listed.into_iter().map(|file| ReleasedFile { name: file.source.name, bytes: file.bytes });
        let mut warnings = vec!["the add-on does not exist yet, and would be created".to_owned()];
        warnings.extend(changes.warnings);
        Ok(Preview {
            pending_submission_id: None,
            audience: target.audience(),
            draft: Fate::Create.name(),
            based_on: None,
            outline: Outline::default(),
            edits: Vec::new(),
            packages: Vec::new(),
            left_out: Vec::new(),
            findings: check::refuse(findings)?,
            warnings,
            files: files.collect(),
            upload_bytes: upload::checked(&sources).await?,
            commit,
            price_left_to_partner_center: false,
            plan_hash: None,
        })
    }
}
