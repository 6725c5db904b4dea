//! The requests of clients that nobody here wrote, as their code sends them: the samples of Microsoft's documentation
//! in Python, Java and C#, Mozilla's pushmsix, StoreBroker, and Azure's SDKs.

use serde_json::{Value, json};
use storeship::emulator::Options;

use crate::faults::exchange;
use crate::router::{APP, FLIGHT, PACKAGE, Response, Store, zip};

const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
const BLOCK_BLOB: (&str, &str) = ("x-ms-blob-type", "BlockBlob");

/// A client: its store, and the headers that it adds to every call.
struct Client<'a> {
    store: Store,
    headers: Vec<(&'a str, &'a str)>,
}

impl<'a> Client<'a> {
    /// Signs in with a form that was put together without escaping anything, as all of these do except StoreBroker.
    async fn sign_in(mut store: Store, resource: &str, headers: &[(&'a str, &'a str)]) -> Client<'a> {
        let at = store.endpoints();
        let body = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&resource={resource}",
            at.client_id, at.client_secret
        );
        let path = format!("/{}/oauth2/token", at.tenant_id);
        let response = store.send("POST", &path, &[FORM], body.into_bytes()).await;
        store.token = response.json()["access_token"].as_str().expect("a token").to_owned();
        Client { store, headers: headers.to_vec() }
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let bearer = format!("Bearer {}", self.store.token);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend(self.headers.iter().chain(headers).copied());
        self.store.send(method, &format!("/v1.0/my/{path}"), &all, body.as_bytes().to_vec()).await
    }

    /// A call that has to succeed.
    async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Value {
        let response = self.send(method, path, headers, body).await;
        assert!((200..300).contains(&response.status), "{method} {path}: {} {}", response.status, response.text());
        if response.body.is_empty() { Value::Null } else { response.json() }
    }

    /// PUT of one file to the upload address, with every `+` of the address encoded.
    async fn upload(&self, url: &str, headers: &[(&str, &str)], entries: &[(&str, &[u8])]) {
        let response = self.store.blob("PUT", url, "", headers, &zip(entries)).await;
        assert_eq!(response.status, 201, "{}", response.text());
    }

    /// Polls a path until its `status` is no longer CommitStarted, at most as often as a build would wait.
    async fn poll(&self, path: &str) -> String {
        for _ in 0..5 {
            let status = self.call("GET", path, &[], "").await["status"].as_str().expect("a status").to_owned();
            if status != "CommitStarted" {
                return status;
            }
        }
        panic!("{path} stays in CommitStarted");
    }
}

fn id(document: &Value) -> &str {
    document["id"].as_str().expect("an id")
}

fn url(document: &Value) -> &str {
    document["fileUploadUrl"].as_str().expect("an upload address")
}

/// A store whose app has no gaming options and trailers, or has them.
async fn store(advanced: bool) -> Store {
    let store = Store::start().await;
    let mut state = store.control("GET", "state", Value::Null).await.json();
    state["applications"][0]["hasAdvancedListingPermission"] = json!(advanced);
    assert_eq!(store.control("PUT", "state", state).await.status, 204);
    store
}

/// The PUT of the Python sample: the draft with `Pricing` beside its `pricing`, an image without a status, names that
/// the API does not know, and, if the app may have them, a trailer with two images.
fn python_edit(document: &mut Value, advanced: bool) {
    let listing = json!({
        "copyrightAndTrademarkInfo": "(C) Contoso", "keywords": ["SampleApp", "GameOptions"],
        "licenseTerms": "http://example.com/terms", "privacyPolicy": "http://example.com/privacy",
        "supportContact": "support@example.com", "websiteUrl": "http://example.com", "description": "A sample game.",
        "features": ["Does not crash"], "releaseNotes": "Initial release", "recommendedHardware": [],
        "hardwarePreferences": ["Keyboard", "Mouse"], "title": "Contoso sample app",
        "images": [{"fileName": "img/screenshot.png", "description": "The app.", "imageType": "Screenshot"}],
    });
    document["applicationCategory"] = json!("Games_Fighting");
    document["listings"] = json!({"en-us": {"baseListing": listing, "platformOverrides": {}}});
    document["Pricing"] = json!({"trialPeriod": "NoFreeTrial", "priceId": "Free", "marketSpecificPricing": {}});
    document["packages"] = json!([{"fileName": "bin/sample.appxupload", "fileStatus": "PendingUpload"}]);
    document["allowTargetFutureDeviceFamilies"] =
        json!({"Desktop": true, "Mobile": false, "Xbox": true, "Holographic": false});
    if advanced {
        document["gamingOptions"] = json!([{
            "Genres": ["Games_Fighting"], "IsLocalMultiplayer": true, "LocalMultiplayerMinPlayers": 2,
            "LocalMultiplayerMaxPlayers": 4, "KinectDataForExternal": "Disabled", "OtherPeripherals": "Joysticks.",
        }]);
        document["trailers"] = json!([{
            "VideoFileName": "trailers/main.mpeg",
            "TrailerAssets": {"en-us": {"Title": "Main", "ImageList": [
                {"FileName": "trailers/a.png", "Description": "Before"},
                {"FileName": "trailers/b.png", "Description": "After"},
            ]}},
        }]);
    }
}

