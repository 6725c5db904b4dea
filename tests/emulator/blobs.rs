//! The blob storage.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use storeship::emulator::Options;

use crate::router::{APP, Response, Store};

const PUT_BLOB: (&str, &str) = ("x-ms-blob-type", "BlockBlob");

async fn start(options: Options) -> (Store, String) {
    let store = Store::with(options).await;
    let document = store.create(&format!("applications/{APP}")).await;
    (store, document["fileUploadUrl"].as_str().unwrap().to_owned())
}

fn id(text: &str) -> String {
    STANDARD.encode(text)
}

fn block_query(text: &str) -> String {
    let id = url::form_urlencoded::byte_serialize(id(text).as_bytes()).collect::<String>();
    format!("&comp=block&blockid={id}")
}

async fn put_block(store: &Store, url: &str, name: &str, bytes: &[u8]) -> Response {
    store.blob("PUT", url, &block_query(name), &[], bytes).await
}

async fn put_list(store: &Store, url: &str, list: &str, names: &[&str]) -> Response {
    let blocks: String = names.iter().map(|name| format!("<{list}>{}</{list}>", id(name))).collect();
    let xml = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>{blocks}</BlockList>");
    store.blob("PUT", url, "&comp=blocklist", &[], xml.as_bytes()).await
}

async fn list(store: &Store, url: &str, kind: &str) -> Response {
    store.blob("GET", url, &format!("&comp=blocklist&blocklisttype={kind}"), &[], b"").await
}

#[tokio::test]
async fn blocks_become_a_blob() {
    for folder in [None, Some(tempfile::tempdir().unwrap())] {
        let dir = folder.as_ref().map(|folder| folder.path().to_owned());
        let (store, url) = start(Options { blob_dir: dir.clone(), ..Options::default() }).await;
        assert_eq!(list(&store, &url, "uncommitted").await.storage_error(), (404, "BlobNotFound"));
        // Without x-ms-version.
        assert_eq!(put_block(&store, &url, "a", b"Hello, ").await.status, 201);
        assert_eq!(put_block(&store, &url, "b", b"world").await.status, 201);
        assert_eq!(put_block(&store, &url, "b", b"World!").await.status, 201, "the same id replaces");
        let blocks = list(&store, &url, "uncommitted").await;
        assert!(blocks.text().contains(&format!("<UncommittedBlocks><Block><Name>{}</Name><Size>7</Size></Block><Block><Name>{}</Name><Size>6</Size></Block></UncommittedBlocks>", id("a"), id("b"))), "{}", blocks.text());
        assert_eq!(store.blob("GET", &url, "", &[], b"").await.storage_error(), (404, "BlobNotFound"));
        assert_eq!(store.blob("HEAD", &url, "", &[], b"").await.status, 404);

        assert_eq!(put_list(&store, &url, "Latest", &["a", "c"]).await.storage_error(), (400, "InvalidBlockList"));
        assert_eq!(put_list(&store, &url, "Latest", &["a", "b"]).await.status, 201);
        assert_eq!(put_list(&store, &url, "Latest", &["a", "b"]).await.status, 201, "idempotent");
        assert_eq!(put_list(&store, &url, "Uncommitted", &["a", "b"]).await.storage_error(), (400, "InvalidBlockList"));
        assert_eq!(put_list(&store, &url, "Committed", &["b", "a"]).await.status, 201);
        assert_eq!(store.blob("GET", &url, "", &[], b"").await.body, b"World!Hello, ");
        let all = list(&store, &url, "all").await;
        assert!(
            all.text().contains("<UncommittedBlocks></UncommittedBlocks>")
                && all.text().contains("<CommittedBlocks><Block>"),
            "{}",
            all.text()
        );
        assert_eq!(all.header("x-ms-blob-content-length"), "13");

        // On Windows the file keeps its name until its handle is closed.
        if let (true, Some(dir)) = (cfg!(unix), dir) {
            assert_eq!(
                std::fs::read_dir(dir).unwrap().count(),
                0,
                "the file has no name, so a killed process leaves nothing behind"
            );
        }
    }
}

