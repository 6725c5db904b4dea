//! The look at the blob after the block list, through something that takes out lengths, ignores ranges or refuses to read.

use std::sync::Arc;

use storeship::events::{Event, Next, Queue, Reporter};
use storeship::upload::{self, Carried, Link};

use crate::storage::{Fault, Seen};
use crate::{ADDRESS, Bench, SETTINGS, Secret};

/// The ways in which a look is made.
fn is_head(seen: &Seen) -> bool {
    seen.method == "HEAD"
}

fn is_end(seen: &Seen) -> bool {
    seen.method == "GET" && !seen.query.contains("comp=")
}

fn is_block_list(seen: &Seen) -> bool {
    seen.method == "GET" && seen.query.contains("comp=blocklist")
}

/// Uploads, and again what is there already, with these faults after the first block list was committed. Returns the
/// warnings of the first upload.
async fn looked_at(
    bench: &Bench,
    fault: impl Fn(&Seen, usize) -> Option<Fault> + Send + Sync + 'static,
) -> Vec<String> {
    let storage = Arc::downgrade(&bench.storage);
    bench.storage.script(move |seen, number| {
        let committed = storage.upgrade().unwrap().blob.lock().unwrap().committed.is_some();
        if committed { fault(seen, number) } else { None }
    });
    let queue = Arc::new(Queue::default());
    let (client, link) = (bench.client(""), Link::fixed(Secret::new(ADDRESS.to_owned())));
    let mut warnings = Vec::new();
    for _ in 0..2 {
        let reporter = Reporter::to(queue.clone());
        upload::upload(&client, &link, &bench.sources, &Carried::default(), SETTINGS, &reporter).await.unwrap();
        bench.assert_whole();
    }
    while let Next::Event(event) = queue.next(std::time::Duration::ZERO) {
        if let Event::Log { message, .. } = event {
            warnings.push(message);
        }
    }
    warnings
}

fn refused(status: u16) -> Option<Fault> {
    Some(Fault::Response(status, "", vec![]))
}

#[tokio::test(start_paused = true)]
async fn a_look_takes_another_way_where_one_is_closed() {
    let no_length =
        |value: &str| Some(Fault::Headers(vec![("content-length", value.into()), ("content-range", "".into())]));
    let warned = looked_at(&Bench::new(), move |seen, _| (!is_block_list(seen)).then(|| no_length("")).flatten()).await;
    assert!(warned.is_empty(), "{warned:?}");
    looked_at(&Bench::new(), move |seen, _| (!is_block_list(seen)).then(|| no_length("0")).flatten()).await;
    looked_at(&Bench::new(), move |seen, _| (!is_block_list(seen)).then(|| no_length("4711")).flatten()).await;
    looked_at(&Bench::new(), |seen, _| is_end(seen).then_some(Fault::NoRange)).await;
    for status in [404, 403, 405] {
        looked_at(&Bench::new(), move |seen, _| is_head(seen).then(|| refused(status)).flatten()).await;
        let warned = looked_at(&Bench::new(), move |seen, _| is_end(seen).then(|| refused(status)).flatten()).await;
        assert!(warned.is_empty(), "{warned:?}");
        looked_at(&Bench::new(), move |seen, _| (is_end(seen) || is_head(seen)).then(|| refused(status)).flatten())
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_that_fails_once_is_repeated() {
    for status in [404, 403, 405] {
        let bench = Bench::new();
        bench.storage.script(move |seen, number| {
            // The first request of its kind is the block list.
            (is_end(seen) && number <= 3).then(|| refused(status)).flatten()
        });
        bench.upload().await.unwrap();
        bench.assert_whole();
        let looks = bench.storage.requests().iter().filter(|seen| is_end(seen)).count();
        assert!((2..=3).contains(&looks), "{looks} looks");
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_can_not_be_looked_at_is_accepted_with_a_warning() {
    for status in [404, 403, 405] {
        let bench = Bench::new();
        bench
            .storage
            .script(move |seen, number| (seen.method != "PUT" && number > 1).then(|| refused(status)).flatten());
        let queue = Arc::new(Queue::default());
        let (client, link) = (bench.client(""), Link::fixed(Secret::new(ADDRESS.to_owned())));
        let reporter = Reporter::to(queue.clone());
        upload::upload(&client, &link, &bench.sources, &Carried::default(), SETTINGS, &reporter).await.unwrap();
        bench.assert_whole();
        let mut warnings = Vec::new();
        while let Next::Event(event) = queue.next(std::time::Duration::ZERO) {
            if let Event::Log { message, .. } = event {
                warnings.push(message);
            }
        }
        assert!(warnings.iter().any(|text| text.contains("could not be looked at")), "{warnings:?}");
    }
}

/// Changes the blob before each look at its end, and expects the upload to fail with a message that has this text, in which
/// BYTES stands for what the blob has at last.
async fn assert_fails(change: fn(&mut Vec<(String, bytes::Bytes)>), says: &str) {
    let bench = Bench::new();
    let storage = Arc::downgrade(&bench.storage);
    bench.storage.script(move |seen, _| {
        let storage = storage.upgrade().unwrap();
        if let (true, Some(blocks)) = (is_end(seen), storage.blob.lock().unwrap().committed.as_mut()) {
            change(blocks);
        }
        None
    });
    let error = bench.upload().await.unwrap_err();
    assert_eq!(error.code().name, "upload.incomplete", "{error}");
    let blob = bench.storage.blob.lock().unwrap();
    let left: usize = blob.committed.iter().flatten().map(|(_, bytes)| bytes.len()).sum();
    assert!(error.to_string().contains(&says.replace("BYTES", &left.to_string())), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_blob_that_is_short_or_different_fails() {
    // Each look finds one block less, so the storage has no range there, and the block list shows what is left.
    let fewer = "the uploaded file has BYTES bytes of other blocks than were sent";
    assert_fails(|blocks| _ = blocks.pop(), fewer).await;
    assert_fails(
        |blocks| {
            let last = blocks.last_mut().unwrap();
            last.1 = vec![0; last.1.len()].into();
        },
        "does not end as it was sent",
    )
    .await;
    // The end is where it belongs, and there is more.
    assert_fails(|blocks| blocks.push(("more".into(), "more".into())), "of other blocks than were sent").await;

    // The length came with the end, so it is not asked for again.
    let bench = Bench::new();
    let storage = Arc::downgrade(&bench.storage);
    bench.storage.script(move |seen, _| {
        let storage = storage.upgrade().unwrap();
        if let (true, Some(blocks)) = (is_end(seen), storage.blob.lock().unwrap().committed.as_mut()) {
            blocks.push(("more".into(), "more".into()));
        }
        None
    });
    bench.upload().await.unwrap_err();
    assert_eq!(bench.storage.count(is_head), 0);

    // The blob is gone.
    let bench = Bench::new();
    let storage = Arc::downgrade(&bench.storage);
    bench.storage.script(move |seen, _| {
        if is_end(seen) {
            storage.upgrade().unwrap().blob.lock().unwrap().committed = None;
        }
        None
    });
    let error = bench.upload().await.unwrap_err();
    assert_eq!(error.code().name, "upload.incomplete", "{error}");
}
