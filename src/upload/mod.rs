//! The upload: files go to blob storage as one ZIP that never exists on disk.

mod address;
mod files;

use bytes::Bytes;
use http::{HeaderValue, Method};
use serde::Serialize;
use tokio::time::Instant;

use crate::client::Client;
use crate::config::Secret;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::http::{BlobRequest, retry};

pub use crate::zip::SourceFile as Source;
pub use files::{check, total, write};

/// How an upload is cut.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The size of a block in bytes.
    pub block_bytes: u32,
    /// How many blocks are sent at once.
    pub lanes: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { block_bytes: 8 * 1024 * 1024, lanes: 8 }
    }
}

/// What was uploaded.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Uploaded {
    /// The bytes of the ZIP.
    pub bytes: u64,
    /// How many blocks it was sent in.
    pub blocks: usize,
    /// The size of a block.
    pub block_bytes: u32,
    /// The files in it.
    pub entries: Vec<UploadedEntry>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// One file of the ZIP.
#[derive(Debug, Serialize)]
pub struct UploadedEntry {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

/// Interim: one request.
pub async fn upload(
    client: &Client,
    address: &Secret,
    sources: &[Source],
    settings: Settings,
    reporter: &Reporter,
) -> Result<Uploaded> {
    let began = Instant::now();
    let url = address::parse(address, client.config())?;
    let layout = files::layout(sources)?;
    let mut out = std::io::Cursor::new(Vec::new());
    crate::zip::write(&layout, &mut out, |n| std::fs::File::open(&sources[n].path))
        .map_err(|error| files::zip_error(&error))?;
    let body = Bytes::from(out.into_inner());
    let request =
        BlobRequest::new(Method::PUT, url).header("x-ms-blob-type", HeaderValue::from_static("BlockBlob")).body(body);
    let answer = client.http().send(request, &retry::BLOB_WRITE).await.map_err(|f| {
        let exchange = f.exchange.clone();
        match &f.cause {
            Err(e) => {
                let e = e.clone();
                f.no_answer(&e)
            }
            Ok(_) => Error::new(&codes::UPLOAD_REFUSED, "refused").http(exchange),
        }
    })?;
    if answer.response.status != 201 {
        return Err(Error::new(&codes::UPLOAD_REFUSED, "refused").http(answer.exchange));
    }
    reporter.progress("upload", layout.total(), layout.total(), "bytes");
    Ok(Uploaded {
        bytes: layout.total(),
        blocks: 1,
        block_bytes: settings.block_bytes,
        entries: layout
            .entries()
            .iter()
            .map(|e| UploadedEntry { name: e.name().to_owned(), bytes: e.size() })
            .collect(),
        elapsed_ms: began.elapsed().as_millis() as u64,
    })
}
