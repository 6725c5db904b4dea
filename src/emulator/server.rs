//! The socket: one listener for all services, whose connections can be aborted without a response.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::options::Endpoints;

/// How long requests in progress may take after [`Server::stop`].
const GRACE: Duration = Duration::from_secs(1);

/// An emulator that listens on a socket. Dropping it stops the listener without waiting.
#[derive(Debug)]
pub struct Server {
    endpoints: Endpoints,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves `router` on the listener.
    pub(super) fn start(listener: TcpListener, router: axum::Router, endpoints: Endpoints) -> Server {
        let service = router.into_make_service_with_connect_info::<AbortHandle>();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let serving = axum::serve(AbortableListener(listener), service).with_graceful_shutdown(async {
                // The sender is gone only when the server was dropped, which aborts this task anyway.
                let _ = stopped.await;
            });
            // Ends only by the shutdown.
            let _ = serving.await;
        });
        Server { endpoints, stop: Some(stop), task }
    }

    /// The addresses that this server listens on, and the credentials.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Stops listening and waits up to a second for requests in progress.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // The task may have ended already.
            let _ = stop.send(());
        }
        let _ = tokio::time::timeout(GRACE, &mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Binds an address; port 0 takes a free one.
pub(super) async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// Aborts the connection of a request.
#[derive(Clone, Debug, Default)]
pub(super) struct AbortHandle(Arc<AtomicBool>);

impl AbortHandle {
    pub(super) fn abort(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_aborted(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Connected<IncomingStream<'_, AbortableListener>> for AbortHandle {
    fn connect_info(stream: IncomingStream<'_, AbortableListener>) -> AbortHandle {
        stream.io().abort.clone()
    }
}

struct AbortableListener(TcpListener);

impl Listener for AbortableListener {
    type Io = AbortableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (AbortableStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Responses are small: Nagle's algorithm would only delay them.
        let _ = stream.set_nodelay(true);
        (AbortableStream { stream, abort: AbortHandle::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A stream that fails every operation once it is aborted, so that hyper closes it without writing.
struct AbortableStream {
    stream: TcpStream,
    abort: AbortHandle,
}

impl AbortableStream {
    fn check(&self) -> io::Result<()> {
        if self.abort.is_aborted() { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl AsyncRead for AbortableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for AbortableStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
