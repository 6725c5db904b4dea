//! The body of an upload, received into blob storage.

use std::io;
use std::sync::Arc;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::blobs::{Block, BlockWriter, Spool};
use super::error::BlobError;
use super::md5::Md5;
use crate::emulator::body::next_chunk;
use crate::emulator::request::Request;

/// A body with the checksums that its request asks to compare.
pub(crate) struct UploadBody {
    pub(super) block: Block,
    /// MD5 in base64, when the request has `Content-MD5`.
    pub(super) md5: Option<String>,
    /// CRC-64/NVME in base64 of its little-endian bytes, when the request has `x-ms-content-crc64`.
    pub(super) crc64: Option<String>,
}

impl UploadBody {
    /// Reads a body into memory, or into `spool` if there is one.
    pub(crate) async fn receive(
        request: &Request,
        spool: Option<Arc<Spool>>,
        body: &mut Body,
    ) -> io::Result<UploadBody> {
        let mut writer = BlockWriter::new(spool);
        let mut md5 = request.header("content-md5").map(|_| Md5::new());
        let mut crc64 = request.header("x-ms-content-crc64").map(|_| crc64fast_nvme::Digest::new());
        while let Some(chunk) = next_chunk(body).await {
            let bytes = chunk.map_err(io::Error::other)?;
            if let Some(md5) = &mut md5 {
                md5.update(&bytes);
            }
            if let Some(crc64) = &mut crc64 {
                crc64.write(&bytes);
            }
            writer.write(bytes)?;
        }
        Ok(UploadBody {
            block: writer.finish(),
            md5: md5.map(|md5| STANDARD.encode(md5.finish())),
            crc64: crc64.map(|crc64| STANDARD.encode(crc64.sum64().to_le_bytes())),
        })
    }

    /// The length of the body in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.block.length()
    }

    /// Compares the checksums with those of the request.
    pub(super) fn check_hashes(&self, request: &Request) -> Result<(), BlobError> {
        for (header, code, hash) in
            [("content-md5", "Md5Mismatch", &self.md5), ("x-ms-content-crc64", "Crc64Mismatch", &self.crc64)]
        {
            if let Some(sent) = request.header(header)
                && hash.as_deref() != Some(sent)
            {
                return Err(BlobError::new(
                    400,
                    code,
                    "The hash value specified in the request did not match with the hash value calculated by server.",
                ));
            }
        }
        Ok(())
    }
}
