//! `publish` and `publish.plan`.

use super::call::{Call, MetaIds, Output};
use super::operation::{Operation, long, quick};
use crate::error::Result;
use crate::publish::plan::Release;
use crate::publish::{self, Preview, Receipt};
use crate::store::Product;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        long("publish", "a release from start to end", publish).returns::<Receipt>(),
        quick("publish.plan", "what publish would do, without doing it", plan).returns::<Preview>(),
    ]
}

async fn publish(call: Call<Product, Release>) -> Result<Output> {
    let mut receipt = publish::publish(&call.resource, &call.request, &call.reporter).await?;
    let edits = std::mem::take(&mut receipt.edits);
    let submission = call.resource.submission(receipt.submission_id.as_str());
    let mut output = Output::of(&receipt)?.about(MetaIds::from(&submission));
    output.meta.correlation_ids = receipt.correlation_ids;
    Ok(output.edits(edits, |json| call.client.secrets().redact_json(json)))
}

async fn plan(call: Call<Product, Release>) -> Result<Output> {
    let mut plan = publish::preview(&call.resource, &call.request).await?;
    let edits = std::mem::take(&mut plan.edits);
    Ok(Output::of(&plan)?.edits(edits, |json| call.client.secrets().redact_json(json)))
}
