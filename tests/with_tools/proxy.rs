//! Real proxies between the client and the service: tinyproxy and squid, with a password.
//!
//! Requests to addresses of this machine never use a proxy, so the emulator listens at another address: [`Front`].

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::{Value, json};
use storeship::emulator::Options;

use crate::front::{Front, NAME};
use crate::support::{self, APP, Client, Store, await_packages};
use crate::tools::{self, Running, ensure, failed, find};
use crate::{Outcome, Problem};

const USER: &str = "agent";
/// A password of letters and digits, because tinyproxy takes no others.
const PASSWORD: &str = "paSSw0rd";
/// The same password with one letter percent-encoded, as an address may have it.
const IN_ADDRESS: &str = "pa%53Sw0rd";

pub(crate) fn with_a_password() -> Outcome {
    let set = Set::new()?;
    let client = Client::open(&set.config(Some(&set.proxy.address(IN_ADDRESS))));
    let list = client.call("app.list", json!({}));
    ensure(list.status == 0, &list.text)?;
    let seen = set.proxy.seen()?;
    let tunnels = |host: &str| seen.iter().filter(|line| line.contains(&format!("CONNECT {host} "))).count();
    // All requests that may be repeated share one tunnel, also the sign-in, which has the same address here.
    ensure(tunnels(&set.front.host) == 1, format!("{seen:#?}"))?;

    // The upload uses the proxy too.
    let mut draft = client.call("submission.create", json!({"appId": APP})).result().clone();
    let id = draft["id"].as_str().unwrap_or_default().to_owned();
    let address = draft["fileUploadUrl"].as_str().unwrap_or_default();
    // The path and the query stay. The host is that of the request.
    let path = address.splitn(4, '/').nth(3).unwrap_or_default();
    draft["fileUploadUrl"] = json!(format!("https://{NAME}/{path}"));
    await_packages(&mut draft, &["Contoso_2.0.0.0_x64.msix", "large.msix"]);
    set.store.fault(json!({"method": "GET", "path": format!("*/submissions/{id}"), "status": 200, "body": draft}));
    let package = set.store.package("Contoso_2.0.0.0_x64.msix", "2.0.0.0");
    let large = set.store.folder.path().join("large.msix");
    fs::write(&large, vec![7; 5_000_000]).map_err(failed)?;
    let files = json!([{"path": package}, {"path": large}]);
    set.proxy.seen()?;
    let uploaded = client.call("package.upload", json!({"appId": APP, "submissionId": id, "files": files}));
    ensure(uploaded.status == 0, &uploaded.text)?;
    ensure(uploaded.json["result"]["bytes"].as_u64() > Some(5_000_000), &uploaded.text)?;
    let seen = set.proxy.seen()?;
    ensure(seen.iter().any(|line| line.contains(&format!("CONNECT {NAME}:443 "))), format!("{seen:#?}"))
}

