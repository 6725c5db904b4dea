//! A process that publishes and is killed at a random request, again and again, and the same command on another machine: the
//! release is in the Store once, whole, at the latest after the third run.
//!
//! `STORESHIP_KILLS=200 cargo test --test with_tools -- a_release` kills more often, and `STORESHIP_SEED=7` draws other requests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use storeship::package::sample::{self, Sample};

use crate::support::{APP, Store};
use crate::tools::{Running, ensure, failed, find, finish};
use crate::{Outcome, Problem, python};

const PACKAGE: &str = "Contoso_2.0.0.0_x64.msix";

/// The size of the file inside the package: random, so that the ZIP has several blocks.
const BYTES: usize = 3_000_000;

pub(crate) fn a_release_survives_kills() -> Outcome {
    let python = find("python3")?;
    let number = |name: &str, or: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
    let (kills, seed) = (number("STORESHIP_KILLS", 6), number("STORESHIP_SEED", 1));
    let mut random = fastrand::Rng::with_seed(seed);
    let package = package()?;
    let whole = Scene::new(&python, &package)?;
    let began = Instant::now();
    let run = whole.finish(0)?;
    ensure(run.0, &run.1)?;
    let (expected, took, requests) = (whole.published(), began.elapsed(), whole.requests());
    ensure(expected.to_string().contains("Schnellerer Start."), format!("not the release: {expected}"))?;

    let (mut states, mut runs) = (BTreeMap::new(), BTreeMap::new());
    for kill in 1..=kills {
        let scene = Scene::new(&python, &package)?;
        let after = random.usize(..=requests);
        let pause = Duration::from_millis(random.u64(..80));
        let killed = scene.kill(after, pause)?;
        let stage = scene.stage(killed);
        let count = scene.until_published().map_err(|problem| at(problem, kill, seed, after, stage))?;
        let checked = scene.check(&expected);
        checked.map_err(|problem| at(problem, kill, seed, after, stage))?;
        println!("kill {kill} after {after} requests: {stage}; {count} more runs");
        *states.entry(stage).or_insert(0) += 1;
        *runs.entry(count).or_insert(0) += 1;
    }
    println!("{kills} kills of a release of {requests} requests that takes {:.1} s, seed {seed}", took.as_secs_f64());
    for (stage, count) in states {
        println!("killed {stage}: {count}");
    }
    println!("runs afterwards, and how often: {runs:?}");
    Ok(())
}

/// Names the kill that a problem belongs to.
fn at(problem: Problem, kill: u64, seed: u64, after: usize, stage: &str) -> Problem {
    match problem {
        Problem::Failed(text) => {
            Problem::Failed(format!("kill {kill} of seed {seed}, after {after} requests, {stage}:\n{text}"))
        }
        missing => missing,
    }
}

fn package() -> Result<Vec<u8>, Problem> {
    let mut random = fastrand::Rng::with_seed(1);
    let content = (0..BYTES).map(|_| random.u8(..)).collect();
    let sample =
        Sample { version: "2.0.0.0".into(), files: vec![("content.bin".into(), content)], ..Sample::default() };
    sample::package(&sample).map_err(failed)
}

/// A Store of its own, whose answers take some time, and the machines that publish there.
struct Scene<'a> {
    python: &'a Path,
    package: &'a [u8],
    store: Store,
}

