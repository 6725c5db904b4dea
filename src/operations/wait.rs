//! `submission.wait`, and `submission.wait_all`, which waits for many submissions in one loop.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::call::{Call, MetaIds, Nothing, Output};
use super::envelope;
use super::fields::seconds;
use super::ids::{self, ByName, Ids};
use super::resource::{self, Found, NoIds, Pending, Resource};
use crate::client::{Client, SUBMISSION_API};
use crate::error::{Error, Result};
use crate::events::{Reporter, Response};
use crate::publish;
use crate::publish::wait::{Terms, Turns, Until, Watch};

/// `submission.wait`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Wait {
    /// How far to wait: `committed` does not wait; `processing` waits until the Store has accepted the submission for
    /// processing; `published` until it is in the Store, or certified if a person or a date publishes it.
    #[serde(default)]
    until: Until,
    /// The pause between two requests for the status, in seconds. With a service on this machine, such as the emulator,
    /// the default is 0.2.
    #[serde(default)]
    #[schemars(range(min = 0), extend("default" = publish::wait::POLL_SECONDS))]
    poll_seconds: Option<f64>,
    /// How long the submission may stay in `CommitStarted`, in seconds, before the wait ends with
    /// `submission.commit_hangs`.
    #[serde(default)]
    #[schemars(range(min = 0), extend("default" = publish::wait::COMMIT_LIMIT_SECONDS))]
    commit_timeout_seconds: Option<f64>,
}

pub(super) async fn wait(call: Call<Found<Pending>, Wait>) -> Result<Output> {
    let Call { client, resource: Found(submission, _), request, reporter } = call;
    let terms = terms(request.until, request.poll_seconds, request.commit_timeout_seconds, &client)?;
    let was_committed = submission.was_committed_lately();
    Output::of(&publish::wait::wait(&submission, was_committed, terms, &reporter).await?)
}

/// The terms of a wait, from the fields of a request.
fn terms(until: Until, poll: Option<f64>, commit_timeout: Option<f64>, client: &Client) -> Result<Terms> {
    let commit_limit = commit_timeout.unwrap_or(publish::wait::COMMIT_LIMIT_SECONDS.into());
    let commit_limit = seconds("commitTimeoutSeconds", commit_limit)?;
    Ok(Terms { until, every: publish::wait::pause(poll, client)?, commit_limit })
}

/// `submission.wait_all`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct WaitAll {
    /// The submissions. One that can't be waited for does not end the wait for the others.
    #[schemars(with = "Vec<Named>")]
    submissions: Vec<Box<RawValue>>,
    /// How far to wait: `committed` does not wait; `processing` waits until the Store has accepted the submission for
    /// processing; `published` until it is in the Store, or certified if a person or a date publishes it.
    #[serde(default)]
    until: Until,
    /// The pause between two requests for the status of one submission, in seconds. With a service on this machine, such
    /// as the emulator, the default is 0.2. It is longer when the submissions are so many that half of the calls which
    /// the limit of the tenant allows are too few.
    #[serde(default)]
    #[schemars(range(min = 0), extend("default" = publish::wait::POLL_SECONDS))]
    poll_seconds: Option<f64>,
    /// How long a submission may stay in `CommitStarted`, in seconds, before the wait for it ends with
    /// `submission.commit_hangs`.
    #[serde(default)]
    #[schemars(range(min = 0), extend("default" = publish::wait::COMMIT_LIMIT_SECONDS))]
    commit_timeout_seconds: Option<f64>,
}

/// One of the submissions to wait for, named like that of `submission.wait`.
#[derive(JsonSchema)]
#[schemars(rename = "NamedSubmission", rename_all = "camelCase", deny_unknown_fields)]
#[allow(dead_code, reason = "the schema of an item, which `ids` reads")]
struct Named {
    /// The Store id of the app.
    #[schemars(default)]
    app_id: Option<String>,
    /// In place of `appId`: the Store id, package identity name or exact name of the app.
    #[schemars(default)]
    app_name: Option<String>,
    /// The id of the package flight.
    #[schemars(default)]
    flight_id: Option<String>,
    /// In place of `flightId`: the name of the flight.
    #[schemars(default)]
    flight_name: Option<String>,
    /// The Store id of the add-on.
    #[schemars(default)]
    add_on_id: Option<String>,
    /// The id of the submission. Default: the pending submission.
    #[schemars(default)]
    submission_id: Option<String>,
}

