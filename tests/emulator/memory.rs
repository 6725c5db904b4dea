//! What the emulator keeps, and that no long request holds up another one.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::router::{APP, PACKAGE, Store, zip};

#[tokio::test]
async fn old_bodies_are_kept_by_length_and_hash() {
    let store = Store::start().await;
    store.control("DELETE", "requests", Value::Null).await;
    let body = json!("x".repeat(1024 * 1024)).to_string();
    for _ in 0..40 {
        store.send("POST", "/tenant/oauth2/token", &[], body.clone().into_bytes()).await;
    }
    store.send("POST", "/tenant/oauth2/token", &[], b"{}".to_vec()).await;
    let requests = store.control("GET", "requests", Value::Null).await.json();
    let requests = requests.as_array().unwrap();
    assert_eq!(requests.len(), 41);
    let held = requests.iter().filter(|request| request["body"].is_string()).count();
    assert_eq!(held, 32, "32 MiB, with the quotes and the last one");
    let hash: String = Sha256::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    for (index, request) in requests.iter().enumerate() {
        let released = index < 41 - held;
        assert_eq!(request["body"].is_null(), released, "{index}");
        assert_eq!(request["bodySha256"], if released { json!(hash) } else { Value::Null });
        assert_eq!(request["bodyBytes"], if released { json!(body.len()) } else { Value::Null });
    }
}

/// The number of blobs that the emulator holds.
async fn blobs(store: &Store) -> usize {
    store.control("GET", "state", Value::Null).await.json()["blobs"].as_array().unwrap().len()
}

/// Creates a draft with a new package, and uploads it.
async fn uploaded(store: &Store, product: &str, version: u32) -> String {
    let mut document = store.create(product).await;
    let path = format!("{product}/submissions/{}", document["id"].as_str().unwrap());
    let name = format!("Contoso_{version}.0.0.0_x64.msix");
    document["applicationPackages"][0]["fileStatus"] = json!("PendingDelete");
    let new = json!({"fileName": name, "fileStatus": "PendingUpload"});
    document["applicationPackages"].as_array_mut().unwrap().push(new);
    let document = store.put(&path, &document).await;
    let url = document["fileUploadUrl"].as_str().unwrap();
    let bytes = zip(&[(&name, PACKAGE)]);
    assert_eq!(store.blob("PUT", url, "", &[("x-ms-blob-type", "BlockBlob")], &bytes).await.status, 201);
    path
}

#[tokio::test]
async fn uploads_that_nobody_needs_are_dropped() {
    let store = Store::start().await;
    let app = format!("applications/{APP}");
    for version in 2..6 {
        let path = uploaded(&store, &app, version).await;
        assert_eq!(store.call("DELETE", &path, None).await.status, 204);
        assert_eq!(blobs(&store).await, 0);
    }
    for version in 2..6 {
        let path = uploaded(&store, &app, version).await;
        store.commit(&path).await;
        store.poll(&path, "Published").await;
        assert_eq!(blobs(&store).await, 1, "the one of the last published submission");
    }
    let path = uploaded(&store, &app, 6).await;
    let id = path.rsplit('/').next().unwrap();
    store.control("POST", &format!("submissions/{id}"), json!({"status": "Canceled"})).await;
    assert_eq!(blobs(&store).await, 1);
}

/// That a request is still at work when another one, which was sent later, is answered.
async fn assert_others_are_answered(store: &Store, request: impl Future<Output = u16>, name: &str) {
    let mut request = std::pin::pin!(request);
    tokio::select! {
        biased;
        _ = &mut request => panic!("{name}: the other request had to wait"),
        clock = store.control("GET", "clock", Value::Null) => assert_eq!(clock.status, 200),
    }
    assert_eq!(request.await, 200, "{name}");
}

#[tokio::test]
async fn others_are_answered_while_a_long_response_is_made() {
    // `clock` takes a thread as well; each other request has more to do.
    let store = Store::start().await;
    for _ in 0..4 {
        store.call_text("PUT", "applications/x/submissions/1", &json!("x".repeat(1024 * 1024)).to_string()).await;
    }
    let mut state = store.control("GET", "state", Value::Null).await.json();
    for at in 0..30_000 {
        state["applications"][0][format!("key{at}")] = json!(at);
    }
    assert_eq!(store.control("PUT", "state", state).await.status, 204);
    for path in ["requests", "state"] {
        let long = async { store.control("GET", path, Value::Null).await.status };
        assert_others_are_answered(&store, long, path).await;
    }
}

#[tokio::test]
async fn others_are_answered_while_a_zip_is_read() {
    let store = Store::start().await;
    let app = format!("applications/{APP}");
    let path = uploaded(&store, &app, 2).await;
    let id = path.rsplit('/').next().unwrap();
    let url = store.get(&path).await["fileUploadUrl"].as_str().unwrap().to_owned();
    let names: Vec<String> = (0..3_000).map(|at| format!("image-{at}.png")).collect();
    let mut entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    entries.push(("Contoso_2.0.0.0_x64.msix", PACKAGE));
    let headers = [("x-ms-blob-type", "BlockBlob")];
    assert_eq!(store.blob("PUT", &url, "", &headers, &zip(&entries)).await.status, 201);
    store.commit(&path).await;
    let status = async { store.call("GET", &format!("{path}/status"), None).await.status };
    assert_others_are_answered(&store, status, "status").await;
    let seen = store.control("GET", &format!("submissions/{id}"), Value::Null).await.json();
    assert_eq!(seen["document"]["status"], "PreProcessing");
}
