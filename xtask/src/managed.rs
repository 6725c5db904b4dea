//! What the .NET SDK and PowerShell make: the module, and the assembly of the .NET client. They are made first and packed later,
//! so that a machine with a certificate can sign their files in between. `StoreShip/` is the module as it is installed, with the
//! library and the emulator of each platform, since a catalog lists all files of a module; `client/` is the assembly with its
//! symbols and its documentation.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::dist::Dist;
use crate::{client_package, module_package};

/// The folder of the module in the one of all that is managed.
pub(crate) fn module(managed: &Path) -> PathBuf {
    managed.join("StoreShip")
}

/// The folder of the client's assembly.
pub(crate) fn client(managed: &Path) -> PathBuf {
    managed.join("client")
}

/// Makes the two, or what this machine can make of them. Returns their folder.
pub(crate) fn stage(dist: &Dist, has_client: bool, has_module: bool) -> Result<PathBuf> {
    let managed = dist.step("managed")?;
    if has_client {
        client_package::stage(dist, &client(&managed))?;
    }
    if has_module {
        module_package::stage(dist, &module(&managed))?;
    }
    Ok(managed)
}

/// Takes the two from a folder that an earlier run has made. All packages get the shared libraries and the emulators of the
/// module in it: signed ones have to be the same everywhere.
pub(crate) fn found(dist: &mut Dist, managed: &Path) -> Result<PathBuf> {
    let module = module(managed);
    let files = [
        client(managed).join(client_package::ASSEMBLY),
        module.join(format!("StoreShip.Cmdlets-{}.dll", dist.project.version)),
    ];
    if let Some(missing) = files.iter().find(|file| !file.is_file()) {
        bail!("{} is missing: the folder is not that of this version", missing.display());
    }
    let bin = module.join("bin");
    for natives in &mut dist.natives {
        natives.signed = Some(bin.join(natives.platform.rid));
        for file in [natives.library(), natives.emulator()] {
            if !file.is_file() {
                bail!("{} is missing, but --natives has the platform", file.display());
            }
        }
    }
    for folder in bin.read_dir().with_context(|| bin.display().to_string())? {
        let name = folder?.file_name();
        if !dist.natives.iter().any(|natives| name == natives.platform.rid) {
            bail!("the module has the platform {}, but --natives has not", name.display());
        }
    }
    Ok(managed.to_owned())
}
