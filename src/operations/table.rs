//! The table of operations: name, ids, summary, request type, handler. Everything that lists operations reads it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use once_cell::sync::Lazy;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

use super::call::{Call, Output};
use super::contract::{
    AddOn, AddOnReference, AnyJson, Application, Commit, Deleted, Flight, ListOf, Rollout, Submission, SubmissionStatus,
};
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
    pub(super) request: SchemaOf,
    /// The schema of the result.
    pub(super) result: SchemaOf,
    pub(super) run: Run,
}

/// Makes the schema of a type, whose parts are definitions of the generator.
pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A row of the table that lacks the type of its result.
struct Row(Operation);

impl Row {
    fn returns<T: JsonSchema>(self) -> Operation {
        Operation { result: SchemaGenerator::subschema_for::<T>, ..self.0 }
    }
}

impl Operation {
    /// The name of the C function.
    pub fn function(&self) -> String {
        format!("storeship_{}", self.name.replace('.', "_"))
    }

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
        offline("library.info", "version, ABI version and features of the library", library::info)
            .returns::<library::Info>(),
        offline("library.operations", "all operations with their fields", library::operations)
            .returns::<library::Operations>(),
        offline("library.errors", "all error codes with meaning and remedy", library::errors)
            .returns::<library::Errors>(),
        offline("library.schema", "the contract as JSON Schema", library::schema).returns::<AnyJson>(),
        quick("token.check", Ids::Nothing, "sign in and tell how long the token lives", token::check)
            .returns::<token::Checked>(),
        quick("app.list", Ids::Nothing, "all apps of the account", app::list).returns::<ListOf<Application>>(),
        quick("app.get", Ids::App, "one app", app::get).returns::<Application>(),
        quick("app.flights", Ids::App, "the package flights of an app", app::flights).returns::<ListOf<Flight>>(),
        quick("app.add_ons", Ids::App, "the ids of the add-ons of an app", app::add_ons)
            .returns::<ListOf<AddOnReference>>(),
        quick("flight.get", Ids::Flight, "one package flight", flight::get).returns::<Flight>(),
        quick("flight.create", Ids::App, "create a package flight", flight::create).returns::<Flight>(),
        quick("flight.delete", Ids::Flight, "delete a package flight", flight::delete).returns::<Deleted>(),
        quick("add_on.list", Ids::Nothing, "all add-ons of the account", flight::list_add_ons)
            .returns::<ListOf<AddOn>>(),
        quick("add_on.get", Ids::AddOn, "one add-on", flight::get).returns::<AddOn>(),
        quick("add_on.create", Ids::Nothing, "create an add-on", flight::create_add_on).returns::<AddOn>(),
        quick("add_on.delete", Ids::AddOn, "delete an add-on", flight::delete).returns::<Deleted>(),
        quick("submission.create", Ids::Parent, "start a draft: a copy of what is published", submission::create)
            .returns::<Submission>(),
        quick("submission.get", Ids::Submission, "the whole submission, as the service sent it", submission::get)
            .returns::<Submission>(),
        quick("submission.update", Ids::Submission, "replace the content of a draft", submission::update)
            .returns::<Submission>(),
        quick("submission.commit", Ids::Submission, "submit a draft to the Store", submission::commit)
            .returns::<Commit>(),
        quick("submission.status", Ids::Submission, "the state and its errors and warnings", submission::status)
            .returns::<SubmissionStatus>(),
        quick("submission.delete", Ids::Submission, "delete a draft or a failed submission", submission::delete)
            .returns::<Deleted>(),
        long("submission.wait", Ids::Submission, "wait until it is processed or published", submission::wait)
            .returns::<crate::publish::wait::Reached>(),
        quick("rollout.get", Ids::Submission, "the gradual rollout of a submission", rollout::get).returns::<Rollout>(),
        quick("rollout.set", Ids::Submission, "change the share of users who get the packages", rollout::set)
            .returns::<Rollout>(),
        quick("rollout.halt", Ids::Submission, "stop the rollout", rollout::halt).returns::<Rollout>(),
        quick("rollout.finalize", Ids::Submission, "give the packages to everybody", rollout::finalize)
            .returns::<Rollout>(),
        offline("package.inspect", "what is inside an app package or bundle", package::inspect)
            .returns::<crate::package::Facts>(),
        long("package.upload", Ids::Submission, "send files to a draft as one ZIP", package::upload)
            .returns::<crate::upload::UploadSummary>(),
        offline("package.write", "write the ZIP that an upload would send", package::write)
            .returns::<package::Written>(),
        long("publish", Ids::Parent, "a release from start to end", publish::publish)
            .returns::<crate::publish::Receipt>(),
        quick("publish.plan", Ids::Parent, "what publish would do, without doing it", publish::plan)
            .returns::<crate::publish::Preview>(),
        offline("document.get", "the value at a pointer, as it stands in the document", document::get)
            .returns::<AnyJson>(),
        offline("document.set", "the document with another value at a pointer", document::set).returns::<AnyJson>(),
        offline("document.remove", "the document without the value at a pointer", document::remove)
            .returns::<AnyJson>(),
        offline("document.format", "the document with other white space", document::format).returns::<AnyJson>(),
        offline("document.inspect", "depth, duplicate keys and other oddities", document::inspect)
            .returns::<document::Inspected>(),
        offline("document.merge", "the baseline with the edits of an edited copy cut in", merge::merge)
            .returns::<merge::MergeResult>(),
        offline("document.patch", "the document with the operations of a JSON Patch", merge::patch)
            .returns::<AnyJson>(),
        quick(
            "service.check",
            Ids::Nothing,
            "whether everything is in place, and what to do about the rest",
            service::check,
        )
        .returns::<service::Answer>(),
        quick("service.call", Ids::Nothing, "any call of the service, signed and repeated", service::call)
            .returns::<service::RawAnswer>(),
    ]
});

fn quick<R, F, W>(name: &'static str, ids: Ids, summary: &'static str, handler: F) -> Row
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
    row::<R>(name, ids, summary, Run::Online(Box::new(run)))
}

fn long<R, F, W>(name: &'static str, ids: Ids, summary: &'static str, handler: F) -> Row
where
    R: DeserializeOwned + JsonSchema + Send + 'static,
    F: Fn(Call<R>) -> W + Send + Sync + 'static,
    W: Future<Output = Result<Output>> + Send + 'static,
{
    Row(Operation { long: true, ..quick(name, ids, summary, handler).0 })
}

fn offline<R>(name: &'static str, summary: &'static str, handler: fn(R) -> Result<Output>) -> Row
where
    R: DeserializeOwned + JsonSchema + 'static,
{
    let run = move |request: &str| handler(names::read::<R>(Ids::Nothing, request)?.1);
    row::<R>(name, Ids::Nothing, summary, Run::Offline(Box::new(run)))
}

fn row<R: JsonSchema>(name: &'static str, ids: Ids, summary: &'static str, run: Run) -> Row {
    let (request, result): (SchemaOf, SchemaOf) = (R::json_schema, SchemaGenerator::subschema_for::<()>);
    Row(Operation { name, summary, long: false, ids, request, result, run })
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
                .returns::<()>()
        }
        false => quick("library.faulty", Ids::Nothing, "panics", fault).returns::<()>(),
    }))
}