#[tokio::test]
async fn an_unusable_blob_folder_is_an_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let options = Options { blob_dir: Some(file.path().to_owned()), ..Options::default() };
    assert!(storeship::emulator::Emulator::new(options).is_err());
}

#[tokio::test]
async fn a_block_list_drops_other_uncommitted_blocks() {
    let (store, url) = start(Options::default()).await;
    put_block(&store, &url, "a", b"1").await;
    put_block(&store, &url, "b", b"2").await;
    assert_eq!(put_list(&store, &url, "Latest", &["a"]).await.status, 201);
    assert_eq!(put_list(&store, &url, "Latest", &["a", "b"]).await.storage_error(), (400, "InvalidBlockList"));
    for bad in ["", "<BlockList>", "<Blocks></Blocks>", "<BlockList><Newest>YQ==</Newest></BlockList>"] {
        let response = store.blob("PUT", &url, "&comp=blocklist", &[], bad.as_bytes()).await;
        assert_eq!(response.storage_error(), (400, "InvalidXmlDocument"), "{bad}");
    }
    let meta = [("x-ms-meta-plan", "abc"), ("x-ms-blob-content-type", "application/zip")];
    store.blob("PUT", &url, "&comp=blocklist", &meta, b"<BlockList/>").await;
    let head = store.blob("HEAD", &url, "", &[], b"").await;
    assert_eq!(
        (head.header("content-length"), head.header("x-ms-meta-plan"), head.header("content-type")),
        ("0", "abc", "application/zip")
    );
}

#[tokio::test]
async fn block_ids_are_checked() {
    let (store, url) = start(Options::default()).await;
    put_block(&store, &url, "aa", b"1").await;
    assert_eq!(put_block(&store, &url, "a", b"1").await.status, 201, "base64 of equal length");
    assert_eq!(put_block(&store, &url, "abcd", b"1").await.storage_error(), (400, "InvalidBlobOrBlock"));
    assert_eq!(put_block(&store, &url, &"a".repeat(65), b"1").await.storage_error(), (400, "InvalidBlockId"));
    for bad in ["&comp=block&blockid=%21%21", "&comp=block&blockid=", "&comp=block"] {
        assert_eq!(store.blob("PUT", &url, bad, &[], b"1").await.storage_error(), (400, "InvalidBlockId"), "{bad}");
    }
    assert_eq!(put_block(&store, &url, "aa", b"").await.storage_error(), (400, "InvalidHeaderValue"));
    assert_eq!(
        store.blob("PUT", &url, "&comp=page", &[], b"1").await.storage_error(),
        (400, "InvalidQueryParameterValue")
    );
}

#[tokio::test]
async fn put_blob_needs_a_blob_type_and_replaces_the_content() {
    let (store, url) = start(Options::default()).await;
    assert_eq!(store.blob("PUT", &url, "", &[], b"1").await.storage_error(), (400, "MissingRequiredHeader"));
    let page = [("x-ms-blob-type", "PageBlob")];
    assert_eq!(store.blob("PUT", &url, "", &page, b"1").await.storage_error(), (400, "InvalidHeaderValue"));
    put_block(&store, &url, "a", b"1").await;
    assert_eq!(store.blob("PUT", &url, "", &[PUT_BLOB], b"0123456789").await.status, 201);
    assert_eq!(put_list(&store, &url, "Latest", &["a"]).await.storage_error(), (400, "InvalidBlockList"));
    for (range, expected) in [("bytes=0-3", "0123"), ("bytes=7-", "789"), ("bytes=8-99", "89")] {
        let response = store.blob("GET", &url, "", &[("x-ms-range", range)], b"").await;
        assert_eq!((response.status, response.text()), (206, expected));
        assert!(response.header("content-range").ends_with("/10"));
    }
    for (range, error) in [("bytes=10-", (416, "InvalidRange")), ("bytes=-3", (400, "InvalidHeaderValue"))] {
        assert_eq!(store.blob("GET", &url, "", &[("range", range)], b"").await.storage_error(), error);
    }
}

