//! Files that change while they are uploaded.

use std::path::Path;
use std::time::Duration;

use crate::Bench;
use crate::storage::Seen;

/// What happens to a file while it is uploaded.
type Change = fn(&Path);

/// Uploads with one of the changes during the first block, one in the middle, and the last: nothing may be committed.
async fn assert_noticed(changes: &[Change]) {
    for change in changes.iter().copied() {
        for at_block in [0, 20, 47] {
            let bench = Bench::new();
            let path = bench.path();
            bench.storage.script(move |seen, number| {
                if seen.is_block() && number == at_block {
                    change(&path);
                }
                None
            });
            let error = bench.upload().await.unwrap_err();
            assert_eq!(error.code().name, "upload.source_changed", "{error}");
            assert!(error.to_string().contains("App.msix"));
            assert_eq!(bench.storage.count(Seen::is_list), 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_changes_is_never_committed() {
    let longer: Change = |path| {
        use std::io::Write as _;
        std::fs::File::options().append(true).open(path).unwrap().write_all(b"more").unwrap();
    };
    let shorter: Change = |path| std::fs::File::options().write(true).open(path).unwrap().set_len(1_000).unwrap();
    let touched: Change = |path| {
        let later = std::time::SystemTime::now() + Duration::from_secs(5);
        std::fs::File::options().write(true).open(path).unwrap().set_modified(later).unwrap();
    };
    assert_noticed(&[longer, shorter, touched]).await;
}

/// The file stays open during the upload, and not every file system lets go of an open file's name.
#[tokio::test(start_paused = true)]
async fn a_file_that_is_replaced_or_deleted_is_never_committed() {
    let replaced: Change = |path| {
        let other = path.with_extension("new");
        std::fs::write(&other, "another build").unwrap();
        std::fs::rename(other, path).unwrap();
    };
    let gone: Change = |path| std::fs::remove_file(path).unwrap();
    assert_noticed(&[replaced, gone]).await;
}