impl Scene<'_> {
    fn new<'a>(python: &'a Path, package: &'a [u8]) -> Result<Scene<'a>, Problem> {
        let store = Store::start();
        for (path, ms) in [("*/ingestion/*", 60), ("/v1.0/my/*", 25)] {
            store.fault(json!({"path": path, "count": 0, "delayMs": ms}));
        }
        Ok(Scene { python, package, store })
    }

    /// The command on a machine: a folder of its own, in which the package has another time.
    fn command(&self, machine: u64) -> Result<Command, Problem> {
        let folder: PathBuf = self.store.folder.path().join(format!("machine {machine}"));
        fs::create_dir_all(&folder).map_err(failed)?;
        let (config, package) = (folder.join("config.json"), folder.join(PACKAGE));
        fs::write(&config, self.store.config().to_string()).map_err(failed)?;
        fs::write(&package, self.package).map_err(failed)?;
        let file = fs::File::options().append(true).open(&package).map_err(failed)?;
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + machine)).map_err(failed)?;
        let mut command = python::example(self.python);
        command.arg(config).arg(APP).arg(package).current_dir(folder);
        Ok(command)
    }

    /// Runs the command to its end.
    fn finish(&self, machine: u64) -> Result<(bool, String), Problem> {
        finish(&mut self.command(machine)?)
    }

    /// The number of requests that were answered.
    fn requests(&self) -> usize {
        self.store.control("GET", "requests", None).as_array().map_or(0, Vec::len)
    }

    /// Runs the command and kills it, a pause after so many requests. False if it had ended already.
    fn kill(&self, after: usize, pause: Duration) -> Result<bool, Problem> {
        let mut command = self.command(0)?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(failed)?;
        let mut child = Running(child);
        while self.requests() < after && child.0.try_wait().map_err(failed)?.is_none() {
            sleep(Duration::from_millis(2));
        }
        sleep(pause);
        let ended = child.0.try_wait().map_err(failed)?.is_some();
        // On Unix this is SIGKILL.
        child.0.kill().map_err(failed)?;
        child.0.wait().map_err(failed)?;
        // The emulator completes what it has received, like the service.
        sleep(Duration::from_millis(150));
        Ok(!ended)
    }

    /// How far the killed run had come, as the service sees it.
    fn stage(&self, killed: bool) -> &'static str {
        if !killed {
            return "after its end";
        }
        let requests = self.store.control("GET", "requests", None);
        let seen = |what: &dyn Fn(&Value) -> bool| requests.as_array().is_some_and(|all| all.iter().any(what));
        let is = |name: &'static str| move |request: &Value| request["operation"] == name;
        let put = |query: &'static str, least: u64| {
            move |request: &Value| {
                let of_query = request["query"].as_str().is_some_and(|text| text.contains(query));
                request["method"] == "PUT" && of_query && request["bodyBytes"].as_u64().unwrap_or(least) >= least
            }
        };
        let state = self.store.control("GET", "state", None);
        if !seen(&is("createApplicationSubmission")) {
            "before the create"
        } else if !seen(&put("comp=block&", 1)) {
            "between create and marker"
        } else if !seen(&is("updateApplicationSubmission")) {
            "between marker and PUT"
        } else if !seen(&put("comp=block&", 2)) {
            "between PUT and upload"
        } else if !seen(&put("comp=blocklist", 0)) {
            "during the upload"
        } else if !seen(&is("commitApplicationSubmission")) {
            "between block list and commit"
        } else if pending(&state).is_some() {
            "between commit and publication"
        } else {
            "after the publication"
        }
    }

    /// Runs the command, each time on another machine, until it succeeds; returns how often.
    fn until_published(&self) -> Result<u64, Problem> {
        let mut outputs = String::new();
        for machine in 1..=3 {
            let (success, output) = self.finish(machine)?;
            if success {
                return Ok(machine);
            }
            outputs.push_str(&output);
        }
        Err(Problem::Failed(format!("three runs did not publish the release\n{outputs}")))
    }

    /// What is in the Store, without what differs from run to run.
    fn published(&self) -> Value {
        let state = self.store.control("GET", "state", None);
        let id = app(&state)["lastPublishedApplicationSubmission"]["id"].clone();
        let all = state["submissions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found = all.iter().find(|entry| entry["document"]["id"] == id);
        let mut document = found.map_or(Value::Null, |entry| entry["document"].clone());
        without_ids(&mut document);
        document
    }

    fn check(&self, expected: &Value) -> Outcome {
        let state = self.store.control("GET", "state", None);
        let all = state["submissions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let of_app = all.iter().filter(|entry| entry["applicationId"] == APP && entry["flightId"].is_null()).count();
        ensure(of_app == 2, format!("{of_app} submissions instead of the old and the new one"))?;
        let found = self.published();
        ensure(found == *expected, format!("what is published is not the release: {found}"))?;
        let mut committed: Vec<String> = Vec::new();
        for request in self.store.control("GET", "requests", None).as_array().into_iter().flatten() {
            let path = request["path"].as_str().unwrap_or_default();
            let submission = path.trim_end_matches("/commit").rsplit('/').next().unwrap_or_default();
            match (request["operation"].as_str(), request["status"].as_u64()) {
                // A kill may have cut the connection of a commit that the service accepted.
                (Some("commitApplicationSubmission"), Some(0 | 202)) => committed.push(submission.to_owned()),
                (Some("deleteApplicationSubmission"), _) if committed.iter().any(|id| id == submission) => {
                    return Err(Problem::Failed(format!("{submission} was committed and deleted")));
                }
                _ => {}
            }
        }
        ensure(committed.len() == 1, format!("accepted commits: {committed:?}"))
    }
}

fn app(state: &Value) -> &Value {
    let all = state["applications"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().find(|app| app["id"] == APP).unwrap_or(&Value::Null)
}

fn pending(state: &Value) -> Option<&str> {
    app(state)["pendingApplicationSubmission"]["id"].as_str()
}

fn without_ids(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members
                .retain(|name, _| !["id", "fileUploadUrl", "friendlyName", "statusDetails"].contains(&name.as_str()));
            members.values_mut().for_each(without_ids);
        }
        Value::Array(items) => items.iter_mut().for_each(without_ids),
        _ => {}
    }
}
