//! One operation: its row of the table, and how it is run.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

use super::call::{Call, MetaIds, Output};
use super::ids::{self, Ids, Request, Resource};
use crate::client::Client;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;

/// One operation.
pub struct Operation {
    /// `submission.create`; the C function is `storeship_submission_create`.
    pub name: &'static str,
    /// One line of documentation.
    pub summary: &'static str,
    /// Whether it may take minutes, so that a host should run it as a job.
    pub long: bool,
    /// The ids that its request takes.
    pub ids: Ids,
    /// The schema of the request's other fields.
    pub(super) request: SchemaOf,
    /// The schema of the result.
    pub(super) result: SchemaOf,
    run: Run,
}

/// Makes the schema of a type, whose parts are definitions of the generator.
pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A row of the table without the type of its result.
pub(super) struct Row(Operation);

impl Row {
    /// Adds the type of the result.
    pub(super) fn returns<T: JsonSchema>(self) -> Operation {
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

enum Run {
    Offline(Box<Offline>),
    Online(Box<Online>),
}

/// Reads the request and does the work.
type Offline = dyn Fn(&str) -> Result<Output> + Send + Sync;

/// Reads the request and returns the work, with the request's `timeoutSeconds`.
type Online = dyn Fn(Arc<Client>, &str, Reporter) -> Result<(Work, Option<Duration>)> + Send + Sync;

type Work = Pin<Box<dyn Future<Output = Result<Output>> + Send>>;

/// Runs an operation that needs no client.
///
/// # Errors
/// `operation.needs_client` for one that talks to the service; else the operation's.
pub fn run_offline(operation: &Operation, request: &str) -> Result<Output> {
    match &operation.run {
        Run::Offline(run) => run(request),
        Run::Online(_) => {
            let message = format!("`{}` talks to the service, and client 0 is the offline one", operation.name);
            Err(Error::new(&codes::OPERATION_NEEDS_CLIENT, message))
        }
    }
}

/// Runs any operation, within the caller's `timeoutSeconds` when the request has it.
///
/// # Errors
/// `deadline.exceeded`; else the operation's.
pub async fn run(operation: &Operation, client: Arc<Client>, request: &str, reporter: Reporter) -> Result<Output> {
    let run = match &operation.run {
        Run::Offline(run) => return run(request),
        Run::Online(run) => run,
    };
    let (work, limit) = run(client.clone(), request, reporter.clone())?;
    let work = reporter.clone().during(work);
    let work = async { work.await.map_err(|error| client.secrets().redact_error(error)) };
    let Some(limit) = limit else { return work.await };
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => {
            let message = format!("`{}` did not end within {} seconds", operation.name, limit.as_secs_f64());
            Err(Error::new(&codes::DEADLINE_EXCEEDED, message).details(reporter.facts()))
        }
    }
}

/// A row of the table: an operation that talks to the service and ends within seconds. The handler's type says which
/// ids the operation takes and which other fields.
pub(super) fn quick<I, R, F, W>(name: &'static str, summary: &'static str, handler: F) -> Row
where
    I: Resource + 'static,
    R: DeserializeOwned + JsonSchema + Send + 'static,
    F: Fn(Call<I, R>) -> W + Send + Sync + 'static,
    W: Future<Output = Result<Output>> + Send + 'static,
{
    let handler = Arc::new(handler);
    let run = move |client: Arc<Client>, request: &str, reporter: Reporter| {
        let Request { ids, limit, retry_timeout, fields } = ids::read_online::<R>(I::IDS, request)?;
        let by_name = ids.by_name();
        let mut resource = I::of(&client, ids)?;
        let handler = handler.clone();
        let http = client.clone();
        let work = async move {
            ids::resolve(&mut resource, by_name, &client).await?;
            let ids = resource.meta();
            let call = Call { client: client.clone(), resource, request: fields, reporter };
            let mut output = handler(call).await?;
            if output.meta.ids.is_none() && ids != MetaIds::default() {
                output.meta.ids = Some(ids);
            }
            output.meta.redact_ids(|id| client.secrets().redact(id));
            Ok(output)
        };
        let work: Work = match retry_timeout {
            Some(seconds) => Box::pin(async move { http.http().with_retry_timeout(seconds, work).await }),
            None => Box::pin(work),
        };
        Ok((work, limit))
    };
    row::<R>(name, I::IDS, summary, Run::Online(Box::new(run)))
}

/// A row of the table: an operation that talks to the service and may take minutes.
pub(super) fn long<I, R, F, W>(name: &'static str, summary: &'static str, handler: F) -> Row
where
    I: Resource + 'static,
    R: DeserializeOwned + JsonSchema + Send + 'static,
    F: Fn(Call<I, R>) -> W + Send + Sync + 'static,
    W: Future<Output = Result<Output>> + Send + 'static,
{
    Row(Operation { long: true, ..quick(name, summary, handler).0 })
}

/// A row of the table: an operation that needs no client.
pub(super) fn offline<R, F>(name: &'static str, summary: &'static str, handler: F) -> Row
where
    R: DeserializeOwned + JsonSchema + 'static,
    F: Fn(R) -> Result<Output> + Send + Sync + 'static,
{
    let run = move |request: &str| handler(ids::read::<R>(Ids::Nothing, request)?.fields);
    row::<R>(name, Ids::Nothing, summary, Run::Offline(Box::new(run)))
}

fn row<R: JsonSchema>(name: &'static str, ids: Ids, summary: &'static str, run: Run) -> Row {
    let (request, result): (SchemaOf, SchemaOf) = (R::json_schema, SchemaGenerator::subschema_for::<()>);
    Row(Operation { name, summary, long: false, ids, request, result, run })
}

/// An operation that panics, for the tests of the panic guard.
#[cfg(test)]
pub(crate) fn faulty(offline: bool) -> &'static Operation {
    use super::call::Nothing;
    use super::ids::NoIds;

    async fn fault(_: Call<NoIds>) -> Result<Output> {
        panic!("the fault of an operation, sig=secret")
    }
    Box::leak(Box::new(match offline {
        true => self::offline("library.faulty", "panics", |_: Nothing| panic!("the fault of an operation, sig=secret"))
            .returns::<()>(),
        false => quick("library.faulty", "panics", fault).returns::<()>(),
    }))
}
