//! The NuGet package of the .NET client, with the library of each platform in `runtimes/<rid>/native`.

use std::process::Command;

use anyhow::{Context, Result};

use crate::dist::Dist;
use crate::{nupkg, tools};

pub(crate) fn write(dist: &Dist) -> Result<()> {
    let folder = dist.step("client")?;
    let natives = folder.join("natives");
    for one in &dist.natives {
        let native = natives.join(one.platform.rid);
        tools::empty_folder(&native)?;
        tools::copy(&one.library(), &native.join(one.platform.system.library()))?;
    }
    let output = folder.join("packed");
    let project = dist.project.root.join("powershell/StoreShip.Client");
    let mut dotnet = Command::new("dotnet");
    dotnet.arg("pack").arg(project).args(["-c", "Release", "-nologo", "-v", "quiet", "-o"]).arg(&output);
    dotnet.arg(format!("-p:NativeLibraries={}", natives.display()));
    dotnet.arg(format!("-p:Notices={}", dist.notices.display()));
    alone(&mut dotnet);
    tools::run(&mut dotnet)?;
    for ending in [".nupkg", ".snupkg"] {
        let package = nupkg::only(&output, ending)?;
        let name = package.file_name().context("a package has a name")?;
        nupkg::rewrite(&dist.project, &package, &dist.output(name))?;
    }
    Ok(())
}

/// Leaves no build server running.
pub(crate) fn alone(command: &mut Command) {
    command.env("UseSharedCompilation", "false").env("MSBUILDDISABLENODEREUSE", "1");
}
