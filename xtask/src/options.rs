//! The command line.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::platform::{PLATFORMS, Platform};
use crate::project::Project;

pub(crate) const USAGE: &str = "\
cargo xtask dist [options]: builds the packages into target/dist

  --quick            only this machine's own library, built with the toolchain that is there
  --target RID       only this platform, such as linux-x64 (may be repeated)
  --profile NAME     release (default), or dev: built in less time, for tests
  --natives DIR      takes the libraries of DIR/RID/ for the platforms that are not built here
  --no-build         builds no library: all come from --natives
  --only-natives     builds the libraries into target/dist-work/natives, and no packages
  --only-managed     makes the module and the assembly of the client in target/dist-work/managed, and no packages
  --managed DIR      takes these from DIR, where their files may have been signed, and all shared libraries and emulators
                     from the module in it
  --out DIR          in place of target/dist; its content is deleted";

/// What to build.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) quick: bool,
    pub(crate) targets: Vec<&'static Platform>,
    pub(crate) dev: bool,
    pub(crate) natives: Option<PathBuf>,
    pub(crate) no_build: bool,
    pub(crate) only_natives: bool,
    pub(crate) managed: Option<PathBuf>,
    pub(crate) only_managed: bool,
    pub(crate) out: Option<PathBuf>,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Options> {
        let mut options = Options::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().ok_or_else(|| anyhow::anyhow!("{argument} needs a value\n\n{USAGE}"));
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--target" => options.targets.push(platform(value()?)?),
                "--profile" => {
                    options.dev = match value()?.as_str() {
                        "release" => false,
                        "dev" => true,
                        other => bail!("{other} is neither release nor dev"),
                    }
                }
                "--natives" => options.natives = Some(absolute(value()?)?),
                "--no-build" => options.no_build = true,
                "--only-natives" => options.only_natives = true,
                "--managed" => options.managed = Some(absolute(value()?)?),
                "--only-managed" => options.only_managed = true,
                "--out" => options.out = Some(absolute(value()?)?),
                other => bail!("{other} is not an option\n\n{USAGE}"),
            }
        }
        if options.no_build && options.natives.is_none() {
            bail!("--no-build needs --natives");
        }
        if options.managed.is_some() && options.only_managed {
            bail!("--managed is for packages, and --only-managed makes none");
        }
        if options.only_natives && (options.managed.is_some() || options.only_managed) {
            bail!("--only-natives makes libraries alone, so neither --managed nor --only-managed goes with it");
        }
        if options.out.is_some() && (options.only_natives || options.only_managed) {
            bail!("--out is for packages, and --only-natives and --only-managed make none");
        }
        Ok(options)
    }

    /// Where the libraries are built.
    pub(crate) fn natives_folder(&self, project: &Project) -> PathBuf {
        project.work().join(if self.dev { "natives-dev" } else { "natives" })
    }
}

/// A path that the programs which this one runs in other folders understand too.
fn absolute(path: &str) -> Result<PathBuf> {
    Ok(std::path::absolute(path)?)
}

fn platform(rid: &str) -> Result<&'static Platform> {
    let known = || PLATFORMS.iter().map(|platform| platform.rid).collect::<Vec<_>>().join(", ");
    PLATFORMS
        .iter()
        .find(|platform| platform.rid == rid)
        .ok_or_else(|| anyhow::anyhow!("{rid} is not a platform; these are: {}", known()))
}
