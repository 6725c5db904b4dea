//! A storage that cuts every connection at another place, and a C program that leaves SIGPIPE at its default.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use crate::support::{APP, Store, await_packages};
use crate::tools::{ensure, failed, run};
use crate::{Outcome, Problem, c, front};

/// After how many bytes a connection is cut, one after the other: before the request, within the head, within the body.
const CUTS: [usize; 6] = [0, 1, 300, 20_000, 200_000, 1_000_000];

pub(crate) fn plain() -> Outcome {
    uploads(false)
}

pub(crate) fn tls() -> Outcome {
    uploads(true)
}

fn uploads(tls: bool) -> Outcome {
    let store = Store::start();
    let folder = store.folder.path();
    let acceptor = if tls { Some(front::tls(folder, "DNS:localhost")?) } else { None };
    let storage = Storage::start(acceptor)?;
    let scheme = if tls { "https" } else { "http" };
    let address = format!("{scheme}://localhost:{}/ingestion/x?sv=2021-12-02&sr=b&sig=c2ln&sp=w", storage.port);
    let made = store.client().call("submission.create", json!({ "appId": APP }));
    let id = made.result()["id"].clone();
    let mut body = json!({ "id": id, "fileUploadUrl": address });
    await_packages(&mut body, &["large.msix"]);
    store.fault(json!({"method": "GET", "path": "*/submissions/*", "status": 200, "body": body, "count": 0}));

    let mut config = store.config();
    // One attempt of each kind of cut, and then the error.
    config["retry"] = json!({ "baseMs": 1, "capMs": 1, "retryTimeoutSeconds": 0 });
    if tls {
        config["caFile"] = json!(folder.join("cert.pem"));
    }
    let package = folder.join("large.msix");
    std::fs::write(&package, vec![7; 8_000_000]).map_err(failed)?;
    let request = json!({
        "appId": APP, "submissionId": id, "files": [{ "path": package }], "blockBytes": 4_000_000, "maxConcurrency": 2,
    });
    let output = cut(folder, &config.to_string(), &request.to_string())?;
    ensure(output.contains("no signal came"), &output)?;
    let cut = storage.cut.load(Ordering::Relaxed);
    ensure(cut >= 2 * CUTS.len(), format!("only {cut} connections were cut\n{output}"))
}

fn cut(folder: &Path, config: &str, request: &str) -> Result<String, Problem> {
    let program = c::compile("tests/c/cut_connections.c", folder, c::How::Plain)?;
    let (config_path, request_path) = (folder.join("config.json"), folder.join("request.json"));
    std::fs::write(&config_path, config).map_err(failed)?;
    std::fs::write(&request_path, request).map_err(failed)?;
    run(c::runner(&program, c::How::Plain)?.arg(config_path).arg(request_path).arg("12"))
}

/// The storage.
struct Storage {
    port: u16,
    cut: Arc<AtomicUsize>,
    _runtime: Runtime,
}

impl Storage {
    fn start(tls: Option<TlsAcceptor>) -> Result<Storage, Problem> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(failed)?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let cut = Arc::new(AtomicUsize::new(0));
        let counter = cut.clone();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, counter) = (tls.clone(), counter.clone());
                tokio::spawn(async move {
                    let bytes = CUTS[counter.fetch_add(1, Ordering::Relaxed) % CUTS.len()];
                    match tls {
                        None => read_and_close(stream, bytes).await,
                        Some(tls) => {
                            let Ok(stream) = tls.accept(stream).await else { return };
                            read_and_close(stream, bytes).await;
                        }
                    }
                });
            }
        });
        Ok(Storage { port, cut, _runtime: runtime })
    }
}

/// Reads so many bytes, ends its own side, and then the connection. Writing to a connection in that state raises the
/// signal.
async fn read_and_close(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: usize) {
    let mut piece = vec![0; bytes.max(1)];
    let mut read = 0;
    while read < bytes {
        match stream.read(&mut piece[read..]).await {
            Ok(0) | Err(_) => break,
            Ok(more) => read += more,
        }
    }
    let _ = stream.shutdown().await;
}