#[tokio::test]
async fn the_python_sample_releases_an_app() {
    // Every call has a content type, those without a body too.
    let headers = [JSON, ("user-agent", "Python")];
    let client = Client::sign_in(store(false).await, "https://manage.devcenter.microsoft.com", &headers).await;
    let app = format!("applications/{APP}");
    assert_eq!(client.call("GET", &app, &[], "").await["hasAdvancedListingPermission"], false);
    // One that is pending is deleted first.
    client.call("POST", &format!("{app}/submissions"), &[], "").await;
    let pending = client.call("GET", &app, &[], "").await["pendingApplicationSubmission"].clone();
    client.call("DELETE", &format!("{app}/submissions/{}", id(&pending)), &[], "").await;

    let mut document = client.call("POST", &format!("{app}/submissions"), &[], "").await;
    let path = format!("{app}/submissions/{}", id(&document));
    document["pricing"]["priceId"] = json!("Base");
    python_edit(&mut document, false);
    // `json.dumps` keeps the order of the dict: the new members come last.
    let text = document.to_string().replacen("\"Pricing\":", "\"x\":", 1);
    let pricing = document["Pricing"].to_string();
    let text = format!("{},\"Pricing\":{pricing}}}", &text[..text.len() - 1]);
    let after = client.call("PUT", &path, &[], &text).await;
    assert_eq!(after["pricing"]["priceId"], "Free", "the last of two prices counts");
    let read = client.call("GET", &path, &[], "").await;
    client.upload(url(&read), &[BLOCK_BLOB], &[("img/screenshot.png", b"png")]).await;
    client.call("POST", &format!("{path}/commit"), &[], "").await;
    assert_eq!(client.poll(&format!("{path}/status")).await, "PreProcessing");
}

#[tokio::test]
async fn the_python_sample_with_trailers_breaks_a_documented_rule() {
    let client = Client::sign_in(store(true).await, "https://manage.devcenter.microsoft.com", &[JSON]).await;
    let mut document = client.call("POST", &format!("applications/{APP}/submissions"), &[], "").await;
    python_edit(&mut document, true);
    let path = format!("applications/{APP}/submissions/{}", id(&document));
    let response = client.send("PUT", &path, &[], &document.to_string()).await;
    assert_eq!(response.error(), (400, "InvalidParameterValue".into(), "trailers".into()));
    assert!(response.text().contains("one image in each language"), "{}", response.text());
}

#[tokio::test]
async fn the_java_sample_polls_the_submission_itself() {
    let headers = [("user-agent", "Java")];
    let client = Client::sign_in(Store::start().await, "https://manage.devcenter.microsoft.com", &headers).await;
    for product in [format!("applications/{APP}"), format!("applications/{APP}/flights/{FLIGHT}")] {
        // A POST without a body has no content type.
        let mut document = client.call("POST", &format!("{product}/submissions"), &[], "").await;
        let path = format!("{product}/submissions/{}", id(&document));
        let packages = if product.contains("flights") { "flightPackages" } else { "applicationPackages" };
        let new = json!({"fileName": "new_2.0.0.0_x64.appx", "fileStatus": "PendingUpload"});
        document[packages].as_array_mut().expect("packages").push(new);
        client.call("PUT", &path, &[JSON], &document.to_string()).await;
        client.upload(url(&document), &[BLOCK_BLOB], &[("new_2.0.0.0_x64.appx", PACKAGE)]).await;
        let committed = client.call("POST", &format!("{path}/commit"), &[], "").await;
        assert_eq!(committed["status"], "CommitStarted");
        assert_eq!(client.poll(&path).await, "PreProcessing", "{product}");
    }
    let flight = client.call("POST", &format!("applications/{APP}/flights"), &[JSON], "{}").await;
    let flight_id = flight["flightId"].as_str().expect("an id");
    assert!(flight["pendingFlightSubmission"]["id"].is_string());
    client.call("DELETE", &format!("applications/{APP}/flights/{flight_id}"), &[], "").await;
}

