//! A whole release on the emulator: `cargo run --example quickstart`.
//!
//! The program starts the emulator in its own process, builds a small app package, signs in, creates a submission, changes
//! the release notes of two languages, uploads the package, commits, waits until the submission is published, and reads
//! the submission again. It prints each step with the milliseconds that the step took, and the receipt at the end.

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
use storeship::http::limiter::RateLimiters;
use storeship::package::sample::{self, Sample};
use storeship::publish::wait::{self, Terms, Until};
use storeship::publish::{edits, plan::Release, upload_address};
use storeship::store::{App, app, list::Paging};
use storeship::upload::{self, Carried, Settings};

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
    let client = Arc::new(Client::new(Config::parse(&config.to_string())?, &RateLimiters::default())?);
    client.token(&SUBMISSION_API).await?;
    clock.step("signed in");

    let apps = app::list(&client, &Paging::All).await?;
    let id = document::get(apps.value.first().ok_or("the account has no apps")?.get(), "/id")?;
    let app = App::new(client.clone(), serde_json::from_str::<String>(id)?).product();
    let new = app.create_submission().await?;
    let (submission, draft) = (new.submission, new.response.text);
    clock.step(&format!("created {submission}"));

    let release: Release = serde_json::from_value(json!({
        "packages": [package],
        "releaseNotes": { "en-us": "Starts twice as fast.", "de-de": "Startet doppelt so schnell." },
    }))?;
    let sources = release.sources()?;
    let edited = edits::apply(&draft, &app.target, &release, &[sources[0].name.clone()])?;
    submission.update(&edited.body).await?;
    clock.step(&format!("changed {} places:", edited.edits.len()));
    for edit in &edited.edits {
        println!("           {} {}", edit.op, edit.path);
    }

    let quiet = Reporter::default();
    let uploaded =
        upload::upload(&client, &upload_address(&draft)?, &sources, &Carried::default(), Settings::default(), &quiet)
            .await?;
    clock.step(&format!("uploaded {} bytes in {} blocks", uploaded.bytes, uploaded.blocks));

    submission.commit().await?;
    clock.step("committed");

    let terms = Terms::new(Until::Published, wait::pause(None, &client)?);
    let reached = wait::wait(&submission, true, terms, &quiet).await?;
    clock.step(&format!("reached {}", reached.status));

    let published = submission.get().await?.text;
    let notes = document::get(&published, "/listings/de-de/baseListing/releaseNotes")?;
    clock.step(&format!("read back the German release notes: {notes}"));

    let receipt = json!({
        "submissionId": submission.id, "reached": reached, "edits": edited.edits, "upload": uploaded,
    });
    println!("{receipt:#}");
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
