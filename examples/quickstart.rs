//! A whole release on the emulator: `cargo run --example quickstart`.
//!
//! The program starts the emulator in its own process, builds a small app package, signs in, plans a release with the package
//! and release notes in two languages, publishes it, runs the same release again, and reads the submission. It prints each
//! step with the milliseconds that the step took, and the receipt at the end.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use storeship::client::{Client, SUBMISSION_API};
use storeship::config::Config;
use storeship::document;
use storeship::emulator::{Emulator, Options};
use storeship::events::Reporter;
use storeship::http::ProcessWide;
use storeship::package::sample::{self, Sample};
use storeship::publish::{self, release::Release};
use storeship::store::{App, app, list::Paging};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut clock = Clock(Instant::now());

    let store = Emulator::new(Options::default())?.serve().await?;
    let at = store.endpoints();
    clock.step(&format!("the emulator listens at {}", at.service));

    let folder = tempfile::tempdir()?;
    let package = folder.path().join("Contoso_2.0.0.0_x64.msix");
    std::fs::write(&package, sample::package(&Sample { version: "2.0.0.0".into(), ..Sample::default() })?)?;
    clock.step(&format!("built {}", package.display()));

    let config = json!({
        "serviceUrl": at.service, "authorityUrl": at.authority,
        "credential": {
            "type": "clientSecret",
            "tenantId": at.tenant_id, "clientId": at.client_id, "clientSecret": at.client_secret,
        },
    });
    let client = Arc::new(Client::new(Config::parse(&config.to_string())?, &ProcessWide::default())?);
    client.token(&SUBMISSION_API).await?;
    clock.step("signed in");

    let apps = app::list(&client, &Paging::All).await?;
    let id = document::get(apps.value.first().ok_or("the account has no apps")?.get(), "/id")?;
    let app = App::new(client.clone(), serde_json::from_str::<String>(id)?).product();

    let release: Release = serde_json::from_value(json!({
        "packages": [package],
        "releaseNotes": { "en-us": "Starts twice as fast.", "de-de": "Startet doppelt so schnell." },
        "until": "published",
    }))?;
    let plan = publish::preview(&app, &release).await?;
    clock.step(&format!("planned {} edits and {} bytes to upload:", plan.edits.len(), plan.upload_bytes));
    for edit in &plan.edits {
        println!("           {} {}", edit.op, edit.path);
    }

    let receipt = publish::publish(&app, &release, &Reporter::default()).await?;
    clock.step(&format!("submission {} is {}", receipt.submission_id, receipt.status));

    // The same command again finds nothing to do.
    let again = publish::publish(&app, &release, &Reporter::default()).await?;
    clock.step(&format!("published again: changed is {}", again.changed));

    let published = app.submission(receipt.submission_id.as_str()).get().await?.text;
    let notes = document::get(&published, "/listings/de-de/baseListing/releaseNotes")?;
    clock.step(&format!("read back the German release notes: {notes}"));

    println!("{:#}", serde_json::to_value(&receipt)?);
    store.stop().await;
    Ok(())
}

/// Shows each step with the milliseconds since the one before.
struct Clock(Instant);

impl Clock {
    fn step(&mut self, what: &str) {
        println!("{:>7.1} ms {what}", self.0.elapsed().as_secs_f64() * 1000.0);
        self.0 = Instant::now();
    }
}
