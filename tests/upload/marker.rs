//! Markers at the upload address.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use storeship::config::Secret;
use storeship::upload::marker::{self, Found, Marker, RunMarker};
use storeship::upload::{Link, ReleaseKey, Settings};

use crate::links::Submission;
use crate::storage::{Fault, Seen};
use crate::{ADDRESS, Bench, SETTINGS};

const RELEASE: ReleaseKey = ReleaseKey([1; 12]);

fn run(run: u8, minute: u32) -> Marker {
    Marker::Run(RunMarker {
        release: RELEASE,
        run: [run; 8],
        minute,
        left_for_review: false,
        price_left: false,
        adopted: false,
    })
}

async fn put(bench: &Bench, marker: Marker) {
    marker::put(&bench.client(""), &Link::fixed(Secret::new(ADDRESS.to_owned())), &marker, false).await.unwrap();
}

async fn read(bench: &Bench) -> Found {
    let mut found = marker::read(&bench.client(""), &Link::fixed(Secret::new(ADDRESS.to_owned())), true).await.unwrap();
    found.markers.sort();
    found
}

#[tokio::test(start_paused = true)]
async fn what_is_at_the_address_is_told() {
    let bench = Bench::new();
    let nothing = read(&bench).await;
    assert_eq!((nothing.markers, nothing.blocks, nothing.zip), (vec![], false, None));
    assert_eq!(Marker::minute(nothing.date), 29_453_760, "the client's clock when the storage sends no date");

    let copy = Marker::Copy { release: RELEASE, hash: [8; 16] };
    put(&bench, run(1, 5)).await;
    put(&bench, copy).await;
    put(&bench, run(1, 5)).await;
    let marked = read(&bench).await;
    assert_eq!((marked.markers, marked.blocks, marked.zip), (vec![run(1, 5), copy], false, None));
    assert!(bench.storage.requests().iter().filter(|seen| seen.is_block()).all(|seen| seen.length == 1));

    bench.storage.script(|seen, _| seen.is_list().then(|| Fault::Response(403, "AuthenticationFailed", Vec::new())));
    bench.upload().await.unwrap_err();
    let begun = read(&bench).await;
    assert_eq!((begun.markers, begun.blocks, begun.zip), (vec![run(1, 5), copy], true, None));

    bench.storage.script(|_, _| None);
    bench.upload().await.unwrap();
    let uploaded = read(&bench).await;
    assert_eq!((uploaded.markers, uploaded.blocks, uploaded.zip), (vec![run(1, 5), copy], true, Some(RELEASE)));
    bench.assert_whole();
}

#[tokio::test(start_paused = true)]
async fn an_upload_keeps_the_newest_marker_of_each_run() {
    let bench = Bench::new();
    for marker in [run(1, 5), run(1, 6), run(2, 3)] {
        put(&bench, marker).await;
    }
    // A run puts its next marker while the upload goes on.
    let other = Bench { storage: bench.storage.clone(), ..Bench::new() };
    let (uploaded, ()) = tokio::join!(bench.upload(), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        put(&other, run(1, 7)).await;
    });
    uploaded.unwrap();
    assert_eq!(read(&bench).await.markers, [run(1, 7), run(2, 3)]);
    bench.assert_whole();
    assert_eq!(bench.storage.count(Seen::is_list), 1, "a marker does not make the upload begin anew");

    // Without a new list nothing is dropped.
    put(&bench, run(1, 8)).await;
    bench.upload().await.unwrap();
    assert_eq!(read(&bench).await.markers, [run(1, 7), run(1, 8), run(2, 3)]);
}

/// The submission has another address in the middle, which may only be written.
#[tokio::test(start_paused = true)]
async fn markers_that_cannot_be_read_again_are_put_as_they_were() {
    let bench = Bench::new();
    put(&bench, run(1, 5)).await;
    let submission = Submission::with(&[ADDRESS.to_owned(), ADDRESS.replace("sp=rwl", "sp=wl")]);
    bench.storage.script(|seen, number| {
        (seen.is_block() && number >= 20 && seen.query.contains("sp=rwl"))
            .then(|| Fault::Response(403, "AuthenticationFailed", Vec::new()))
    });
    submission.upload(&bench).await.unwrap();
    bench.assert_whole();
    bench.storage.script(|_, _| None);
    assert_eq!(read(&bench).await.markers, [run(1, 5)]);
}

