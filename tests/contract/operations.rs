//! The contract: each operation with a request and its response, and the pages that list what there is.
//!
//! A file of `tests/contract/operations` is `{"before": [...], "request": ..., "response": ...}`: `before` are calls that
//! make the state. The emulator's ids follow from its seed, so requests name them plainly. `STORESHIP_UPDATE_GOLDEN=1`
//! writes the responses anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{self, Client, Store};
use serde_json::{Value, json};
use storeship::config::{Limit, Retry};
use storeship::http::retry::{self, Repeat};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn golden_files() -> Vec<PathBuf> {
    let folder = root().join("tests/contract/operations");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn updating() -> bool {
    std::env::var_os("STORESHIP_UPDATE_GOLDEN").is_some()
}

/// Runs a call; the text `$folder` in a request is the test's folder, `$package` a package in it.
fn run(store: &Store, client: &Client, operation: &str, request: &Value) -> (i32, Value) {
    let folder = store.folder.path().to_str().unwrap().replace('\\', "/");
    let text = request.to_string().replace("$folder", &folder);
    let answer = support::call(client.id, operation, &text);
    (answer.status, normal(&answer.json, &[(&folder, "$folder"), (&store.endpoints.blob, "$store/")]))
}

/// A response without what differs from run to run.
fn normal(value: &Value, replace: &[(&str, &str)]) -> Value {
    match value {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let value = match name.as_str() {
                    "correlationId" | "requestId" => json!("$id"),
                    "correlationIds" => json!(value.as_array().unwrap().iter().map(|_| "$id").collect::<Vec<_>>()),
                    "elapsedMs" => json!(0),
                    "expiresAt" | "date" => json!("$time"),
                    "system" | "architecture" | "version" if value.is_string() => json!(format!("${name}")),
                    _ => normal(value, replace),
                };
                (name.clone(), value)
            };
            Value::Object(members.iter().map(member).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| normal(item, replace)).collect()),
        Value::String(text) => {
            let mut text = text.clone();
            for (from, to) in replace {
                text = text.replace(from, to);
            }
            // An upload address: its blob, its signature and its times are new each time.
            json!(if text.contains("?sv=") { "$store/$blob?$signature".to_owned() } else { text })
        }
        other => other.clone(),
    }
}

