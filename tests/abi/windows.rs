//! Paths and locks as Windows has them. On other systems these spellings are ordinary names, so the tests do not exist there.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::support::{self, Answer, Store};

/// The file that a process of [`a_process_that_holds_a_file`] locks.
const HELD: &str = "STORESHIP_TEST_HELD_FILE";

fn inspect(path: &str) -> Answer {
    support::call(0, "package.inspect", &json!({ "path": path }).to_string())
}

fn write(source: &str, output: &str) -> Answer {
    support::call(0, "package.write", &json!({ "files": [{ "path": source }], "output": output }).to_string())
}

#[test]
fn each_spelling_of_a_path_names_the_file() {
    // In the current folder, since `C:name` starts there.
    let folder = tempfile::Builder::new().prefix("Größe 試験 ").tempdir_in(".").unwrap();
    let store = Store::start();
    let path = fs::canonicalize(folder.path()).unwrap().join("App.msix");
    fs::copy(store.package("App.msix", "2.0.0.0"), &path).unwrap();
    let verbatim = path.to_str().unwrap();
    let plain = verbatim.strip_prefix(r"\\?\").unwrap();
    let (drive, rooted) = plain.split_at(2);
    let below = format!(r"{}\App.msix", folder.path().file_name().unwrap().to_str().unwrap());
    let spellings = [
        plain.to_owned(),
        plain.replace('\\', "/"),
        plain.replacen('\\', "/", 1),
        verbatim.to_owned(),
        format!(r"\\.\{plain}"),
        rooted.to_owned(),
        below.clone(),
        format!(r".\{below}"),
        format!("./{}", below.replace('\\', "/")),
        format!("{drive}{below}"),
        plain.replace("App.msix", "APP.MSIX"),
        format!(r"{drive}\none\..{rooted}"),
    ];
    let expected = inspect(plain).result().clone();
    for spelling in &spellings {
        let answer = inspect(spelling);
        for member in ["identityName", "version", "size"] {
            assert_eq!(answer.result()[member], expected[member], "{spelling}: {}", answer.text);
        }
        let output = spelling.replace("App.msix", "out.zip").replace("APP.MSIX", "out.zip");
        write(spelling, &output).result();
        assert!(path.with_file_name("out.zip").is_file(), "{output}");
        fs::remove_file(path.with_file_name("out.zip")).unwrap();
    }
}

#[test]
fn a_path_beyond_260_characters_is_read_and_written() {
    let store = Store::start();
    let mut folder = fs::canonicalize(store.folder.path()).unwrap();
    while folder.as_os_str().len() < 300 {
        folder.push("a folder with quite a long name");
    }
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("App.msix");
    fs::copy(store.package("App.msix", "2.0.0.0"), &path).unwrap();
    let plain = path.to_str().unwrap().strip_prefix(r"\\?\").unwrap();
    for spelling in [plain.to_owned(), plain.replace('\\', "/")] {
        inspect(&spelling).result();
        write(&spelling, &spelling.replace("App.msix", "out.zip")).result();
        assert!(folder.join("out.zip").is_file());
        fs::remove_file(folder.join("out.zip")).unwrap();
    }
}

/// The names of devices, in any folder, are no files; the call ends.
#[test]
fn devices_and_shares_that_are_not_there_are_refused() {
    let store = Store::start();
    let folder = store.folder.path().to_str().unwrap();
    let source = store.package("App.msix", "2.0.0.0");
    for name in ["nul", "NUL", "con", "aux", "com9", "lpt9", r"\\.\nul", r"\\.\pipe\storeship-none"] {
        let answer = inspect(name);
        assert_eq!(answer.failure().0, 14, "{name}: {}", answer.text);
    }
    for share in [r"\\127.0.0.1\none\App.msix", r"\\?\UNC\127.0.0.1\none\App.msix", "//127.0.0.1/none/App.msix"] {
        let answer = inspect(share);
        assert!(["file.not_found", "file.unreadable"].contains(&answer.failure().1), "{share}: {}", answer.text);
        let answer = write(source.to_str().unwrap(), &share.replace("App.msix", "out.zip"));
        assert_eq!(answer.failure(), (14, "file.unwritable"), "{share}: {}", answer.text);
    }
    // No file of such a name is left behind.
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
}

/// Holds a file open, shared with nobody, until its input ends.
#[test]
fn a_process_that_holds_a_file() {
    let Some(path) = std::env::var_os(HELD) else { return };
    let _held = fs::File::options().read(true).share_mode(0).open(path).unwrap();
    println!("\nheld");
    let _ = std::io::stdin().read_line(&mut String::new());
}

fn hold(path: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "windows::a_process_that_holds_a_file", "--nocapture"]).env(HELD, path);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.by_ref().any(|line| line.unwrap().trim() == "held"), "the other process has not opened the file");
    // Its output is read to the end, so that it can write it.
    std::thread::spawn(move || lines.count());
    child
}

#[test]
fn a_file_that_another_process_holds_has_a_code_and_a_remedy() {
    let store = Store::start();
    let package = store.package("App.msix", "2.0.0.0");
    let output = store.folder.path().join("out.zip");
    let (package, output) = (package.to_str().unwrap(), output.to_str().unwrap());
    write(package, output).result();
    let before = fs::read(output).unwrap();

    let mut other = hold(Path::new(package));
    for answer in [inspect(package), write(package, output)] {
        assert_eq!(answer.failure(), (14, "file.unreadable"), "{}", answer.text);
        assert!(answer.text.contains("another program has the file open"), "{}", answer.text);
    }
    drop(other.stdin.take());
    other.wait().unwrap();
    inspect(package).result();

    let mut other = hold(Path::new(output));
    let answer = write(package, output);
    assert_eq!(answer.failure(), (14, "file.unwritable"), "{}", answer.text);
    drop(other.stdin.take());
    other.wait().unwrap();
    assert_eq!(fs::read(output).unwrap(), before, "the file of before stays");
    assert_eq!(fs::read_dir(store.folder.path()).unwrap().count(), 2, "nothing else is left");
}
