//! The trace: a file with a record for each request and each decision of a client.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{self, APP, Client, Store};
use serde_json::{Value, json};

fn traced(store: &Store) -> (Value, PathBuf) {
    let path = store.folder.path().join("trace.jsonl");
    let mut config = store.config();
    config["trace"] = json!({ "path": path });
    (config, path)
}

fn with_debug_lines(mut config: Value) -> Value {
    config["logLevel"] = json!("debug");
    config
}

fn records(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of_type<'a>(records: &'a [Value], kind: &str) -> Vec<&'a Value> {
    records.iter().filter(|record| record["type"] == kind).collect()
}

#[test]
fn a_release_is_recorded_with_its_requests_and_decisions() {
    let store = Store::start();
    let (config, path) = traced(&store);
    let client = Client::open(&config);
    let package = store.package("Contoso_2.0.0.0_x64.msix", "2.0.0.0");
    let (_, answer) = client.job("publish", json!({"appId": APP, "packages": [package], "until": "committed"}));
    let submission = answer.result()["submissionId"].as_str().unwrap();

    // The file is complete when the response arrives.
    let all = records(&path);
    assert_eq!(all[0]["type"], "began");
    assert_eq!(all.last().unwrap()["type"], "ended");
    assert_eq!(all.last().unwrap()["ok"], true);
    for record in &all {
        assert_eq!(record["operation"], "publish");
        assert_eq!(record["process"], std::process::id());
        assert_eq!(record["call"], all[0]["call"]);
        record["time"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    }
    let sent = store.control("GET", "requests", None);
    let line = |method: &Value, path: &str| format!("{} {path}", method.as_str().unwrap());
    let sent: Vec<String> =
        sent.as_array().unwrap().iter().map(|sent| line(&sent["method"], sent["path"].as_str().unwrap())).collect();
    let recorded = of_type(&all, "request");
    let path_of = |record: &Value| record["url"].as_str().unwrap().parse::<url::Url>().unwrap().path().to_owned();
    let recorded_lines: Vec<String> = recorded.iter().map(|record| line(&record["method"], &path_of(record))).collect();
    assert_eq!(recorded_lines, sent);
    for record in &recorded {
        assert!(record["status"].is_u64() && record["elapsedMs"].is_u64() && record["attempt"] == 1, "{record}");
    }
    let correlated = recorded.iter().filter(|record| record["correlationId"].is_string()).count();
    assert!(correlated >= 4, "{recorded:?}");
    let decisions: Vec<&str> =
        of_type(&all, "decision").iter().map(|record| record["decision"].as_str().unwrap()).collect();
    assert_eq!(decisions, ["Created", "Draft", "CommitSent", "Committed"]);
    let commit = of_type(&all, "decision")[2];
    assert!(commit["message"].as_str().unwrap().contains(submission), "{commit}");
    // Neither a body nor a query.
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("sig=") && !text.contains("access_token") && !text.contains('?'), "{text}");
}

#[test]
fn calls_and_jobs_of_several_clients_share_one_file() {
    let store = Store::start();
    let (config, path) = traced(&store);
    let first = Client::open(&config);
    first.call("app.list", json!({}));
    drop(first);
    let second = Client::open(&config);
    second.job("app.list", json!({}));
    second.call("app.get", json!({"appId": "9NBLGGH00000"}));
    let all = records(&path);
    let ended = of_type(&all, "ended");
    let summary: Vec<(&Value, &Value, &Value)> =
        ended.iter().map(|record| (&record["operation"], &record["ok"], &record["code"])).collect();
    let (yes, no, none) = (json!(true), json!(false), Value::Null);
    let (list, get, code) = (json!("app.list"), json!("app.get"), json!("app.not_found"));
    assert_eq!(summary, [(&list, &yes, &none), (&list, &yes, &none), (&get, &no, &code)]);
    assert_eq!(ended[2]["ids"]["appId"], "9NBLGGH00000");
    let calls: std::collections::BTreeSet<u64> = all.iter().map(|record| record["call"].as_u64().unwrap()).collect();
    assert_eq!(calls.len(), 3, "each operation has a number of its own");
}