#[test]
fn every_operation_answers_as_its_golden_file_says() {
    let mut differing = Vec::new();
    for path in golden_files() {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut golden: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let store = Store::start();
        store.package("Contoso.msix", "2.0.0.0");
        let client = store.client();
        for call in golden["before"].as_array().into_iter().flatten() {
            let (status, answer) = run(&store, &client, call["operation"].as_str().unwrap(), &call["request"]);
            assert_eq!(status, 0, "{name}: {answer:#}");
        }
        let (_, response) = run(&store, &client, &name, &golden["request"]);
        if response != golden["response"] {
            if updating() {
                golden["response"] = response;
                fs::write(&path, format!("{golden:#}\n")).unwrap();
            } else {
                differing.push(format!("{name}: {response:#}"));
            }
        }
        if golden["response"]["ok"] != true {
            differing.push(format!("{name} does not show a success: {:#}", golden["response"]));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

fn operations() -> Vec<Value> {
    let answer = support::call(0, "library.operations", "{}");
    answer.result()["operations"].as_array().unwrap().clone()
}

#[test]
fn every_operation_is_everywhere() {
    let header = fs::read_to_string(root().join("include/storeship.h")).unwrap();
    let page = fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let golden: BTreeSet<String> =
        golden_files().iter().map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let mut names = BTreeSet::new();
    for operation in operations() {
        let (name, function) = (operation["name"].as_str().unwrap(), operation["function"].as_str().unwrap());
        assert!(header.contains(&format!("int32_t {function}(")), "{function} is not in the header");
        assert!(page.contains(&format!("\n## `{name}`\n")), "{name} is not in docs/operations.md");
        assert!(golden.contains(name), "{name} has no golden file");
        names.insert(name.to_owned());
    }
    assert_eq!(golden, names, "a golden file has no operation");
}

/// Writes a page anew when updating, and compares it.
fn page(path: &str, text: &str) {
    let path = root().join(path);
    if updating() {
        fs::write(&path, text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == text, "{} is not what the library says; write it anew", path.display());
}

#[test]
fn the_operation_page_is_the_table() {
    let mut text = String::from(
        "# Operations\n\n\
         What `storeship_call` takes, as `library.operations` lists it; written by a test. Each operation has a C function\n\
         of its name: `submission.create` is `storeship_submission_create`. Long ones are best run as jobs. Unknown fields\n\
         are refused. A submission is named by `appId`, by `appId` and `flightId`, or by `addOnId`, and by `submissionId`;\n\
         `appName` may stand for `appId`. A request and its response for each stand in `tests/contract/operations`.\n",
    );
    for operation in operations() {
        let long = if operation["long"] == true { " Long." } else { "" };
        text +=
            &format!("\n## `{}`\n\n{}.{long}\n\n", operation["name"].as_str().unwrap(), capital(&operation["summary"]));
        text += "| field | type | required | what it is |\n| --- | --- | --- | --- |\n";
        for field in operation["fields"].as_array().unwrap() {
            let required = if field["required"] == true { "yes" } else { "" };
            let cells = [&field["name"], &field["type"], &field["summary"]]
                .map(|cell| cell.as_str().unwrap().replace('|', "\\|"));
            text += &format!("| `{}` | {} | {required} | {} |\n", cells[0], cells[1], cells[2]);
        }
    }
    page("docs/operations.md", &text);
}

fn capital(text: &Value) -> String {
    let text = text.as_str().unwrap();
    text[..1].to_uppercase() + &text[1..]
}

#[test]
fn the_error_table_is_the_documentation() {
    let answer = support::call(0, "library.errors", "{}");
    let mut text = String::from(
        "# Error codes\n\n\
         What `error.code` can be, as `library.errors` lists it; written by a test. The class is the return value of the C\n\
         functions. Codes are only added, and keep their meaning.\n\n\
         | code | class | try again | what happened | what to do |\n| --- | --- | --- | --- | --- |\n",
    );
    let mut seen = BTreeSet::new();
    for error in answer.result()["errors"].as_array().unwrap() {
        let code = error["code"].as_str().unwrap();
        assert!(seen.insert(code.to_owned()), "{code} stands twice");
        let again = if error["retryable"] == true { "yes" } else { "" };
        let (meaning, remedy) = (error["meaning"].as_str().unwrap(), error["remedy"].as_str().unwrap());
        assert!(
            !meaning.is_empty() && !remedy.is_empty() && !meaning.ends_with('.') && !remedy.ends_with('.'),
            "{code}"
        );
        text += &format!("| `{code}` | {} | {again} | {meaning} | {remedy} |\n", error["class"]);
    }
    page("docs/errors.md", &text);
}

#[test]
fn the_guard_page_is_the_table() {
    let answer = support::call(0, "library.guards", "{}");
    let mut text = String::from(
        "# Guards\n\n\
         A merge compares an edited document with the text that the service sent. A guard refuses an edit that looks like\n\
         damage done by a tool: the merge fails with `document.damaged`, nothing is changed, and `error.details` has every\n\
         place with the id of its guard. To make such an edit on purpose, lift its guard by name or id: in the field\n\
         `force` of `document.merge` and `submission.update`, or with `-Force` of `Set-StoreSubmission` and\n\
         `Edit-StoreSubmission`. `library.guards` returns this list; a test writes this page.\n\n\
         | id | name | what it refuses | what to do |\n| --- | --- | --- | --- |\n",
    );
    for guard in answer.result()["guards"].as_array().unwrap() {
        let [id, name, meaning, remedy] =
            ["id", "name", "meaning", "remedy"].map(|field| guard[field].as_str().unwrap().replace('|', "\\|"));
        text += &format!("| {id} | `{name}` | {meaning} | {remedy} |\n");
    }
    page("docs/guards.md", &text);
}

#[test]
fn the_retry_page_is_the_table() {
    let retry = Retry::default();
    let mut text = format!(
        "# What is repeated\n\n\
         What StoreShip does when an answer does not come or says to try again; written by a test.\n\n\
         Two questions decide. May the service have carried the request out? After 429, or when no connection was made, by a\n\
         proxy perhaps, it has not; after 408, 500, 502, 503, 504, silence or a broken connection it may have. And is it harmless\n\
         to carry it out twice? What is not is repeated only when the service has certainly not seen it; else the state is looked\n\
         at. Every other answer is final, and so are a certificate that is not accepted and a 407 of a proxy. A 401 is answered\n\
         with one new token. A 404 is asked again for a minute when the client itself made the flight, the add-on or the\n\
         submission a moment ago: the service may not know it yet.\n\n\
         A good status with a body that is not JSON, because it was cut short or a proxy wrote it, hides a success too: where\n\
         the table says always, blobs and the id tokens of pipelines aside, it is asked for {} times more, and while waiting as long as the retry timeout lasts.\n\n\
         | request | is repeated | first byte within | retry timeout | which |\n| --- | --- | --- | --- | --- |\n",
        retry::BROKEN
    );
    for rule in retry::ALL {
        let repeated = match (rule.repeat, rule.timeout_factor) {
            (_, 0) => "never",
            (Repeat::Always, _) => "always",
            (Repeat::WhenNotDone, _) => "when not carried out",
        };
        let retry_timeout = match rule.timeout_factor as u64 * retry.retry_timeout_seconds {
            0 => String::new(),
            seconds => format!("{} min", seconds / 60),
        };
        let first = rule.first_byte.as_secs();
        text += &format!("| {} | {repeated} | {first} s | {retry_timeout} | {} |\n", rule.name, rule.about);
    }
    text += &format!(
        "\nThe times are those of the default [configuration](configuration.md). A connection is made within 10 seconds. A\n\
         body may stand still for {} seconds, in either direction; beyond that nothing limits how long an upload or an\n\
         answer takes but the caller's `timeoutSeconds`, which ends all waiting.\n\n\
         ## Before the next attempt\n\n\
         Any time from zero to `baseMs` ({} ms), doubled with each attempt and at most `capMs` ({} s), and at least as long as\n\
         the answer asks: `x-ms-retry-after-ms`, `retry-after-ms`, `Retry-After` in seconds or as a date, or a 429's text \"Try\n\
         again in 14 seconds\"; at most 10 minutes. When the retry timeout would run out meanwhile, the call fails at once.\n\n\
         ## The budget\n\n\
         So that an outage does not multiply traffic, a client has 100 points. A repeat after a time-out costs 10, any other\n\
         5, and a success gives 1 back; without points a call fails at once. Requests with more than the usual retry timeout pay\n\
         nothing.\n\n\
         ## The limit\n\n\
         The service takes about 20 calls a minute for a tenant. All clients of a process that call for one tenant keep to\n\
         `limit.perMinute` ({}) together: so many go at once, then each goes when the one so many before it is a minute old,\n\
         and who waits goes in the order of arrival. Requests for tokens and uploads do not count.\n\n\
         - The tenant is that of the credential that signed in. Where it is not told (a ready token, a managed identity, the\n  \
         Azure CLI without `tenantId`), all such clients of one `serviceUrl` are taken for one tenant.\n\
         - When clients of a tenant differ, the smallest limit holds while its client is open, from its first call on. A client\n  \
         with `perMinute` 0 neither waits nor counts. What a closed client called is counted on.\n\
         - A 429 all the same means that somebody else calls too, another agent perhaps. All calls of the tenant wait for as long\n  \
         as the service asks, the refused one first in line of those who come later; then half as many may go, and a fifth of the\n  \
         limit more with each minute.\n\
         - Waiting spends neither retry timeout nor budget, except that the refused call's own wait counts as its back-off. A call that\n  \
         waits for more than a second says so in its job's log. `timeoutSeconds` or a cancelled job gives up the place.\n\
         - A `serviceUrl` on this machine is the emulator: there is no limit unless `limit` is given.\n",
        retry::IDLE.as_secs(),
        retry.base_ms,
        retry.cap_ms / 1000,
        Limit::default().per_minute,
    );
    page("docs/retries.md", &text);
}

#[test]
fn every_code_is_used() {
    let source = fs::read_to_string(root().join("src/error/codes.rs")).unwrap();
    let mut code = String::new();
    read_all(&root().join("src"), &mut code);
    for row in source.lines().filter_map(|line| line.trim().split_once(" \"")) {
        let name = row.0;
        if name.chars().all(|c| c.is_ascii_uppercase() || c == '_') && !name.is_empty() {
            assert!(code.contains(&format!("codes::{name}")), "{name} is never used");
        }
    }
}

fn read_all(folder: &Path, code: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, code);
        } else {
            code.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
