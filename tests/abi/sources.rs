//! The table of docs/uploads.md: what becomes of unusual files and names.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use storeship::zip::{self, SourceFile};

use crate::support::{APP, Client, Store};

/// Uploads files with their names in the ZIP to a draft that waits for them; the result, or the code and the message of
/// the refusal. What was uploaded is the ZIP of these files, which an independent reader understands.
fn upload(store: &Store, client: &Client, files: &[(&Path, &str)]) -> Result<Value, (String, String)> {
    let names: Vec<String> = files.iter().map(|(_, name)| name.replace('\\', "/")).collect();
    let listed: Vec<Value> = files.iter().map(|(path, name)| json!({"path": path, "name": name})).collect();
    let draft = client.draft_for(APP, &names.iter().map(String::as_str).collect::<Vec<_>>());
    let ids = json!({"appId": APP, "submissionId": draft["id"]});
    let mut request = ids.clone();
    request["files"] = json!(listed);
    let answer = client.call("package.upload", request);
    let address = draft["fileUploadUrl"].as_str().unwrap().replace('+', "%2B");
    let (status, bytes) = store.send("GET", &address, None);
    client.call("submission.delete", ids).result();
    if answer.json["ok"] != true {
        assert_eq!(status, 404, "nothing is at the address");
        let text = |name: &str| answer.json["error"][name].as_str().unwrap().to_owned();
        return Err((text("code"), text("message")));
    }
    let sources: Vec<_> =
        files.iter().map(|(path, name)| SourceFile { path: path.into(), name: (*name).to_owned() }).collect();
    let output = store.folder.path().join("expected.zip");
    zip::write_file(&sources, &output).unwrap();
    assert!(bytes == fs::read(&output).unwrap(), "{names:?}");
    let mut archive = ::zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    for ((path, _), name) in files.iter().zip(&names) {
        let mut read = Vec::new();
        std::io::Read::read_to_end(&mut archive.by_name(name).unwrap(), &mut read).unwrap();
        assert!(read == fs::read(path).unwrap(), "{name}");
    }
    Ok(answer.result().clone())
}

#[test]
fn each_kind_of_name_is_uploaded_or_refused() {
    let store = Store::start();
    let client = store.client();
    let one = store.folder.path().join("one");
    fs::write(&one, "content").unwrap();
    let long = format!("{}.msix", "n".repeat(300));
    for names in [
        &["App.msix"] as &[&str],
        &["images/en-us/\u{fc}ml\u{e4}ut \u{65e5}\u{672c} \u{1f600}.png"],
        &[long.as_str()],
        &["folder\\a.png", "folder/b.png"],
        &["a", "a.b", "a-b/c"],
    ] {
        let files: Vec<_> = names.iter().map(|name| (one.as_path(), *name)).collect();
        let result = upload(&store, &client, &files).unwrap();
        assert_eq!(result["entries"].as_array().unwrap().len(), names.len());
    }
    let too_long = "n".repeat(65_536);
    for (names, says) in [
        (&["a.msix", "a.msix"] as &[&str], "same file"),
        (&["a.msix", "A.MSIX"], "same file"),
        (&["folder/a", "folder\\a"], "same file"),
        (&["a", "a/b"], "is a file and the folder of"),
        (&["con"], "device"),
        (&["images/Con.png"], "device"),
        (&["a."], "ends with a dot or a space"),
        (&["a /b"], "ends with a dot or a space"),
        (&["/a"], "absolute"),
        (&["\\a"], "absolute"),
        (&["C:\\a"], "drive letter"),
        (&["../a"], "`..`"),
        (&["a\\..\\b"], "`..`"),
        (&["./a"], "`..`"),
        (&["a//b"], "empty part"),
        (&["folder/"], "empty part"),
        (&["a?"], "does not allow"),
        (&["a\nb"], "does not allow"),
        (&[too_long.as_str()], "65,535"),
    ] {
        let files: Vec<_> = names.iter().map(|name| (one.as_path(), *name)).collect();
        let (code, message) = refused(&client, &files);
        assert_eq!(code, "file.name", "{names:?}");
        assert!(message.contains(says), "{message}");
    }
    assert!(store.requests("updateApplicationSubmission").len() == 5, "the refusals come before anything is sent");
}

