//! Makes the packages of NuGet's own tools reproducible. Those have the time of the build, a random name for one file, and
//! the system and the versions of the tools in it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail};
use zip::ZipArchive;

use crate::archive::{Tree, rfc3339};
use crate::project::Project;
use crate::sums::sha256;
use crate::tools;

const PROPERTIES: &str = "package/services/metadata/core-properties";

/// Writes the package again, with the same content, under a path.
pub(crate) fn rewrite(project: &Project, package: &Path, output: &Path) -> Result<()> {
    let mut archive = ZipArchive::new(File::open(package).with_context(|| package.display().to_string())?)?;
    let (mut tree, mut nuspec, mut id) = (Tree::default(), None, String::new());
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        // These describe the package itself, and are written anew.
        if entry.is_dir() || name == "_rels/.rels" || name.starts_with(PROPERTIES) {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        if name.ends_with(".nuspec") && !name.contains('/') {
            id = name.trim_end_matches(".nuspec").to_owned();
            nuspec = Some(name.clone());
        }
        if name == "[Content_Types].xml" {
            bytes = sorted(&String::from_utf8(bytes)?).into_bytes();
        }
        tree.bytes(name, bytes);
    }
    let nuspec = nuspec.with_context(|| format!("{} has no nuspec", package.display()))?;
    let properties = format!("{PROPERTIES}/{}.psmdcp", &sha256(nuspec.as_bytes())[..32]);
    tree.bytes("_rels/.rels", relationships(&nuspec, &properties));
    tree.bytes(properties, core_properties(project, &id));
    tree.zip(output, project.archives)
}

/// The list of content types, a line each, in an order of their own: that of `Compress-PSResource` is another one each time.
fn sorted(types: &str) -> String {
    let is_entry =
        |line: &&str| line.trim_start().starts_with("<Default ") || line.trim_start().starts_with("<Override ");
    let mut entries: Vec<&str> = types.lines().filter(is_entry).collect();
    entries.sort_unstable();
    let mut entries = entries.into_iter();
    let lines = types.lines().map(|line| if is_entry(&line) { entries.next().unwrap_or(line) } else { line });
    lines.map(|line| format!("{line}\n")).collect()
}

fn relationships(nuspec: &str, properties: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\n\
         \x20 <Relationship Type=\"http://schemas.microsoft.com/packaging/2010/07/manifest\" Target=\"/{nuspec}\" Id=\"R1\" />\n\
         \x20 <Relationship Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" \
         Target=\"/{properties}\" Id=\"R2\" />\n\
         </Relationships>\n",
        nuspec = escaped(nuspec)
    )
}

fn core_properties(project: &Project, id: &str) -> String {
    let time = rfc3339(project.archives.time);
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <coreProperties xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\">\n\
         \x20 <dc:creator>StoreShip contributors</dc:creator>\n\
         \x20 <dc:description>{}</dc:description>\n\
         \x20 <dc:identifier>{id}</dc:identifier>\n\
         \x20 <version>{}</version>\n\
         \x20 <dcterms:created xsi:type=\"dcterms:W3CDTF\">{time}</dcterms:created>\n\
         </coreProperties>\n",
        escaped(&project.description),
        escaped(&project.version),
        id = escaped(id)
    )
}

/// The only package in a folder whose name has this ending.
pub(crate) fn only(folder: &Path, ending: &str) -> Result<std::path::PathBuf> {
    let mut found = tools::files(folder)?.into_iter().filter(|file| file.to_string_lossy().ends_with(ending));
    let first = found.next().with_context(|| format!("{} has no {ending}", folder.display()))?;
    if let Some(second) = found.next() {
        bail!("{} and {} end with {ending}", first.display(), second.display());
    }
    Ok(first)
}

/// Text for an element or an attribute of XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{escaped, sorted};

    #[test]
    fn content_types_have_one_order() {
        let types = |entries: &str| format!("<?xml version=\"1.0\"?>\n<Types>\n{entries}</Types>\n");
        let (dll, md, own) =
            ("  <Default Extension=\"dll\" />\n", "  <Default Extension=\"md\" />\n", "  <Override />\n");
        let expected = types(&[dll, md, own].concat());
        assert_eq!(sorted(&types(&[md, own, dll].concat())), expected);
        assert_eq!(sorted(&types(&[dll, md, own].concat()).replace('\n', "\r\n")), expected);
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(escaped("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
    }
}
