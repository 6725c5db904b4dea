//! `publish` and `publish.plan`.

use std::sync::Arc;

use super::call::{Call, MetaIds, Output, redacted};
use super::operation::{Operation, long, quick};
use crate::blocking;
use crate::client::Client;
use crate::document::Edit;
use crate::error::{Error, Result};
use crate::publish::release::Release;
use crate::publish::{self, Preview, Receipt, Summary, markdown};
use crate::store::Product;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        long("publish", "a release from start to end", publish).returns::<Receipt>(),
        quick("publish.plan", "what publish would do, without doing it", plan).returns::<Preview>(),
    ]
}

async fn publish(call: Call<Product, Release>) -> Result<Output> {
    let summary = Summary::open(call.request.summary_path.as_deref()).await?;
    let mut receipt = match publish::publish(&call.resource, &call.request, &call.reporter).await {
        Ok(receipt) => receipt,
        Err(error) => return Err(failed(summary, error, &call).await),
    };
    receipt.edits = shown(receipt.edits, call.client.clone()).await?;
    if let Some(summary) = summary {
        let secrets = call.client.secrets();
        let text = markdown::of_receipt(&receipt, &call.resource.target, &|text| secrets.redact(text));
        summary.append(text, &call.reporter).await;
    }
    let submission = call.resource.submission(receipt.submission_id.as_str());
    let mut output = Output::of(&receipt)?.about(MetaIds::from(&submission));
    output.meta.correlation_ids = receipt.correlation_ids;
    output.meta.edits = Some(receipt.edits);
    Ok(output)
}

async fn plan(call: Call<Product, Release>) -> Result<Output> {
    let summary = Summary::open(call.request.summary_path.as_deref()).await?;
    let mut plan = match publish::preview(&call.resource, &call.request).await {
        Ok(plan) => plan,
        Err(error) => return Err(failed(summary, error, &call).await),
    };
    plan.edits = shown(plan.edits, call.client.clone()).await?;
    if let Some(summary) = summary {
        let secrets = call.client.secrets();
        let text = markdown::of_plan(&plan, &call.resource.target, &|text| secrets.redact(text));
        summary.append(text, &call.reporter).await;
    }
    let mut output = Output::of(&plan)?;
    output.meta.edits = Some(plan.edits);
    Ok(output)
}

/// Appends an error to the summary.
async fn failed(summary: Option<Summary>, error: Error, call: &Call<Product, Release>) -> Error {
    if let Some(summary) = summary {
        let secrets = call.client.secrets();
        let text = markdown::of_failure(&error, &call.resource.target, &|text| secrets.redact(text));
        summary.append(text, &call.reporter).await;
    }
    error
}

/// The edits without secrets. There may be many, and each is searched.
async fn shown(edits: Vec<Edit>, client: Arc<Client>) -> Result<Vec<Edit>> {
    blocking::run(move || Ok(redacted(edits, |json| client.secrets().redact_json(json)))).await
}
