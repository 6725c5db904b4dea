//! Makes small real packages, as a build of an app with one page would, for examples, tests and the emulator.
//!
//! They are unsigned, since the Store signs packages itself. The same description gives the same bytes.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use quick_xml::escape::escape;
use sha2::{Digest, Sha256};

use crate::zip::{self, Layout, ZipError};

/// The block size of a block map in bytes, which the format fixes.
const BLOCK: usize = 64 * 1024;

/// The description of a package. The default is one of the first app of the emulator, above the versions that it has
/// published.
///
/// # Examples
/// ```
/// use storeship::package::sample::{Sample, package};
/// let bytes = package(&Sample { version: "2.1.0.0".to_owned(), ..Sample::default() })?;
/// assert!(bytes.starts_with(b"PK"));
/// # Ok::<(), storeship::zip::ZipError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sample {
    /// The identity name.
    pub name: String,
    /// The publisher, a distinguished name.
    pub publisher: String,
    /// The version, four numbers.
    pub version: String,
    /// `x86`, `x64`, `arm`, `arm64` or `neutral`.
    pub architecture: String,
    /// The languages; the first one is the default.
    pub languages: Vec<String>,
    /// The device families, each with its minimum version.
    pub device_families: Vec<(String, String)>,
    /// The general capabilities.
    pub capabilities: Vec<String>,
    /// Further files, each with its name in the package.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Default for Sample {
    fn default() -> Sample {
        Sample {
            name: "5224ContosoDeveloper.ContosoSampleApp".to_owned(),
            publisher: "CN=2F1A8B4C-5D6E-4F70-8192-A3B4C5D6E7F8".to_owned(),
            version: "2.0.0.0".to_owned(),
            architecture: "x64".to_owned(),
            languages: vec!["en-us".to_owned()],
            device_families: vec![("Windows.Desktop".to_owned(), "10.0.17763.0".to_owned())],
            capabilities: vec!["internetClient".to_owned()],
            files: Vec::new(),
        }
    }
}

/// Makes an `.msix`.
///
/// # Errors
/// Those of [`Layout::new`], if names in [`Sample::files`] can't be used.
pub fn package(sample: &Sample) -> Result<Vec<u8>, ZipError> {
    let icon = icon(50);
    let mut files = vec![
        ("AppxManifest.xml".to_owned(), manifest(sample).into_bytes()),
        ("Assets/Icon.png".to_owned(), icon),
        ("index.html".to_owned(), b"<!doctype html><title>Sample</title><p>Hello from the Store.\n".to_vec()),
    ];
    files.extend(sample.files.iter().cloned());
    pack(files, "application/vnd.ms-appx.manifest+xml")
}

/// Makes an `.msixbundle` of packages for different architectures.
///
/// The bundle has the name, publisher and version of the first package.
///
/// # Errors
/// [`ZipError::Duplicate`] if two samples have the same architecture, and the errors of [`package`].
pub fn bundle(samples: &[Sample]) -> Result<Vec<u8>, ZipError> {
    let mut files = Vec::new();
    for sample in samples {
        // This name sorts before those of the other parts of the bundle. So the offsets of the packages do not depend on the length
        // of the manifest, which contains them.
        files.push((format!("App_{}.msix", sample.architecture), package(sample)?));
    }
    let layout = layout(&files)?;
    let mut packages = String::new();
    for entry in layout.entries() {
        let sample = &samples[entry.source()];
        let _ = write!(
            packages,
            r#"<Package Type="application" Version="{}" Architecture="{}" FileName="{}" Offset="{}" Size="{}">{}<b4:Dependencies>{}</b4:Dependencies></Package>"#,
            escape(&sample.version),
            escape(&sample.architecture),
            escape(entry.name()),
            entry.data_offset(),
            entry.size(),
            resources(sample),
            families(sample, "b4:"),
        );
    }
    let identity = samples.first().map_or_else(String::new, |first| identity(first, ""));
    let manifest = format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<Bundle xmlns="http://schemas.microsoft.com/appx/2013/bundle" xmlns:b4="http://schemas.microsoft.com/appx/2018/bundle" IgnorableNamespaces="b4" SchemaVersion="5.0">{identity}<Packages>{packages}</Packages></Bundle>
"#
    );
    files.push(("AppxMetadata/AppxBundleManifest.xml".to_owned(), manifest.into_bytes()));
    pack(files, "application/vnd.ms-appx.bundlemanifest+xml")
}

/// Makes an `.msixupload`: a plain archive of packages or bundles with these names.
///
/// # Errors
/// Those of [`Layout::new`].
pub fn upload(files: Vec<(String, Vec<u8>)>) -> Result<Vec<u8>, ZipError> {
    archive(&files)
}

/// Makes a square PNG of one colour, `size` pixels wide.
#[must_use]
pub fn icon(size: u32) -> Vec<u8> {
    let mut row = vec![0]; // no filter
    row.extend([0x1F, 0x6F, 0xB2].repeat(size as usize));
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    for _ in 0..size {
        // Writing to memory does not fail.
        let _ = encoder.write_all(&row);
    }
    let pixels = encoder.finish().unwrap_or_default();

    let mut header = Vec::new();
    header.extend(size.to_be_bytes());
    header.extend(size.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]); // 8 bits a channel, RGB
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", Vec::new())] {
        png.extend((data.len() as u32).to_be_bytes());
        let start = png.len();
        png.extend(kind);
        png.extend(data);
        let crc = zip::crc32(&png[start..]);
        png.extend(crc.to_be_bytes());
    }
    png
}