#[tokio::test]
async fn size_limits_follow_the_storage_version() {
    let (store, url) = start(Options::default()).await;
    let size = |length: u64| length.to_string();
    const MIB: u64 = 1024 * 1024;
    for (version, put, block) in [(None, 256, 100), (Some("2015-12-11"), 64, 4), (Some("2021-12-02"), 5000, 4000)] {
        for (query, limit) in [(String::new(), put), (block_query("a"), block)] {
            let length = size(limit * MIB + 1);
            let mut headers = vec![PUT_BLOB, ("content-length", length.as_str())];
            headers.extend(version.map(|version| ("x-ms-version", version)));
            let response = store.blob("PUT", &url, &query, &headers, b"").await;
            assert_eq!(response.storage_error(), (413, "RequestBodyTooLarge"), "{version:?} {query}");
            assert!(response.text().contains(&format!("<MaxLimit>{}</MaxLimit>", limit * MIB)), "{}", response.text());
        }
    }
    let (store, url) = start(Options { max_block: Some(3), max_put: Some(4), ..Options::default() }).await;
    assert_eq!(put_block(&store, &url, "a", b"123").await.status, 201);
    assert_eq!(put_block(&store, &url, "b", b"1234").await.status, 413);
    assert_eq!(store.blob("PUT", &url, "", &[PUT_BLOB], b"12345").await.status, 413);
}

#[tokio::test]
async fn hashes_are_checked() {
    let (store, url) = start(Options::default()).await;
    let query = block_query("a");
    let digits = "1234567890".repeat(8);
    // The test values of RFC 1321 and the check value of CRC-64/NVME.
    for (header, body, good, code) in [
        ("content-md5", "abc", "kAFQmDzST7DWlj99KOF/cg==", "Md5Mismatch"),
        ("content-md5", &digits, "V+30oivjyVWsSdouIQe2eg==", "Md5Mismatch"),
        ("x-ms-content-crc64", "123456789", "iJh5CoYUi64=", "Crc64Mismatch"),
    ] {
        let body = body.as_bytes();
        let bad = store.blob("PUT", &url, &query, &[(header, "AAAAAAAAAAA=")], body).await;
        assert_eq!(bad.storage_error(), (400, code));
        let right = store.blob("PUT", &url, &query, &[(header, good)], body).await;
        assert_eq!((right.status, right.header(header)), (201, good));
    }
}

#[tokio::test]
async fn responses_name_the_checksum_of_what_arrived() {
    let (store, url) = start(Options::default()).await;
    let version = ("x-ms-version", "2021-12-02");
    let new = store.blob("PUT", &url, &block_query("a"), &[version], b"123456789").await;
    assert_eq!((new.status, new.header("x-ms-content-crc64")), (201, "iJh5CoYUi64="));
    // Versions before 2019-02-02 know MD5 only; that of the address counts for a request without one.
    let old = store.blob("PUT", &url, &block_query("b"), &[], b"abc").await;
    assert_eq!((old.status, old.header("content-md5")), (201, "kAFQmDzST7DWlj99KOF/cg=="));
    // That of a list is the list's own.
    let list = b"<BlockList><Latest>YQ==</Latest></BlockList>";
    let listed = store.blob("PUT", &url, "&comp=blocklist", &[version], list).await;
    assert_eq!((listed.status, listed.header("x-ms-content-crc64")), (201, "qrXkxiyVmhs="));
}

