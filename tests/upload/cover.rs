//! Which blocks of earlier uploads are used again.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};
use storeship::upload::{ReleaseKey, Settings, Source};

use crate::storage::{Fault, Seen};
use crate::{ADDRESS, Bench, SETTINGS};

/// The blocks with bytes of files that were sent, in bytes.
fn sent(bench: &Bench) -> usize {
    let requests = bench.storage.requests();
    requests.iter().filter(|seen| seen.is_block() && seen.length > 300).map(|seen| seen.length).sum()
}

fn forget_requests(bench: &Bench) {
    bench.storage.seen.lock().unwrap().clear();
    bench.storage.script(|_, _| None);
}

async fn upload_with(bench: &Bench, block_bytes: u32) -> u64 {
    forget_requests(bench);
    let uploaded = bench.upload_to(ADDRESS, Settings { block_bytes: Some(block_bytes), ..SETTINGS }).await.unwrap();
    bench.assert_whole();
    bench.assert_hashes(&uploaded);
    let sent: usize = bench.storage.requests().iter().filter(|seen| seen.is_block()).map(|seen| seen.length).sum();
    assert_eq!(uploaded.resumed_bytes + sent as u64, uploaded.bytes, "each byte was there or was sent");
    uploaded.resumed_bytes
}

#[tokio::test(start_paused = true)]
async fn another_time_release_or_block_size_sends_nothing_again() {
    let bench = Bench::new();
    bench.upload().await.unwrap();
    let later = SystemTime::now() + Duration::from_secs(5);
    std::fs::File::options().write(true).open(bench.path()).unwrap().set_modified(later).unwrap();
    forget_requests(&bench);
    let again = bench.upload().await.unwrap();
    assert_eq!((again.resumed_bytes, bench.storage.count(|seen| seen.method == "PUT")), (again.bytes, 0));

    for block_bytes in [1_000, 9_999, 10_001, 1 << 20] {
        forget_requests(&bench);
        let again = bench.upload_to(ADDRESS, Settings { block_bytes: Some(block_bytes), ..SETTINGS }).await.unwrap();
        assert_eq!((again.resumed_bytes, again.blocks), (again.bytes, 48), "the blocks that are there are used");
    }

    // The ids of the tail say which release the ZIP belongs to; an upload without a release leaves them as they are.
    forget_requests(&bench);
    let other = Settings { release: Some(ReleaseKey([2; 12])), ..SETTINGS };
    bench.upload_to(ADDRESS, other).await.unwrap();
    assert_eq!((sent(&bench), bench.storage.count(Seen::is_block), bench.storage.count(Seen::is_list)), (0, 1, 1));
    forget_requests(&bench);
    bench.upload_to(ADDRESS, Settings { release: None, ..SETTINGS }).await.unwrap();
    assert_eq!(bench.storage.count(|seen| seen.method == "PUT"), 0);
    bench.assert_whole();
}

