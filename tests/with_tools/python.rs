//! Python: the example, which uses the module of `python/`, and other programs that read the ZIPs of the library.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::Outcome;
use crate::c::{arguments, released};
use crate::support::{Store, call};
use crate::tools::{ensure, failed, find, library, root, run};

pub(crate) fn publish() -> Outcome {
    let store = Store::start();
    let output = run(arguments(&mut example(&find("python3")?), &store)?)?;
    released(&store, &output)
}

/// The command that runs the example, with the module of the repository and the library of this build.
pub(crate) fn example(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.arg(root().join("examples/python/publish.py"));
    command.env("STORESHIP_LIBRARY", library()).env("PYTHONPATH", root().join("python"));
    // Compiled modules would be left beside the sources.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

const READ: &str = "
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
print(sorted((entry.filename, entry.file_size) for entry in archive.infolist()))
";

pub(crate) fn package_write() -> Outcome {
    let (python, unzip) = (find("python3")?, find("unzip")?);
    let store = Store::start();
    let package = store.package("Contoso_2.0.0.0_x64.msix", "2.0.0.0");
    let picture = store.folder.path().join("picture.png");
    fs::write(&picture, b"not really").map_err(failed)?;
    let output = store.folder.path().join("upload.zip");
    let files = json!([{ "path": package }, { "path": picture, "name": "de-de/Bild \u{fc}ber alles.png" }]);
    let written = call(0, "package.write", &json!({ "files": files, "output": output }).to_string());
    ensure(written.status == 0, &written.text)?;

    run(Command::new(unzip).arg("-tqq").arg(&output))?;
    let read = run(Command::new(python).args(["-c", READ]).arg(&output).env("PYTHONIOENCODING", "utf-8"))?;
    let length = fs::metadata(&package).map_err(failed)?.len();
    let expected = format!("[('Contoso_2.0.0.0_x64.msix', {length}), ('de-de/Bild \u{fc}ber alles.png', 10)]");
    ensure(read.trim() == expected, format!("{read}is not {expected}"))
}
