//! The body of an upload, received into blob storage.

use std::io;
use std::sync::Arc;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

use super::blobs::{Block, BlockWriter, Spool};
use super::error::BlobError;
use super::version;
use crate::emulator::body::next_chunk;
use crate::emulator::request::Request;
use crate::emulator::response::Response;

/// A body with the checksum that the response names.
pub(crate) struct UploadBody {
    pub(super) block: Block,
    /// MD5 in base64, when the request has `Content-MD5` or is of an old version.
    pub(super) md5: Option<String>,
    /// CRC-64/NVME in base64 of its little-endian bytes, when `md5` is not there or the request has the header.
    pub(super) crc64: Option<String>,
}

/// The first version that knows `x-ms-content-crc64`.
const CRC64_VERSION: &str = "2019-02-02";

impl UploadBody {
    /// Reads a body into memory, or into `spool` if there is one. The byte at `damaged`, if the body is so long, arrives as
    /// another one.
    pub(crate) async fn receive(
        request: &Request,
        spool: Option<Arc<Spool>>,
        body: &mut Body,
        damaged: Option<u64>,
    ) -> io::Result<UploadBody> {
        let mut writer = BlockWriter::new(spool);
        let is_old = version(request) < CRC64_VERSION;
        let asks_crc64 = request.header("x-ms-content-crc64").is_some();
        let mut md5 = ((is_old && !asks_crc64) || request.header("content-md5").is_some()).then(Md5::new);
        let mut crc64 = (md5.is_none() || asks_crc64).then(crc64fast_nvme::Digest::new);
        let mut at = 0;
        while let Some(chunk) = next_chunk(body).await {
            let mut bytes = chunk.map_err(io::Error::other)?;
            let place = damaged.and_then(|damaged| usize::try_from(damaged.checked_sub(at)?).ok());
            at += bytes.len() as u64;
            if let Some(place) = place.filter(|place| *place < bytes.len()) {
                let mut altered = bytes.to_vec();
                altered[place] ^= 1;
                bytes = altered.into();
            }
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
            md5: md5.map(|md5| STANDARD.encode(md5.finalize())),
            crc64: crc64.map(|crc64| STANDARD.encode(crc64.sum64().to_le_bytes())),
        })
    }

    /// The response with the checksum of the body.
    pub(super) fn name_checksum(&self, response: Response) -> Response {
        match (&self.md5, &self.crc64) {
            (Some(md5), _) => response.header("content-md5", md5),
            (None, Some(crc64)) => response.header("x-ms-content-crc64", crc64),
            (None, None) => response,
        }
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
