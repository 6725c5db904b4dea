//! The upload address: one that fails is replaced by reading the submission again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use storeship::config::Secret;
use storeship::error::Error;
use storeship::upload::{Link, UploadSummary};
use tokio::time::Instant;

use crate::storage::{Fault, Seen};
use crate::{ADDRESS, Bench, SETTINGS};

/// A submission whose reads bring these addresses, one after the other; the last one stays.
pub(crate) struct Submission {
    link: Link,
    reads: Arc<AtomicUsize>,
}

impl Submission {
    pub(crate) fn with(addresses: &[String]) -> Submission {
        let reads = Arc::new(AtomicUsize::new(0));
        let (counter, all) = (reads.clone(), Mutex::new(addresses[1..].to_vec()));
        let last = addresses.last().unwrap().clone();
        let renew = move || -> storeship::upload::Renewing {
            counter.fetch_add(1, Ordering::Relaxed);
            let mut all = all.lock().unwrap();
            let next = if all.is_empty() { last.clone() } else { all.remove(0) };
            Box::pin(async move { Ok(Secret::new(next)) })
        };
        Submission { link: Link::renewable(Secret::new(addresses[0].clone()), Box::new(renew)), reads }
    }

    fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }

    pub(crate) async fn upload(&self, bench: &Bench) -> Result<UploadSummary, Error> {
        bench.upload_through(&self.link, SETTINGS).await
    }
}

/// The address with another day of its end.
fn ending(day: u32) -> String {
    ADDRESS.replace("2026-01-02", &format!("2026-01-{day:02}"))
}

fn refusal(code: &'static str) -> Option<Fault> {
    Some(Fault::Response(403, code, vec![("date", "Thu, 01 Jan 2026 00:00:00 GMT".to_owned())]))
}

/// How many blocks with data were sent more than once and stored.
fn repeated(bench: &Bench) -> usize {
    let requests = bench.storage.requests();
    let id = |seen: &Seen| seen.query.split("blockid=").nth(1).map(str::to_owned);
    let mut ids: Vec<String> = requests.iter().filter(|seen| seen.done).filter_map(id).collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    all - ids.len()
}

