//! Finds the package files that a caller means: paths, wildcards and folders, as build agents have them.

use std::io;
use std::path::{Component, Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Facts, PackageError, inspect};
use crate::files::{self, Entry};
use crate::wildcard;

/// The folder of Visual Studio for the frameworks that a package needs.
const DEPENDENCIES: &str = "Dependencies";
/// The end of the name of the folder that Visual Studio makes to install a package without the Store.
const SIDELOADING: &str = "_Test";
/// The levels of folders that are searched for packages, and the most entries.
const DEPTH: usize = 3;
const MOST_ENTRIES: usize = 20_000;

/// The package files of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PackageInputs")]
pub struct Inputs {
    /// The files, in the order of the caller; those of one wildcard or folder by name.
    pub chosen: Vec<Chosen>,
    /// Package files that a wildcard or a folder leads to and that were not taken.
    pub left_out: Vec<LeftOut>,
}

/// A package file of the release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PackageInput")]
pub struct Chosen {
    /// The path.
    pub path: String,
    /// The wildcard or the folder that led to it; absent for a path that the caller wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What is inside.
    #[serde(skip)]
    pub facts: Facts,
}

/// A package file that was not taken, or a folder of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PackageLeftOut")]
pub struct LeftOut {
    /// The path.
    pub path: String,
    /// Why it was not taken.
    pub reason: String,
}

/// Why there are no package files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// A wildcard or a folder leads to no package.
    #[error("`{given}` leads to no app package{}", others(found))]
    NoMatch {
        /// The wildcard or the folder.
        given: String,
        /// The names of files that are no packages.
        found: Vec<String>,
    },
    /// A wildcard or a folder leads to several versions of one package.
    #[error("`{given}` leads to several versions of one package: {}", found.join(", "))]
    Several {
        /// The wildcard or the folder.
        given: String,
        /// The files with their versions.
        found: Vec<String>,
    },
    /// A folder can't be read.
    #[error("{} can't be read: {error}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The error of the operating system.
        error: io::Error,
    },
    /// A file is not a package.
    #[error(transparent)]
    Package(#[from] PackageError),
}

fn others(found: &[String]) -> String {
    match found {
        [] => String::new(),
        [only] => format!("; {only} is none"),
        [first, rest @ ..] => format!("; {first} and {} more files are none", rest.len()),
    }
}

/// Finds and inspects the package files that a caller gives.
///
/// A path of a file stands for the file, whatever its name is. `*` and `?` stand for parts of a name, in file and in
/// folder names, in any letter case. A folder stands for the packages in it and in two levels of folders below. Of what a
/// wildcard or a folder leads to, upload archives are taken before bundles, and bundles before packages; the folders
/// `Dependencies` are left out, and those that Visual Studio makes to install a package without the Store (`…_Test`) if
/// there is a package elsewhere. Several versions of one package are refused, since one of them is likely from an older
/// build; several architectures are not. Blocks while it reads.
///
/// # Errors
/// See [`InputError`].
///
/// # Examples
/// ```
/// use storeship::package::{inputs, sample::{Sample, package}};
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("App.msix"), package(&Sample::default())?)?;
/// let found = inputs(&[folder.path().join("*.msix*").to_str().unwrap().to_owned()])?;
/// assert_eq!(found.chosen[0].facts.version, "2.0.0.0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn inputs(given: &[String]) -> Result<Inputs, InputError> {
    let mut inputs = Inputs::default();
    for text in given {
        let path = Path::new(text);
        match files::is_folder(path) {
            Some(true) => {
                let mut search = Search::default();
                search.folder(path, DEPTH, true)?;
                search.choose(text, &mut inputs)?;
            }
            None if path.components().any(|part| wildcard(part).is_some()) => {
                let mut search = Search::default();
                search.wildcard(path)?;
                search.choose(text, &mut inputs)?;
            }
            // A path that names nothing is an error of the inspection.
            Some(false) | None => inputs.add(path, None)?,
        }
    }
    Ok(inputs)
}

impl Inputs {
    fn add(&mut self, path: &Path, found: Option<&str>) -> Result<(), InputError> {
        let facts = inspect(path)?;
        // The same file under a path and a wildcard is one file; written twice it is a mistake, which the names in the ZIP show.
        // Windows has two separators, which a comparison of texts would tell apart.
        let known = found.is_some() && self.chosen.iter().any(|chosen| Path::new(&chosen.path) == path);
        if !known {
            let path = path.to_string_lossy().into_owned();
            self.chosen.push(Chosen { path, found: found.map(str::to_owned), facts });
        }
        Ok(())
    }

    fn leave_out(&mut self, path: &Path, reason: &str) {
        self.left_out.push(LeftOut { path: path.to_string_lossy().into_owned(), reason: reason.to_owned() });
    }
}

/// What a wildcard or a folder leads to.
#[derive(Default)]
struct Search {
    packages: Vec<PathBuf>,
    /// Folders of dependencies.
    dependencies: Vec<PathBuf>,
    /// The names of other files.
    others: Vec<String>,
    /// The entries that were looked at.
    seen: usize,
}

impl Search {
    /// Adds what is in a folder and in folders below. `named`: the caller wrote the path, so that it has to be there.
    fn folder(&mut self, folder: &Path, depth: usize, named: bool) -> Result<(), InputError> {
        for entry in self.entries(folder, named)? {
            let path = folder.join(&entry.name);
            if !entry.is_folder {
                self.file(path, &entry.name);
            } else if entry.name.eq_ignore_ascii_case(DEPENDENCIES) {
                self.dependencies.push(path);
            } else if depth > 1 && !entry.name.starts_with('.') {
                self.folder(&path, depth - 1, false)?;
            }
        }
        Ok(())
    }