#[test]
fn retries_and_the_end_of_the_time_are_recorded() {
    let store = Store::start();
    let (config, path) = traced(&store);
    let client = Client::open(&config);
    store.fault(json!({"path": "*/applications", "status": 503, "body": "no", "count": 2}));
    client.call("app.list", json!({}));
    let all = records(&path);
    let attempts: Vec<(u64, u64)> = of_type(&all, "request")
        .iter()
        .filter(|record| record["url"].as_str().unwrap().ends_with("/applications"))
        .map(|record| (record["attempt"].as_u64().unwrap(), record["status"].as_u64().unwrap()))
        .collect();
    assert_eq!(attempts, [(1, 503), (2, 503), (3, 200)]);

    store.fault(json!({"path": "*/applications", "drop": "before", "count": 0}));
    let mut slow = config;
    slow["retry"] = json!({"baseMs": 20, "capMs": 20});
    let answer = Client::open(&slow).call("app.list", json!({"timeoutSeconds": 0.2}));
    assert_eq!(answer.failure(), (13, "deadline.exceeded"));
    let all = records(&path);
    let end = all.last().unwrap();
    assert_eq!((end["ok"].as_bool(), end["code"].as_str()), (Some(false), Some("deadline.exceeded")));
    let dropped = of_type(&all, "request").into_iter().rfind(|record| record["error"].is_string()).unwrap();
    assert!(dropped["status"].is_null(), "{dropped}");
}

#[test]
fn a_guard_that_refuses_and_one_that_is_lifted_are_decisions() {
    let store = Store::start();
    let (config, path) = traced(&store);
    let client = Client::open(&config);
    let draft = client.call("submission.create", json!({ "appId": APP })).result().clone();
    let mut edited = draft.clone();
    // A command without output leaves null in place of the list.
    edited["listings"]["en-us"]["baseListing"]["keywords"] = json!("System.Object[]");
    let mut request = json!({"appId": APP, "submissionId": draft["id"], "baseline": draft, "edited": edited});
    let answer = client.call("submission.update", request.clone());
    assert_eq!(answer.failure().1, "document.damaged");
    let guard = answer.json["error"]["details"][0]["code"].as_str().unwrap().to_owned();
    let all = records(&path);
    let decision = |name: &str, all: &[Value]| {
        let found = of_type(all, "decision").into_iter().find(|record| record["decision"] == name).cloned();
        found.unwrap_or_else(|| panic!("no {name} in {all:?}"))["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(decision("Refused", &all), format!("{guard} /listings/en-us/baseListing/keywords"));

    request["force"] = json!([guard]);
    request["preview"] = json!(true);
    client.call("submission.update", request).result();
    assert_eq!(decision("GuardLifted", &records(&path)), format!("{guard} /listings/en-us/baseListing/keywords"));
}

#[test]
fn a_cancelled_job_ends_in_the_trace() {
    let store = Store::start();
    let (config, path) = traced(&store);
    let client = Client::open(&with_debug_lines(config));
    store.fault(json!({"path": "*/applications", "delayMs": 600_000, "count": 0}));
    let job = client.start("app.list", json!({}));
    let is_sent = |event: &str| event.contains("/applications, attempt 1");
    while !support::next(job, 1000).1.is_some_and(|event| is_sent(&event)) {}
    storeship::ffi::functions::storeship_job_cancel(job);
    support::completed(job);
    let end = records(&path).pop().unwrap();
    assert_eq!((end["type"].as_str(), end["code"].as_str()), (Some("ended"), Some("cancelled")));
}

#[test]
fn a_file_beyond_its_limit_is_kept_under_another_name() {
    let store = Store::start();
    let (mut config, path) = traced(&store);
    config["trace"]["maxBytes"] = json!(4_000);
    let client = Client::open(&config);
    for _ in 0..20 {
        client.call("app.list", json!({}));
    }
    let older = path.with_file_name("trace.jsonl.1");
    for file in [&path, &older] {
        assert!(fs::metadata(file).unwrap().len() <= 4_000);
        assert!(!records(file).is_empty());
    }
    assert_eq!(fs::read_dir(store.folder.path()).unwrap().count(), 2);
}

#[test]
fn clients_that_rename_the_file_at_once_lose_no_line_of_the_other() {
    let store = Store::start();
    let (mut config, path) = traced(&store);
    config["trace"]["maxBytes"] = json!(6_000);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let client = Client::open(&config);
                for _ in 0..20 {
                    client.call("app.list", json!({}));
                    // The older file was full when it was renamed: a new one was not renamed over it.
                    if let Ok(older) = fs::metadata(path.with_file_name("trace.jsonl.1")) {
                        assert!((3_000..=6_000).contains(&older.len()), "{}", older.len());
                    }
                }
            });
        }
    });
    for file in [&path, &path.with_file_name("trace.jsonl.1")] {
        assert!(fs::metadata(file).unwrap().len() <= 6_000);
        assert!(!records(file).is_empty());
    }
}