#[tokio::test]
async fn the_csharp_sample_takes_its_service_url_as_scope() {
    let store = Store::with(Options { port: 8080, ..Options::default() }).await;
    let headers = [("ms-correlationid", "6b4e1ee4-2fd0-4b53-9e2c-3c7c1d2a0a01"), ("ms-requestid", "1")];
    let client = Client::sign_in(store, "http://127.0.0.1:8080", &headers).await;
    let app = format!("applications/{APP}");
    let mut document = client.call("POST", &format!("{app}/submissions"), &[], "").await;
    let path = format!("{app}/submissions/{}", id(&document));
    document["applicationPackages"][0]["fileStatus"] = json!("PendingDelete");
    let new = json!({"fileStatus": "PendingUpload", "fileName": "package.appx"});
    document["applicationPackages"].as_array_mut().expect("packages").push(new);
    // It uploads before the PUT, whose path ends with a slash.
    client.upload(url(&document), &[BLOCK_BLOB, ("x-ms-version", "2019-07-07")], &[("package.appx", PACKAGE)]).await;
    let json = ("content-type", "application/json; charset=utf-8");
    client.call("PUT", &format!("{path}/"), &[json], &document.to_string()).await;
    client.call("POST", &format!("{path}/commit"), &[], "").await;
    assert_eq!(client.poll(&format!("{path}/status")).await, "PreProcessing");
    // Its pages follow `@nextLink` below `/v1.0/my/`.
    let list = client.call("GET", &format!("{app}/listinappproducts"), &[], "").await;
    assert!(list["value"].is_array());
}

#[tokio::test]
async fn pushmsix_uploads_in_blocks() {
    let store = Store::with(Options { port: 8080, ..Options::default() }).await;
    let headers = [JSON, ("user-agent", "Python")];
    let client = Client::sign_in(store, "http://127.0.0.1:8080", &headers).await;
    let app = format!("applications/{APP}");
    assert!(client.call("GET", &app, &[], "").await.get("pendingApplicationSubmission").is_none());
    let mut document = client.call("POST", &format!("{app}/submissions"), &[], "").await;
    let path = format!("{app}/submissions/{}", id(&document));
    let first = document["applicationPackages"][0].clone();
    document["applicationPackages"][0]["fileStatus"] = json!("PendingDelete");
    let names = ["target.store.260101.1.msix", "target.store.260101.2.msix"];
    for name in names {
        document["applicationPackages"].as_array_mut().expect("packages").push(json!({
            "fileName": name, "fileStatus": "PendingUpload", "minimumDirectXVersion": first["minimumDirectXVersion"],
            "minimumSystemRam": first["minimumSystemRam"],
        }));
    }
    document["packageDeliveryOptions"]["packageRollout"]["isPackageRollout"] = json!(true);
    document["packageDeliveryOptions"]["packageRollout"]["packageRolloutPercentage"] = json!(25);
    client.call("PUT", &path, &[], &document.to_string()).await;
    azure_upload(&client.store, url(&document), &zip(&[(names[0], PACKAGE), (names[1], PACKAGE)])).await;
    client.call("POST", &format!("{path}/commit"), &[], "").await;
    assert_eq!(client.poll(&format!("{path}/status")).await, "PreProcessing");
}

/// An upload as `BlobClient.from_blob_url(…).upload_blob(…)` of Azure's SDK for Python sends it: the SDK takes the URL
/// apart into account, container and blob, puts it together again, and encodes the signature.
async fn azure_upload(store: &Store, url: &str, bytes: &[u8]) {
    let parsed = url::Url::parse(&url.replace('+', "%2B")).expect("a URL");
    let segments: Vec<&str> = parsed.path_segments().expect("a path").collect();
    let [account, container, blob] = segments[..] else { panic!("not /account/container/blob: {url}") };
    let path = |comp: &str| format!("/{account}/{container}/{blob}?{comp}&{}", query_text(&parsed));
    let headers = [
        ("x-ms-version", "2026-02-06"),
        ("x-ms-client-request-id", "0b1d5a54-0000-4000-8000-000000000001"),
        ("x-ms-date", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("content-type", "application/octet-stream"),
        ("accept", "application/xml"),
        ("user-agent", "azsdk-python-storage-blob/12.30.0 Python/3.11"),
    ];
    let mut list = String::from("<?xml version='1.0' encoding='utf-8'?>\n<BlockList>");
    for (index, block) in bytes.chunks(bytes.len().div_ceil(3)).enumerate() {
        let id = ["MDAwMDAwMDAwMDAw", "MDAwMDAwMDAwMDAx", "MDAwMDAwMDAwMDAy"][index];
        let response = store.send("PUT", &path(&format!("comp=block&blockid={id}")), &headers, block.to_vec()).await;
        assert_eq!(response.status, 201, "{}", response.text());
        list.push_str(&format!("<Latest>{id}</Latest>"));
    }
    list.push_str("</BlockList>");
    let mut xml = headers.to_vec();
    xml.retain(|(name, _)| *name != "content-type");
    xml.extend([("content-type", "application/xml"), ("x-ms-blob-content-type", "application/octet-stream")]);
    let response = store.send("PUT", &path("comp=blocklist"), &xml, list.into_bytes()).await;
    assert_eq!(response.status, 201, "{}", response.text());
    let response = store.send("HEAD", &path(""), &headers, Vec::new()).await;
    assert_eq!((response.status, response.header("content-length")), (200, bytes.len().to_string().as_str()));
}

/// The query of a URL, each value decoded and encoded again.
fn query_text(url: &url::Url) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(url.query_pairs()).finish()
}

