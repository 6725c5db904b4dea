//! Two releases of the module in one session, and a library and an assembly of different releases.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::c::WARNINGS;
use crate::powershell::{alone, module};
use crate::tools::{self, ensure, failed, find, library, root, run};
use crate::{Outcome, Problem};

/// The version of `tests/c/other_release.c`.
const OTHER: &str = "99.1.2";

/// Compiles a library of another release into a folder, under the name of this one.
pub(crate) fn other_library(folder: &Path) -> Result<PathBuf, Problem> {
    let name = library().file_name().ok_or_else(|| failed("the library has no name"))?.to_owned();
    let output = folder.join(name);
    let mut compiler = Command::new(tools::c()?);
    compiler.args(["-std=c99", "-shared", "-fPIC"]).args(WARNINGS);
    run(compiler.arg(root().join("tests/c/other_release.c")).arg("-o").arg(&output))?;
    Ok(output)
}

pub(crate) fn powershell() -> Outcome {
    let pwsh = find("pwsh")?;
    let this = module(&pwsh)?;
    let folder = tempfile::tempdir().map_err(failed)?;
    let native = this.join("bin").read_dir().map_err(failed)?.next().ok_or_else(|| failed("bin is empty"))?;
    let rid = native.map_err(failed)?.file_name();

    let assembly = format!("StoreShip.Cmdlets-{OTHER}.dll");
    let built = folder.path().join("dotnet");
    let mut dotnet = Command::new(find("dotnet")?);
    dotnet.arg("build").arg(root().join("powershell/StoreShip")).args(["-c", "Release", "-nologo", "-v", "quiet"]);
    dotnet.arg(format!("-p:Version={OTHER}")).arg("-o").arg(&built);
    run(&mut alone(dotnet))?;

    // The other release, and one whose library is this release's.
    let library_of_other = other_library(folder.path())?;
    let other = folder.path().join("other/StoreShip");
    let mixed = folder.path().join("mixed/StoreShip");
    for (module, library) in [(&other, &library_of_other), (&mixed, &library())] {
        let bin = module.join("bin").join(&rid);
        fs::create_dir_all(&bin).map_err(failed)?;
        let name = library.file_name().ok_or_else(|| failed("the library has no name"))?;
        fs::copy(library, bin.join(name)).map_err(failed)?;
        fs::copy(built.join(&assembly), module.join(&assembly)).map_err(failed)?;
        for views in ["StoreShip.Format.ps1xml", "StoreShip.Types.ps1xml"] {
            fs::copy(this.join(views), module.join(views)).map_err(failed)?;
        }
        let manifest = fs::read_to_string(this.join("StoreShip.psd1")).map_err(failed)?;
        let manifest = manifest.replace(env!("CARGO_PKG_VERSION"), OTHER);
        fs::write(module.join("StoreShip.psd1"), manifest).map_err(failed)?;
    }

    let mut command = Command::new(&pwsh);
    command.args(["-NoProfile", "-NonInteractive", "-File"]).arg(root().join("tests/powershell/versions.ps1"));
    command.arg("-This").arg(&this).arg("-Other").arg(&other).arg("-Mixed").arg(&mixed);
    command.args(["-ThisVersion", env!("CARGO_PKG_VERSION"), "-OtherVersion", OTHER]);
    let output = run(&mut command)?;
    ensure(output.contains("both versions work"), output)
}