#[tokio::test(start_paused = true)]
async fn an_address_that_fails_in_the_middle_is_replaced_as_often_as_it_takes() {
    let bench = Bench::new();
    let submission = Submission::with(&[ending(2), ending(3), ending(4), ending(5)]);
    // Each address is refused after some blocks.
    bench.storage.script(|seen, number| {
        let day = [2, 3, 4].into_iter().find(|day| seen.query.contains(&format!("2026-01-{day:02}")));
        let dead = day.is_some_and(|day| number >= 10 * (day - 1));
        if seen.is_block() && dead { refusal("AuthenticationFailed") } else { None }
    });
    submission.upload(&bench).await.unwrap();
    bench.assert_whole();
    assert_eq!((submission.reads(), repeated(&bench)), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn the_same_dead_address_ends_the_upload_with_what_to_do() {
    for (code, date, expected) in [
        ("AuthenticationFailed", "Fri, 02 Jan 2026 00:00:01 GMT", "upload.expired"),
        ("AuthenticationFailed", "Thu, 01 Jan 2026 00:00:01 GMT", "upload.revoked"),
        ("AuthorizationPermissionMismatch", "Thu, 01 Jan 2026 00:00:01 GMT", "upload.not_writable"),
    ] {
        let bench = Bench::new();
        let submission = Submission::with(&[ending(2)]);
        bench.storage.script(move |seen, number| {
            (seen.is_block() && number >= 5).then(|| Fault::Response(403, code, vec![("date", date.to_owned())]))
        });
        let error = submission.upload(&bench).await.unwrap_err();
        assert_eq!(error.code().name, expected, "{error}");
        assert!(error.to_string().contains("still has the same upload address"), "{error}");
        assert!(error.remedy().contains("`draft` set to `replace`"), "{}", error.remedy());
        assert!(!error.to_json().contains("sig"), "{}", error.to_json());
        // An address that ends within minutes is renewed before it is refused, too.
        assert!((1..=2).contains(&submission.reads()), "{}", submission.reads());
    }
}

#[tokio::test(start_paused = true)]
async fn addresses_that_are_all_refused_end_the_upload() {
    let bench = Bench::new();
    let submission = Submission::with(&(2..30).map(ending).collect::<Vec<_>>());
    bench.storage.script(|seen, _| if seen.is_block() { refusal("AuthenticationFailed") } else { None });
    let error = submission.upload(&bench).await.unwrap_err();
    assert_eq!(error.code().name, "upload.revoked");
    assert!(submission.reads() < 10, "{}", submission.reads());

    // Two addresses in turn are not tried for ever.
    let bench = Bench::new();
    let turns: Vec<String> = (0..30).map(|n| ending(2 + n % 2)).collect();
    let submission = Submission::with(&turns);
    bench.storage.script(|seen, _| if seen.is_block() { refusal("AuthenticationFailed") } else { None });
    assert_eq!(submission.upload(&bench).await.unwrap_err().code().name, "upload.revoked");
    assert_eq!(submission.reads(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_address_that_is_about_to_expire_is_replaced_before_it_is_refused() {
    let bench = Bench::new();
    let submission = Submission::with(&[ending(2), ending(9)]);
    let late = vec![("date", "Thu, 01 Jan 2026 23:56:00 GMT".to_owned())];
    // The block list has the time of the storage.
    bench.storage.script(move |seen, number| {
        (seen.method == "GET" && number == 0).then(|| Fault::Response(404, "BlobNotFound", late.clone()))
    });
    submission.upload(&bench).await.unwrap();
    bench.assert_whole();
    assert_eq!(submission.reads(), 1);
    assert_eq!(bench.storage.count(|seen| seen.method == "PUT" && seen.query.contains("2026-01-02")), 0);
}

#[tokio::test(start_paused = true)]
async fn the_clock_of_this_machine_does_not_matter() {
    // The address has ended by the clock of this machine, and not by that of the storage.
    let bench = Bench::new();
    let submission = Submission::with(&[ADDRESS.replace("2026-01-02", "2025-12-31"), ending(9)]);
    submission.upload(&bench).await.unwrap();
    bench.assert_whole();
    assert_eq!(submission.reads(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_start_of_an_address_is_waited_for() {
    let bench = Bench::new();
    let early = format!("{ADDRESS}&st=2026-01-01T00:00:20Z");
    let began = Instant::now();
    bench.storage.script(
        move |_, _| {
            if began.elapsed().as_secs() < 20 { refusal("AuthenticationFailed") } else { None }
        },
    );
    bench.upload_to(&early, SETTINGS).await.unwrap();
    bench.assert_whole();
    assert!((20..40).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());

    // A start that is hours away is no skew of clocks.
    let bench = Bench::new();
    bench.storage.script(|_, _| refusal("AuthenticationFailed"));
    let error = bench.upload_to(&format!("{ADDRESS}&st=2026-01-01T09:00:00Z"), SETTINGS).await.unwrap_err();
    assert_eq!(error.code().name, "upload.not_yet_valid");
    assert!(error.to_string().contains("2026-01-01T09:00:00Z"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn another_blob_gets_the_whole_upload() {
    let bench = Bench::new();
    let submission = Submission::with(&[ending(2), ending(3).replace("/ingestion/1?", "/ingestion/2?")]);
    let storage = Arc::downgrade(&bench.storage);
    let moved = AtomicUsize::new(0);
    bench.storage.script(move |seen, number| {
        if seen.blob == "1" && seen.is_block() && number >= 20 {
            return refusal("AuthenticationFailed");
        }
        if seen.blob == "2" && moved.fetch_add(1, Ordering::Relaxed) == 0 {
            // This storage has one blob. The other one begins empty.
            storage.upgrade().unwrap().blob.lock().unwrap().uncommitted.clear();
        }
        None
    });
    let uploaded = submission.upload(&bench).await.unwrap();
    bench.assert_whole();
    assert_eq!((submission.reads(), uploaded.resumed_bytes), (1, 0));
    assert_eq!(bench.storage.count(|seen| seen.blob == "1" && seen.is_list()), 0);
    assert_eq!(bench.storage.count(|seen| seen.blob == "2" && seen.is_list()), 1);
}

#[tokio::test(start_paused = true)]
async fn an_address_without_read_permission_may_come_in_the_middle() {
    let bench = Bench::new();
    let submission = Submission::with(&[ending(2), ending(3).replace("sp=rwl", "sp=wl")]);
    bench.storage.script(|seen, number| {
        (seen.is_block() && number >= 5 && seen.query.contains("2026-01-02"))
            .then(|| refusal("AuthenticationFailed"))
            .flatten()
    });
    submission.upload(&bench).await.unwrap();
    bench.assert_whole();
    assert_eq!(bench.storage.count(|seen| seen.method != "PUT" && seen.query.contains("2026-01-03")), 0);
}
