//! One operation: its row of the table.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
#[cfg(feature = "contract")]
use schemars::{Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

use super::call::{Call, MetaIds, Output};
use super::control::Control;
use super::ids::{self, Ids, Request, RequestIds};
use super::resource::{self, Resource};
use crate::client::Client;
use crate::error::Result;
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
    #[cfg(feature = "contract")]
    pub(super) request: SchemaOf,
    /// The schema of the result.
    #[cfg(feature = "contract")]
    pub(super) result: SchemaOf,
    /// Whether an offline operation opens files, which may be on a slow disk.
    pub(super) on_disk: bool,
    /// Whether its errors are appended to the summary that its request names.
    pub(super) summarized: bool,
    pub(super) run: Run,
}

/// Makes the schema of a type. The types that it refers to become definitions of the generator.
#[cfg(feature = "contract")]
pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A row of the table without the type of its result.
pub(super) struct Row(Operation);

impl Row {
    /// Adds the type of the result.
    #[cfg_attr(
        not(feature = "contract"),
        expect(clippy::extra_unused_type_parameters, reason = "the type is for its schema")
    )]
    pub(super) fn returns<T: JsonSchema>(self) -> Operation {
        Operation {
            #[cfg(feature = "contract")]
            result: SchemaGenerator::subschema_for::<T>,
            ..self.0
        }
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
pub(super) type Offline = dyn Fn(&str, &Control) -> Result<Output> + Send + Sync;

/// Reads the request and returns the work, with the request's `timeoutSeconds`.
pub(super) type Online = dyn Fn(Arc<Client>, &str, Reporter) -> Result<(Work, Option<Duration>)> + Send + Sync;

pub(super) type Work = Pin<Box<dyn Future<Output = Result<Output>> + Send>>;

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
        let handler = handler.clone();
        let begin: Begin<I> = Box::new(move |client, resource, reporter| {
            Box::pin(handler(Call { client, resource, request: fields, reporter }))
        });
        Ok((about(client, ids, retry_timeout, reporter, begin)?, limit))
    };
    row::<R>(name, I::IDS, summary, Run::Online(Box::new(run)))
}

/// Begins the work of an operation whose resource is known.
type Begin<I> = Box<dyn FnOnce(Arc<Client>, I, Reporter) -> Work + Send>;

/// The work of an operation, with what is the same for all: it finds the resource, and names its ids in the events, the result
/// and the error. It knows no type of one operation, so that the library has this code once for each type of resource.
fn about<I: Resource + 'static>(
    client: Arc<Client>,
    ids: RequestIds,
    retry_timeout: Option<u32>,
    reporter: Reporter,
    begin: Begin<I>,
) -> Result<Work> {
    let by_name = ids.by_name();
    let mut resource = I::of(&client, ids)?;
    let http = client.clone();
    let work: Work = Box::pin(async move {
        if let Err(error) = resource::resolve(&mut resource, by_name, &client).await {
            // With a name, the id is not known.
            return Err(if by_name.any() { error } else { error.about(resource.meta()) });
        }
        let ids = resource.meta();
        for (name, id) in ids.named() {
            reporter.id(name, id);
        }
        let mut output = begin(client.clone(), resource, reporter).await.map_err(|error| error.about(ids.clone()))?;
        if output.meta.ids.is_none() && ids != MetaIds::default() {
            output.meta.ids = Some(ids);
        }
        output.meta.redact_ids(|id| client.secrets().redact(id));
        Ok(output)
    });
    Ok(match retry_timeout {
        Some(seconds) => Box::pin(async move { http.http().with_retry_timeout(seconds, work).await }),
        None => work,
    })
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

/// A row of the table: an operation that needs no client and opens no file.
pub(super) fn offline<R, F>(name: &'static str, summary: &'static str, handler: F) -> Row
where
    R: DeserializeOwned + JsonSchema + 'static,
    F: Fn(R) -> Result<Output> + Send + Sync + 'static,
{
    let run = move |request: &str, control: &Control| {
        let Request { fields, limit, .. } = ids::read::<R>(Ids::Nothing, request)?;
        control.begin(limit);
        handler(fields)
    };
    row::<R>(name, Ids::Nothing, summary, Run::Offline(Box::new(run)))
}

/// A row of the table: an operation that needs no client and works on files. One that writes asks the control before the
/// file gets its name.
pub(super) fn on_disk<R, F>(name: &'static str, summary: &'static str, handler: F) -> Row
where
    R: DeserializeOwned + JsonSchema + 'static,
    F: Fn(R, &Control) -> Result<Output> + Send + Sync + 'static,
{
    let run = move |request: &str, control: &Control| {
        let Request { fields, limit, .. } = ids::read::<R>(Ids::Nothing, request)?;
        control.begin(limit);
        handler(fields, control)
    };
    let row = row::<R>(name, Ids::Nothing, summary, Run::Offline(Box::new(run)));
    Row(Operation { on_disk: true, ..row.0 })
}

#[cfg_attr(
    not(feature = "contract"),
    expect(clippy::extra_unused_type_parameters, reason = "the type is for its schema")
)]
fn row<R: JsonSchema>(name: &'static str, ids: Ids, summary: &'static str, run: Run) -> Row {
    Row(Operation {
        name,
        summary,
        long: false,
        ids,
        #[cfg(feature = "contract")]
        request: R::json_schema,
        #[cfg(feature = "contract")]
        result: SchemaGenerator::subschema_for::<()>,
        on_disk: false,
        summarized: false,
        run,
    })
}

/// An operation of the table that waits after its request was read, until `gate` lets it go on.
#[cfg(test)]
pub(crate) fn gated(operation: &'static Operation, gate: crate::blocking::gate::Gate) -> &'static Operation {
    let Run::Offline(run) = &operation.run else { return operation };
    let run = move |request: &str, control: &Control| {
        let result = run(request, &control.gated(gate.clone()));
        gate.ended();
        result
    };
    Box::leak(Box::new(Operation { run: Run::Offline(Box::new(run)), ..*operation }))
}

/// An operation that panics, for the tests of the panic guard.
#[cfg(test)]
pub(crate) fn faulty(offline: bool) -> &'static Operation {
    use super::call::Nothing;
    use super::resource::NoIds;

    async fn fault(_: Call<NoIds>) -> Result<Output> {
        panic!("the fault of an operation, sig=secret")
    }
    Box::leak(Box::new(match offline {
        true => self::offline("library.faulty", "panics", |_: Nothing| panic!("the fault of an operation, sig=secret"))
            .returns::<()>(),
        false => quick("library.faulty", "panics", fault).returns::<()>(),
    }))
}