/// Uploads to a draft that is not looked at, since the files are refused before.
fn refused(client: &Client, files: &[(&Path, &str)]) -> (String, String) {
    let listed: Vec<Value> = files.iter().map(|(path, name)| json!({"path": path, "name": name})).collect();
    let answer = client.call("package.upload", json!({"appId": APP, "submissionId": "1", "files": listed}));
    let (code, message) = (answer.failure().1.to_owned(), &answer.json["error"]["message"]);
    (code, message.as_str().unwrap().to_owned())
}

#[test]
fn each_kind_of_file_is_uploaded_or_refused() {
    let store = Store::start();
    let client = store.client();
    let at = |name: &str| store.folder.path().join(name);
    fs::write(at("one"), "content").unwrap();
    fs::write(at("empty"), "").unwrap();
    fs::create_dir(at("folder")).unwrap();
    // A megabyte of which the file system stores the last byte.
    let sparse = fs::File::create(at("sparse")).unwrap();
    sparse.set_len((1 << 20) - 1).unwrap();
    std::io::Write::write_all(&mut fs::File::options().append(true).open(at("sparse")).unwrap(), b"x").unwrap();

    for name in ["one", "sparse"] {
        let result = upload(&store, &client, &[(&at(name), "App.msix")]).unwrap();
        assert_eq!(result["entries"][0]["sha256"], sha256(&fs::read(at(name)).unwrap()));
    }
    for (name, code, says) in [
        ("none", "file.not_found", "can't be read"),
        ("empty", "file.empty", "is empty"),
        ("folder", "file.unreadable", "it is a folder"),
        #[cfg(unix)]
        ("/dev/null", "file.unreadable", "it is a device"),
    ] {
        let (found, message) = refused(&client, &[(&at(name), "App.msix")]);
        assert!(found == code && message.contains(says), "{found}: {message}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_pipes_are_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let store = Store::start();
    let client = store.client();
    let at = |name: &str| store.folder.path().join(name);
    fs::write(at("one"), "content").unwrap();
    fs::create_dir(at("folder")).unwrap();
    for (target, link) in
        [("one", "link"), ("link", "link of a link"), ("folder", "to a folder"), ("none", "to nothing")]
    {
        symlink(at(target), at(link)).unwrap();
    }
    assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
    for link in ["link", "link of a link"] {
        upload(&store, &client, &[(&at(link), "App.msix")]).unwrap();
    }
    for (name, code, says) in [
        ("to a folder", "file.unreadable", "it is a folder"),
        ("to nothing", "file.not_found", "to nothing"),
        ("pipe", "file.unreadable", "it is a pipe"),
    ] {
        let (found, message) = refused(&client, &[(&at(name), "App.msix")]);
        assert!(found == code && message.contains(says), "{found}: {message}");
    }
    fs::set_permissions(at("one"), fs::Permissions::from_mode(0o0)).unwrap();
    // Root may read it all the same.
    if fs::read(at("one")).is_err() {
        assert_eq!(refused(&client, &[(&at("one"), "App.msix")]).0, "file.unreadable");
    }
}

#[cfg(windows)]
#[test]
fn a_file_that_another_program_locks_is_refused() {
    use std::os::windows::fs::OpenOptionsExt;
    let store = Store::start();
    let path = store.folder.path().join("one");
    fs::write(&path, "content").unwrap();
    let _locked = fs::File::options().read(true).share_mode(0).open(&path).unwrap();
    assert_eq!(refused(&store.client(), &[(&path, "App.msix")]).0, "file.unreadable");
}

#[test]
fn the_storage_takes_a_file_beyond_4_gib_and_not_25_001_files() {
    let store = Store::start();
    let client = store.client();
    let (one, large) = (store.folder.path().join("one"), store.folder.path().join("large"));
    fs::write(&one, "content").unwrap();
    fs::File::create(&large).unwrap().set_len((4 << 30) + 1).unwrap();
    let checked = client.call("package.write", json!({"files": [{"path": large, "name": "App.msix"}, {"path": one}]}));
    assert!(checked.result()["bytes"].as_u64().unwrap() > 4 << 30);

    // Each file is a header and at least one block of data.
    let names: Vec<String> = (0..25_001).map(|n| format!("{n}")).collect();
    let files: Vec<_> = names.iter().map(|name| (one.as_path(), name.as_str())).collect();
    let (code, message) = refused(&client, &files);
    assert_eq!(code, "upload.too_large");
    assert!(message.contains("25001 files") && message.contains("50,000 blocks"), "{message}");
    assert_eq!(store.control("GET", "requests", None), json!([]), "nothing was sent");
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
