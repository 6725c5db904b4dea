//! Inspects a package, a bundle or an upload archive: which parts it has, and whether they agree.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use rawzip::{FileReader, ReaderAt};

use super::archive::{Archive, PackagePart, Window};
use super::limits::{Limits, MOST_PACKAGES, shown};
use super::manifest::{self, BundleEntry};
use super::{Facts, PackageError, PackageKind, Role, xml};
use crate::files;

pub(super) const MANIFEST: &str = "AppxManifest.xml";
pub(super) const BUNDLE_MANIFEST: &str = "AppxMetadata/AppxBundleManifest.xml";
pub(super) const BLOCK_MAP: &str = "AppxBlockMap.xml";
pub(super) const CONTENT_TYPES: &str = "[Content_Types].xml";
pub(super) const SIGNATURE: &str = "AppxSignature.p7x";

/// The longest manifest that is read, in bytes after decompression: 16 MiB. A forged archive could unpack to any size.
const MANIFEST_LIMIT: u64 = 16 << 20;
/// The bytes of a block map that are read: enough for its first elements. A whole block map grows with the package.
const BLOCK_MAP_START: u64 = 64 << 10;
/// The largest package that is unpacked in memory if it is compressed in an upload archive: 256 MiB.
pub(super) const INNER_LIMIT: u64 = 256 << 20;

/// Inspects a package, a bundle or an upload archive on disk.
///
/// Reads only the central directory and the manifests, of a bundle also those of every package inside. Blocks while it
/// reads.
///
/// # Errors
/// See [`PackageError`].
///
/// # Examples
/// ```
/// use storeship::package::{PackageKind, inspect, sample};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("Contoso.msix");
/// std::fs::write(&path, sample::package(&sample::Sample::default())?)?;
/// let facts = inspect(&path)?;
/// assert_eq!((facts.kind, facts.version.as_str()), (PackageKind::Msix, "2.0.0.0"));
/// assert_eq!(facts.target_device_families, ["Windows.Desktop min version 10.0.17763.0"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn inspect(path: &Path) -> Result<Facts, PackageError> {
    let unreadable = |error| PackageError::Unreadable { path: path.to_owned(), error };
    let file = match files::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(PackageError::NotFound { path: path.to_owned() });
        }
        Err(error) => return Err(unreadable(error)),
    };
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.len() == 0 {
        return Err(PackageError::Empty { path: path.to_owned() });
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    inspect_at(&name, &FileReader::from(file), metadata.len())
}

/// Inspects a package that is not a file of its own: the first `len` bytes of `source`. `name` is its file name.
///
/// # Errors
/// See [`PackageError`]. If `source` can't be read, that is reported as a broken directory or a damaged part.
pub fn inspect_at(name: &str, source: &dyn ReaderAt, len: u64) -> Result<Facts, PackageError> {
    read(name, name, Window::new(source, len), Level::Top, &Limits::new())
}

/// The nesting of the archive that is read: an upload archive holds bundles and packages, a bundle holds packages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Top,
    InUpload,
    InBundle,
}

fn read(file: &str, name: &str, window: Window<'_>, level: Level, limits: &Limits) -> Result<Facts, PackageError> {
    let archive = Archive::open(file, window, limits, |part| {
        [MANIFEST, BUNDLE_MANIFEST, BLOCK_MAP, CONTENT_TYPES, SIGNATURE]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(part))
            || is_package(part)
    })?;
    // Such as the payload of StoreBroker, in which packages and pictures are.
    if level == Level::Top && extension(name) == "zip" {
        return Err(PackageError::Zip { file: file.to_owned() });
    }
    if archive.parts().len() > MOST_PACKAGES {
        let reason = format!("it has more than {MOST_PACKAGES} packages");
        return Err(PackageError::BrokenDirectory { file: file.to_owned(), reason });
    }
    let mut facts = Facts::new(name, PackageKind::Msix, window.len());
    if let Some(part) = archive.part(BUNDLE_MANIFEST).filter(|_| level < Level::InBundle) {
        facts.kind = by_extension(name, PackageKind::AppxBundle, PackageKind::MsixBundle);
        check_parts(&archive)?;
        let listed = parse(&archive, part, BUNDLE_MANIFEST, limits, |root| manifest::bundle(root, &mut facts))?;
        facts.packages = bundled(&archive, &facts, listed, limits)?;
    } else if let Some(part) = archive.part(MANIFEST) {
        facts.kind = by_extension(name, PackageKind::Appx, PackageKind::Msix);
        check_parts(&archive)?;
        parse(&archive, part, MANIFEST, limits, |root| manifest::package(root, &mut facts))?;
    } else if level == Level::Top && archive.parts().iter().any(|part| is_package(&part.name)) {
        facts.kind = by_extension(name, PackageKind::AppxUpload, PackageKind::MsixUpload);
        uploaded(&archive, &mut facts, limits)?;
    } else {
        return Err(PackageError::ManifestMissing { file: file.to_owned() });
    }
    facts.signed = archive.part(SIGNATURE).is_some();
    facts.summarize();
    Ok(facts)
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_ascii_lowercase())
}

