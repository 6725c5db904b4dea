//! An upload to Azurite, Microsoft's emulator of blob storage, which shares no code with the emulator of this package.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{APP, Store, await_packages};
use crate::tools::{self, Running, ensure, failed, find, root};
use crate::{Outcome, Problem};

/// The account that every Azurite has, and its key, which is public.
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

const VERSION: &str = "2018-11-09";
/// Signatures of this test do not expire.
const EXPIRY: &str = "2099-01-01T00:00:00Z";

pub(crate) fn upload() -> Outcome {
    let azurite = Azurite::start()?;
    let store = Store::start();
    azurite.create_container(&store, "ingestion")?;
    let address = azurite.signed_blob("ingestion", "draft.zip");

    let client = store.client();
    let draft = client.call("submission.create", json!({ "appId": APP })).result().clone();
    let id = draft["id"].as_str().unwrap_or_default().to_owned();
    let mut document = draft;
    document["fileUploadUrl"] = Value::from(address.as_str());
    await_packages(&mut document, &["Contoso_2.0.0.0_x64.msix", "x64/large.msix"]);
    // Puts Azurite's address into the document, where the service has that of Azure's storage.
    store.fault(json!({ "method": "GET", "path": format!("*/submissions/{id}"), "status": 200, "body": document }));

    let package = store.package("Contoso_2.0.0.0_x64.msix", "2.0.0.0");
    let large = store.folder.path().join("large.msix");
    fs::write(&large, noise(3_000_001)).map_err(failed)?;
    let files = [("Contoso_2.0.0.0_x64.msix", &package), ("x64/large.msix", &large)];
    let listed: Vec<Value> = files.iter().map(|(name, path)| json!({ "path": path, "name": name })).collect();
    let request = json!({
        "appId": APP, "submissionId": id, "files": listed, "blockBytes": 1024 * 1024, "maxConcurrency": 3,
    });
    let uploaded = client.call("package.upload", request);
    ensure(uploaded.status == 0, &uploaded.text)?;
    ensure(uploaded.json["result"]["blocks"].as_u64() > Some(3), &uploaded.text)?;
    ensure(!uploaded.text.contains("sig="), "the signature is in the response")?;

    let (status, bytes) = store.send("GET", &address, None);
    ensure(status == 200, format!("the blob can't be read: {status}"))?;
    ensure(
        uploaded.json["result"]["bytes"] == bytes.len(),
        format!("{} bytes arrived: {}", bytes.len(), uploaded.text),
    )?;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(failed)?;
    ensure(archive.len() == files.len(), format!("{} entries", archive.len()))?;
    for (name, path) in files {
        let mut content = Vec::new();
        archive.by_name(name).map_err(failed)?.read_to_end(&mut content).map_err(failed)?;
        ensure(content == fs::read(path).map_err(failed)?, format!("{name} arrived changed"))?;
    }
    Ok(())
}

/// Random bytes, so that all blocks differ.
fn noise(length: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(1);
    (0..length).map(|_| random.u8(..)).collect()
}

pub(crate) struct Azurite {
    pub(crate) origin: String,
    _process: Running,
}

impl Azurite {
    pub(crate) fn start() -> Result<Azurite, Problem> {
        let node = find("node")?;
        let program = install()?;
        let mut command = Command::new(node);
        command.arg(program).args(["--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence"]);
        command.args(["--disableTelemetry", "--skipApiVersionCheck", "--silent"]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut process = Running(child.map_err(failed)?);
        let output = process.0.stdout.take().ok_or_else(|| failed("azurite has no stdout"))?;
        let (sender, addresses) = mpsc::channel();
        std::thread::spawn(move || {
            // Reads to the end, so that a full pipe never blocks Azurite.
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some((_, address)) = line.split_once("successfully listens on ") {
                    // The receiver is gone after the first address.
                    let _ = sender.send(address.trim().to_owned());
                }
            }
        });
        let origin =
            addresses.recv_timeout(Duration::from_secs(60)).map_err(|_| failed("azurite did not tell its address"))?;
        Ok(Azurite { origin, _process: process })
    }

    pub(crate) fn create_container(&self, store: &Store, container: &str) -> Outcome {
        let text = format!("{ACCOUNT}\nc\nb\nc\n\n{EXPIRY}\n\n\n{VERSION}\n");
        let query = format!("sv={VERSION}&ss=b&srt=c&sp=c&se={EXPIRY}&sig={}", sign(&text));
        let url = format!("{}/{ACCOUNT}/{container}?restype=container&{query}", self.origin);
        let (status, body) = store.send("PUT", &url, None);
        ensure(status == 201, format!("the container was not made: {status} {}", String::from_utf8_lossy(&body)))
    }

    /// The address of a blob with a signature of the kind that the service gives: read, write, and list.
    pub(crate) fn signed_blob(&self, container: &str, blob: &str) -> String {
        let resource = format!("/blob/{ACCOUNT}/{container}/{blob}");
        let text = format!("rwl\n\n{EXPIRY}\n{resource}\n\n\n\n{VERSION}\nb\n\n\n\n\n\n");
        let query = format!("sv={VERSION}&sr=b&sp=rwl&se={EXPIRY}&sig={}", sign(&text));
        format!("{}/{ACCOUNT}/{container}/{blob}?{query}", self.origin)
    }
}

/// The signature of a text, for a query.
fn sign(text: &str) -> String {
    let key = BASE64.decode(KEY).expect("the key is base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key of any length will do");
    mac.update(text.as_bytes());
    let signature = BASE64.encode(mac.finalize().into_bytes());
    signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

/// Installs the pinned Azurite below cargo's folder, once.
fn install() -> Result<PathBuf, Problem> {
    const FILES: [&str; 2] = ["package.json", "package-lock.json"];
    let folder = tools::target().join("azurite");
    let program = folder.join("node_modules/azurite/dist/src/blob/main.js");
    let complete = folder.join(".complete");
    let pinned = root().join("tests/azurite");
    let same = |name: &&str| fs::read(pinned.join(name)).ok() == fs::read(folder.join(name)).ok();
    if complete.exists() && FILES.iter().all(same) {
        return Ok(program);
    }
    let npm = find("npm")?;
    fs::create_dir_all(&folder).map_err(failed)?;
    for name in FILES {
        fs::copy(pinned.join(name), folder.join(name)).map_err(failed)?;
    }
    let mut command = Command::new(npm);
    command.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"]).current_dir(&folder);
    let (success, output) = tools::finish(&mut command)?;
    if !success
        && ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH"].iter().any(|c| output.contains(c))
    {
        return Err(Problem::Missing("azurite", "npm does not reach its registry".to_owned()));
    }
    ensure(success && program.exists(), output)?;
    fs::write(complete, "").map_err(failed)?;
    Ok(program)
}