/// Adds the parts that every package has, and makes the archive.
fn pack(mut files: Vec<(String, Vec<u8>)>, manifest_type: &str) -> Result<Vec<u8>, ZipError> {
    let map = block_map(&files)?;
    let types = content_types(&files, manifest_type);
    files.push(("AppxBlockMap.xml".to_owned(), map.into_bytes()));
    files.push(("[Content_Types].xml".to_owned(), types.into_bytes()));
    archive(&files)
}

fn layout(files: &[(String, Vec<u8>)]) -> Result<Layout, ZipError> {
    Layout::new(files.iter().map(|(name, bytes)| (name, bytes.len() as u64)))
}

fn archive(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, ZipError> {
    let mut out = Cursor::new(Vec::new());
    zip::write(&layout(files)?, &mut out, |source| Ok(files[source].1.as_slice()))?;
    Ok(out.into_inner())
}

fn block_map(files: &[(String, Vec<u8>)]) -> Result<String, ZipError> {
    let mut map = String::from(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<BlockMap xmlns="http://schemas.microsoft.com/appx/2010/blockmap" HashMethod="http://www.w3.org/2001/04/xmlenc#sha256">"#,
    );
    for entry in layout(files)?.entries() {
        let bytes = &files[entry.source()].1;
        let name = entry.name().replace('/', "\\");
        let _ =
            write!(map, r#"<File Name="{}" Size="{}" LfhSize="{}">"#, escape(&name), bytes.len(), entry.header_len());
        for block in bytes.chunks(BLOCK) {
            let _ = write!(map, r#"<Block Hash="{}"/>"#, BASE64.encode(Sha256::digest(block)));
        }
        map.push_str("</File>");
    }
    map.push_str("</BlockMap>");
    Ok(map)
}

fn content_types(files: &[(String, Vec<u8>)], manifest_type: &str) -> String {
    let mut types = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="{manifest_type}"/><Override PartName="/AppxBlockMap.xml" ContentType="application/vnd.ms-appx.blockmap+xml"/>"#
    );
    let mut seen = vec!["xml"];
    for (name, _) in files {
        let Some((_, extension)) = name.rsplit_once('.') else {
            continue;
        };
        if !seen.contains(&extension) {
            seen.push(extension);
            let kind = match extension {
                "png" => "image/png",
                "html" => "text/html",
                "msix" => "application/vnd.ms-appx",
                _ => "application/octet-stream",
            };
            let _ = write!(types, r#"<Default Extension="{}" ContentType="{kind}"/>"#, escape(extension));
        }
    }
    types.push_str("</Types>");
    types
}

fn manifest(sample: &Sample) -> String {
    let architecture = format!(r#" ProcessorArchitecture="{}""#, escape(&sample.architecture));
    let capabilities: String =
        sample.capabilities.iter().map(|name| format!(r#"<Capability Name="{}"/>"#, escape(name))).collect();
    format!(
        r##"<?xml version="1.0" encoding="utf-8"?>
<Package xmlns="http://schemas.microsoft.com/appx/manifest/foundation/windows10" xmlns:uap="http://schemas.microsoft.com/appx/manifest/uap/windows10" IgnorableNamespaces="uap">
  {identity}
  <Properties><DisplayName>Sample</DisplayName><PublisherDisplayName>Contoso</PublisherDisplayName><Logo>Assets\Icon.png</Logo></Properties>
  <Dependencies>{families}</Dependencies>
  {resources}
  <Applications><Application Id="App" StartPage="index.html"><uap:VisualElements DisplayName="Sample" Description="A sample" BackgroundColor="#1F6FB2" Square150x150Logo="Assets\Icon.png" Square44x44Logo="Assets\Icon.png"/></Application></Applications>
  <Capabilities>{capabilities}</Capabilities>
</Package>
"##,
        identity = identity(sample, &architecture),
        families = families(sample, ""),
        resources = resources(sample),
    )
}

fn identity(sample: &Sample, more: &str) -> String {
    format!(
        r#"<Identity Name="{}" Publisher="{}" Version="{}"{more}/>"#,
        escape(&sample.name),
        escape(&sample.publisher),
        escape(&sample.version)
    )
}

fn families(sample: &Sample, prefix: &str) -> String {
    let family = |(name, version): &(String, String)| {
        format!(
            r#"<{prefix}TargetDeviceFamily Name="{0}" MinVersion="{1}" MaxVersionTested="{1}"/>"#,
            escape(name),
            escape(version)
        )
    };
    sample.device_families.iter().map(family).collect()
}

fn resources(sample: &Sample) -> String {
    let languages: String =
        sample.languages.iter().map(|name| format!(r#"<Resource Language="{}"/>"#, escape(name))).collect();
    format!("<Resources>{languages}</Resources>")
}
