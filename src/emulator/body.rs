//! Request bodies as they arrive, and response bodies that break off.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use bytes::Bytes;

/// The largest body of a request that is held in memory, in bytes. Uploads are not: they go to blob storage.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    /// Larger than [`MAX_BODY`].
    TooLarge,
    /// The connection ended first.
    Incomplete,
}

/// The next chunk of a body; trailers are skipped.
pub(super) async fn next_chunk(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    loop {
        let frame = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
        match frame.map(http_body::Frame::into_data) {
            Ok(Ok(bytes)) => return Some(Ok(bytes)),
            Ok(Err(_)) => {}
            Err(error) => return Some(Err(error)),
        }
    }
}

/// Reads a whole body into memory.
pub(super) async fn collect(body: &mut Body) -> Result<Bytes, BodyError> {
    let mut out = Vec::new();
    while let Some(chunk) = next_chunk(body).await {
        match chunk {
            Ok(bytes) if out.len() + bytes.len() <= MAX_BODY => out.extend_from_slice(&bytes),
            Ok(_) => return Err(BodyError::TooLarge),
            Err(_) => return Err(BodyError::Incomplete),
        }
    }
    Ok(Bytes::from(out))
}

/// Reads a body to its end and gives its length in bytes.
pub(super) async fn drain(body: &mut Body) -> u64 {
    let mut length = 0;
    while let Some(Ok(bytes)) = next_chunk(body).await {
        length += bytes.len() as u64;
    }
    length
}

/// The first bytes of a response body, and then an error when more were announced.
pub(super) struct TruncatedBody {
    body: Body,
    /// Bytes still to send.
    left: u64,
    /// Whether the end is an error, which closes the connection.
    fails: bool,
    flushed: bool,
}

impl TruncatedBody {
    /// Sends at most `length` bytes of `body`, and fails then if `fails`.
    pub(super) fn new(body: Body, length: u64, fails: bool) -> TruncatedBody {
        TruncatedBody { body, left: length, fails, flushed: false }
    }
}

impl HttpBody for TruncatedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        while self.left > 0 {
            let frame = match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => frame,
                Poll::Ready(None) => break,
                other => return other,
            };
            let Ok(mut bytes) = frame.into_data() else { continue };
            bytes.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
            self.left -= bytes.len() as u64;
            return Poll::Ready(Some(Ok(http_body::Frame::data(bytes))));
        }
        if self.fails && !self.flushed {
            // On an error hyper discards what it has not written yet, so let it write first.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if std::mem::take(&mut self.fails) {
            let error = io::Error::from(io::ErrorKind::ConnectionAborted);
            return Poll::Ready(Some(Err(axum::Error::new(error))));
        }
        Poll::Ready(None)
    }
}