#[test]
fn a_trace_that_can_not_be_written_is_refused_before_anything_is_sent() {
    let store = Store::start();
    let (mut config, _) = traced(&store);
    for path in [store.folder.path().to_owned(), store.folder.path().join("missing/trace.jsonl")] {
        config["trace"]["path"] = json!(path);
        let (client, answer) = support::open(&config.to_string());
        assert_eq!((client, answer.failure()), (0, (14, "file.unwritable")));
        assert!(answer.json["error"]["message"].as_str().unwrap().contains("trace"), "{}", answer.text);
    }
    for (trace, code) in [
        (json!({}), "request.missing_field"),
        (json!({"path": "x", "size": 3}), "request.unknown_field"),
        (json!({"path": "x", "maxBytes": 0}), "config.invalid"),
    ] {
        config["trace"] = trace;
        let (_, answer) = support::open(&config.to_string());
        assert_eq!(answer.failure().1, code, "{}", answer.text);
    }
    assert_eq!(store.control("GET", "requests", None), json!([]));
}

#[cfg(unix)]
#[test]
fn a_new_trace_is_its_owners_and_links_are_not_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let store = Store::start();
    let (mut config, path) = traced(&store);
    Client::open(&config).call("app.list", json!({}));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

    let (victim, link) = (store.folder.path().join("victim"), store.folder.path().join("link"));
    fs::write(&victim, "mine").unwrap();
    symlink(&victim, &link).unwrap();
    config["trace"]["path"] = json!(link);
    let (_, answer) = support::open(&config.to_string());
    assert_eq!(answer.failure().1, "file.unwritable", "{}", answer.text);
    assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
}

/// The release goes on when the disk does not.
#[cfg(unix)]
#[test]
fn a_trace_that_fails_later_is_a_warning() {
    let store = Store::start();
    let folder = store.folder.path().join("gone");
    fs::create_dir(&folder).unwrap();
    let mut config = store.config();
    config["trace"] = json!({ "path": folder.join("trace.jsonl") });
    let client = Client::open(&config);
    fs::remove_dir_all(&folder).unwrap();
    let mut warnings = Vec::new();
    for _ in 0..3 {
        let (events, answer) = client.job("app.list", json!({}));
        answer.result();
        warnings.extend(events.into_iter().filter(|event| event["level"] == "warning"));
    }
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0]["message"].as_str().unwrap().contains("trace.jsonl is not continued"), "{warnings:?}");
}

#[test]
fn each_request_and_its_answer_are_debug_lines() {
    let store = Store::start();
    let (events, _) = Client::open(&with_debug_lines(store.config())).job("app.list", json!({}));
    let lines: Vec<&str> = events
        .iter()
        .filter(|event| event["level"] == "debug")
        .map(|event| event["message"].as_str().unwrap())
        .collect();
    let url = format!("{}applications", store.endpoints.service);
    let (sent, answered) = (&lines[lines.len() - 2], &lines[lines.len() - 1]);
    assert_eq!(**sent, format!("GET {url}, attempt 1"));
    assert!(answered.starts_with(&format!("GET {url} answered 200 in ")), "{answered}");
    assert!(answered.contains(" ms, correlation id "), "{answered}");

    let (events, _) = store.client().job("app.list", json!({}));
    assert_eq!(events, Vec::<Value>::new(), "only where they are asked for");
}
