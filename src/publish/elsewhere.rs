//! The packages that the other submissions of the app have: a full name (name, version, architecture) belongs to one
//! package in all of them.

use std::cmp::Reverse;

use super::inputs::Inputs;
use super::packages;
use super::release::Release;
use super::situation::Situation;
use crate::error::{Class, Result, codes};
use crate::store::{App, LatestSubmissions, Product, Target, flight};

/// The most flights that are read: each takes a call, of which the service takes 20 a minute.
const MOST_FLIGHTS: usize = 25;

/// The submissions of the app besides the one that is released.
#[derive(Default)]
pub(super) struct Elsewhere {
    /// The documents, each with whose it is: `flight Insiders`, `the app`.
    pub(super) documents: Vec<(String, String)>,
    /// What was not compared.
    pub(super) warnings: Vec<String>,
}

impl Elsewhere {
    /// Reads the flights of the app, and for a release of a flight the app. Nothing is read for a release that brings no
    /// package which its product does not have, nor for the packages of a flight that is promoted: they were compared with
    /// that flight.
    ///
    /// # Errors
    /// As [`flight::all`]. A submission that the service does not show is a warning.
    pub(super) async fn read(
        product: &Product,
        release: &Release,
        inputs: &Inputs,
        situation: &Situation,
    ) -> Result<Elsewhere> {
        let (Target::App { app_id } | Target::Flight { app_id, .. }) = &product.target else {
            return Ok(Elsewhere::default());
        };
        let has_all = match &situation.published {
            Some(published) => packages::are_there(&published.document, &inputs.packages, false)?,
            None => inputs.packages.is_empty(),
        };
        if has_all || release.from_flight.is_some() {
            return Ok(Elsewhere::default());
        }
        let app = App::new(product.client.clone(), app_id);
        let mut found = Elsewhere::default();
        if let (Target::Flight { .. }, Some(document)) = (&product.target, &situation.app) {
            let whole = app.product();
            found.add("the app".to_owned(), &whole, whole.latest_in(document)?).await?;
        }
        let mut flights = flight::all(&app).await?;
        let own = product.target.path();
        flights.retain(|flight| {
            flight.latest != LatestSubmissions::default() && !flight.product.target.path().eq_ignore_ascii_case(&own)
        });
        flights.sort_by_key(|flight| Reverse(newest(&flight.latest)));
        if flights.len() > MOST_FLIGHTS {
            let older = flights.split_off(MOST_FLIGHTS).len();
            found.warnings.push(format!(
                "the packages were not compared with those of {older} of the app's flights, which have the oldest submissions"
            ));
        }
        for flight in flights {
            found.add(format!("flight {}", flight.name), &flight.product, flight.latest).await?;
        }
        Ok(found)
    }

    /// Reads the pending submission of a product, which has the packages of the published one too, or the published one.
    async fn add(&mut self, whose: String, product: &Product, latest: LatestSubmissions) -> Result<()> {
        for id in [latest.pending, latest.published].into_iter().flatten() {
            match product.submission(id).get().await {
                Ok(response) => {
                    self.documents.push((whose, response.text));
                    return Ok(());
                }
                // It was deleted since.
                Err(error) if *error.code() == codes::SUBMISSION_NOT_FOUND => {}
                Err(error) if error.code().class == Class::Service && !error.is_retryable() => {
                    self.warnings.push(format!("the packages were not compared with those of {whose}: {error}"));
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The number of the newest submission; the service counts them upwards.
fn newest(latest: &LatestSubmissions) -> Option<u64> {
    let numbers = [&latest.pending, &latest.published].into_iter().flatten().filter_map(|id| id.parse().ok());
    numbers.max()
}
