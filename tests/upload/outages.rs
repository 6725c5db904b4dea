//! Outages, and answers that are none of the storage.

use std::collections::HashSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use storeship::http::TransportErrorKind;
use tokio::time::{Instant, timeout};

use crate::storage::{Fault, Seen};
use crate::{ADDRESS, Bench, SETTINGS, Settings, blocks_done};

const PAGE: &str = "<html><head><title>400 Bad Request</title></head><body>The filter says no.</body></html>";

#[tokio::test(start_paused = true)]
async fn answers_that_are_not_the_storages_are_outlasted() {
    for (status, body) in [(400, PAGE), (403, PAGE), (302, ""), (200, PAGE), (404, ""), (400, "")] {
        let bench = Bench::new();
        // Each kind of request meets them.
        bench.storage.script(move |seen, number| {
            let often = if seen.is_block() { (5..9).contains(&number) } else { number < 2 };
            often.then_some(Fault::Foreign(status, body))
        });
        let settings = Settings { max_concurrency: Some(4), ..SETTINGS };
        if let Err(error) = bench.upload_to(ADDRESS, settings).await {
            panic!("{status} {body}: {error}");
        }
        bench.assert_whole();
        let done = bench.storage.requests();
        assert_eq!(blocks_done(&done).len(), 48, "no block that was stored is sent again");
    }
}

#[tokio::test(start_paused = true)]
async fn what_answers_in_place_of_the_storage_is_told_with_its_words() {
    for (status, body, told) in
        [(400, PAGE, "400 Bad Request The filter says no."), (403, "", "with 403"), (302, "gone", "gone")]
    {
        let bench = Bench::new();
        bench
            .storage
            .script(move |seen, number| (seen.is_block() && number >= 5).then_some(Fault::Foreign(status, body)));
        let error = bench.upload().await.unwrap_err();
        assert_eq!((error.code().name, error.is_retryable()), ("upload.intercepted", true));
        let text = error.to_string();
        assert!(text.starts_with("something between this machine and the storage answered PUT https://"), "{text}");
        assert!(text.contains(told) && !text.contains('\u{1b}'), "{text}");
        assert!(bench.storage.requests().len() < 60, "{}", bench.storage.requests().len());
        bench.storage.script(|_, _| None);
        assert!(bench.upload().await.unwrap().resumed_bytes > 0, "the remedy: run again");
        bench.assert_whole();
    }
}

/// What is in between has its own time-out.
#[tokio::test(start_paused = true)]
async fn a_block_that_arrived_behind_a_gateway_that_did_not_wait_is_not_sent_again() {
    let bench = Bench::new();
    bench.storage.script(|seen, number| (seen.is_block() && number % 3 == 0).then_some(Fault::LateGateway));
    bench.upload().await.unwrap();
    bench.assert_whole();
    assert_eq!(bench.storage.count(|seen| seen.is_block() && seen.length >= 4096), 44);
}

#[tokio::test(start_paused = true)]
async fn a_foreign_answer_halves_the_concurrency() {
    let bench = Bench::new();
    let settings = Settings { max_concurrency: Some(16), ..SETTINGS };
    bench.storage.script(|seen, number| (seen.is_block() && number < 16).then_some(Fault::Foreign(400, PAGE)));
    let work = bench.upload_to(ADDRESS, settings);
    tokio::pin!(work);
    let _ = timeout(Duration::from_millis(60), &mut work).await;
    let refused: HashSet<String> = bench.storage.requests().into_iter().map(|seen| seen.query).collect();
    work.await.unwrap();
    bench.assert_whole();
    // The refused blocks are sent again by those that had them; blocks that are new go to fewer.
    let requests = bench.storage.requests();
    let new: Vec<Duration> = requests
        .iter()
        .filter(|seen| seen.is_block() && seen.length > 200 && !refused.contains(&seen.query))
        .map(|seen| seen.at)
        .collect();
    let latency = Duration::from_millis(40);
    let at_once = |start: &Duration| new.iter().filter(|at| (*start..*start + latency).contains(at)).count();
    let most = new.iter().map(at_once).max().unwrap();
    assert!((4..12).contains(&most), "{most} of {} at once", new.len());
}

