//! The emulator behind TLS at 0.0.0.0: an address that is not a loopback address but leads to this machine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use crate::Problem;
use crate::support::Store;
use crate::tools::{self, failed, find};

/// Another host name of the front, which no DNS server knows: only a proxy that uses the front as its own proxy reaches
/// it.
pub(crate) const NAME: &str = "store.blob.test";

/// TLS before the emulator.
pub(crate) struct Front {
    pub(crate) host: String,
    /// The certificate file of the front, which no system trusts.
    pub(crate) authority: PathBuf,
    _runtime: Runtime,
}

impl Front {
    pub(crate) fn start(store: &Store) -> Result<Front, Problem> {
        let acceptor = tls(store.folder.path(), &format!("IP:0.0.0.0,DNS:{NAME}"))?;
        let emulator = store.endpoints.authority.replace("http://", "").replace('/', "");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(failed)?;
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, emulator) = (acceptor.clone(), emulator.clone());
                tokio::spawn(async move {
                    let Ok(stream) = accepted(stream).await else { return };
                    // A client that hangs up, for example because of the certificate, ends the task.
                    let Ok(mut outside) = acceptor.accept(stream).await else { return };
                    let Ok(mut inside) = tokio::net::TcpStream::connect(emulator).await else { return };
                    let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
                });
            }
        });
        Ok(Front {
            host: format!("0.0.0.0:{port}"),
            authority: store.folder.path().join("cert.pem"),
            _runtime: runtime,
        })
    }
}

/// A connection, after the CONNECT request of a proxy that uses the front as its own proxy.
async fn accepted(mut stream: tokio::net::TcpStream) -> std::io::Result<tokio::net::TcpStream> {
    let mut first = [0];
    stream.peek(&mut first).await?;
    // A CONNECT request; TLS begins with another byte.
    if first == *b"C" {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    }
    Ok(stream)
}

/// A new certificate with these names, in `cert.pem` of the folder.
pub(crate) fn tls(folder: &Path, names: &str) -> Result<TlsAcceptor, Problem> {
    let names = format!("subjectAltName={names}");
    let mut command = Command::new(find("openssl")?);
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]);
    command.args(["-subj", "/CN=front", "-addext", &names, "-keyout", "key.pem"]);
    command.args(["-addext", "basicConstraints=critical,CA:FALSE", "-out", "cert.pem"]).current_dir(folder);
    tools::run(&mut command)?;
    let certificate = CertificateDer::from_pem_file(folder.join("cert.pem")).map_err(failed)?;
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).map_err(failed)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(failed)?.with_no_client_auth().with_single_cert(vec![certificate], key);
    Ok(TlsAcceptor::from(Arc::new(config.map_err(failed)?)))
}