/// The results of a wait for many submissions.
#[derive(Serialize, JsonSchema)]
pub(super) struct WaitAllResult {
    /// A response for each submission, in the order of the request: that of `submission.wait` for it.
    submissions: Vec<Response>,
    /// How many of them are errors.
    failed: usize,
}

/// A submission that is waited for.
enum Item {
    /// The request does not name a submission.
    Bad(Error),
    /// Nothing was read yet.
    Named { found: Found<Pending>, by_name: ByName },
    /// The status was read.
    Watched(Box<Watch>),
    /// The wait is over.
    Over,
}

/// What came of one turn of an item.
struct Turn {
    /// The calls that it made.
    calls: u32,
    /// The end of the wait; `None` when it goes on.
    end: Option<Result<Output>>,
}

pub(super) async fn wait_all(call: Call<NoIds, WaitAll>) -> Result<Output> {
    let Call { client, request, reporter, .. } = call;
    let terms = terms(request.until, request.poll_seconds, request.commit_timeout_seconds, &client)?;
    // A sign-in that fails does so for all of them.
    client.token(&SUBMISSION_API).await?;
    let mut items: Vec<Item> = request.submissions.iter().map(|named| Item::named(&client, named.get())).collect();
    let total = items.len();
    let mut responses: Vec<Option<Response>> = vec![None; total];
    let (mut done, mut failed) = (0, 0);
    let mut turns = Turns::new(total, terms.every, client.config().per_minute());
    reporter.progress("wait", 0, total as u64, "submissions");
    while let Some(index) = turns.next().await {
        let (Some(item), Some(response)) = (items.get_mut(index), responses.get_mut(index)) else { continue };
        let turn = item.turn(terms, &client, &reporter).await;
        turns.took(index, turn.calls, turn.end.is_none());
        if let Some(end) = turn.end {
            done += 1;
            failed += usize::from(end.is_err());
            let end = self::response(end, &client)?;
            reporter.item(index, end.clone());
            *response = Some(end);
            reporter.progress("wait", done, total as u64, "submissions");
        }
    }
    Output::of(&WaitAllResult { submissions: responses.into_iter().flatten().collect(), failed })
}

impl Item {
    fn named(client: &Arc<Client>, json: &str) -> Item {
        let found = ids::read_bare::<Nothing>(Ids::Pending, json).and_then(|request| {
            let by_name = request.ids.by_name();
            Ok(Item::Named { found: Found::of(client, request.ids)?, by_name })
        });
        found.unwrap_or_else(Item::Bad)
    }

    /// Looks up what the item leaves unnamed, and reads the status once.
    async fn turn(&mut self, terms: Terms, client: &Arc<Client>, reporter: &Reporter) -> Turn {
        let mut calls = 0;
        let mut watch = match std::mem::replace(self, Item::Over) {
            Item::Over => return Turn { calls, end: None },
            Item::Bad(error) => return Turn { calls, end: Some(Err(error)) },
            Item::Watched(watch) => watch,
            Item::Named { mut found, by_name } => {
                calls += [by_name.app, by_name.flight, found.unnamed().is_some()].map(u32::from).iter().sum::<u32>();
                if let Err(error) = resource::resolve(&mut found, by_name, client).await {
                    let error = if by_name.any() { error } else { error.about(found.meta()) };
                    return Turn { calls, end: Some(Err(error)) };
                }
                Box::new(Watch::among_many(found.0, terms))
            }
        };
        let looked = watch.look(reporter).await;
        calls += watch.calls();
        let end = match looked {
            Ok(None) => {
                *self = Item::Watched(watch);
                None
            }
            Ok(Some(result)) => Some(Output::of(&result).map(|output| output.about(MetaIds::from(watch.submission())))),
            Err(error) => Some(Err(error.about(MetaIds::from(watch.submission())))),
        };
        Turn { calls, end }
    }
}

/// The response of an operation for one of several items.
pub(super) fn response(end: Result<Output>, client: &Client) -> Result<Response> {
    let text = match end {
        Ok(mut output) => {
            output.meta.redact_ids(|id| client.secrets().redact(id));
            envelope::success(&output)
        }
        Err(error) => envelope::failure(&client.secrets().redact_error(error)),
    };
    Response::of(text)
}