/// Whether a look at the block list tells that the block has not arrived, or no look is made: the block is short, or the list
/// may not be read, or does not count.
#[tokio::test(start_paused = true)]
async fn a_block_without_an_answer_in_time_may_take_longer_each_time() {
    let one = Settings { max_concurrency: Some(1), ..SETTINGS };
    let unreadable = ADDRESS.replace("sp=rwl", "sp=wl");
    for (address, block_bytes, distrusted) in [
        (ADDRESS, 10_000, false),
        (ADDRESS, 1_000, false),
        (unreadable.as_str(), 10_000, false),
        (ADDRESS, 10_000, true),
    ] {
        let bench = Bench::new();
        if distrusted {
            let id = BASE64.encode([b"SSB\x1a".as_slice(), &[0; 44]].concat());
            bench.storage.blob.lock().unwrap().uncommitted.insert(id, "-".into());
        }
        bench.storage.script(|seen, number| {
            (seen.is_block() && number < 4).then_some(Fault::Fails(TransportErrorKind::TimedOut))
        });
        bench.upload_to(address, Settings { block_bytes: Some(block_bytes), ..one }).await.unwrap();
        bench.assert_whole();
        let requests = bench.storage.requests();
        let waits: Vec<u64> =
            requests.iter().filter(|seen| seen.is_block()).map(|seen| seen.wait.as_secs()).take(5).collect();
        assert_eq!(waits, [30, 60, 120, 240, 240], "blocks of {block_bytes} bytes to {address}");
        let looks = requests.iter().filter(|seen| seen.query.ends_with("blocklisttype=uncommitted")).count();
        let may_look = address == ADDRESS && block_bytes > 4096 && !distrusted;
        assert_eq!(looks, if may_look { 4 } else { 0 });
    }
}

