//! The command: builds the libraries, then all packages out of them, then the list of their checksums.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::options::Options;
use crate::project::{Natives, Project};
use crate::{
    c_package, client_package, emulator_package, managed, module_package, native, notices, sbom, sums, tools, wheel,
};

/// What every package is made from.
pub(crate) struct Dist {
    pub(crate) project: Project,
    /// The platforms, in the order of the table.
    pub(crate) natives: Vec<Natives>,
    /// The licences of the dependencies.
    pub(crate) notices: PathBuf,
    /// The folder of the finished packages.
    pub(crate) out: PathBuf,
}

impl Dist {
    /// A new empty folder for the steps of one package.
    pub(crate) fn step(&self, name: &str) -> Result<PathBuf> {
        let folder = self.project.work().join(name);
        tools::empty_folder(&folder)?;
        Ok(folder)
    }

    /// Builds the name of a package in the folder of the finished ones.
    pub(crate) fn output(&self, name: impl AsRef<Path>) -> PathBuf {
        self.out.join(name)
    }
}

pub(crate) fn run(options: Options) -> Result<()> {
    let project = Project::read(options.dev)?;
    let out = options.out.clone().unwrap_or_else(|| project.root.join("target/dist"));
    check_output(&out, &project.root)?;
    let (mut natives, mut left_out) = native::build(&project, &options)?;
    if let Some(folder) = &options.natives {
        for other in native::found(folder)? {
            if !natives.iter().any(|built| built.platform == other.platform) {
                left_out.retain(|line| !line.starts_with(&format!("{}:", other.platform.rid)));
                natives.push(other);
            }
        }
    }
    if natives.is_empty() {
        bail!("no library could be built:\n{}", left_out.join("\n"));
    }
    if options.only_natives {
        report(&options.natives_folder(&project), &left_out);
        return Ok(());
    }

    let has_client = tools::has("dotnet");
    let has_module = has_client && tools::has("pwsh");
    if options.only_managed {
        if !has_module {
            bail!("--only-managed needs pwsh and dotnet");
        }
        std::fs::create_dir_all(project.work())?;
        let notices = notices::write(&project, &project.work())?;
        let dist = Dist { project, natives, notices, out };
        report(&managed::stage(&dist, true, true)?, &left_out);
        return Ok(());
    }

    tools::empty_folder(&out)?;
    // An empty list marks the folder as one of packages, also if a later step fails.
    tools::write(&out.join(sums::NAME), "")?;
    let notices = notices::write(&project, &out)?;
    let mut dist = Dist { project, natives, notices, out };
    let managed = match options.managed {
        Some(folder) => managed::found(&mut dist, &folder)?,
        None => managed::stage(&dist, has_client, has_module)?,
    };
    sbom::write(&dist)?;
    for natives in &dist.natives {
        c_package::write(&dist, natives)?;
        emulator_package::write(&dist, natives)?;
        wheel::write(&dist, natives)?;
    }
    if has_client {
        client_package::write(&dist, &managed)?;
    } else {
        left_out.push("StoreShip.Client.nupkg: needs dotnet".to_owned());
    }
    if has_module {
        module_package::write(&dist, &managed)?;
    } else {
        left_out.push("StoreShip.nupkg: needs pwsh and dotnet".to_owned());
    }
    sums::write(&dist.out)?;
    report(&dist.out, &left_out);
    Ok(())
}

/// Refuses a folder for the packages whose content is something else: it would be deleted.
fn check_output(out: &Path, root: &Path) -> Result<()> {
    if !out.exists() {
        return Ok(());
    }
    let folder = out.canonicalize()?;
    if root.canonicalize()?.starts_with(&folder) {
        bail!("{} has the repository in it, and --out deletes what is there", out.display());
    }
    if folder.read_dir()?.next().is_some() && !folder.join(sums::NAME).is_file() {
        bail!("{} is no folder of packages: it is not empty and has no {}", out.display(), sums::NAME);
    }
    Ok(())
}

/// Says what was made, and what was left out and why.
fn report(out: &Path, left_out: &[String]) {
    println!("{}", out.display());
    for file in tools::files(out).unwrap_or_default() {
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        println!("{size:>12}  {}", file.strip_prefix(out).unwrap_or(&file).display());
    }
    for line in left_out {
        println!("left out: {line}");
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::check_output;
    use crate::sums;

    #[test]
    fn only_a_folder_of_packages_is_emptied() {
        let folder = std::env::temp_dir().join(format!("storeship-xtask-out-{}", std::process::id()));
        let (root, out) = (folder.join("repository"), folder.join("out"));
        fs::create_dir_all(&root).unwrap();
        assert!(check_output(&out, &root).is_ok());
        fs::create_dir(&out).unwrap();
        assert!(check_output(&out, &root).is_ok());
        fs::write(out.join("thesis.txt"), "x").unwrap();
        assert!(check_output(&out, &root).is_err());
        fs::write(out.join(sums::NAME), "").unwrap();
        assert!(check_output(&out, &root).is_ok());
        for holder in [&root, &folder, &out.join("..")] {
            fs::write(holder.join(sums::NAME), "").unwrap();
            assert!(check_output(holder, &root).is_err(), "{}", holder.display());
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
