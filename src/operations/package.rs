//! `package.*`.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::{Call, Output};
use super::control::Control;
use super::operation::{Operation, long, on_disk};
use super::resource::{Found, Pending};
use crate::check::package_error;
use crate::error::{Error, Result, codes};
use crate::package::Facts;
use crate::publish::release::File;
use crate::publish::upload_link;
use crate::upload::{self, Settings, Source, UploadSummary};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        on_disk("package.inspect", "what is inside an app package or bundle", inspect).returns::<Facts>(),
        long("package.upload", "send files to a draft as one ZIP", upload).returns::<UploadSummary>(),
        on_disk("package.write", "write the ZIP that an upload would send", write).returns::<ZipSummary>(),
    ]
}

/// `package.inspect`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Inspect {
    /// The path of an .appx, .msix, .appxbundle, .msixbundle, .appxupload or .msixupload file.
    path: String,
}

fn inspect(request: Inspect, _: &Control) -> Result<Output> {
    let facts = crate::package::inspect(Path::new(&request.path)).map_err(|error| package_error(&error))?;
    Output::of(&facts)
}

/// `package.upload`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Upload {
    /// The files of the ZIP.
    files: Vec<File>,
    /// The size of a block in bytes. Without it, the upload measures which size fits the connection, between 256 KiB and
    /// 8 MiB.
    #[schemars(range(min = 1, max = 4_194_304_000_u32))]
    #[serde(default)]
    block_bytes: Option<u32>,
    /// The largest number of blocks that are sent at the same time. Without it, the upload begins with 8 and measures whether
    /// more make it faster, up to 32.
    #[schemars(range(min = 1, max = 64))]
    #[serde(default)]
    max_concurrency: Option<usize>,
    /// The largest number of bytes of blocks in memory at the same time; one block is always allowed. Fewer than
    /// `maxConcurrency` blocks are sent at the same time when they would not fit.
    #[schemars(range(min = 1), extend("default" = Settings::default().memory_limit_bytes))]
    #[serde(default)]
    memory_limit_bytes: Option<u64>,
}

async fn upload(call: Call<Found<Pending>, Upload>) -> Result<Output> {
    let sources = sources(&call.request.files)?;
    upload::checked(&sources).await?;
    let document = call.resource.0.get().await?.text;
    let link = upload_link(&call.resource.0, &document)?;
    let default = Settings::default();
    let settings = Settings {
        block_bytes: call.request.block_bytes,
        max_concurrency: call.request.max_concurrency,
        memory_limit_bytes: call.request.memory_limit_bytes.unwrap_or(default.memory_limit_bytes),
        sha256: true,
        ..default
    };
    let carried = upload::carry_over(&call.client, &link, &document, &sources).await?;
    for name in carried.names() {
        call.reporter.decision("CarriedOver", format!("{name} stays in the ZIP: an earlier upload sent it"));
    }
    Output::of(&upload::upload(&call.client, &link, &sources, &carried, settings, &call.reporter).await?)
}

/// `package.write`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Write {
    /// The files of the ZIP.
    files: Vec<File>,
    /// The path of the ZIP to write. Without it the files are checked, as an upload checks them, and nothing is written.
    #[serde(default)]
    output: Option<String>,
}

/// A ZIP that was written, or would be.
#[derive(Serialize, JsonSchema)]
struct ZipSummary {
    /// The path of the file, if one was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// The size in bytes.
    bytes: u64,
    /// The names in the ZIP.
    entries: Vec<String>,
}

fn write(request: Write, control: &Control) -> Result<Output> {
    let sources = sources(&request.files)?;
    let layout = match &request.output {
        Some(output) => upload::write(&sources, Path::new(output), control.stop())?,
        None => upload::check(&sources)?,
    };
    let entries = layout.entries().iter().map(|entry| entry.name().to_owned()).collect();
    Output::of(&ZipSummary { output: request.output, bytes: layout.total(), entries })
}

fn sources(files: &[File]) -> Result<Vec<Source>> {
    if files.is_empty() {
        return Err(Error::new(&codes::REQUEST_INVALID, "`files` is empty"));
    }
    files.iter().map(File::source).collect()
}
