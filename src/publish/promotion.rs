//! The promotion of a flight: what testers have is what a release gives to everybody.
//!
//! Whether the service lets a submission of an app take over a package of a flight without its file is not known, so the
//! release has the files, and they are compared with what the flight has.

use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::inputs::{Inputs, Package};
use super::packages;
use super::release::Release;
use super::situation::Read;
use crate::blocking;
use crate::check::{self, Present};
use crate::error::{Detail, Error, Result, codes};
use crate::files;
use crate::store::{App, Product, Target, flight};
use crate::text::TextFile;

/// Refuses packages that are not those of the flight, as far as its published submission and the receipt of its release
/// tell.
///
/// # Errors
/// `package.not_of_flight` with the differences; `flight.not_found`, `flight.ambiguous`; `file.*` and `request.invalid` for
/// the receipt.
pub(super) async fn check(product: &Product, release: &Release, inputs: &Inputs) -> Result<()> {
    let (Some(name), Target::App { app_id }) = (&release.from_flight, &product.target) else { return Ok(()) };
    let app = App::new(product.client.clone(), app_id);
    let flight_id = match is_id(name) {
        true => name.trim().to_owned(),
        false => flight::id_of(&app, name.trim()).await?,
    };
    let target = Target::Flight { app_id: app_id.clone(), flight_id: flight_id.clone() };
    let flight = Product::new(product.client.clone(), target);
    let Some(published) = flight.latest().await?.published else {
        let message = format!("{} has no published submission that could be promoted", flight.target);
        return Err(Error::new(&codes::PACKAGE_NOT_OF_FLIGHT, message).hint("publish the flight first"));
    };
    let published = Read::of(flight.submission(published)).await?;
    let mut found = not_published(&inputs.packages, &check::present(&published.document)?);
    if let Some(path) = release.from_receipt_path.clone() {
        let (packages, sources) = (inputs.packages.clone(), inputs.sources.clone());
        let expected = (flight_id, published.submission.id.clone());
        let of_receipt = blocking::run(move || {
            let receipt = Receipt::read(&path)?;
            let mut found = receipt.others(&expected.0, &expected.1);
            for (package, source) in packages.iter().zip(&sources) {
                found.extend(receipt.difference(package, &source.path)?);
            }
            Ok(found)
        });
        found.extend(of_receipt.await?);
    }
    let Some(first) = found.first() else { return Ok(()) };
    let message = format!("the release is not what {} has: {}", flight.target, first.message);
    Err(Error::new(&codes::PACKAGE_NOT_OF_FLIGHT, message).details(found))
}

/// Whether a text is the id of a flight, a GUID.
fn is_id(text: &str) -> bool {
    let lengths: Vec<usize> = text.trim().split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.trim().bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// The packages whose full name no package of the flight has.
fn not_published(released: &[Package], present: &[Present]) -> Vec<Detail> {
    let there: Vec<&Present> = present.iter().filter(|present| packages::is_uploaded(present)).collect();
    let shown = |present: &&Present| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        format!("{} {}", text(&present.version), text(&present.architecture))
    };
    let has = there.iter().map(shown).collect::<Vec<_>>().join(", ");
    let others = released.iter().filter(|package| !there.iter().any(|present| present.is_version_of(&package.facts)));
    let detail =
        |package: &Package| Detail::coded("Package", format!("{}, and the flight has {has}", full_name(package)));
    others.map(detail).collect()
}

fn full_name(package: &Package) -> String {
    let facts = &package.facts;
    format!("{} is {} {} {}", package.name, facts.identity_name, facts.version, facts.architectures.join(", "))
}

/// The receipt of the flight's release, by itself or in the response of `publish`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    submission_id: String,
    audience: String,
    packages: Vec<Released>,
    #[serde(default)]
    upload: Option<Upload>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Released {
    file_name: String,
    identity_name: String,
    version: String,
    architectures: Vec<String>,
    bytes: u64,
}

#[derive(Deserialize)]
struct Upload {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    #[serde(default)]
    sha256: Option<String>,
}

impl Receipt {
    fn read(path: &str) -> Result<Receipt> {
        #[derive(Deserialize)]
        struct Response {
            result: Receipt,
        }
        let file = TextFile { what: "the receipt", path, without_file: "give the receipt as a file" };
        let text = file.text()?;
        let response = serde_json::from_str::<Response>(&text).map(|response| response.result);
        response.or_else(|_| serde_json::from_str(&text)).map_err(|error| {
            let message = format!("{path} is no receipt of a release: {}", crate::input::unquoted(&error));
            Error::new(&codes::REQUEST_INVALID, message)
                .hint("give the receipt of the flight's release, saved as JSON")
                .detail(Detail::at("/fromReceiptPath", "no receipt"))
        })
    }

    /// How it differs from a receipt of this submission.
    fn others(&self, flight_id: &str, submission_id: &str) -> Vec<Detail> {
        let is_of_flight = self.audience.eq_ignore_ascii_case(&format!("flight {flight_id}"));
        if is_of_flight && self.submission_id == submission_id {
            return Vec::new();
        }
        let message = format!(
            "the receipt is of submission {} to {}, and the flight has published submission {submission_id}",
            self.submission_id, self.audience
        );
        vec![Detail::coded("Receipt", message)]
    }

    /// How a package of the release differs from that of the receipt.
    fn difference(&self, package: &Package, path: &Path) -> Result<Option<Detail>> {
        let facts = &package.facts;
        let is_same = |released: &&Released| {
            (&released.identity_name, &released.version, &released.architectures)
                == (&facts.identity_name, &facts.version, &facts.architectures)
        };
        let Some(released) = self.packages.iter().find(is_same) else {
            let message = format!("{}, which the receipt does not have", full_name(package));
            return Ok(Some(Detail::coded("Package", message)));
        };
        if released.bytes != facts.size {
            let message = format!(
                "{} has {} bytes, and {} of the receipt {}",
                package.name, facts.size, released.file_name, released.bytes
            );
            return Ok(Some(Detail::coded("Size", message)));
        }
        let entries = self.upload.iter().flat_map(|upload| &upload.entries);
        let expected = entries.filter(|entry| entry.name == released.file_name).find_map(|entry| entry.sha256.as_ref());
        let Some(expected) = expected else { return Ok(None) };
        let actual = sha256(path)?;
        if actual.eq_ignore_ascii_case(expected) {
            return Ok(None);
        }
        let message =
            format!("{} has the SHA-256 {actual}, and {} of the receipt {expected}", package.name, released.file_name);
        Ok(Some(Detail::coded("Sha256", message)))
    }
}

/// The SHA-256 of a file in hexadecimal digits. Blocks while the disk is slow.
fn sha256(path: &Path) -> Result<String> {
    let failed = |error| Error::of_file(format!("{} can't be read", path.display()), &error);
    let mut file = files::open(path).map_err(failed)?;
    let mut hash = Sha256::new();
    std::io::copy(&mut file, &mut hash).map_err(failed)?;
    Ok(format!("{:x}", hash.finalize()))
}
