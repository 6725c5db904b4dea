//! The NuGet package of the .NET client, with the library of each platform in `runtimes/<rid>/native`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::dist::Dist;
use crate::{managed, nupkg, tools};

/// The file name of the client's assembly.
pub(crate) const ASSEMBLY: &str = "StoreShip.Client.dll";

/// Compiles the assembly into a folder.
pub(crate) fn stage(dist: &Dist, folder: &Path) -> Result<()> {
    let built = dist.project.root.join("target/dotnet/bin/StoreShip.Client/Release/netstandard2.0");
    tools::run(&mut dotnet(dist, "build"))?;
    tools::empty_folder(folder)?;
    for ending in ["dll", "pdb", "xml"] {
        let file = Path::new(ASSEMBLY).with_extension(ending);
        tools::copy(&built.join(&file), &folder.join(&file))?;
    }
    Ok(())
}

pub(crate) fn write(dist: &Dist, managed: &Path) -> Result<()> {
    let folder = dist.step("client")?;
    let natives = folder.join("natives");
    for one in &dist.natives {
        let native = natives.join(one.platform.rid);
        tools::empty_folder(&native)?;
        tools::copy(&one.library(), &native.join(one.platform.system.library()))?;
    }
    let output = folder.join("packed");
    // NuGet asks for what a restore has written, also for a package of files that are compiled already.
    tools::run(&mut dotnet(dist, "restore"))?;
    let mut pack = dotnet(dist, "pack");
    pack.arg("--no-build").arg("-o").arg(&output);
    // NuGet takes the assembly from the folder that it would be compiled into.
    pack.arg(format!("-p:OutDir={}/", managed::client(managed).display()));
    pack.arg(format!("-p:NativeLibraries={}", natives.display()));
    pack.arg(format!("-p:Notices={}", dist.notices.display()));
    tools::run(&mut pack)?;
    for ending in [".nupkg", ".snupkg"] {
        let package = nupkg::only(&output, ending)?;
        let name = package.file_name().context("a package has a name")?;
        nupkg::rewrite(&dist.project, &package, &dist.output(name))?;
    }
    Ok(())
}

/// A command of the .NET SDK for the project of the client.
fn dotnet(dist: &Dist, verb: &str) -> Command {
    let mut command = Command::new("dotnet");
    command.arg(verb).arg(dist.project.root.join("powershell/StoreShip.Client"));
    if verb != "restore" {
        command.args(["-c", "Release", "-nologo"]);
    }
    command.args(["-v", "quiet"]);
    alone(&mut command);
    command
}

/// Leaves no build server running.
pub(crate) fn alone(command: &mut Command) {
    command.env("UseSharedCompilation", "false").env("MSBUILDDISABLENODEREUSE", "1");
}
