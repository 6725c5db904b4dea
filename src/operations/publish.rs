//! `publish` and `publish.plan`.

use std::sync::Arc;

use super::call::{Call, MetaIds, Output, redacted};
use super::operation::{Operation, long, quick};
use super::release_file::or_file;
use super::resource::Released;
use crate::blocking;
use crate::client::Client;
use crate::document::Edit;
use crate::error::Result;
use crate::publish::release::Release;
use crate::publish::{self, Preview, Receipt};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        or_file(long("publish", "a release from start to end", publish).returns::<Receipt>()),
        or_file(quick("publish.plan", "what publish would do, without doing it", plan).returns::<Preview>()),
    ]
}

async fn publish(call: Call<Released, Release>) -> Result<Output> {
    let mut receipt = publish::publish(&call.resource.0, &call.request, &call.reporter).await?;
    let edits = std::mem::take(&mut receipt.edits);
    let submission = call.resource.0.submission(receipt.submission_id.as_str());
    let mut output = Output::of(&receipt)?.about(MetaIds::from(&submission));
    output.meta.correlation_ids = receipt.correlation_ids;
    output.meta.edits = Some(shown(edits, call.client).await?);
    Ok(output)
}

async fn plan(call: Call<Released, Release>) -> Result<Output> {
    let mut plan = publish::preview(&call.resource.0, &call.request).await?;
    let edits = std::mem::take(&mut plan.edits);
    let mut output = Output::of(&plan)?;
    output.meta.edits = Some(shown(edits, call.client).await?);
    Ok(output)
}

/// The edits without secrets. There may be many, and each is searched.
async fn shown(edits: Vec<Edit>, client: Arc<Client>) -> Result<Vec<Edit>> {
    blocking::run(move || Ok(redacted(edits, |json| client.secrets().redact_json(json)))).await
}
