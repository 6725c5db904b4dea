//! The table of operations: name, ids, summary, request type, handler. Everything that lists operations reads it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use once_cell::sync::Lazy;
use schemars::{JsonSchema, Schema};
use serde::de::DeserializeOwned;

use super::call::{Call, Output};
use super::names::{self, Ids};
use super::{app, document, flight, library, merge, package, publish, rollout, service, submission, token};
use crate::client::Client;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;

/// One operation.
pub struct Operation {
    /// `submission.create`; the C function is `storeship_submission_create`.
    pub name: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// Whether it may take minutes, so that a host should run it as a job.
    pub long: bool,
    /// The ids that its request takes.
    pub ids: Ids,
    /// The schema of the request's other fields.
    pub schema: fn() -> Schema,
    pub(super) run: Run,
}

impl Operation {
    /// Whether it needs no client.
    pub fn is_offline(&self) -> bool {
        matches!(self.run, Run::Offline(_))
    }
}

pub(super) enum Run {
    Offline(Box<Offline>),
    Online(Box<Online>),
}

/// Reads the request and does the work.
type Offline = dyn Fn(&str) -> Result<Output> + Send + Sync;

/// Reads the request and gives the work, with the caller's time for it.
type Online = dyn Fn(Arc<Client>, &str, Reporter) -> Result<(Work, Option<Duration>)> + Send + Sync;

type Work = Pin<Box<dyn Future<Output = Result<Output>> + Send>>;

/// All operations, by noun.
pub fn table() -> &'static [Operation] {
    &TABLE
}

/// The operation of this name.
///
/// # Errors
/// `operation.unknown`.
pub fn find(name: &str) -> Result<&'static Operation> {
    TABLE.iter().find(|operation| operation.name == name).ok_or_else(|| {
        let nearest = TABLE.iter().map(|operation| operation.name).find(|known| known.eq_ignore_ascii_case(name));
        let hint = nearest.map_or_else(|| codes::OPERATION_UNKNOWN.remedy.to_owned(), |name| format!("use `{name}`"));
        Error::new(&codes::OPERATION_UNKNOWN, format!("there is no operation `{name}`")).hint(hint)
    })
}

static TABLE: Lazy<Vec<Operation>> = Lazy::new(|| {
    vec![
        offline("library.info", "version, ABI version and features of the library", library::info),
        offline("library.operations", "all operations with their fields", library::operations),
        offline("library.errors", "all error codes with meaning and remedy", library::errors),
        offline("library.guards", "all guards of a merge with meaning and remedy", library::guards),
        quick("token.check", Ids::Nothing, "sign in and tell how long the token lives", token::check),
        quick("app.list", Ids::Nothing, "all apps of the account", app::list),
        quick("app.get", Ids::App, "one app", app::get),
        quick("app.flights", Ids::App, "the package flights of an app", app::flights),
        quick("app.add_ons", Ids::App, "the ids of the add-ons of an app", app::add_ons),
        quick("flight.get", Ids::Flight, "one package flight", flight::get),
        quick("flight.create", Ids::App, "create a package flight", flight::create),
        quick("flight.delete", Ids::Flight, "delete a package flight", flight::delete),
        quick("add_on.list", Ids::Nothing, "all add-ons of the account", flight::list_add_ons),
        quick("add_on.get", Ids::AddOn, "one add-on", flight::get),
        quick("add_on.create", Ids::Nothing, "create an add-on", flight::create_add_on),
        quick("add_on.delete", Ids::AddOn, "delete an add-on", flight::delete),
        quick("submission.create", Ids::Parent, "start a draft: a copy of what is published", submission::create),
        quick("submission.get", Ids::Submission, "the whole submission, as the service sent it", submission::get),
        quick("submission.update", Ids::Submission, "replace the content of a draft", submission::update),
        quick("submission.commit", Ids::Submission, "submit a draft to the Store", submission::commit),
        quick("submission.status", Ids::Submission, "the state and its errors and warnings", submission::status),
        quick("submission.delete", Ids::Submission, "delete a draft or a failed submission", submission::delete),
        long("submission.wait", Ids::Submission, "wait until it is processed or published", submission::wait),
        quick("rollout.get", Ids::Submission, "the gradual rollout of a submission", rollout::get),
        quick("rollout.set", Ids::Submission, "change the share of users who get the packages", rollout::set),
        quick("rollout.halt", Ids::Submission, "stop the rollout", rollout::halt),
        quick("rollout.finalize", Ids::Submission, "give the packages to everybody", rollout::finalize),
        offline("package.inspect", "what is inside an app package or bundle", package::inspect),
        long("package.upload", Ids::Submission, "send files to a draft as one ZIP", package::upload),
        offline("package.write", "write the ZIP that an upload would send", package::write),
        long("publish", Ids::Parent, "a release from start to end", publish::publish),
        quick("publish.plan", Ids::Parent, "what publish would do, without doing it", publish::plan),
        offline("document.get", "the value at a pointer, as it stands in the document", document::get),
        offline("document.set", "the document with another value at a pointer", document::set),
        offline("document.remove", "the document without the value at a pointer", document::remove),
        offline("document.format", "the document with other white space", document::format),
        offline("document.inspect", "depth, duplicate keys and other oddities", document::inspect),
        offline("document.merge", "the baseline with the edits of an edited copy cut in", merge::merge),
        offline("document.patch", "the document with the operations of a JSON Patch", merge::patch),
        quick(
            "service.check",
            Ids::Nothing,
            "whether everything is in place, and what to do about the rest",
            service::check,
        ),
        quick("service.call", Ids::Nothing, "any call of the service, signed and repeated", service::call),
    ]
});