#[tokio::test]
async fn faults_alter_bytes_and_take_out_headers() {
    let (store, url) = start(Options::default()).await;
    let rule = |more: Value| {
        let mut rule = json!({"path": "*/ingestion/*"});
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    store.fault(rule(json!({"damages": 2}))).await;
    assert_eq!(store.blob("PUT", &url, "", &[PUT_BLOB], b"abcd").await.status, 201);
    assert_eq!(store.blob("GET", &url, "", &[], b"").await.text(), "abbd");
    store.fault(rule(json!({"damages": 9}))).await;
    assert_eq!(store.blob("PUT", &url, "", &[PUT_BLOB], b"abcd").await.status, 201);
    assert_eq!(store.blob("GET", &url, "", &[], b"").await.text(), "abcd");
    store.fault(rule(json!({"damages": 0}))).await;
    let checked = [PUT_BLOB, ("x-ms-content-crc64", "iJh5CoYUi64=")];
    assert_eq!(store.blob("PUT", &url, "", &checked, b"123456789").await.storage_error(), (400, "Crc64Mismatch"));

    store.fault(rule(json!({"requestWithout": ["X-MS-Range"]}))).await;
    let range = [("x-ms-range", "bytes=1-2")];
    let whole = store.blob("GET", &url, "", &range, b"").await;
    assert_eq!((whole.status, whole.text()), (200, "abcd"));
    let part = store.blob("GET", &url, "", &range, b"").await;
    assert_eq!((part.status, part.text(), part.header("content-range")), (206, "bc", "bytes 1-2/4"));
    store.fault(rule(json!({"responseWithout": ["Content-Range"]}))).await;
    assert_eq!(store.blob("GET", &url, "", &range, b"").await.header("content-range"), "");
}

#[tokio::test]
async fn an_upload_can_ask_for_a_new_blob() {
    let (store, url) = start(Options::default()).await;
    let condition = ("if-none-match", "*");
    let put = async |headers: &[(&str, &str)]| store.blob("PUT", &url, "", headers, b"1").await;
    assert_eq!(put(&[PUT_BLOB, condition]).await.status, 201);
    assert_eq!(put(&[PUT_BLOB, condition]).await.storage_error(), (409, "BlobAlreadyExists"));
    put_block(&store, &url, "a", b"1").await;
    let list = b"<BlockList><Latest>YQ==</Latest></BlockList>";
    let response = store.blob("PUT", &url, "&comp=blocklist", &[condition], list).await;
    assert_eq!(response.storage_error(), (409, "BlobAlreadyExists"));
    assert_eq!(put(&[PUT_BLOB]).await.status, 201);
}

#[tokio::test]
async fn the_signature_is_checked() {
    let (store, url) = start(Options::default()).await;
    let put = async |path: String, headers: &[(&str, &str)]| {
        let path = path[path.find("/productingestionbin1/ingestion/").unwrap()..].to_owned();
        store.send("PUT", &path, headers, b"1".to_vec()).await
    };
    let right = url.replace('+', "%2B");
    assert_eq!(put(right.clone(), &[PUT_BLOB]).await.status, 201);
    for wrong in [
        url.clone(),
        right.replace("sp=rwl", "sp=rwdl"),
        right.replace("&sr=b", "&sr=c"),
        right.replacen("/ingestion/", "/ingestion/0", 1),
        right[..right.find("&sig=").unwrap()].to_owned(),
        right[..right.find('?').unwrap()].to_owned(),
    ] {
        assert_eq!(put(wrong.clone(), &[PUT_BLOB]).await.storage_error(), (403, "AuthenticationFailed"), "{wrong}");
    }
    let response = put(right.clone(), &[PUT_BLOB, ("authorization", "Bearer x")]).await;
    assert_eq!(response.storage_error(), (400, "InvalidAuthenticationInfo"));
    store.control("POST", "clock", json!({"advanceSeconds": 86_400})).await;
    assert_eq!(put(right, &[PUT_BLOB]).await.storage_error(), (403, "AuthenticationFailed"));
    let requests = store.control("GET", "requests", json!(null)).await;
    assert!(requests.text().contains("sig=present") && !requests.text().contains("%3D"));
}

#[tokio::test]
async fn uncommitted_blocks_vanish_after_seven_days() {
    let options = Options { upload_lifetime: 30 * 86_400, ..Options::default() };
    let (store, url) = start(options).await;
    put_block(&store, &url, "a", b"1").await;
    store.control("POST", "clock", json!({"advanceSeconds": 7 * 86_400 + 1})).await;
    assert_eq!(list(&store, &url, "all").await.status, 404);
}
