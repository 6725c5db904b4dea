#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::{NewFile, NotRegular, open, read, remedy};

fn kind(error: &io::Error) -> Option<NotRegular> {
    error.get_ref()?.downcast_ref().copied()
}

#[test]
fn only_regular_files_are_opened() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "text").unwrap();
    assert_eq!(read(&file, 4).unwrap(), b"text");
    assert_eq!(read(&file, 3).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    assert_eq!(open(&folder.path().join("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
    let error = open(folder.path()).unwrap_err();
    assert_eq!(kind(&error), Some(NotRegular::Folder));
    assert!(remedy(&error).unwrap().contains("in the folder"));
}

/// Without `O_NONBLOCK` this test would never end: nobody writes to the pipe.
#[cfg(unix)]
#[test]
fn pipes_devices_and_what_links_to_them_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&pipe, &link).unwrap();
    for (path, expected) in [
        (pipe.as_path(), NotRegular::Pipe),
        (&link, NotRegular::Pipe),
        (Path::new("/dev/zero"), NotRegular::Device),
        (Path::new("/dev/null"), NotRegular::Device),
    ] {
        let error = open(path).unwrap_err();
        assert_eq!(kind(&error), Some(expected), "{}", path.display());
        assert!(remedy(&error).is_some());
    }
    // A link to a file is the file.
    let (file, alias) = (folder.path().join("file"), folder.path().join("alias"));
    fs::write(&file, "text").unwrap();
    std::os::unix::fs::symlink(&file, &alias).unwrap();
    assert_eq!(read(&alias, 100).unwrap(), b"text");
    assert!(super::is_same(&file, &alias) && !super::is_same(&file, &pipe));
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn an_output_appears_when_it_is_complete_and_leaves_other_files_alone() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.zip");
    let partial = folder.path().join("out.zip.partial");
    fs::write(&output, "before").unwrap();
    fs::write(&partial, "somebody's").unwrap();

    let new = NewFile::new(&output).unwrap();
    new.file().write_all(b"half").unwrap();
    assert_eq!(fs::read(&output).unwrap(), b"before");
    drop(new);
    assert_eq!(names(folder.path()), ["out.zip", "out.zip.partial"]);

    let new = NewFile::new(&output).unwrap();
    new.file().write_all(b"whole").unwrap();
    new.finish().unwrap();
    assert_eq!((fs::read(&output).unwrap(), fs::read(&partial).unwrap()), (b"whole".to_vec(), b"somebody's".to_vec()));
    assert_eq!(names(folder.path()), ["out.zip", "out.zip.partial"]);
}

#[cfg(unix)]
#[test]
fn an_output_is_not_written_through_a_link_nor_over_a_pipe_or_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (target, link) = (folder.path().join("target"), folder.path().join("link"));
    fs::write(&target, "kept").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let new = NewFile::new(&link).unwrap();
    new.file().write_all(b"new").unwrap();
    new.finish().unwrap();
    assert_eq!((fs::read(&target).unwrap(), fs::read(&link).unwrap()), (b"kept".to_vec(), b"new".to_vec()));
    assert!(!fs::symlink_metadata(&link).unwrap().is_symlink());

    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(kind(&NewFile::new(&pipe).unwrap_err()), Some(NotRegular::Pipe));
    assert_eq!(kind(&NewFile::new(folder.path()).unwrap_err()), Some(NotRegular::Folder));
}
