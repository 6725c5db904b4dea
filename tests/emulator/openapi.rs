//! Validates the responses to all 37 operations against the OpenAPI description of the service.
//!
//! A success is validated twice: as described, and by a strict form of the description that forbids unknown members and
//! unknown values of extensible enumerations.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use storeship::emulator::Options;

use crate::router::{ADD_ON, APP, FLIGHT, PACKAGE, PUBLISHED, Response, Store, zip};

/// Documented responses that the emulator never sends, and why.
const NEVER_SENT: [(&str, u16, &str); 8] = [
    ("listApplications", 404, "an empty list is 200"),
    ("listApplications", 409, "the list contains unsupported apps"),
    ("listInAppProducts", 404, "an empty list is 200"),
    ("listInAppProducts", 409, "the list contains unsupported add-ons"),
    ("createApplicationSubmission", 400, "the request has no body that could be invalid"),
    ("getFlight", 400, "an unknown flight is 404"),
    ("deleteFlight", 400, "an unknown flight is 404"),
    ("deleteInAppProduct", 400, "an unknown add-on is 404"),
];

/// Responses that the description lacks: an invalid percentage.
const UNDOCUMENTED: [(&str, u16); 2] =
    [("updateApplicationPackageRolloutPercentage", 400), ("updateFlightPackageRolloutPercentage", 400)];

struct Contract {
    document: Value,
    strict: Value,
    seen: RefCell<BTreeMap<String, BTreeSet<u16>>>,
}

impl Contract {
    fn load() -> Contract {
        let document: Value = serde_json::from_str(include_str!("../../contract/openapi.json")).expect("JSON");
        let strict = strict(&document);
        Contract { document, strict, seen: RefCell::default() }
    }

    /// Name, method and path of the 37 operations.
    fn operations(&self) -> Vec<(String, String, String)> {
        let mut out = Vec::new();
        for (path, item) in self.document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("a path item") {
                if let Some(id) = operation["operationId"].as_str().filter(|_| item.get("servers").is_none()) {
                    out.push((id.to_owned(), method.to_uppercase(), path.clone()));
                }
            }
        }
        out
    }

    fn operation(&self, method: &str, path: &str) -> (String, Value) {
        let path = path.split('?').next().unwrap_or_default();
        for (id, verb, template) in self.operations() {
            let (template, path): (Vec<_>, Vec<_>) = (template[1..].split('/').collect(), path.split('/').collect());
            let fits = template.len() == path.len()
                && template.iter().zip(&path).all(|(part, segment)| part.starts_with('{') || part == segment);
            if fits && verb == method {
                let operation = &self.document["paths"][format!("/{}", template.join("/"))][verb.to_lowercase()];
                return (id, operation.clone());
            }
        }
        panic!("{method} {path} is not an operation");
    }

    /// Validates a response.
    fn check(&self, method: &str, path: &str, response: &Response) {
        let (id, operation) = self.operation(method, path);
        let at = format!("{id} {}: {}", response.status, response.text());
        self.seen.borrow_mut().entry(id.clone()).or_default().insert(response.status);
        if UNDOCUMENTED.contains(&(id.as_str(), response.status)) {
            let schema = json!({"$ref": "#/components/schemas/ErrorResponse"});
            return self.validate(&self.document, &schema, response, &at);
        }
        let mut description = &operation["responses"][response.status.to_string()];
        if let Some(reference) = description["$ref"].as_str() {
            description = self.document.pointer(&reference[1..]).expect("a reference that leads somewhere");
        }
        assert!(description.is_object(), "not described: {at}");
        if description["headers"].get("MS-CorrelationId").is_some() {
            assert_eq!(response.header("ms-correlationid").len(), 36, "{at}");
        }
        let schema = &description["content"]["application/json"]["schema"];
        if schema.is_null() {
            assert!(response.body.is_empty(), "{at}");
            return;
        }
        if response.body.is_empty() && response.status == 403 {
            return;
        }
        assert!(response.header("content-type").starts_with("application/json"), "{at}");
        self.validate(&self.document, schema, response, &at);
        if response.status < 300 {
            self.validate(&self.strict, &strict(schema), response, &at);
        }
    }

    fn validate(&self, document: &Value, schema: &Value, response: &Response, at: &str) {
        let mut root = schema.clone();
        root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        root["components"] = json!({"schemas": document["components"]["schemas"]});
        let validator = jsonschema::validator_for(&root).expect("a schema");
        let errors: Vec<String> = validator
            .iter_errors(&response.json())
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{at}\n{errors:#?}");
    }
}