/// An address with a stored access policy does not say that it may not list.
#[tokio::test(start_paused = true)]
async fn a_list_that_may_not_be_read_is_asked_for_once() {
    let bench = Bench::new();
    let look = |seen: &Seen| seen.query.ends_with("blocklisttype=uncommitted");
    bench.storage.script(move |seen, number| match seen.is_block() {
        true if number % 5 == 0 => Some(Fault::ResponseLost),
        _ if look(seen) => Some(Fault::Response(403, "AuthorizationPermissionMismatch", vec![])),
        _ => None,
    });
    bench.upload_to(ADDRESS, Settings { max_concurrency: Some(1), ..SETTINGS }).await.unwrap();
    bench.assert_whole();
    assert_eq!(bench.storage.count(look), 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_the_storage_did_not_get_is_sent_again() {
    for code in ["RequestBodyIncomplete", "InvalidInput"] {
        let bench = Bench::new();
        bench.storage.script(move |seen, number| {
            (seen.is_block() && (5..8).contains(&number)).then(|| Fault::Response(400, code, vec![]))
        });
        bench.upload().await.unwrap();
        bench.assert_whole();

        let bench = Bench::new();
        bench.storage.script(move |seen, _| seen.is_block().then(|| Fault::Response(400, code, vec![])));
        assert_eq!(bench.upload().await.unwrap_err().code().name, "upload.refused");
        assert!(bench.storage.requests().len() < 50);
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_that_belongs_to_another_request_takes_a_new_connection() {
    // The look at the end of the uploaded file.
    let is_end = |seen: &Seen| seen.method == "GET" && !seen.query.contains("comp=");
    let bench = Bench::new();
    bench.storage.script(move |seen, number| (is_end(seen) && number < 3).then(|| Fault::Response(201, "", vec![])));
    bench.upload().await.unwrap();
    bench.assert_whole();
    let ends: Vec<bool> = bench.storage.requests().iter().filter(|seen| is_end(seen)).map(|seen| seen.fresh).collect();
    assert!(!ends[0] && ends[1..].iter().all(|fresh| *fresh) && ends.len() > 1, "{ends:?}");
}

#[tokio::test(start_paused = true)]
async fn a_block_that_never_passes_is_told_with_its_place() {
    let bench = Bench::new();
    let blocked = |seen: &Seen| seen.is_block() && seen.length == 7_321;
    bench.storage.script(move |seen, _| blocked(seen).then_some(Fault::Fails(TransportErrorKind::Interrupted)));
    let error = bench.upload().await.unwrap_err();
    assert_eq!((error.code().name, error.is_retryable()), ("upload.blocked", true), "{error}");
    assert!(error.to_string().contains("the bytes 430000 to 437321 of App.msix do not pass"), "{error}");
    assert!(bench.storage.count(blocked) < 20, "{}", bench.storage.count(blocked));

    // A storage that does not answer at all is an outage, which is waited out.
    let bench = Bench::new();
    let down = |seen: &Seen| (Duration::from_millis(200)..Duration::from_secs(600)).contains(&seen.at);
    bench.storage.script(move |seen, _| down(seen).then_some(Fault::Fails(TransportErrorKind::Interrupted)));
    bench.upload().await.unwrap();
    bench.assert_whole();
}

#[tokio::test(start_paused = true)]
async fn one_bad_certificate_or_one_oversized_answer_is_an_outage_after_a_success() {
    for kind in [TransportErrorKind::Tls, TransportErrorKind::TooLarge] {
        let bench = Bench::new();
        bench
            .storage
            .script(move |seen, number| (seen.is_block() && (5..8).contains(&number)).then_some(Fault::Fails(kind)));
        bench.upload().await.unwrap();
        bench.assert_whole();

        // The check is never skipped, and what stays wrong ends soon.
        let bench = Bench::new();
        bench.storage.script(move |seen, number| (seen.is_block() && number > 5).then_some(Fault::Fails(kind)));
        bench.upload().await.unwrap_err();
        assert!(bench.storage.requests().len() < 60);

        // Before any answer it is the end at once.
        let bench = Bench::new();
        bench.storage.script(move |_, _| Some(Fault::Fails(kind)));
        bench.upload().await.unwrap_err();
        assert_eq!(bench.storage.requests().len(), 1);
    }
}

/// Every kind of outage, for ten minutes in the middle of an upload.
#[tokio::test(start_paused = true)]
async fn every_outage_of_ten_minutes_is_outlasted() {
    let busy = |status, after: Option<&'static str>| {
        move || {
            let headers = after.map(|after| ("retry-after", after.to_owned())).into_iter().collect();
            Fault::Response(status, "ServerBusy", headers)
        }
    };
    type Kind = Box<dyn Fn() -> Fault + Send + Sync>;
    let kinds: Vec<(&str, Kind)> = vec![
        ("refused", Box::new(|| Fault::NotConnected)),
        ("reset", Box::new(|| Fault::Fails(TransportErrorKind::Interrupted))),
        ("stalled", Box::new(|| Fault::Fails(TransportErrorKind::TimedOut))),
        ("408", Box::new(busy(408, None))),
        ("429", Box::new(busy(429, Some("3, 1")))),
        ("500", Box::new(busy(500, None))),
        ("502", Box::new(|| Fault::Foreign(502, PAGE))),
        ("503", Box::new(busy(503, None))),
        ("503 with Retry-After", Box::new(busy(503, Some("7.5")))),
        ("504", Box::new(busy(504, None))),
    ];
    for (name, kind) in kinds {
        let bench = Bench::new();
        let end = Instant::now() + Duration::from_secs(600);
        bench.storage.script(move |seen, _| {
            let down = seen.at > Duration::from_millis(200) && Instant::now() < end;
            down.then(&kind)
        });
        if let Err(error) = bench.upload().await {
            panic!("{name}: {error}");
        }
        bench.assert_whole();
        assert!(bench.storage.requests().len() < 500, "{name}: {} requests", bench.storage.requests().len());
    }
}

#[tokio::test(start_paused = true)]
async fn a_413_makes_the_blocks_smaller() {
    let bench = Bench::new();
    *bench.storage.max_block.lock().unwrap() = 6_000;
    let uploaded = bench.upload().await.unwrap();
    assert_eq!(uploaded.block_bytes, 6_000);
    bench.assert_whole();

    // When nobody tells the limit, as a proxy with its own page, blocks are halved until they pass.
    let bench = Bench::new();
    std::fs::write(bench.path(), vec![7; 3 << 20]).unwrap();
    bench.storage.script(|seen, _| (seen.length > 300_000).then_some(Fault::Foreign(413, "<html>too large</html>")));
    let settings = Settings { block_bytes: Some(8 << 20), ..SETTINGS };
    assert_eq!(bench.upload_to(ADDRESS, settings).await.unwrap().block_bytes, 256 << 10);
    bench.assert_whole();

    let bench = Bench::new();
    std::fs::write(bench.path(), vec![7; 3 << 20]).unwrap();
    bench.storage.script(|seen, _| seen.is_block().then(|| Fault::Response(413, "RequestBodyTooLarge", vec![])));
    let error = bench.upload_to(ADDRESS, settings).await.unwrap_err();
    assert_eq!(error.code().name, "upload.too_large");
    assert!(error.remedy().contains("a smaller `blockBytes` than 262144"), "{}", error.remedy());
    let sizes: Vec<usize> =
        bench.storage.requests().iter().filter(|seen| seen.is_block()).map(|seen| seen.length).collect();
    assert!(sizes.iter().all(|size| *size >= 3_000) && sizes.contains(&(256 << 10)), "{sizes:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_what_the_service_said() {
    let refused = |status, code, headers: Vec<(&'static str, String)>| async move {
        let bench = Bench::new();
        bench.storage.script(move |seen, number| {
            (seen.is_block() && number == 5).then(|| Fault::Response(status, code, headers.clone()))
        });
        let error = bench.upload().await.unwrap_err();
        assert_eq!(error.service_error().unwrap().code.as_deref(), Some(code));
        assert!(!error.to_json().contains("sig"), "{}", error.to_json());
        assert_eq!(error.exchange().unwrap().url, "https://account.blob.core.windows.net/ingestion/1");
        error.code().name
    };
    assert_eq!(refused(403, "AuthenticationFailed", vec![]).await, "upload.revoked");
    // The address has expired by the service's clock, whatever the local clock says.
    let date = vec![("date", "Fri, 02 Jan 2026 00:00:01 GMT".to_owned())];
    assert_eq!(refused(403, "AuthenticationFailed", date).await, "upload.expired");
    assert_eq!(refused(404, "ContainerNotFound", vec![]).await, "upload.revoked");
    assert_eq!(refused(403, "AuthorizationPermissionMismatch", vec![]).await, "upload.not_writable");
    assert_eq!(refused(403, "AuthorizationFailure", vec![]).await, "upload.refused");
    assert_eq!(refused(400, "InvalidHeaderValue", vec![]).await, "upload.refused");
}

#[tokio::test(start_paused = true)]
async fn an_outage_without_end_is_an_error_that_can_be_resumed() {
    let bench = Bench::new();
    bench.storage.script(|_, number| (number > 8).then_some(Fault::NotConnected));
    let error = bench.upload().await.unwrap_err();
    assert_eq!((error.code().name, error.is_retryable()), ("network.unreachable", true));
    assert_eq!(bench.storage.count(Seen::is_list), 0);
    let last = bench.storage.requests().last().unwrap().at;
    assert!(last > Duration::from_secs(13 * 60) && last < Duration::from_secs(16 * 60), "{last:?}");

    bench.storage.script(|_, _| None);
    assert!(bench.upload().await.unwrap().resumed_bytes > 0);
    bench.assert_whole();
}

#[tokio::test(start_paused = true)]
async fn a_busy_service_gets_fewer_requests_at_once() {
    let bench = Bench::new();
    let settings = Settings { max_concurrency: Some(16), ..SETTINGS };
    bench.storage.script(|seen, number| {
        (seen.is_block() && number < 16).then(|| Fault::Response(503, "ServerBusy", vec![("retry-after", "3".into())]))
    });
    let work = bench.upload_to(ADDRESS, settings);
    tokio::pin!(work);
    // The first blocks of all workers are refused, wait and go through.
    let _ = timeout(Duration::from_millis(3_140), &mut work).await;
    assert_eq!(bench.storage.count(|seen| seen.done), 16);
    bench.storage.busy.lock().unwrap().1 = 0;
    work.await.unwrap();
    bench.assert_whole();
    let most = bench.storage.busy.lock().unwrap().1;
    assert!((8..16).contains(&most), "{most} at once");
}