fn quick<R, F, W>(name: &'static str, ids: Ids, summary: &'static str, handler: F) -> Operation
where
    R: DeserializeOwned + JsonSchema + Send + 'static,
    F: Fn(Call<R>) -> W + Send + Sync + 'static,
    W: Future<Output = Result<Output>> + Send + 'static,
{
    let handler = Arc::new(handler);
    let run = move |client: Arc<Client>, request: &str, reporter: Reporter| {
        let (names, request) = names::read::<R>(ids, request)?;
        let limit = names.limit;
        let handler = handler.clone();
        let work: Work = Box::pin(async move {
            let names = names.resolve(&client).await?;
            handler(Call { client, names, request, reporter }).await
        });
        Ok((work, limit))
    };
    Operation { name, summary, long: false, ids, schema: schema_of::<R>, run: Run::Online(Box::new(run)) }
}

fn long<R, F, W>(name: &'static str, ids: Ids, summary: &'static str, handler: F) -> Operation
where
    R: DeserializeOwned + JsonSchema + Send + 'static,
    F: Fn(Call<R>) -> W + Send + Sync + 'static,
    W: Future<Output = Result<Output>> + Send + 'static,
{
    Operation { long: true, ..quick(name, ids, summary, handler) }
}

fn offline<R>(name: &'static str, summary: &'static str, handler: fn(R) -> Result<Output>) -> Operation
where
    R: DeserializeOwned + JsonSchema + 'static,
{
    let run = move |request: &str| handler(names::read::<R>(Ids::Nothing, request)?.1);
    Operation {
        name,
        summary,
        long: false,
        ids: Ids::Nothing,
        schema: schema_of::<R>,
        run: Run::Offline(Box::new(run)),
    }
}

fn schema_of<R: JsonSchema>() -> Schema {
    // Each request is described whole, since who reads `library.operations` looks for one field at a time.
    let settings =
        schemars::generate::SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<R>()
}

/// An operation with a fault, for the tests of what becomes of one.
#[cfg(test)]
pub(crate) fn faulty(offline: bool) -> &'static Operation {
    #[derive(serde::Deserialize, JsonSchema)]
    struct Nothing {}
    async fn fault(_: Call<Nothing>) -> Result<Output> {
        panic!("the fault of an operation, sig=secret")
    }
    Box::leak(Box::new(match offline {
        true => {
            self::offline::<Nothing>("library.faulty", "panics", |_| panic!("the fault of an operation, sig=secret"))
        }
        false => quick("library.faulty", Ids::Nothing, "panics", fault),
    }))
}