/// A schema that also forbids unknown members and unknown values of extensible enumerations.
fn strict(node: &Value) -> Value {
    match node {
        Value::Array(items) => items.iter().map(strict).collect(),
        Value::Object(members) => {
            let mut out: serde_json::Map<_, _> =
                members.iter().map(|(name, value)| (name.clone(), strict(value))).collect();
            if members.get("properties").is_some_and(Value::is_object) && !members.contains_key("additionalProperties")
            {
                out.insert("additionalProperties".into(), json!(false));
            }
            if let (Some(Value::Array(known)), None) = (members.get("x-extensible-enum"), members.get("enum")) {
                let mut known = known.clone();
                for extra in ["x-observed-values", "x-legacy-values"] {
                    known.extend(members.get(extra).and_then(Value::as_array).cloned().unwrap_or_default());
                }
                out.insert("enum".into(), Value::Array(known));
            }
            Value::Object(out)
        }
        other => other.clone(),
    }
}

/// A store whose responses are all validated.
struct ValidatedStore<'a> {
    contract: &'a Contract,
    store: Store,
}

impl ValidatedStore<'_> {
    async fn call(&self, method: &str, path: &str, body: Option<&Value>, status: u16) -> Response {
        let response = self.store.call(method, path, body).await;
        assert_eq!(response.status, status, "{method} {path}: {}", response.text());
        self.contract.check(method, path, &response);
        response
    }

    async fn get(&self, path: &str) -> Value {
        self.call("GET", path, None, 200).await.json()
    }

    /// Calls all operations of a submission and publishes it; the result is its id.
    async fn release(&self, product: &str, change: impl Fn(&mut Value)) -> String {
        let submissions = format!("{product}/submissions");
        let document = self.call("POST", &submissions, None, 201).await.json();
        self.call("POST", &submissions, None, 409).await;
        let id = document["id"].as_str().expect("an id").to_owned();
        let path = format!("{submissions}/{id}");
        self.get(&path).await;
        self.call("PUT", &path, Some(&json!({"targetPublishMode": 1})), 400).await;
        self.call("DELETE", &path, None, 204).await;
        self.call("DELETE", &path, None, 404).await;
        self.call("GET", &path, None, 404).await;
        self.call("POST", &format!("{path}/commit"), None, 404).await;
        self.call("GET", &format!("{path}/status"), None, 404).await;

        let mut document = self.call("POST", &submissions, None, 201).await.json();
        let id = document["id"].as_str().expect("an id").to_owned();
        let path = format!("{submissions}/{id}");
        self.refuses_changes_of_partner_center(&path, &document).await;
        change(&mut document);
        let document = self.call("PUT", &path, Some(&document), 200).await.json();
        let url = document["fileUploadUrl"].as_str().expect("an address");
        let files = zip(&[("new_2.0.0.0_x64.msix", PACKAGE), ("new.png", b"png"), ("v.mp4", b"mp4")]);
        self.store.blob("PUT", url, "", &[("x-ms-blob-type", "BlockBlob")], &files).await;
        self.call("POST", &format!("{path}/commit"), None, 202).await;
        self.call("POST", &format!("{path}/commit"), None, 409).await;
        self.call("PUT", &path, Some(&document), 409).await;
        self.call("DELETE", &path, None, 409).await;
        for _ in 0..8 {
            self.get(&format!("{path}/status")).await;
            self.get(&path).await;
        }
        assert_eq!(self.get(&path).await["status"], "Published");
        id
    }

    async fn refuses_changes_of_partner_center(&self, path: &str, document: &Value) {
        let id = path.rsplit('/').next().unwrap_or_default();
        for created_by_api in [false, true] {
            let patch = json!({"createdByApi": created_by_api});
            self.store.control("POST", &format!("submissions/{id}"), patch).await;
            if !created_by_api {
                self.call("PUT", path, Some(document), 400).await;
                self.call("DELETE", path, None, 400).await;
                self.call("POST", &format!("{path}/commit"), None, 400).await;
            }
        }
    }

    async fn rollout(&self, product: &str, id: &str) {
        let path = format!("{product}/submissions/{id}");
        let other = format!("{product}/submissions/1");
        self.get(&format!("{path}/packagerollout")).await;
        self.call("GET", &format!("{other}/packagerollout"), None, 404).await;
        let set = "updatepackagerolloutpercentage?percentage=50";
        for (verb, last) in [(set, false), ("haltpackagerollout", true), ("finalizepackagerollout", true)] {
            self.call("POST", &format!("{path}/{verb}"), None, 200).await;
            self.call("POST", &format!("{other}/{verb}"), None, 404).await;
            if last {
                self.call("POST", &format!("{path}/{verb}"), None, 409).await;
                self.call("POST", &format!("{path}/{set}"), None, 409).await;
                self.reopen_rollout(id).await;
            }
        }
        self.call("POST", &format!("{path}/updatepackagerolloutpercentage?percentage=x"), None, 400).await;
    }

    /// Sets the rollout of a submission to PackageRolloutInProgress.
    async fn reopen_rollout(&self, id: &str) {
        let mut state = self.store.control("GET", "state", Value::Null).await.json();
        for entry in state["submissions"].as_array_mut().expect("submissions") {
            if entry["document"]["id"] == id {
                let rollout = &mut entry["document"]["packageDeliveryOptions"]["packageRollout"];
                rollout["packageRolloutStatus"] = json!("PackageRolloutInProgress");
            }
        }
        assert_eq!(self.store.control("PUT", "state", state).await.status, 204);
    }
}