pub(super) fn is_package(name: &str) -> bool {
    matches!(extension(name).as_str(), "appx" | "msix" | "appxbundle" | "msixbundle")
}

fn by_extension(name: &str, appx: PackageKind, msix: PackageKind) -> PackageKind {
    if extension(name).starts_with("appx") { appx } else { msix }
}

/// Checks the parts without which Windows refuses any package.
fn check_parts(archive: &Archive<'_>) -> Result<(), PackageError> {
    let missing = |part| PackageError::PartMissing { file: archive.file().to_owned(), part };
    archive.part(CONTENT_TYPES).ok_or_else(|| missing(CONTENT_TYPES))?;
    let part = archive.part(BLOCK_MAP).ok_or_else(|| missing(BLOCK_MAP))?;
    let damaged = |reason| PackageError::PartDamaged { file: archive.file().to_owned(), part: BLOCK_MAP, reason };
    let start = archive.read_start(part, BLOCK_MAP_START).map_err(damaged)?;
    let elements = xml::first_elements(&start, 2).map_err(damaged)?;
    match elements.first() {
        Some(root) if root.name == "BlockMap" && root.namespace.ends_with("/blockmap") => Ok(()),
        _ => Err(damaged("its root is not BlockMap of a block map schema".to_owned())),
    }
}

/// Parses a manifest and reads it with `read`.
fn parse<T>(
    archive: &Archive<'_>,
    part: &PackagePart,
    name: &'static str,
    limits: &Limits,
    mut read: impl FnMut(&xml::Element) -> Result<T, String>,
) -> Result<T, PackageError> {
    let damaged = |reason| PackageError::PartDamaged { file: archive.file().to_owned(), part: name, reason };
    let root = archive.read(part, MANIFEST_LIMIT).and_then(|bytes| xml::parse(&bytes, limits)).map_err(damaged)?;
    if let Some((attribute, value)) = manifest::placeholder(&root) {
        let (file, value) = (archive.file().to_owned(), shown(value));
        return Err(PackageError::Template { file, part: name, attribute, value });
    }
    read(&root).map_err(damaged)
}

/// Inspects the packages of a bundle and compares them with what its manifest says about them.
fn bundled(
    archive: &Archive<'_>,
    bundle: &Facts,
    listed: Vec<BundleEntry>,
    limits: &Limits,
) -> Result<Vec<Facts>, PackageError> {
    let disagrees = |reason: String| PackageError::Disagrees { file: archive.file().to_owned(), reason };
    if !listed.iter().any(|package| package.facts.role == Some(Role::Application)) {
        return Err(disagrees("its manifest lists no application package".to_owned()));
    }
    if listed.len() > MOST_PACKAGES {
        return Err(disagrees(format!("its manifest lists more than {MOST_PACKAGES} packages")));
    }
    let names: HashSet<String> = listed.iter().map(|package| package.file_name.to_ascii_lowercase()).collect();
    if names.len() < listed.len() {
        return Err(disagrees("its manifest lists a package twice".to_owned()));
    }
    for part in archive.parts().iter().filter(|part| is_package(&part.name)) {
        if !names.contains(&part.name.to_ascii_lowercase()) {
            return Err(disagrees(format!("its manifest does not list {}", shown(&part.name))));
        }
    }

    check_applications(&listed).map_err(disagrees)?;

    let mut packages = Vec::with_capacity(listed.len());
    for mut package in listed {
        let name = package.file_name.as_str();
        let Some(offset) = package.offset else {
            package.facts.kind = by_extension(name, PackageKind::Appx, PackageKind::Msix);
            package.facts.external = true;
            package.facts.summarize();
            packages.push(package.facts);
            continue;
        };
        let part = archive.part(name).ok_or_else(|| disagrees(format!("{} is listed and not there", shown(name))))?;
        if !part.stored {
            return Err(disagrees(format!("{name} is compressed, and packages in a bundle must not be")));
        }
        let (start, window) = archive.inside(part).map_err(disagrees)?;
        if start != offset || package.size.is_some_and(|size| size != window.len()) {
            return Err(disagrees(format!(
                "{name} has {} bytes at {start}, and the manifest says {} at {offset}",
                window.len(),
                package.facts.size
            )));
        }
        let file = format!("{}/{}", archive.file(), shown(name));
        let facts = read(&file, name, window, Level::InBundle, limits)?;
        for (what, found, expected) in [
            ("identity name", &facts.identity_name, &bundle.identity_name),
            ("publisher", &facts.publisher, &bundle.publisher),
            ("version", &facts.version, &package.facts.version),
        ] {
            if found != expected {
                let (found, expected) = (shown(found), shown(expected));
                return Err(disagrees(format!("{name} has the {what} {found}, and the bundle says {expected}")));
            }
        }
        if facts.role == Some(Role::Resource) && package.facts.role == Some(Role::Application) {
            let name = shown(name);
            return Err(disagrees(format!("{name} is a resource package, and the bundle calls it an application")));
        }
        if facts.architecture != package.facts.architecture {
            return Err(disagrees(format!("{name} has another architecture than the bundle says")));
        }
        packages.push(facts);
    }
    Ok(packages)
}