#[tokio::test]
async fn storebroker_updates_a_submission() {
    let mut client = Client { store: Store::start().await, headers: vec![("user-agent", "PowerShell")] };
    // It escapes the secret, and `Invoke-RestMethod` adds the content type.
    let fields = client.store.fields(&[]);
    let path = format!("/{}/oauth2/token", client.store.endpoints().tenant_id);
    client.store.token = client.store.form(&path, &fields).await.json()["access_token"].as_str().unwrap().to_owned();
    let json = ("content-type", "application/json; charset=UTF-8");
    let list = client.call("GET", "applications?top=1&skip=0", &[], "").await;
    assert_eq!(list["value"].as_array().unwrap().len(), 1);
    let app = format!("applications/{APP}");
    let made = client.call("POST", &format!("{app}/submissions?isMinimalResponse=true"), &[json], "").await;
    let path = format!("{app}/submissions/{}", id(&made));
    let mut document = client.call("GET", &path, &[], "").await;
    // -UpdateListings: the images that are there are marked, and the new ones are put beside them.
    let images = document["listings"]["en-us"]["baseListing"]["images"].as_array_mut().unwrap();
    images[0]["fileStatus"] = json!("PendingDelete");
    images.push(json!({
        "fileName": "Assets\\en-us\\new.png", "fileStatus": "PendingUpload", "description": "New", "imageType": "Screenshot",
    }));
    document["applicationPackages"].as_array_mut().unwrap().push(json!({
        "fileName": "new_2.0.0.0_x64.appx", "fileStatus": "PendingUpload", "minimumDirectXVersion": "None",
        "minimumSystemRam": "None",
    }));
    document["targetPublishDate"] = json!("");
    let after = client.call("PUT", &path, &[json], &document.to_string()).await;
    let entries: [(&str, &[u8]); 2] = [("Assets/en-us/new.png", b"png"), ("new_2.0.0.0_x64.appx", PACKAGE)];
    azure_upload(&client.store, url(&after), &zip(&entries)).await;
    client.call("POST", &format!("{path}/Commit"), &[json], "").await;
    // Start-ApplicationSubmissionMonitor reads the app and the submission itself.
    client.call("GET", &app, &[], "").await;
    assert_eq!(client.poll(&path).await, "PreProcessing");
    let rollout = client.call("GET", &format!("{path}/packagerollout"), &[], "").await;
    assert_eq!(rollout["packageRolloutStatus"], "PackageRolloutNotStarted");
}

#[tokio::test]
async fn the_python_sample_reads_the_length_of_a_response_without_a_body() {
    let store = Store::start().await;
    let running = store.emulator.serve().await.unwrap();
    let address = running.endpoints().service.split('/').nth(2).unwrap().to_owned();
    let app = format!("applications/{APP}");
    let new = json!({"applicationIds": [APP], "productType": "Durable", "productId": "sample"});
    let add_on = store.call("POST", "inappproducts", Some(&new)).await.json();
    let flight = json!({"friendlyName": "sample", "groupIds": ["1"]});
    let flight = store.call("POST", &format!("{app}/flights"), Some(&flight)).await.json();
    for path in [
        format!("{app}/submissions/{}", id(&store.create(&app).await)),
        format!("{app}/flights/{}", flight["flightId"].as_str().unwrap()),
        format!("inappproducts/{}", id(&add_on)),
    ] {
        let response = exchange(&store, &address, "DELETE", &format!("/v1.0/my/{path}"), b"").await;
        let response = String::from_utf8(response).unwrap();
        assert!(response.starts_with("HTTP/1.1 204 No Content\r\n"), "{path}: {response}");
        assert!(response.contains("\r\ncontent-length: 0\r\n") && response.ends_with("\r\n\r\n"), "{path}: {response}");
    }
    running.stop().await;
}
