//! Checksums of blocks and of the block list: bytes that are altered on the way are never taken for uploaded.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use storeship::http::TransportErrorKind;
use storeship::upload::Settings;
use tokio::time::timeout;

use crate::links::Submission;
use crate::storage::{Fault, Seen, checksum};
use crate::{ADDRESS, Bench, SETTINGS};

/// The upload with checksums in its requests.
const CHECKED: Settings = Settings { content_crc64: true, ..SETTINGS };

fn header(seen: &Seen) -> Option<&str> {
    seen.headers.get("x-ms-content-crc64").map(|value| value.to_str().unwrap())
}

#[tokio::test(start_paused = true)]
async fn blocks_carry_a_checksum_if_the_service_knows_the_header() {
    let bench = Bench::new();
    bench.upload_to(ADDRESS, CHECKED).await.unwrap();
    let content = std::fs::read(bench.path()).unwrap();
    let first = checksum(&content[..10_000]);
    let requests = bench.storage.requests();
    assert!(requests.iter().filter(|seen| seen.is_block()).all(|seen| header(seen).is_some()));
    assert!(requests.iter().any(|seen| header(seen) == Some(&first)));

    for (status, code) in [(500, "FeatureNotSupported"), (400, "UnsupportedHeader")] {
        let bench = Bench::new();
        bench.storage.script(move |seen, _| {
            seen.headers.contains_key("x-ms-content-crc64").then(|| Fault::Response(status, code, vec![]))
        });
        bench.upload_to(ADDRESS, CHECKED).await.unwrap();
        bench.assert_whole();
        let refused = bench.storage.count(|seen| header(seen).is_some());
        assert!(refused <= SETTINGS.max_concurrency.unwrap(), "the header is given up at once");
    }
}

