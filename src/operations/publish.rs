//! `publish` and `publish.plan`.

use std::sync::Arc;

use super::call::{Call, MetaIds, Output, redacted};
use super::operation::{Operation, long, quick};
use super::release_file::or_file;
use super::resource::Released;
use super::summary::with_failures;
use crate::blocking;
use crate::client::Client;
use crate::document::Edit;
use crate::error::Result;
use crate::publish::release::Release;
use crate::publish::{self, Preview, Receipt, Summary, markdown};
use crate::store::Target;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        with_failures(or_file(long("publish", "a release from start to end", publish).returns::<Receipt>())),
        with_failures(or_file(
            quick("publish.plan", "what publish would do, without doing it", plan).returns::<Preview>(),
        )),
    ]
}

pub(super) async fn publish(call: Call<Released, Release>) -> Result<Output> {
    let summary = Summary::open(call.request.summary_path.as_deref()).await?;
    let (receipt, output) = released(&call).await?;
    append(summary, &call, |target, redact| markdown::of_receipt(&receipt, target, redact)).await;
    Ok(output)
}

/// The receipt of a release, and the output that has it.
pub(super) async fn released(call: &Call<Released, Release>) -> Result<(Receipt, Output)> {
    let mut receipt = publish::publish(&call.resource.0, &call.request, &call.reporter).await?;
    receipt.edits = shown(receipt.edits, call.client.clone()).await?;
    let submission = call.resource.0.submission(receipt.submission_id.as_str());
    let mut output = Output::of(&receipt)?.about(MetaIds::from(&submission));
    output.meta.correlation_ids.clone_from(&receipt.correlation_ids);
    output.meta.edits = Some(receipt.edits.clone());
    Ok((receipt, output))
}

pub(super) async fn plan(call: Call<Released, Release>) -> Result<Output> {
    let summary = Summary::open(call.request.summary_path.as_deref()).await?;
    let (plan, output) = planned(&call).await?;
    append(summary, &call, |target, redact| markdown::of_plan(&plan, target, redact)).await;
    Ok(output)
}

/// The plan of a release, and the output that has it.
pub(super) async fn planned(call: &Call<Released, Release>) -> Result<(Preview, Output)> {
    let mut plan = publish::preview(&call.resource.0, &call.request).await?;
    plan.edits = shown(plan.edits, call.client.clone()).await?;
    let mut output = Output::of(&plan)?;
    output.meta.edits = Some(plan.edits.clone());
    Ok((plan, output))
}

/// Appends a text to the summary, if there is one. `text` gets what takes secrets out.
async fn append(
    summary: Option<Summary>,
    call: &Call<Released, Release>,
    text: impl FnOnce(&Target, &dyn Fn(&str) -> String) -> String,
) {
    let Some(summary) = summary else { return };
    let secrets = call.client.secrets();
    let text = text(&call.resource.0.target, &|text| secrets.redact(text));
    summary.append(text, &call.reporter).await;
}

/// The edits without secrets. There may be many, and each is searched.
async fn shown(edits: Vec<Edit>, client: Arc<Client>) -> Result<Vec<Edit>> {
    blocking::run(move || Ok(redacted(edits, |json| client.secrets().redact_json(json)))).await
}
