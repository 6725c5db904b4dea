//! Files that change while they are uploaded.

use std::path::Path;
use std::time::Duration;

use crate::Bench;
use crate::storage::Seen;

/// What happens to a file while it is uploaded.
type Change = fn(&Path);

/// Uploads with one of the changes during the first block, one in the middle, and the last: nothing may be committed.
async fn assert_noticed(changes: &[Change]) {
    assert_noticed_at(changes, &[0, 20, 47]).await;
}

async fn assert_noticed_at(changes: &[Change], at_blocks: &[usize]) {
    for change in changes.iter().copied() {
        for at_block in at_blocks.iter().copied() {
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
    assert_noticed(&[longer, shorter]).await;
}

/// The modification time of a file.
fn modified(path: &Path) -> std::time::SystemTime {
    std::fs::metadata(path).unwrap().modified().unwrap()
}

/// Another build of the same size.
fn other_build(path: &Path) -> Vec<u8> {
    let mut content = std::fs::read(path).unwrap();
    // The start of a ZIP stays the same; its end has the checksums of everything.
    let at = content.len() - 100;
    content[at..].iter_mut().for_each(|byte| *byte ^= 1);
    content
}

/// Puts bytes into a file without a change of its size and its modification time, at a time that the file system can tell
/// from the one before.
fn overwrite(path: &Path, content: &[u8]) {
    let (time, before) = (modified(path), change_time(path));
    loop {
        std::fs::write(path, content).unwrap();
        std::fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        if change_time(path) != before || before.is_none() {
            return;
        }
    }
}

/// `None` where only code that is not safe can ask for it.
fn change_time(path: &Path) -> Option<(i64, i64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let metadata = std::fs::metadata(path).unwrap();
        Some((metadata.ctime(), metadata.ctime_nsec()))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// A build that replaces another one in place, with the same size and a normalised time.
#[tokio::test(start_paused = true)]
async fn another_build_with_the_same_size_and_time_is_never_committed() {
    let overwritten: Change = |path| overwrite(path, &other_build(path));
    let renamed: Change = |path| {
        let other = path.with_extension("new");
        std::fs::write(&other, other_build(path)).unwrap();
        std::fs::File::options().write(true).open(&other).unwrap().set_modified(modified(path)).unwrap();
        std::fs::rename(other, path).unwrap();
    };
    // The end of the file is read by then.
    assert_noticed_at(&[overwritten, renamed], &[45, 47]).await;

    // What was read before is not what is there, although the rest is.
    let start: Change = |path| {
        let mut content = std::fs::read(path).unwrap();
        content[..100].iter_mut().for_each(|byte| *byte ^= 1);
        overwrite(path, &content);
    };
    if cfg!(unix) {
        assert_noticed_at(&[start], &[0, 20, 47]).await;
    }
}

/// The content of the file stays the same all the while.
async fn assert_uploaded(change: Change) {
    let bench = Bench::new();
    let path = bench.path();
    bench.storage.script(move |seen, number| {
        if seen.is_block() && number % 7 == 0 {
            change(&path);
        }
        None
    });
    bench.upload().await.unwrap();
    bench.assert_whole();
}

#[tokio::test(start_paused = true)]
async fn a_file_whose_times_alone_move_is_uploaded() {
    let touched: Change = |path| {
        let later = modified(path) + Duration::from_secs(5);
        std::fs::File::options().write(true).open(path).unwrap().set_modified(later).unwrap();
    };
    assert_uploaded(touched).await;
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_replaced_by_a_copy_is_uploaded() {
    let copied: Change = |path| {
        let other = path.with_extension("new");
        std::fs::copy(path, &other).unwrap();
        std::fs::rename(other, path).unwrap();
    };
    assert_uploaded(copied).await;
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