pub(crate) fn that_refuses() -> Outcome {
    let set = Set::new()?;
    let none = Client::open(&set.config(Some(&format!("http://{}", set.proxy.host)))).call("app.list", json!({}));
    ensure(none.failure() == (11, "network.proxy"), &none.text)?;
    ensure(none.text.contains("the proxy wants a user and a password (407)"), &none.text)?;
    let hint = none.json["error"]["hint"].as_str().unwrap_or_default();
    ensure(hint.contains("`proxy`") && hint.contains("Basic"), &none.text)?;
    ensure(none.json["error"]["http"]["attempts"] == 1, "it would be refused again")?;

    // tinyproxy answers 401 to a wrong password.
    let wrong = Client::open(&set.config(Some(&set.proxy.address("wr0ngpa55")))).call("app.list", json!({}));
    ensure(wrong.failure() == (11, "network.proxy"), &wrong.text)?;
    ensure(wrong.text.contains("the proxy made no connection: it answered 401 Unauthorized"), &wrong.text)?;
    ensure(!wrong.text.contains("wr0ng"), "the password is in the error")?;

    // The proxy works, but nothing listens on the port of the service.
    let mut config = set.config(Some(&set.proxy.address(IN_ADDRESS)));
    config["authorityUrl"] = json!(format!("https://0.0.0.0:{}/", free_port()?));
    let answer = Client::open(&config).call("app.list", json!({}));
    ensure(answer.failure() == (11, "network.proxy"), &answer.text)?;
    ensure(answer.text.contains("the proxy made no connection: it answered 5"), &answer.text)?;

    // Nothing listens at the address of the proxy.
    let address = format!("http://{USER}:{IN_ADDRESS}@127.0.0.1:{}", free_port()?);
    let answer = Client::open(&set.config(Some(&address))).call("app.list", json!({}));
    ensure(answer.failure() == (11, "network.unreachable"), &answer.text)?;
    ensure(answer.text.contains("the proxy can't be reached"), &answer.text)?;
    ensure(!answer.text.contains(IN_ADDRESS) && !answer.text.contains(PASSWORD), "the password is in the error")?;

    // The proxy works, but the certificate of the service is not trusted.
    let mut config = set.config(Some(&set.proxy.address(IN_ADDRESS)));
    config["caFile"] = Value::Null;
    let answer = Client::open(&config).call("app.list", json!({}));
    ensure(answer.failure() == (11, "network.tls"), &answer.text)?;
    ensure(answer.json["error"]["hint"].to_string().contains("`caFile`"), &answer.text)
}

/// Squid, which answers 407 to a wrong password as well as to a missing one.
pub(crate) fn squid() -> Outcome {
    let mut set = Set::new()?;
    set.proxy = Proxy::squid(set.store.folder.path(), "pa@ss:w%rd")?;
    let right = Client::open(&set.config(Some(&set.proxy.address("pa%40ss%3Aw%25rd")))).call("app.list", json!({}));
    ensure(right.status == 0, &right.text)?;
    let wrong = Client::open(&set.config(Some(&set.proxy.address("wr0ngpa55")))).call("app.list", json!({}));
    ensure(wrong.failure() == (11, "network.proxy"), &wrong.text)?;
    ensure(wrong.text.contains("the proxy wants a user and a password (407)"), &wrong.text)?;
    ensure(!wrong.text.contains("wr0ng"), "the password is in the error")
}