fn new_package(document: &mut Value, list: &str) {
    let packages = document[list].as_array_mut().expect("packages");
    packages.push(json!({"fileName": "new_2.0.0.0_x64.msix", "fileStatus": "PendingUpload"}));
    document["packageDeliveryOptions"]["packageRollout"]["isPackageRollout"] = json!(true);
    document["packageDeliveryOptions"]["packageRollout"]["packageRolloutPercentage"] = json!(12.5);
}

async fn products(contract: &Contract) {
    let store = ValidatedStore { contract, store: Store::with(Options { apps: 21, ..Options::default() }).await };
    store.get("applications").await;
    store.get("applications?skip=20").await;
    store.get(&format!("applications/{APP}")).await;
    store.get("inappproducts").await;
    store.get(&format!("inappproducts/{ADD_ON}")).await;
    store.get(&format!("applications/{APP}/listflights")).await;
    store.get(&format!("applications/{APP}/listinappproducts")).await;
    store.get(&format!("applications/{APP}/flights/{FLIGHT}")).await;
    for path in [
        "applications/9NUNKNOWN000",
        "applications/9NUNKNOWN000/listflights",
        "applications/9NUNKNOWN000/listinappproducts",
        "inappproducts/9NUNKNOWN000",
    ] {
        store.call("GET", path, None, 404).await;
    }

    let flights = format!("applications/{APP}/flights");
    let flight = json!({"friendlyName": "myflight", "groupIds": [0], "rankHigherThan": null});
    let created = store.call("POST", &flights, Some(&flight), 201).await.json();
    store.call("POST", &flights, Some(&flight), 409).await;
    store.call("POST", &flights, Some(&json!({"friendlyName": 1})), 400).await;
    let path = format!("{flights}/{}", created["flightId"].as_str().expect("an id"));
    store.get(&path).await;
    let draft = format!("{path}/submissions/{}", created["pendingFlightSubmission"]["id"].as_str().expect("an id"));
    store.get(&draft).await;
    store
        .store
        .control(
            "POST",
            &format!("submissions/{}", draft.rsplit('/').next().unwrap_or_default()),
            json!({"status": "Certification"}),
        )
        .await;
    store.call("DELETE", &path, None, 409).await;
    store
        .store
        .control(
            "POST",
            &format!("submissions/{}", draft.rsplit('/').next().unwrap_or_default()),
            json!({"status": "CertificationFailed"}),
        )
        .await;
    store.get(&format!("{draft}/status")).await;
    store.call("DELETE", &path, None, 204).await;
    store.call("DELETE", &path, None, 404).await;
    store.call("GET", &path, None, 404).await;
    store.call("POST", &format!("{path}/submissions"), None, 400).await;

    let add_on = json!({"applicationIds": [APP], "productId": "my-new-add-on", "productType": "Consumable"});
    let created = store.call("POST", "inappproducts", Some(&add_on), 201).await.json();
    store.call("POST", "inappproducts", Some(&add_on), 409).await;
    store.call("POST", "inappproducts", Some(&json!({})), 400).await;
    let path = format!("inappproducts/{}", created["id"].as_str().expect("an id"));
    store.get(&path).await;
    store.call("POST", &format!("{path}/submissions"), Some(&json!({"visibility": "public"})), 400).await;
    store.call("POST", &format!("{path}/submissions"), None, 201).await;
    store.get(&path).await;
    store.call("DELETE", &path, None, 204).await;
    store.call("DELETE", &path, None, 404).await;
    store.call("DELETE", &format!("inappproducts/{ADD_ON}"), None, 409).await;
}