/// Checks that the applications of a bundle are the same one for different architectures.
fn check_applications(listed: &[BundleEntry]) -> Result<(), String> {
    let is_application = |package: &&BundleEntry| package.facts.role == Some(Role::Application) && !package.stub;
    let mut architectures = HashSet::new();
    let mut first: Option<&BundleEntry> = None;
    for package in listed.iter().filter(is_application) {
        let first = first.get_or_insert(package);
        if package.facts.version != first.facts.version {
            let of = |package: &BundleEntry| (shown(&package.file_name), shown(&package.facts.version));
            let ((one, version), (other, another)) = (of(first), of(package));
            return Err(format!("{one} has the version {version}, and {other} has {another}"));
        }
        let architecture = package.facts.architecture.as_deref().unwrap_or_default();
        if !architectures.insert(architecture) {
            return Err(format!("it has two applications for {}", shown(architecture)));
        }
    }
    Ok(())
}

/// Inspects the packages of an upload archive. It has no manifest, so it gets the identity of the packages.
fn uploaded(archive: &Archive<'_>, facts: &mut Facts, limits: &Limits) -> Result<(), PackageError> {
    for part in archive.parts().iter().filter(|part| is_package(&part.name)) {
        let file = format!("{}/{}", archive.file(), shown(&part.name));
        let broken = |reason| PackageError::BrokenDirectory { file: archive.file().to_owned(), reason };
        let inner = if part.stored {
            let (_, window) = archive.inside(part).map_err(broken)?;
            read(&file, &part.name, window, Level::InUpload, limits)?
        } else if part.size > INNER_LIMIT.min(limits.left()) {
            let kind = if extension(&part.name).ends_with("bundle") {
                by_extension(&part.name, PackageKind::AppxBundle, PackageKind::MsixBundle)
            } else {
                by_extension(&part.name, PackageKind::Appx, PackageKind::Msix)
            };
            let mut unseen = Facts::new(&part.name, kind, part.size);
            unseen.external = true;
            unseen
        } else {
            let bytes = archive.read(part, INNER_LIMIT).map_err(broken)?;
            read(&file, &part.name, Window::new(&bytes, bytes.len() as u64), Level::InUpload, limits)?
        };
        facts.packages.push(inner);
    }

    let mut known = facts.packages.iter().filter(|inner| !inner.identity_name.is_empty());
    let Some(first) = known.next() else {
        return Ok(());
    };
    for other in known {
        if (&other.identity_name, &other.publisher) != (&first.identity_name, &first.publisher) {
            return Err(PackageError::Disagrees {
                file: archive.file().to_owned(),
                reason: format!("{} and {} belong to different apps", shown(&first.file_name), shown(&other.file_name)),
            });
        }
    }
    facts.identity_name = first.identity_name.clone();
    facts.publisher = first.publisher.clone();
    facts.version = first.version.clone();
    Ok(())
}