    /// Adds the files that a path with wildcards leads to, or if there are none, what is in the folders that it leads to.
    fn wildcard(&mut self, pattern: &Path) -> Result<(), InputError> {
        let mut places = vec![PathBuf::new()];
        let mut wild = false;
        for component in pattern.components() {
            let Some(name) = wildcard(component) else {
                places.iter_mut().for_each(|place| place.push(component));
                continue;
            };
            let mut next = Vec::new();
            for place in &places {
                let folder = if place.as_os_str().is_empty() { Path::new(".") } else { place };
                let fits = |entry: &Entry| {
                    wildcard::matches(name, &entry.name)
                        && !(entry.is_folder && entry.name.eq_ignore_ascii_case(DEPENDENCIES))
                };
                next.extend(self.entries(folder, !wild)?.into_iter().filter(fits).map(|entry| place.join(entry.name)));
            }
            (places, wild) = (next, true);
        }
        let (folders, found): (Vec<PathBuf>, Vec<PathBuf>) =
            places.into_iter().partition(|place| files::is_folder(place) == Some(true));
        for path in found.into_iter().filter(|path| files::is_folder(path).is_some()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            self.file(path, &name);
        }
        if self.packages.is_empty() {
            for folder in folders {
                self.folder(&folder, DEPTH, false)?;
            }
        }
        Ok(())
    }

    /// The entries of a folder. One that is not there, or that can't be read, has none if a wildcard or the search led to
    /// it.
    fn entries(&mut self, folder: &Path, named: bool) -> Result<Vec<Entry>, InputError> {
        let unreadable = |error| InputError::Folder { path: folder.to_owned(), error };
        let entries = match files::entries(folder) {
            Ok(entries) => entries,
            Err(error) if named && error.kind() != io::ErrorKind::NotFound => return Err(unreadable(error)),
            Err(_) => return Ok(Vec::new()),
        };
        self.seen += entries.len();
        if self.seen > MOST_ENTRIES {
            return Err(unreadable(io::Error::other(format!("more than {MOST_ENTRIES} files are in it and below"))));
        }
        Ok(entries)
    }

    fn file(&mut self, path: PathBuf, name: &str) {
        match rank(name) {
            Some(_) => self.packages.push(path),
            None => self.others.push(name.to_owned()),
        }
    }

    /// Takes the packages of the best form, and says why not the others.
    fn choose(self, given: &str, inputs: &mut Inputs) -> Result<(), InputError> {
        for folder in &self.dependencies {
            inputs.leave_out(folder, "the Store installs the frameworks that a package needs");
        }
        let elsewhere = self.packages.iter().any(|path| !is_for_sideloading(path));
        let (packages, sideloading): (Vec<&PathBuf>, Vec<&PathBuf>) =
            self.packages.iter().partition(|path| !elsewhere || !is_for_sideloading(path));
        for path in sideloading {
            inputs.leave_out(path, "its folder is for installing without the Store");
        }
        let form =
            |path: &Path| path.file_name().and_then(|name| rank(&name.to_string_lossy())).unwrap_or(Form::Package);
        let Some(best) = packages.iter().map(|path| form(path)).min() else {
            return Err(InputError::NoMatch { given: given.to_owned(), found: self.others });
        };
        let before = inputs.chosen.len();
        for path in packages {
            if form(path) == best {
                inputs.add(path, Some(given))?;
            } else {
                let reason = if best == Form::Upload { "an upload archive is there" } else { "a bundle is there" };
                inputs.leave_out(path, reason);
            }
        }
        one_version(given, &inputs.chosen[before..])
    }
}

/// Refuses several versions of one package.
fn one_version(given: &str, chosen: &[Chosen]) -> Result<(), InputError> {
    let same = |one: &Facts, other: &Facts| one.identity_name == other.identity_name && !one.identity_name.is_empty();
    for first in chosen {
        let found: Vec<&Chosen> = chosen.iter().filter(|other| same(&first.facts, &other.facts)).collect();
        if found.iter().any(|other| other.facts.version != first.facts.version) {
            let found = found.iter().map(|it| format!("{} ({})", it.path, it.facts.version)).collect();
            return Err(InputError::Several { given: given.to_owned(), found });
        }
    }
    Ok(())
}

/// The forms of a package file, the one that the Store likes best first: an upload archive has the symbols too, and a
/// bundle all architectures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Upload,
    Bundle,
    Package,
}

/// The form of a package file by its name.
fn rank(name: &str) -> Option<Form> {
    match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "msixupload" | "appxupload" => Some(Form::Upload),
        "msixbundle" | "appxbundle" => Some(Form::Bundle),
        "msix" | "appx" => Some(Form::Package),
        _ => None,
    }
}

fn is_for_sideloading(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    folder.to_string_lossy().ends_with(SIDELOADING)
}

/// A part of a path that has a wildcard. Windows has a `?` at the start of some paths, which is none.
fn wildcard(part: Component<'_>) -> Option<&str> {
    match part {
        Component::Normal(name) => name.to_str().filter(|name| name.contains(['*', '?'])),
        _ => None,
    }
}
