//! The PowerShell module as a package for a gallery, with the library and the emulator of each platform in `bin/<rid>`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::client_package::alone;
use crate::dist::Dist;
use crate::{managed, native, nupkg, tools};

/// Makes the module in a folder.
pub(crate) fn stage(dist: &Dist, module: &Path) -> Result<()> {
    let project = &dist.project;
    // build.ps1 writes the help with the module loaded, so it takes the library of this machine.
    let host = native::host_platform()?;
    let own = dist.natives.iter().find(|one| Some(one.platform) == host);
    let own = own.context("the module is built with the library of this machine's platform, which is missing")?;
    let mut build = powershell();
    build.arg("-File").arg(project.root.join("powershell/build.ps1")).arg("-NativePath").arg(&own.folder);
    alone(&mut build);
    tools::run(&mut build)?;

    // Without its symbolic link, which a package can't have.
    let built = project.root.join("target/powershell/StoreShip");
    for file in tools::files(&built)?.iter().filter(|file| !file.starts_with(built.join("bin"))) {
        let path = module.join(file.strip_prefix(&built)?);
        std::fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
        tools::copy(file, &path)?;
    }
    for one in &dist.natives {
        let (bin, system) = (module.join("bin").join(one.platform.rid), one.platform.system);
        tools::empty_folder(&bin)?;
        tools::copy(&one.library(), &bin.join(system.library()))?;
        tools::copy(&one.emulator(), &bin.join(system.emulator()))?;
    }
    tools::copy(&project.license_file(), &module.join("LICENSE"))?;
    tools::copy(&dist.notices, &module.join("THIRD-PARTY-NOTICES.txt"))
}

pub(crate) fn write(dist: &Dist, managed: &Path) -> Result<()> {
    let output = dist.step("packed")?;
    let quoted = |path: &Path| format!("'{}'", path.display().to_string().replace('\'', "''"));
    let script = format!(
        "$ErrorActionPreference = 'Stop'; Compress-PSResource -Path {} -DestinationPath {}",
        quoted(&managed::module(managed)),
        quoted(&output)
    );
    tools::run(powershell().arg("-Command").arg(script))?;
    let package = nupkg::only(&output, ".nupkg")?;
    let name = package.file_name().context("a package has a name")?;
    nupkg::rewrite(&dist.project, &package, &dist.output(name))
}

fn powershell() -> Command {
    let mut command = Command::new("pwsh");
    command.args(["-NoProfile", "-NonInteractive"]);
    command
}