#[tokio::test(start_paused = true)]
async fn a_marker_that_cannot_be_put_again_does_not_fail_the_upload() {
    let bench = Bench::new();
    put(&bench, run(1, 5)).await;
    let listed = AtomicBool::new(false);
    bench.storage.script(move |seen, _| {
        listed.fetch_or(seen.is_list(), Ordering::Relaxed);
        (seen.is_block() && listed.load(Ordering::Relaxed))
            .then(|| Fault::Response(403, "AuthorizationFailure", Vec::new()))
    });
    bench.upload().await.unwrap();
    bench.assert_whole();
    assert_eq!(read(&bench).await.markers, []);
}

#[tokio::test(start_paused = true)]
async fn errors_of_the_storage_are_told() {
    let bench = Bench::new();
    let address = |text: &str| Link::fixed(Secret::new(text.to_owned()));
    // Ids of another tool have another length, and a blob takes ids of one length only.
    bench.storage.blob.lock().unwrap().uncommitted.insert("AAAA".into(), "left over".into());
    let error = marker::put(&bench.client(""), &address(ADDRESS), &run(1, 5), false).await.unwrap_err();
    assert_eq!(error.code().name, "upload.refused");
    assert_eq!(error.service_error().unwrap().code.as_deref(), Some("InvalidBlobOrBlock"));
    let found = read(&bench).await;
    assert_eq!((found.markers, found.blocks, found.zip), (vec![], true, None));

    let unreadable = address(&ADDRESS.replace("sp=rwl", "sp=wl"));
    assert_eq!(
        marker::read(&bench.client(""), &unreadable, true).await.unwrap_err().code().name,
        "upload.not_readable"
    );
    let foreign = address("https://evil.example/c/b?sig=x");
    assert_eq!(
        marker::read(&bench.client(""), &foreign, true).await.unwrap_err().code().name,
        "upload.host_not_allowed"
    );
    let date = vec![("date", "Fri, 02 Jan 2026 00:00:01 GMT".to_owned())];
    bench.storage.script(move |_, _| Some(Fault::Response(403, "AuthenticationFailed", date.clone())));
    let error = marker::read(&bench.client(""), &address(ADDRESS), true).await.unwrap_err();
    assert_eq!(error.code().name, "upload.expired");
    assert!(!error.to_json().contains("sig="));

    // A release does not wait long for a marker that a firewall keeps away.
    bench.storage.script(|_, _| Some(Fault::NotConnected));
    let began = tokio::time::Instant::now();
    let error = marker::put(&bench.client(""), &address(ADDRESS), &run(1, 5), false).await.unwrap_err();
    assert_eq!(error.code().name, "network.unreachable");
    assert!(began.elapsed() <= Duration::from_secs(31), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_blob_of_one_piece_counts_as_blocks() {
    let bench = Bench::new();
    bench.storage.blob.lock().unwrap().committed = Some(vec![(String::new(), "a ZIP".into())]);
    put(&bench, run(1, 5)).await;
    let found = read(&bench).await;
    assert_eq!((found.markers, found.blocks, found.zip), (vec![run(1, 5)], true, None));
}

#[tokio::test(start_paused = true)]
async fn an_upload_by_itself_belongs_to_the_release_of_the_draft() {
    let settings = Settings { release: None, ..SETTINGS };
    let bench = Bench::new();
    bench.upload_to(ADDRESS, settings).await.unwrap();
    assert_eq!(read(&bench).await.zip, Some(ReleaseKey::default()));

    let other = RunMarker {
        release: ReleaseKey([9; 12]),
        run: [3; 8],
        minute: 9,
        left_for_review: true,
        price_left: true,
        adopted: true,
    };
    for marker in [run(1, 8), Marker::Run(other), Marker::Copy { release: RELEASE, hash: [8; 16] }] {
        put(&bench, marker).await;
    }
    bench.upload_to(ADDRESS, settings).await.unwrap();
    assert_eq!(read(&bench).await.zip, Some(ReleaseKey([9; 12])));

    // Without a marker, the ZIP says it.
    bench.storage.blob.lock().unwrap().uncommitted.clear();
    std::fs::write(bench.path(), "another build").unwrap();
    bench.upload_to(ADDRESS, settings).await.unwrap();
    assert_eq!(read(&bench).await.zip, Some(ReleaseKey([9; 12])));
}