async fn releases(contract: &Contract) {
    let store = ValidatedStore { contract, store: Store::start().await };
    let app = format!("applications/{APP}");
    store.get(&format!("{app}/submissions/{PUBLISHED}/packagerollout")).await;
    let id = store
        .release(&app, |document| {
            new_package(document, "applicationPackages");
            document["gamingOptions"] = json!([{"genres": ["Games_Casino"], "kinectDataForExternal": "Enabled"}]);
            document["trailers"] = json!([{"videoFileName": "v.mp4", "trailerAssets":
                {"en-us": {"title": "T", "imageList": [{"fileName": "new.png", "description": null}]}}}]);
            document["listings"]["fr-fr"] = json!({"baseListing": {"title": null, "images":
                [{"fileName": "new.png", "fileStatus": "PendingUpload", "imageType": "Icon"}]}});
        })
        .await;
    store.rollout(&app, &id).await;
    store.get(&app).await;

    let flight = format!("{app}/flights/{FLIGHT}");
    let id = store.release(&flight, |document| new_package(document, "flightPackages")).await;
    store.rollout(&flight, &id).await;

    let add_on = format!("inappproducts/{ADD_ON}");
    store
        .release(&add_on, |document| {
            document["listings"]["de-de"] =
                json!({"title": "T", "icon": {"fileName": "new.png", "fileStatus": "PendingUpload"}});
            document["pricing"]["priceId"] = Value::Null;
        })
        .await;

    // A minimal response, and requests for a submission by the path of another product.
    store.store.control("PUT", "state", Store::start().await.control("GET", "state", Value::Null).await.json()).await;
    let short = store.call("POST", &format!("{app}/submissions?isMinimalResponse=true"), None, 201).await.json();
    let id = short["id"].as_str().expect("an id");
    for other in [&flight, &add_on] {
        store.call("GET", &format!("{other}/submissions/{id}"), None, 409).await;
        store.call("GET", &format!("{other}/submissions/{id}/status"), None, 409).await;
    }
    store.call("GET", &format!("{flight}/submissions/{id}/packagerollout"), None, 409).await;
    let other = "applications/9NBLGGH29DM8";
    for tail in ["", "/status", "/packagerollout"] {
        store.call("GET", &format!("{other}/submissions/{id}{tail}"), None, 409).await;
    }
}

/// The errors that all operations have in common: 401, 403, 409, 415, 429, 500, 503.
async fn common_errors(contract: &Contract) {
    let mut store = ValidatedStore { contract, store: Store::start().await };
    let mut state = store.store.control("GET", "state", Value::Null).await.json();
    let (hidden, unsupported) = (json!([APP, ADD_ON]), json!([]));
    let ids = |path: &str| {
        path.trim_start_matches('/')
            .replace("{applicationId}", APP)
            .replace("{flightId}", FLIGHT)
            .replace("{inAppProductId}", ADD_ON)
            .replace("{submissionId}", PUBLISHED)
    };
    let body = json!({});
    let good = store.store.token.clone();
    for (_, method, path) in contract.operations() {
        let path = ids(&path);
        let sent = matches!(method.as_str(), "POST" | "PUT").then_some(&body);
        "none".clone_into(&mut store.store.token);
        store.call(&method, &path, sent, 401).await;
        good.clone_into(&mut store.store.token);
        for status in [429, 500, 503] {
            store.store.fault(json!({"path": "*", "status": status})).await;
            store.call(&method, &path, sent, status).await;
        }
        if path == "applications" || path == "inappproducts" {
            store.store.fault(json!({"path": "*", "status": 403})).await;
            store.call(&method, &path, sent, 403).await;
        }
        if sent.is_some() {
            let bearer = format!("Bearer {good}");
            let headers = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
            let response = store.store.send(&method, &format!("/v1.0/my/{path}"), &headers, b"x".to_vec()).await;
            assert_eq!(response.status, 415);
            contract.check(&method, &path, &response);
        }
    }
    for (hide, unsupport, status) in [(&hidden, &unsupported, 403), (&unsupported, &hidden, 409)] {
        state["hidden"] = hide.clone();
        state["unsupported"] = unsupport.clone();
        assert_eq!(store.store.control("PUT", "state", state.clone()).await.status, 204);
        for (_, method, path) in contract.operations() {
            let path = ids(&path);
            if path.contains('/') {
                let path = path.replace("rolloutpercentage", "rolloutpercentage?percentage=5");
                store.call(&method, &path, matches!(method.as_str(), "POST" | "PUT").then_some(&body), status).await;
            }
        }
    }
}

#[tokio::test]
async fn every_response_matches_the_description() {
    let contract = Contract::load();
    assert_eq!(contract.operations().len(), 37);
    products(&contract).await;
    releases(&contract).await;
    common_errors(&contract).await;

    let seen = contract.seen.borrow();
    let mut missing = Vec::new();
    for (id, method, path) in contract.operations() {
        let responses = &contract.document["paths"][&path][method.to_lowercase()]["responses"];
        for status in responses.as_object().expect("responses").keys() {
            let status: u16 = status.parse().expect("a status");
            let never = NEVER_SENT.iter().any(|(other, code, _)| *other == id && *code == status);
            // Each response was seen or is listed as never sent, and not both.
            if never == seen.get(&id).is_some_and(|seen| seen.contains(&status)) {
                missing.push(format!("{id} {status}"));
            }
        }
    }
    assert!(missing.is_empty(), "documented responses that were not seen, or are listed as never sent: {missing:#?}");
}
