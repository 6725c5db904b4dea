//! `storeship-emulator`: the emulator as a program, configured by flags alone. See `docs/emulator.md`.

use std::fmt;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use storeship::emulator::{Emulator, Options, SameName, Stepping, Switches};
use storeship::text;

/// A strict offline emulator of the Microsoft Store submission API.
///
/// The first line on stdout is a JSON object with the addresses and credentials. The program ends when its stdin is
/// closed, on Ctrl+C, on SIGTERM and on Ctrl+Break.
#[derive(Parser)]
#[command(version)]
struct Flags {
    /// IP address to listen on; 0.0.0.0 lets other machines reach the emulator
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Host name to answer to besides localhost and IP addresses (may be repeated)
    #[arg(long = "host-name", value_name = "NAME")]
    host_names: Vec<String>,
    /// TCP port; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// File with the state to start with, in the format of GET /_emulator/state (default: built in)
    #[arg(long)]
    state: Option<PathBuf>,
    /// Number from which all ids, secrets and random choices follow
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Give the client secret characters that a form has to escape
    #[arg(long)]
    special_secret: bool,
    /// What moves a committed submission to its next state
    #[arg(long, value_enum, default_value_t = Step::Poll)]
    stepping: Step,
    /// Add free apps to the default state until it has this many
    #[arg(long, default_value_t = 0)]
    apps: usize,
    /// Keep uploaded blocks in a file in this folder instead of in memory
    #[arg(long)]
    blob_dir: Option<PathBuf>,
    /// How long an access token is valid, in seconds
    #[arg(long, default_value_t = 3599)]
    token_lifetime: u64,
    /// How long an upload address is valid, in seconds
    #[arg(long, default_value_t = 86400)]
    upload_lifetime: u64,
    /// Largest Put Blob in bytes (default: the limit of the storage version that the request names)
    #[arg(long)]
    max_put: Option<u64>,
    /// Largest Put Block in bytes (default: the limit of the storage version that the request names)
    #[arg(long)]
    max_block: Option<u64>,
    /// Service calls per minute until the answer is 429 (default: no limit)
    #[arg(long)]
    rate_limit: Option<u32>,
    /// Items per page of a list, for requests without top
    #[arg(long, default_value_t = 10)]
    page_size: usize,
    /// Accept any file as a package
    #[arg(long)]
    any_package: bool,
    /// Let the API create the first submission of an app
    #[arg(long)]
    first_submissions: bool,
    /// Accept values of enumerations that the emulator does not know
    #[arg(long)]
    unknown_values: bool,
    /// Which of two members of a request counts whose names differ only in letter case
    #[arg(long, value_enum, default_value_t = Which::Last)]
    same_name: Which,
    /// How the Store treats listings where nothing says how it does: NAME=VALUE (may be repeated)
    #[arg(long = "switch", value_name = "NAME=VALUE")]
    switches: Vec<String>,
    /// Time (RFC 3339) at which the clock stands still until it is advanced (default: the real clock)
    #[arg(long)]
    frozen_at: Option<String>,
    /// Keep running when stdin is closed
    #[arg(long)]
    stay: bool,
    /// Do not end at an interrupt: Ctrl+C in a terminal reaches the parent process and this one
    #[arg(long, hide = true)]
    ignore_interrupt: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Step {
    /// Each GET of the status, or of the submission if that is polled, reports the state and moves it one step
    Poll,
    /// The clock of the emulator
    Clock,
}

#[derive(Clone, Copy, ValueEnum)]
enum Which {
    /// The last one, as in a service on .NET
    Last,
    /// The first one
    First,
}

fn main() -> ExitCode {
    match run(Flags::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // There is no other place to report to when stderr is closed.
            let _ = writeln!(std::io::stderr(), "storeship-emulator: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(flags: Flags) -> Result<(), String> {
    let state = match &flags.state {
        Some(path) => {
            let failed = |why: &dyn fmt::Display| format!("cannot read the state {}: {why}", path.display());
            let bytes = std::fs::read(path).map_err(|error| failed(&error))?;
            let text = text::decode(&bytes).map_err(|why| format!("{}; {}", failed(&why), why.remedy()))?;
            Some(text.to_string())
        }
        None => None,
    };
    let options = Options {
        host: flags.host,
        host_names: flags.host_names,
        port: flags.port,
        seed: flags.seed,
        state,
        special_secret: flags.special_secret,
        stepping: match flags.stepping {
            Step::Poll => Stepping::Poll,
            Step::Clock => Stepping::Clock,
        },
        apps: flags.apps,
        blob_dir: flags.blob_dir,
        token_lifetime: flags.token_lifetime,
        upload_lifetime: flags.upload_lifetime,
        max_put: flags.max_put,
        max_block: flags.max_block,
        rate_limit: flags.rate_limit,
        page_size: flags.page_size,
        check_packages: !flags.any_package,
        first_submissions: flags.first_submissions,
        unknown_values: flags.unknown_values,
        same_name: match flags.same_name {
            Which::Last => SameName::Last,
            Which::First => SameName::First,
        },
        switches: switches(&flags.switches)?,
        frozen_at: flags.frozen_at,
    };
    let emulator = Emulator::new(options).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start the runtime: {error}"))?;
    runtime.block_on(async {
        let ended = end_signal(flags.ignore_interrupt).map_err(|error| format!("cannot wait for signals: {error}"))?;
        let server = emulator
            .serve()
            .await
            .map_err(|error| format!("cannot listen on {}: {error}", SocketAddr::new(flags.host, flags.port)))?;
        let line = serde_json::to_string(server.endpoints()).map_err(|error| error.to_string())?;
        let mut stdout = std::io::stdout();
        writeln!(stdout, "{line}").and_then(|()| stdout.flush()).map_err(|error| format!("cannot write: {error}"))?;
        tokio::select! {
            () = ended => {}
            () = closed_stdin(), if !flags.stay => {}
        }
        server.stop().await;
        Ok(())
    })
}

/// The switches of the flags.
fn switches(given: &[String]) -> Result<Switches, String> {
    given.iter().try_fold(Switches::default(), |switches, given| {
        let (name, value) = given.split_once('=').ok_or_else(|| format!("--switch {given}: it is no NAME=VALUE"))?;
        switches.with(name, value)
    })
}

/// Waits until stdin is closed: at the latest when the parent process ends.
async fn closed_stdin() {
    // A thread of its own, because the read blocks.
    let (closed, wait) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = closed.send(());
    });
    let _ = wait.await;
}

/// A wait for Ctrl+C, and for SIGTERM on Unix and Ctrl+Break on Windows, which begins now. Process 1, such as the first one of
/// a container, ignores the signals that it does not wait for. An interrupt that is ignored is waited for too: otherwise it
/// would end the process.
fn end_signal(ignore_interrupt: bool) -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                () = interrupted(async || interrupt.recv().await.is_some(), ignore_interrupt) => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(windows)]
    {
        use tokio::signal::windows::{ctrl_break, ctrl_c};
        // What starts programs on Windows ends them by Ctrl+Break, since a process group of its own gets no Ctrl+C.
        let (mut interrupt, mut terminate) = (ctrl_c()?, ctrl_break()?);
        Ok(async move {
            tokio::select! {
                () = interrupted(async || interrupt.recv().await.is_some(), ignore_interrupt) => {}
                _ = terminate.recv() => {}
            }
        })
    }
}

/// Waits for an interrupt, or for ever while interrupts are ignored.
async fn interrupted(mut next: impl AsyncFnMut() -> bool, ignore: bool) {
    while next().await && ignore {}
}