pub(crate) fn of_the_environment() -> Outcome {
    let set = Set::new()?;
    let proxy = set.proxy.address(IN_ADDRESS);
    let cases: [(&[(&str, &str)], bool); 6] = [
        (&[("HTTPS_PROXY", &proxy)], true),
        (&[("https_proxy", &proxy)], true),
        (&[("ALL_PROXY", &proxy)], true),
        (&[("HTTPS_PROXY", &proxy), ("NO_PROXY", "example.com,0.0.0.0")], false),
        // The variable of another scheme.
        (&[("HTTP_PROXY", &proxy)], false),
        (&[], false),
    ];
    for (variables, through) in cases {
        let output = set.in_a_child(&set.config(None), variables)?;
        ensure(output.contains(r#"{"ok":true"#), format!("{variables:?}\n{output}"))?;
        let seen = set.proxy.seen()?;
        let went = seen.iter().any(|line| line.contains("CONNECT"));
        ensure(went == through, format!("through the proxy: {went}, with {variables:?}"))?;
    }
    // The proxy of the configuration takes precedence over `HTTPS_PROXY` and `NO_PROXY`.
    let nobody = format!("http://127.0.0.1:{}", free_port()?);
    let output = set.in_a_child(&set.config(Some(&proxy)), &[("HTTPS_PROXY", &nobody), ("NO_PROXY", "0.0.0.0")])?;
    ensure(output.contains(r#"{"ok":true"#), output)?;
    ensure(set.proxy.seen()?.iter().any(|line| line.contains("CONNECT")), "the configuration's proxy was passed by")?;
    // No error contains a wrong password, wherever it came from.
    let wrong = set.proxy.address("wr0ngpa55");
    let output = set.in_a_child(&set.config(None), &[("HTTPS_PROXY", &wrong)])?;
    ensure(output.contains(r#""code":"network.proxy""#) && !output.contains("wr0ng"), output)
}

pub(crate) fn is_not_for_this_machine() -> Outcome {
    let set = Set::new()?;
    let proxy = set.proxy.address(IN_ADDRESS);
    for host in ["127.0.0.1", "localhost"] {
        let text = set.store.config().to_string().replace("127.0.0.1", host);
        let mut config: Value = serde_json::from_str(&text).map_err(failed)?;
        config["proxy"] = json!(proxy);
        let list = Client::open(&config).call("app.list", json!({}));
        ensure(list.status == 0, &list.text)?;
        config["proxy"] = Value::Null;
        for variable in ["HTTP_PROXY", "ALL_PROXY"] {
            let output = set.in_a_child(&config, &[(variable, &proxy)])?;
            ensure(output.contains(r#"{"ok":true"#), output)?;
        }
    }
    // Whether a metadata service answers depends on the machine.
    let mut config = set.config(Some(&proxy));
    config["credential"] = json!({"type": "managedIdentity"});
    Client::open(&config).call("token.check", json!({"timeoutSeconds": 3}));
    let seen = set.proxy.seen()?;
    ensure(seen.is_empty(), format!("asked of the proxy: {seen:#?}"))
}

/// The argument that makes this program a client with the configuration of a file. It runs in a process of its own, to
/// have other environment variables.
pub(crate) const CHILD: &str = "--proxy-client";

/// Lists the apps and writes the response.
pub(crate) fn child(config: &str) -> ExitCode {
    let (client, answer) = support::open(&fs::read_to_string(config).unwrap_or_default());
    let answer = if client == 0 { answer } else { support::call(client, "app.list", "{}") };
    println!("{}", answer.text);
    ExitCode::SUCCESS
}

/// A store, its front, and a proxy.
struct Set {
    store: Store,
    front: Front,
    proxy: Proxy,
}

impl Set {
    fn new() -> Result<Set, Problem> {
        let store = Store::with(Options { host_names: vec![NAME.to_owned()], ..Options::default() });
        let front = Front::start(&store)?;
        let proxy = Proxy::tinyproxy(store.folder.path(), &front)?;
        Ok(Set { store, front, proxy })
    }

    /// The configuration of a client that calls the front.
    fn config(&self, proxy: Option<&str>) -> Value {
        let mut config = self.store.config();
        config["serviceUrl"] = json!(format!("https://{}/v1.0/my/", self.front.host));
        config["authorityUrl"] = json!(format!("https://{}/", self.front.host));
        config["blobHosts"] = json!([NAME]);
        config["retry"]["retryTimeoutSeconds"] = json!(0);
        config["caFile"] = json!(self.front.authority);
        config["proxy"] = json!(proxy);
        config
    }

    /// The output of a client that runs in a process of its own with these variables.
    fn in_a_child(&self, config: &Value, variables: &[(&str, &str)]) -> Result<String, Problem> {
        let file = self.store.folder.path().join("child.json");
        fs::write(&file, config.to_string()).map_err(failed)?;
        let mut command = Command::new(std::env::current_exe().map_err(failed)?);
        command.arg(CHILD).arg(file);
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        tools::run(command.envs(variables.iter().copied()))
    }
}

/// A running proxy and its log.
struct Proxy {
    host: String,
    lines: Receiver<String>,
    _process: Running,
}

impl Proxy {
    fn tinyproxy(folder: &Path, front: &Front) -> Result<Proxy, Problem> {
        let port = free_port()?;
        let settings = format!(
            "Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 100\nLogLevel Info\n\
             Allow 127.0.0.1\nBasicAuth {USER} {PASSWORD}\nUpstream http {} \"{NAME}\"\n",
            front.host
        );
        let file = folder.join("tinyproxy.conf");
        fs::write(&file, settings).map_err(failed)?;
        let mut command = Command::new(find("tinyproxy")?);
        command.arg("-d").arg("-c").arg(file);
        Proxy::start(command, port, "Accepting connections")
    }

    /// Squid, whose password may have any characters.
    fn squid(folder: &Path, password: &str) -> Result<Proxy, Problem> {
        let program = find("squid")?;
        let helper = Path::new("/usr/lib/squid/basic_ncsa_auth");
        if !helper.exists() {
            return Err(Problem::Missing("squid", format!("there is no {}", helper.display())));
        }
        let hashed = tools::run(Command::new(find("openssl")?).args(["passwd", "-apr1", password]))?;
        let users = folder.join("users");
        fs::write(&users, format!("{USER}:{}\n", hashed.trim())).map_err(failed)?;
        // The helper runs as another user, which must be able to read the folder.
        #[cfg(unix)]
        fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o755)).map_err(failed)?;
        let port = free_port()?;
        let settings = format!(
            "http_port 127.0.0.1:{port}\nauth_param basic program {} {}\nauth_param basic children 1\n\
             acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\ncache deny all\n\
             cache_log /dev/null\naccess_log none\npid_filename none\ncoredump_dir none\npinger_enable off\n\
             netdb_filename none\nvisible_hostname proxy.test\n",
            helper.display(),
            users.display()
        );
        let file = folder.join("squid.conf");
        fs::write(&file, settings).map_err(failed)?;
        let mut command = Command::new(program);
        command.args(["-N", "-d1", "-f"]).arg(file);
        Proxy::start(command, port, "Accepting HTTP Socket connections")
    }

    /// Starts a proxy and waits until its log says that it is ready.
    fn start(mut command: Command, port: u16, ready: &str) -> Result<Proxy, Problem> {
        let (reader, writer) = std::io::pipe().map_err(failed)?;
        let other = writer.try_clone().map_err(failed)?;
        let process = Running(command.stdin(Stdio::null()).stdout(writer).stderr(other).spawn().map_err(failed)?);
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            // Reads to the end, so that a full pipe never blocks the proxy.
            for line in BufReader::new(reader).lines().map_while(Result::ok) {
                // The receiver is gone when the test has ended.
                let _ = sender.send(line);
            }
        });
        let proxy = Proxy { host: format!("127.0.0.1:{port}"), lines, _process: process };
        proxy.until(ready)?;
        Ok(proxy)
    }

    /// The address of the proxy, with this percent-encoded password.
    fn address(&self, password: &str) -> String {
        format!("http://{USER}:{password}@{}", self.host)
    }

    /// The requests that the proxy has received since the last call.
    fn seen(&self) -> Result<Vec<String>, Problem> {
        // The log is in order, so it is complete up to a marker request.
        let mut stream = TcpStream::connect(&self.host).map_err(failed)?;
        stream.write_all(b"CONNECT marker:1 HTTP/1.1\r\n\r\n").map_err(failed)?;
        let mut lines = self.until("CONNECT marker:1")?;
        lines.retain(|line| line.contains("Request"));
        Ok(lines)
    }

    /// The lines of the log before the line with this text.
    fn until(&self, text: &str) -> Result<Vec<String>, Problem> {
        let mut lines = Vec::new();
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(20));
            let line = line.map_err(|_| failed(format!("the proxy did not say {text}: {lines:#?}")))?;
            if line.contains(text) {
                return Ok(lines);
            }
            lines.push(line);
        }
    }
}

/// A free port, which the system does not hand out again soon.
fn free_port() -> Result<u16, Problem> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
    Ok(listener.local_addr().map_err(failed)?.port())
}
