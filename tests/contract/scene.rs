//! What the rows of `errors.json` and `remedies.json` have in common: the state of an emulator and of a folder, and a call.
//!
//! The steps of a row (`given`, and `follow` of a remedy) are objects:
//!
//! | member | what the step does |
//! | --- | --- |
//! | `call`, `request`, `edit` | calls an operation, which must succeed; `edit` is as in a call |
//! | `control`, `method`, `body` | a control request of the emulator; a POST unless `method` says otherwise |
//! | `file`, `text` or `package` | writes a file: this text, or an app package of this version |
//! | `folder` | creates a folder |
//! | `token` | gets a token of the service for this audience |
//! | `idToken` | gets an id token of GitHub Actions for this audience |
//!
//! `keep` names parts of the result of a step by pointers: `{"submission": "/id"}`. Then `<submission>` stands for that part
//! in everything that follows. `<folder>` is the folder, `<package>` a package in it, `<fixtures>` is `tests/sign_in`, `<tenant>`, `<client>`, `<secret>`,
//! `<service>`, `<identity>` and `<identityToken>` are the endpoints of the emulator, and `<cert.pem>` is the text of a file
//! there. `<65 MiB>` is a text of that size.
//!
//! A call has the members `operation`, null for none, and `request`; `text` or `bytes` in place of a request that is not
//! JSON; `edit`, a JSON Patch that makes the member `submission` of the request from the document that was kept last; `config`, a JSON Patch of the
//! configuration of its client; `client`, the id of a client in place of one that is opened for the call; and `cancel`, which
//! starts a job and cancels it at once.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use storeship::ffi::functions as abi;

use crate::root;
use crate::support::{self, Answer, Client, Store};

/// The state that the steps of a row have made.
pub(crate) struct Scene<'a> {
    store: &'a Store,
    /// Makes the calls of the steps, so that the client of the row's own call has no token yet.
    client: Client,
    values: BTreeMap<String, String>,
    /// The result that was kept last, unchanged.
    document: Value,
}

impl Scene<'_> {
    pub(crate) fn of(store: &Store) -> Scene<'_> {
        let slashes = |path: &std::path::Path| path.to_str().unwrap().replace('\\', "/");
        let endpoints = &store.endpoints;
        let mut values = BTreeMap::from([
            ("folder".to_owned(), slashes(store.folder.path())),
            ("fixtures".to_owned(), slashes(&root().join("tests/sign_in"))),
            ("package".to_owned(), slashes(&store.package("Contoso_2.0.0.0_x64.msix", "2.0.0.0"))),
        ]);
        for (name, value) in [
            ("tenant", &endpoints.tenant_id),
            ("client", &endpoints.client_id),
            ("secret", &endpoints.client_secret),
            ("service", &endpoints.service),
            ("identity", &endpoints.identity),
            ("identityToken", &endpoints.identity_token),
        ] {
            values.insert(name.to_owned(), value.clone());
        }
        for name in ["cert.pem", "key.pem", "ended.pem"] {
            values.insert(name.to_owned(), fs::read_to_string(root().join("tests/sign_in").join(name)).unwrap());
        }
        Scene { store, client: store.client(), values, document: Value::Null }
    }

    /// Fills in the values for their names in all strings.
    pub(crate) fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let mut text = text.clone();
                for (name, value) in &self.values {
                    text = text.replace(&format!("<{name}>"), value);
                }
                if text.contains("<65 MiB>") {
                    text = text.replace("<65 MiB>", &"a".repeat(65 << 20));
                }
                text.into()
            }
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), self.fill(value))).collect(),
            other => other.clone(),
        }
    }

    pub(crate) fn steps(&mut self, steps: &Value) {
        for step in steps.as_array().into_iter().flatten() {
            let step = self.fill(step);
            let result = self.step(&step);
            for (name, pointer) in step["keep"].as_object().into_iter().flatten() {
                let value = result.pointer(pointer.as_str().unwrap());
                let value = value.unwrap_or_else(|| panic!("{pointer} is not in {result}")).as_str().unwrap();
                self.values.insert(name.clone(), value.to_owned());
                self.document = result.clone();
            }
        }
    }

    fn step(&self, step: &Value) -> Value {
        let text = |name: &str| step[name].as_str();
        if let Some(path) = text("control") {
            let body = step.get("body").cloned();
            return self.store.control(text("method").unwrap_or("POST"), path, body);
        }
        if let Some(path) = text("folder") {
            fs::create_dir(path).unwrap();
            return Value::Null;
        }
        if let Some(path) = text("file") {
            fs::create_dir_all(Path::new(path).parent().unwrap()).unwrap();
            match text("package") {
                Some(version) => drop(self.store.package(path, version)),
                None => fs::write(path, text("text").unwrap()).unwrap(),
            }
            return Value::Null;
        }
        if let Some(audience) = text("token") {
            return self.store.token(audience).into();
        }
        if let Some(audience) = text("idToken") {
            return self.store.id_token(audience).into();
        }
        let mut request = step["request"].clone();
        if let Some(edit) = step.get("edit") {
            request["submission"] = self.patch(self.document.clone(), edit);
        }
        self.client.call(text("call").unwrap(), request).result().clone()
    }

    /// Makes the call of a row.
    pub(crate) fn call(&self, row: &Value) -> Answer {
        let row = self.fill(row);
        let operation = row["operation"].as_str();
        let config = self.patch(self.store.config(), &row["config"]);
        let opened = match row["client"].as_u64() {
            Some(_) => None,
            None => match support::open(&config.to_string()) {
                (_, answer) if answer.status != 0 => return answer,
                (id, _) => Some(Client { id }),
            },
        };
        let client = opened.as_ref().map_or_else(|| row["client"].as_u64().unwrap(), |client| client.id);
        let mut request = row.get("request").cloned().unwrap_or_else(|| json!({}));
        if let Some(edit) = row.get("edit") {
            request["submission"] = self.patch(self.document.clone(), edit);
        }
        if row["cancel"] == true {
            let job = opened.as_ref().unwrap().start(operation.unwrap(), request);
            abi::storeship_job_cancel(job);
            return Answer::of_job(support::completed(job));
        }
        let bytes =
            row["bytes"].as_array().map(|bytes| bytes.iter().map(|byte| byte.as_u64().unwrap() as u8).collect());
        let text = || row["text"].as_str().map_or_else(|| request.to_string(), str::to_owned).into_bytes();
        support::call_with(client, operation, &CString::new(bytes.unwrap_or_else(text)).unwrap())
    }

    /// The document after the operations of a JSON Patch; null stands for none.
    pub(crate) fn patch(&self, document: Value, operations: &Value) -> Value {
        if operations.is_null() {
            return document;
        }
        let request = json!({"document": document, "operations": self.fill(operations)});
        support::call(0, "document.patch", &request.to_string()).result().clone()
    }
}

/// Checks all rows, each with an emulator of its own; returns what was wrong.
pub(crate) fn in_parallel(rows: &[Value], check: impl Fn(&Value) -> Option<String> + Sync) -> Vec<String> {
    std::thread::scope(|scope| {
        let check = &check;
        let parts = rows.chunks(rows.len().div_ceil(4));
        let parts: Vec<_> =
            parts.map(|part| scope.spawn(move || part.iter().filter_map(check).collect::<Vec<_>>())).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}