#[tokio::test(start_paused = true)]
async fn a_block_that_is_altered_on_the_way_is_sent_again() {
    // The storage refuses what does not have the checksum of its request, or stores it and tells its checksum.
    for settings in [CHECKED, SETTINGS] {
        for (damaged, at_block) in [(1, 0), (1, 20), (2, 20), (4, 47)] {
            let bench = Bench::new();
            bench.storage.script(move |seen, number| {
                (seen.is_block() && (at_block..at_block + damaged).contains(&number)).then_some(Fault::Damaged)
            });
            bench.upload_to(ADDRESS, settings).await.unwrap();
            bench.assert_whole();
            // Without a checksum in the request, one more says that what is stored can't be trusted.
            let sent = bench.storage.count(Seen::is_block) - 48 - damaged;
            assert!(sent <= usize::from(!settings.content_crc64), "{sent}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_block_that_never_arrives_as_it_is_ends_the_upload_and_is_not_taken_for_uploaded() {
    for settings in [CHECKED, SETTINGS] {
        let bench = Bench::new();
        // The fifth block of the first file, whatever its headers say.
        bench.storage.script(|seen, _| {
            let body = seen.length == 10_000 && seen.first == Some(Bench::byte(50_000));
            (seen.is_block() && body).then_some(Fault::Damaged)
        });
        let error = bench.upload_to(ADDRESS, settings).await.unwrap_err();
        assert_eq!((error.code().name, error.is_retryable()), ("upload.damaged", true));
        assert!(error.to_string().contains("the bytes 50000 to 60000 of App.msix"), "{error}");
        assert_eq!(bench.storage.count(Seen::is_list), 0);
        let sent = bench.storage.count(|seen| seen.is_block() && seen.first == Some(Bench::byte(50_000)));
        assert_eq!(sent, 5);

        // Another way, on which nothing is altered. What the storage has checked is used again.
        bench.storage.script(|_, _| None);
        let uploaded = bench.upload_to(ADDRESS, settings).await.unwrap();
        assert_eq!(uploaded.resumed_bytes > 0, settings.content_crc64);
        bench.assert_whole();
        assert_eq!(bench.upload_to(ADDRESS, settings).await.unwrap().resumed_bytes, uploaded.bytes);
    }
}

#[tokio::test(start_paused = true)]
async fn altered_blocks_of_an_upload_that_was_killed_are_not_taken_for_uploaded() {
    // A storage that gets no checksum has told of the first block by then, and was told in turn.
    for (settings, killed_after) in
        [(CHECKED, 50), (CHECKED, 90), (CHECKED, 900), (SETTINGS, 150), (SETTINGS, 900), (SETTINGS, 3_000)]
    {
        let bench = Bench::new();
        bench.storage.script(|seen, number| (seen.is_block() && number % 2 == 0).then_some(Fault::Damaged));
        let _ = timeout(Duration::from_millis(killed_after), bench.upload_to(ADDRESS, settings)).await;
        assert_eq!(bench.storage.count(Seen::is_list), 0);
        bench.storage.script(|_, _| None);
        bench.upload_to(ADDRESS, settings).await.unwrap();
        bench.assert_whole();
    }
}

/// The connection breaks before a block arrives, and the storage lists the altered one of another upload in its place.
#[tokio::test(start_paused = true)]
async fn a_block_that_was_altered_is_not_taken_for_one_whose_answer_is_lost() {
    for told_before in [true, false] {
        let bench = Bench::new();
        bench.storage.script(|seen, number| (seen.is_block() && number % 2 == 0).then_some(Fault::Damaged));
        let _ = timeout(Duration::from_millis(150), bench.upload()).await;
        let altered = std::mem::take(&mut bench.storage.blob.lock().unwrap().uncommitted);
        assert!(altered.len() > 3 && altered.values().any(|body| body.len() == 1), "{}", altered.len());

        // The other upload is over, or takes place at the same time.
        if told_before {
            bench.storage.blob.lock().unwrap().uncommitted = altered.clone();
        }
        let storage = Arc::downgrade(&bench.storage);
        let broken = Mutex::new(HashSet::new());
        bench.storage.seen.lock().unwrap().clear();
        bench.storage.script(move |seen, _| {
            let mut broken = broken.lock().unwrap();
            let first = seen.is_block() && seen.length > 4096 && broken.insert(seen.query.clone());
            if first && !told_before && broken.len() == 1 {
                storage.upgrade().unwrap().blob.lock().unwrap().uncommitted.extend(altered.clone());
            }
            first.then_some(Fault::Fails(TransportErrorKind::Interrupted))
        });
        bench.upload().await.unwrap();
        bench.assert_whole();
        let looks = bench.storage.count(|seen| seen.query.ends_with("blocklisttype=uncommitted"));
        assert!(if told_before { looks == 0 } else { (1..=4).contains(&looks) }, "{looks} looks");
    }
}

#[tokio::test(start_paused = true)]
async fn an_altered_block_is_told_of_also_when_the_upload_begins_anew_meanwhile() {
    let bench = Bench::new();
    let storage = Arc::downgrade(&bench.storage);
    bench.storage.script(move |seen, number| match number {
        0 if seen.is_block() => Some(Fault::Damaged),
        // From now on the storage takes smaller blocks only, and the connection for this one is not made at once.
        _ if seen.is_block() && seen.length == 1 && number < 10 => {
            *storage.upgrade().unwrap().max_block.lock().unwrap() = 5000;
            Some(Fault::NotConnected)
        }
        _ => None,
    });
    let uploaded = bench.upload().await.unwrap();
    assert_eq!(uploaded.block_bytes, 5000);
    bench.assert_whole();
    let told = bench.storage.count(|seen| seen.is_block() && seen.length == 1 && seen.done);
    assert_eq!(told, 1);
}

/// An upload that sends all blocks, since it may not list what is there, is killed while the storage has an altered one in
/// front of the one in the ZIP.
#[tokio::test(start_paused = true)]
async fn an_altered_block_in_front_of_one_of_the_zip_is_sent_again() {
    let bench = Bench::new();
    bench.upload().await.unwrap();
    bench.storage.script(|seen, number| (seen.is_block() && number % 2 == 0).then_some(Fault::Damaged));
    let unreadable = ADDRESS.replace("sp=rwl", "sp=wl");
    let _ = timeout(Duration::from_millis(150), bench.upload_to(&unreadable, SETTINGS)).await;
    bench.storage.script(|_, _| None);
    // Another file, so that there is a list to commit.
    std::fs::write(&bench.sources[1].path, "another").unwrap();
    let uploaded = bench.upload().await.unwrap();
    bench.assert_whole();
    assert!(uploaded.resumed_bytes > 0);
}

/// That blocks can't be trusted is said by a block, which goes with the others.
#[tokio::test(start_paused = true)]
async fn altered_blocks_are_told_of_again_after_the_address_was_cleared_or_moved() {
    let said = |seen: &Seen| seen.is_block() && seen.length == 1;
    let bench = Bench::new();
    bench.storage.script(move |seen, number| match number {
        _ if !seen.is_block() || said(seen) => None,
        0 | 20 => Some(Fault::Damaged),
        // The storage says so when another tool has left blocks; then all are removed.
        10 => Some(Fault::Response(400, "InvalidBlobOrBlock", vec![])),
        _ => None,
    });
    bench.upload().await.unwrap();
    bench.assert_whole();
    let requests = bench.storage.requests();
    let clear = requests.iter().position(|seen| seen.method == "PUT" && !seen.query.contains("comp=")).unwrap();
    let told: Vec<usize> = (0..requests.len()).filter(|at| said(&requests[*at])).collect();
    assert!(told.len() == 2 && told[0] < clear && clear < told[1], "{told:?}, cleared at {clear}");

    let bench = Bench::new();
    let elsewhere = ADDRESS.replace("/ingestion/1", "/ingestion/2");
    let submission = Submission::with(&[ADDRESS.to_owned(), elsewhere]);
    let storage = Arc::downgrade(&bench.storage);
    let moved = AtomicBool::new(false);
    bench.storage.script(move |seen, number| match number {
        _ if seen.blob == "2" && !moved.swap(true, Ordering::Relaxed) => {
            // This storage has one blob. The other one begins empty.
            storage.upgrade().unwrap().blob.lock().unwrap().uncommitted.clear();
            None
        }
        _ if !seen.is_block() || said(seen) => None,
        0 | 30 => Some(Fault::Damaged),
        10.. if seen.blob == "1" => Some(Fault::Response(403, "AuthenticationFailed", vec![])),
        _ => None,
    });
    submission.upload(&bench).await.unwrap();
    let requests = bench.storage.requests();
    let told: Vec<&str> = requests.iter().filter(|seen| said(seen)).map(|seen| seen.blob.as_str()).collect();
    assert_eq!(told, ["1", "2"]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_altered_on_the_way_fails() {
    // The storage has carried out another list than was sent.
    let bench = Bench::new();
    bench.storage.script(|seen, number| {
        (seen.is_list() && number == 0).then(|| Fault::Headers(vec![("x-ms-content-crc64", checksum(b"another list"))]))
    });
    assert_eq!(bench.upload().await.unwrap_err().code().name, "upload.damaged");
    bench.upload().await.unwrap();
    bench.assert_whole();

    // The storage refuses it, since it has another checksum than its request says.
    let bench = Bench::new();
    bench.storage.script(|seen, number| (seen.is_list() && number < 2).then_some(Fault::Damaged));
    bench.upload_to(ADDRESS, CHECKED).await.unwrap();
    bench.assert_whole();
    assert_eq!(bench.storage.count(Seen::is_list), 3);
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_checksum_is_taken_as_it_is() {
    let bench = Bench::new();
    bench
        .storage
        .script(|seen, _| (seen.method == "PUT").then(|| Fault::Headers(vec![("x-ms-content-crc64", String::new())])));
    bench.upload().await.unwrap();
    bench.assert_whole();
    assert_eq!(bench.storage.count(Seen::is_block), 48);
}
