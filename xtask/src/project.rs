//! What every package says about the project: all of it is read from the `Cargo.toml` of the library.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::archive::How;
use crate::platform::{PLATFORMS, System};
use crate::tools;

/// The facts about the project.
pub(crate) struct Project {
    /// The folder of the repository.
    pub(crate) root: PathBuf,
    pub(crate) version: String,
    pub(crate) description: String,
    pub(crate) license: String,
    pub(crate) keywords: Vec<String>,
    /// The address of the project; empty while it has none.
    pub(crate) repository: String,
    /// How archives are written. Their time is `SOURCE_DATE_EPOCH`, or else that of the commit.
    pub(crate) archives: How,
    /// What `cargo metadata` says about the library and its dependencies on all platforms.
    pub(crate) metadata: Value,
}

impl Project {
    pub(crate) fn read(fast: bool) -> Result<Project> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask is in a folder of the repository")?;
        let mut cargo = cargo();
        cargo.args(["metadata", "--format-version", "1", "--locked", "--manifest-path"]).arg(root.join("Cargo.toml"));
        for platform in PLATFORMS {
            cargo.args(["--filter-platform", platform.triple]);
        }
        let metadata: Value = serde_json::from_str(&tools::output(&mut cargo)?)?;
        let id = &metadata["resolve"]["root"];
        let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
        let package = packages.iter().find(|package| package["id"] == *id).context("it does not list the library")?;
        let text = |name: &str| package[name].as_str().unwrap_or_default().to_owned();
        let keywords = package["keywords"].as_array().into_iter().flatten();
        Ok(Project {
            version: text("version"),
            description: text("description"),
            license: text("license"),
            keywords: keywords.filter_map(|word| word.as_str().map(str::to_owned)).collect(),
            repository: text("repository"),
            archives: How { time: time(root)?, fast },
            root: root.to_owned(),
            metadata,
        })
    }

    /// The folder for what is neither source nor a finished package.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.join("target/dist-work")
    }

    pub(crate) fn license_file(&self) -> PathBuf {
        self.root.join("LICENSE")
    }

    /// The version as Python writes it (PEP 440): `0.1.0-rc.1` is `0.1.0rc1`.
    pub(crate) fn python_version(&self) -> String {
        let (number, pre_release) = self.version.split_once('-').unwrap_or((&self.version, ""));
        let short = pre_release.replace("alpha", "a").replace("beta", "b").replace(['.', '-'], "");
        format!("{number}{short}")
    }
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn time(root: &Path) -> Result<u64> {
    if let Ok(text) = std::env::var("SOURCE_DATE_EPOCH") {
        return text.parse().with_context(|| format!("SOURCE_DATE_EPOCH is '{text}'"));
    }
    let commit = tools::output(Command::new("git").arg("-C").arg(root).args(["log", "-1", "--format=%ct"]));
    // Sources without a repository have the first time that a ZIP file can have.
    Ok(commit.ok().and_then(|text| text.trim().parse().ok()).unwrap_or(315_532_800))
}

/// The libraries and programs of one platform, which [`crate::native`] has built.
pub(crate) struct Natives {
    pub(crate) platform: &'static crate::platform::Platform,
    pub(crate) folder: PathBuf,
    /// Where the shared library and the emulator are that ship, if they were signed after they were built.
    pub(crate) signed: Option<PathBuf>,
}

impl Natives {
    /// The target that they were built for.
    pub(crate) fn triple(&self) -> Result<String> {
        Ok(tools::read_text(&self.folder.join("target.txt"))?.trim().to_owned())
    }

    /// What a program must be linked with that is linked with the static library, as options of its linker.
    pub(crate) fn static_libraries(&self) -> Result<Vec<String>> {
        let text = tools::read_text(&self.folder.join("native-static-libs.txt"))?;
        Ok(linker_options(&text))
    }

    pub(crate) fn library(&self) -> PathBuf {
        self.signed.as_ref().unwrap_or(&self.folder).join(self.platform.system.library())
    }

    pub(crate) fn emulator(&self) -> PathBuf {
        self.signed.as_ref().unwrap_or(&self.folder).join(self.platform.system.emulator())
    }

    /// The static library; Windows has two names for it, depending on the compiler.
    pub(crate) fn static_library(&self) -> Option<PathBuf> {
        let names = ["libstoreship.a", "storeship.lib"];
        names.iter().map(|name| self.folder.join(name)).find(|file| file.is_file())
    }

    /// The import library, which only Windows has.
    pub(crate) fn import_library(&self) -> Option<PathBuf> {
        let names = ["libstoreship.dll.a", "storeship.dll.lib"];
        names.iter().map(|name| self.folder.join(name)).find(|file| file.is_file())
    }

    /// The newest version of glibc that the library asks for, such as 2.17.
    pub(crate) fn glibc(&self) -> Result<Option<(u32, u32)>> {
        if self.platform.system != System::Glibc {
            return Ok(None);
        }
        Ok(newest_glibc(&tools::read(&self.library())?))
    }
}

/// The options in what `rustc --print native-static-libs` says, each once. On macOS two words are one option.
fn linker_options(text: &str) -> Vec<String> {
    let mut unique: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().filter(|word| !word.starts_with("native-static-libs"));
    while let Some(word) = words.next() {
        let name = if word == "-framework" { words.next() } else { None };
        let option = name.map_or_else(|| word.to_owned(), |name| format!("{word} {name}"));
        if !unique.contains(&option) {
            unique.push(option);
        }
    }
    unique
}

/// The names of the versions are text in the table of dynamic strings of an ELF file.
fn newest_glibc(file: &[u8]) -> Option<(u32, u32)> {
    const PREFIX: &[u8] = b"\0GLIBC_";
    let mut newest = None;
    for (at, _) in file.windows(PREFIX.len()).enumerate().filter(|(_, window)| *window == PREFIX) {
        let rest = &file[at + PREFIX.len()..];
        let length = rest.iter().position(|byte| *byte == 0).unwrap_or(0).min(16);
        let text = String::from_utf8_lossy(&rest[..length]);
        let mut parts = text.split('.').map(|part| part.parse::<u32>().ok());
        if let (Some(Some(major)), Some(Some(minor))) = (parts.next(), parts.next()) {
            newest = newest.max(Some((major, minor)));
        }
    }
    newest
}

#[cfg(test)]
mod tests {
    use super::{linker_options, newest_glibc};

    #[test]
    fn the_newest_glibc_is_found_by_number() {
        assert_eq!(newest_glibc(b"..\0GLIBC_2.9\0GLIBC_2.17\0GLIBC_2.2.5\0"), Some((2, 17)));
        assert_eq!(newest_glibc(b"\0GLIBC_PRIVATE\0"), None);
    }

    #[test]
    fn each_framework_is_one_option() {
        let text =
            "native-static-libs: -framework Security -framework CoreFoundation -lSystem -framework Security -lSystem";
        assert_eq!(linker_options(text), ["-framework Security", "-framework CoreFoundation", "-lSystem"]);
    }
}