#[tokio::test(start_paused = true)]
async fn a_killed_run_is_resumed_with_any_block_size() {
    for (block_bytes, release) in [(3_333, 1), (10_000, 2), (25_000, 1), (1 << 20, 3)] {
        for killed_after in [1, 17, 43, 47] {
            let bench = Bench::new();
            bench.storage.script(move |seen, number| {
                (seen.is_block() && number >= killed_after)
                    .then(|| Fault::Response(403, "AuthenticationFailed", Vec::new()))
            });
            bench.upload().await.unwrap_err();
            let arrived: usize = bench
                .storage
                .requests()
                .iter()
                .filter(|seen| seen.is_block() && seen.done)
                .map(|seen| seen.length)
                .sum();
            forget_requests(&bench);
            let settings =
                Settings { block_bytes: Some(block_bytes), release: Some(ReleaseKey([release; 12])), ..SETTINGS };
            let uploaded = bench.upload_to(ADDRESS, settings).await.unwrap();
            bench.assert_whole();
            bench.assert_hashes(&uploaded);
            assert!(uploaded.resumed_bytes + 400 >= arrived as u64, "{} of {arrived}", uploaded.resumed_bytes);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn only_what_changed_is_sent() {
    let bench = Bench::new();
    bench.upload().await.unwrap();
    let mut content = std::fs::read(bench.path()).unwrap();

    content[123_456] ^= 1;
    std::fs::write(bench.path(), &content).unwrap();
    upload_with(&bench, 10_000).await;
    assert_eq!(sent(&bench), 10_000, "the block with the changed byte");

    // The last block was cut by the end of the file; what is behind it is new.
    content.extend_from_slice(&[7; 5_000]);
    std::fs::write(bench.path(), &content).unwrap();
    upload_with(&bench, 10_000).await;
    assert_eq!(sent(&bench), 5_000);

    content.truncate(200_000);
    std::fs::write(bench.path(), &content).unwrap();
    upload_with(&bench, 10_000).await;
    assert_eq!(sent(&bench), 0);

    // One byte more at the start: nothing is at its place. Blocks that are there are longer than the new ones.
    content.insert(0, 1);
    std::fs::write(bench.path(), &content).unwrap();
    upload_with(&bench, 4_000).await;
    assert_eq!(sent(&bench), 200_001);
}

#[tokio::test(start_paused = true)]
async fn blocks_of_several_versions_of_a_file_are_told_apart() {
    let bench = Bench::new();
    bench.storage.script(|seen, _| seen.is_list().then(|| Fault::Response(403, "AuthenticationFailed", Vec::new())));
    // Nothing is committed, so the blocks of both versions stay.
    bench.upload_to(ADDRESS, Settings { block_bytes: Some(8_000), ..SETTINGS }).await.unwrap_err();
    let first = std::fs::read(bench.path()).unwrap();
    let second: Vec<u8> = first.iter().map(|byte| !byte).collect();
    std::fs::write(bench.path(), &second).unwrap();
    bench.upload_to(ADDRESS, Settings { block_bytes: Some(5_000), ..SETTINGS }).await.unwrap_err();

    // The first version begins where blocks of both are, and all of its own are found.
    std::fs::write(bench.path(), &first).unwrap();
    forget_requests(&bench);
    bench.storage.script(|seen, _| seen.is_list().then(|| Fault::Response(403, "AuthenticationFailed", Vec::new())));
    bench.upload_to(ADDRESS, Settings { block_bytes: Some(20_000), ..SETTINGS }).await.unwrap_err();
    assert_eq!(sent(&bench), 0);
    std::fs::write(bench.path(), &second).unwrap();
    upload_with(&bench, 20_000).await;
    assert_eq!(sent(&bench), 0);
}

#[tokio::test(start_paused = true)]
async fn the_zip_that_is_replaced_lends_its_blocks() {
    let mut bench = Bench::new();
    bench.upload().await.unwrap();
    let added = bench.folder.path().join("another.msix");
    std::fs::write(&added, vec![5; 12_000]).unwrap();
    // It comes first in the archive, so that everything else moves.
    bench.sources.push(Source { path: added, name: "Another.msix".to_owned() });
    upload_with(&bench, 10_000).await;
    assert_eq!(sent(&bench), 12_000);
    bench.sources.remove(0);
    upload_with(&bench, 10_000).await;
    assert_eq!(sent(&bench), 0);
}

#[tokio::test(start_paused = true)]
async fn blocks_of_earlier_uploads_are_left_when_there_would_be_too_many() {
    let bench = Bench::new();
    let content = std::fs::read(bench.path()).unwrap();
    for (offset, byte) in content.iter().enumerate().take(49_990) {
        let mut crc64 = crc64fast_nvme::Digest::new();
        crc64.write(&[*byte]);
        let id = [
            b"SSB\x11".as_slice(),
            &Sha256::digest("App.msix")[..8],
            &(offset as u64).to_be_bytes(),
            &1u32.to_be_bytes(),
            &storeship::zip::crc32(&[*byte]).to_be_bytes(),
            &crc64.sum64().to_be_bytes(),
            &[0; 12],
        ];
        let id = BASE64.encode(id.concat());
        bench.storage.blob.lock().unwrap().uncommitted.insert(id, vec![*byte].into());
    }
    let uploaded = bench.upload().await.unwrap();
    bench.assert_whole();
    assert_eq!((uploaded.blocks, uploaded.resumed_bytes), (48, 0));
}
