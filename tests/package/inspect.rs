//! The inspection of sound and of broken packages.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;
use storeship::package::sample::{self, Sample};
use storeship::package::{PackageError, PackageKind, inspect};
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Inspects a file with this name and these bytes.
    fn try_inspect(&self, name: &str, bytes: &[u8]) -> Result<storeship::package::Facts, PackageError> {
        inspect(&self.put(name, bytes))
    }

    fn refusal(&self, name: &str, bytes: &[u8]) -> (&'static str, String) {
        let error = self.try_inspect(name, bytes).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(name), "{text} does not name the file");
        (kind(&error), text)
    }
}

/// Unpacks an archive, lets `edit` change its files and packs them again, compressed or stored.
fn repack(bytes: &[u8], compressed: bool, edit: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        std::io::copy(&mut entry, &mut content).unwrap();
        files.push((entry.name().unwrap().into_owned(), content));
    }
    edit(&mut files);
    let method = if compressed { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(name, options).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn replace_in(part: &'static str, from: &'static str, to: &'static str) -> impl FnOnce(&mut Vec<(String, Vec<u8>)>) {
    move |files| {
        let (_, content) = files.iter_mut().find(|(name, _)| name == part).unwrap();
        let text = String::from_utf8(content.clone()).unwrap();
        assert!(text.contains(from), "{text}");
        *content = text.replace(from, to).into_bytes();
    }
}

fn without(part: &'static str) -> impl FnOnce(&mut Vec<(String, Vec<u8>)>) {
    move |files| files.retain(|(name, _)| name != part)
}

fn two_samples() -> [Sample; 2] {
    let x64 = Sample::default();
    let arm64 = Sample {
        architecture: "arm64".into(),
        languages: vec!["en-us".into(), "de-de".into()],
        device_families: vec![("Windows.Universal".into(), "10.0.22000.0".into())],
        ..Sample::default()
    };
    [x64, arm64]
}

#[test]
fn a_package_says_what_a_submission_says_of_it() {
    let bytes = sample::package(&Sample {
        publisher: "CN=\"Müller & Söhne\", C=DE".into(),
        languages: vec!["de-de".into(), "en-us".into()],
        device_families: vec![
            ("Windows.Universal".into(), "10.0.19041.0".into()),
            ("Windows.Desktop".into(), "10.0.17763.0".into()),
        ],
        capabilities: vec!["internetClient".into(), "microphone".into()],
        files: vec![("Data/größe 1.bin".into(), vec![7; 200_000])],
        ..Sample::default()
    })
    .unwrap();
    let folder = Folder::new();
    let facts = folder.try_inspect("App.msix", &bytes).unwrap();
    assert_eq!(
        serde_json::to_value(&facts).unwrap(),
        json!({
            "fileName": "App.msix", "kind": "msix", "role": "application", "size": bytes.len(),
            "identityName": "5224ContosoDeveloper.ContosoSampleApp", "publisher": "CN=\"Müller & Söhne\", C=DE", "version": "2.0.0.0",
            "architecture": "x64", "architectures": ["x64"],
            "displayName": "Sample", "publisherDisplayName": "Contoso",
            "languages": ["de-de", "en-us"], "scales": [], "dxFeatureLevels": [],
            "targetDeviceFamilies":
                ["Windows.Universal min version 10.0.19041.0", "Windows.Desktop min version 10.0.17763.0"],
            "deviceFamilies": [
                {"name": "Windows.Universal", "minVersion": "10.0.19041.0", "maxVersionTested": "10.0.19041.0"},
                {"name": "Windows.Desktop", "minVersion": "10.0.17763.0", "maxVersionTested": "10.0.17763.0"}
            ],
            "minOsVersion": "10.0.17763.0",
            "capabilities": [
                {"name": "internetClient", "kind": "general"}, {"name": "microphone", "kind": "general"}
            ],
            "dependencies": [],
            "signed": false, "external": false, "packages": []
        })
    );
    let compressed = repack(&bytes, true, |_| {});
    let mut again = folder.try_inspect("App.appx", &compressed).unwrap();
    assert_eq!(again.kind, PackageKind::Appx);
    (again.kind, again.size, again.file_name) = (facts.kind, facts.size, facts.file_name.clone());
    assert_eq!(again, facts, "compression changes nothing");
}

#[test]
fn a_bundle_and_an_upload_say_what_is_inside() {
    let folder = Folder::new();
    let bundle = sample::bundle(&two_samples()).unwrap();
    let facts = folder.try_inspect("App.msixbundle", &bundle).unwrap();
    assert_eq!((facts.kind, facts.role, facts.architecture.as_deref()), (PackageKind::MsixBundle, None, None));
    assert_eq!(facts.architectures, ["arm64", "x64"]);
    assert_eq!(facts.languages, ["en-us", "de-de"]);
    assert_eq!(
        facts.target_device_families,
        ["Windows.Universal min version 10.0.22000.0", "Windows.Desktop min version 10.0.17763.0"]
    );
    assert_eq!(facts.min_os_version.as_deref(), Some("10.0.17763.0"));
    let names: Vec<_> = facts.packages.iter().map(|inner| inner.file_name.as_str()).collect();
    assert_eq!(names, ["App_arm64.msix", "App_x64.msix"]);

    let upload =
        sample::upload(vec![("App.msixbundle".into(), bundle), ("App.appxsym".into(), b"symbols".to_vec())]).unwrap();
    for compressed in [false, true] {
        let facts_of_upload = folder.try_inspect("App.msixupload", &repack(&upload, compressed, |_| {})).unwrap();
        assert_eq!(facts_of_upload.kind, PackageKind::MsixUpload);
        assert_eq!(facts_of_upload.identity_name, "5224ContosoDeveloper.ContosoSampleApp");
        assert_eq!(facts_of_upload.architectures, ["arm64", "x64"]);
        assert_eq!(facts_of_upload.packages, std::slice::from_ref(&facts));
    }
}

#[test]
fn what_is_no_package_is_refused() {
    let folder = Folder::new();
    let missing = folder.0.path().join("missing.msix");
    assert_eq!(kind(&inspect(&missing).unwrap_err()), "package.not_found");
    assert_eq!(kind(&inspect(folder.0.path()).unwrap_err()), "package.unreadable");
    assert_eq!(folder.refusal("a.msix", b"").0, "package.empty");
    assert_eq!(folder.refusal("a.msix", b"just text").0, "package.not_zip");

    let sound = sample::package(&Sample::default()).unwrap();
    assert_eq!(folder.refusal("a.msix", &sound[..sound.len() - 30]).0, "package.not_zip");
    assert_eq!(folder.refusal("a.msix", &sound[1000..]).0, "package.broken_directory");
    let plain = sample::upload(vec![("readme.txt".into(), b"hello".to_vec())]).unwrap();
    assert_eq!(folder.refusal("a.msix", &plain).0, "package.manifest_missing");
    for part in ["AppxBlockMap.xml", "[Content_Types].xml"] {
        let (code, text) = folder.refusal("a.msix", &repack(&sound, true, without(part)));
        assert_eq!(code, "package.part_missing");
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_damaged_part_is_named() {
    let folder = Folder::new();
    let sound = sample::package(&Sample::default()).unwrap();
    let damaged = |part: &'static str, from, to| {
        let (code, text) = folder.refusal("a.msix", &repack(&sound, true, replace_in(part, from, to)));
        assert_eq!(code, "package.part_damaged", "{text}");
        assert!(text.starts_with(part), "{text}");
    };
    damaged("AppxManifest.xml", "</Package>", "");
    damaged("AppxManifest.xml", "</Package>", "</Package><Package/>");
    damaged("AppxManifest.xml", "Version=\"2.0.0.0\"", "Version=\"2.0\"");
    damaged("AppxManifest.xml", "Name=\"5224ContosoDeveloper.ContosoSampleApp\"", "Name=\"\"");
    damaged("AppxManifest.xml", "5224ContosoDeveloper.ContosoSampleApp", "&secret;");
    damaged("AppxManifest.xml", "<Package ", "<!DOCTYPE a [<!ENTITY b \"c\">]><Package ");
    damaged("AppxManifest.xml", "foundation/windows10\"", "\" IgnorableNamespaces=\"uap\"");
    damaged("AppxManifest.xml", "uap:VisualElements", "none:VisualElements");
    damaged("AppxBlockMap.xml", "/blockmap", "/other");
    damaged("AppxBlockMap.xml", "<File", "<none:File");

    let bomb = repack(&sound, true, |files| {
        let (_, content) = files.iter_mut().find(|(name, _)| name == "AppxManifest.xml").unwrap();
        content.resize(17 << 20, b' ');
    });
    assert!(bomb.len() < 100_000);
    assert!(folder.refusal("a.msix", &bomb).1.contains("larger than 16777216 bytes"));

    let deep = repack(&sound, true, |files| {
        let (_, content) = files.iter_mut().find(|(name, _)| name == "AppxManifest.xml").unwrap();
        *content = "<a>".repeat(1_000_000).into_bytes();
    });
    assert_eq!(folder.refusal("a.msix", &deep).0, "package.part_damaged");

    // A flipped bit in a stored manifest, which is still XML.
    let mut flipped = sound.clone();
    let at = flipped.windows(16).position(|window| window == b"ContosoSampleApp").unwrap();
    flipped[at] ^= 1;
    assert_eq!(folder.refusal("a.msix", &flipped).0, "package.part_damaged");
}

#[test]
fn a_bundle_that_does_not_fit_its_content_is_refused() {
    const MANIFEST: &str = "AppxMetadata/AppxBundleManifest.xml";
    let folder = Folder::new();
    let sound = sample::bundle(&two_samples()).unwrap();
    let disagrees = |bytes: &[u8], reason: &str| {
        let (code, text) = folder.refusal("a.msixbundle", bytes);
        assert_eq!(code, "package.disagrees", "{text}");
        assert!(text.contains(reason), "{text}");
    };
    // The offsets of the packages do not depend on what follows them.
    assert!(folder.try_inspect("a.msixbundle", &repack(&sound, false, |_| {})).is_ok());
    let edited = |from, to| repack(&sound, false, replace_in(MANIFEST, from, to));
    disagrees(&edited("Offset=\"44\"", "Offset=\"45\""), "App_arm64.msix has");
    disagrees(&edited("Version=\"2.0.0.0\" Architecture", "Version=\"2.0.0.1\" Architecture"), "version 2.0.0.0");
    disagrees(
        &edited("5224ContosoDeveloper.ContosoSampleApp", "Contoso.Other"),
        "identity name 5224ContosoDeveloper.ContosoSampleApp",
    );
    disagrees(&edited("Architecture=\"arm64\"", "Architecture=\"arm\""), "another architecture");
    disagrees(&edited("Type=\"application\"", "Type=\"resource\""), "no application package");
    disagrees(&edited("App_arm64", "App_none"), "does not list App_arm64.msix");
    disagrees(&repack(&sound, false, without("App_x64.msix")), "App_x64.msix is listed and not there");
    disagrees(&repack(&sound, true, |_| {}), "is compressed");

    let other = Sample { name: "Contoso.Other".into(), ..Sample::default() };
    let upload = sample::upload(vec![
        ("a.msix".into(), sample::package(&Sample::default()).unwrap()),
        ("b.msix".into(), sample::package(&other).unwrap()),
    ])
    .unwrap();
    let (code, text) = folder.refusal("a.msixupload", &upload);
    assert_eq!((code, text.contains("different apps")), ("package.disagrees", true));
}

#[test]
fn the_applications_of_a_bundle_are_of_one_version_and_of_different_architectures() {
    let folder = Folder::new();
    let [x64, arm64] = two_samples();
    let refused = |bytes: &[u8], reason: &str| {
        let (code, text) = folder.refusal("a.msixbundle", bytes);
        assert_eq!(code, "package.disagrees", "{text}");
        assert!(text.contains(reason), "{text}");
    };
    let newer = Sample { version: "2.0.1.0".into(), ..arm64.clone() };
    refused(&sample::bundle(&[x64.clone(), newer]).unwrap(), " has the version 2.0.");

    const MANIFEST: &str = "AppxMetadata/AppxBundleManifest.xml";
    let sound = sample::bundle(&[x64.clone(), arm64]).unwrap();
    let twice = repack(&sound, false, replace_in(MANIFEST, "Architecture=\"arm64\"", "Architecture=\"x64\""));
    refused(&twice, "two applications for x64");
    let stub = "Architecture=\"x64\" IsStub=\"true\"";
    let stubbed = repack(&sound, false, replace_in(MANIFEST, "Architecture=\"arm64\"", stub));
    refused(&stubbed, "another architecture");

    // The package says that it has only resources.
    let resources = repack(&sample::package(&x64).unwrap(), false, |files| {
        let properties = "<ResourcePackage>true</ResourcePackage></Properties>";
        replace_in("AppxManifest.xml", "</Properties>", properties)(files);
    });
    let len = |bytes: &[u8]| format!("Size=\"{}\"", bytes.len());
    let bundle = sample::bundle(std::slice::from_ref(&x64)).unwrap();
    let (old, new) = (len(&sample::package(&x64).unwrap()), len(&resources));
    let bytes = repack(&bundle, false, move |files| {
        for (name, content) in files.iter_mut() {
            match name.as_str() {
                "App_x64.msix" => content.clone_from(&resources),
                MANIFEST => {
                    *content = String::from_utf8(content.clone()).unwrap().replace(&old, &new).into_bytes();
                }
                _ => {}
            }
        }
    });
    refused(&bytes, "is a resource package");
}

#[test]
fn capabilities_and_dependencies_have_their_kind() {
    let bytes = repack(&sample::package(&Sample::default()).unwrap(), true, |files| {
        let capabilities = concat!(
            r#"<Capability Name="internetClient"/>"#,
            r#"<r:Capability xmlns:r="http://schemas.microsoft.com/appx/manifest/foundation/windows10/restrictedcapabilities" Name="runFullTrust"/>"#,
            r#"<DeviceCapability Name="microphone"/>"#,
            r#"<u:CustomCapability xmlns:u="http://schemas.microsoft.com/appx/manifest/uap/windows10/4" Name="contoso_1"/>"#,
        );
        replace_in("AppxManifest.xml", r#"<Capability Name="internetClient"/>"#, capabilities)(files);
        let dependencies = concat!(
            r#"<PackageDependency Name="Contoso.Framework" MinVersion="1.0.0.0" Publisher="CN=C"/>"#,
            r#"<u3:MainPackageDependency xmlns:u3="http://schemas.microsoft.com/appx/manifest/uap/windows10/3" Name="Contoso.Main"/>"#,
            r#"<u10:HostRuntimeDependency xmlns:u10="http://schemas.microsoft.com/appx/manifest/uap/windows10/10" Name="Contoso.Host" MinVersion="2.0.0.0" Publisher="CN=C"/>"#,
            "</Dependencies>",
        );
        replace_in("AppxManifest.xml", "</Dependencies>", dependencies)(files);
    });
    let facts = serde_json::to_value(Folder::new().try_inspect("a.msix", &bytes).unwrap()).unwrap();
    assert_eq!(
        facts["capabilities"],
        json!([
            {"name": "internetClient", "kind": "general"}, {"name": "runFullTrust", "kind": "restricted"},
            {"name": "microphone", "kind": "device"}, {"name": "contoso_1", "kind": "custom"}
        ])
    );
    assert_eq!(
        facts["dependencies"],
        json!([
            {"kind": "package", "name": "Contoso.Framework", "minVersion": "1.0.0.0"},
            {"kind": "mainPackage", "name": "Contoso.Main"},
            {"kind": "hostRuntime", "name": "Contoso.Host", "minVersion": "2.0.0.0"}
        ])
    );
}

/// Build systems make such packages, and the Store takes them.
#[test]
fn manifests_in_utf_16_and_deflate_data_without_a_final_block_are_read() {
    let folder = Folder::new();
    let sound = sample::package(&Sample::default()).unwrap();
    let expected = folder.try_inspect("a.msix", &sound).unwrap();
    for little in [true, false] {
        let wide = repack(&sound, true, |files| {
            for (name, content) in files.iter_mut().filter(|(name, _)| name.ends_with(".xml")) {
                if name == "[Content_Types].xml" {
                    continue;
                }
                let text = String::from_utf8(content.clone()).unwrap();
                let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
                *content =
                    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect();
            }
        });
        let mut facts = folder.try_inspect("a.msix", &wide).unwrap();
        facts.size = expected.size;
        assert_eq!(facts, expected);
    }
    let mut facts = folder.try_inspect("a.msix", &unfinished(&sound)).unwrap();
    facts.size = expected.size;
    assert_eq!(facts, expected);
    let mut damaged = unfinished(&sound);
    let name = b"AppxManifest.xml";
    let at = damaged.windows(name.len()).position(|window| window == name).unwrap() + name.len() + 40;
    damaged[at] ^= 0x10;
    assert!(folder.try_inspect("a.msix", &damaged).is_err());
}

/// The same archive with deflate data that ends after a flush, without the block that is marked as the last one.
fn unfinished(bytes: &[u8]) -> Vec<u8> {
    let mut contents = Vec::new();
    repack(bytes, false, |files| contents.clone_from(files));
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let count = contents.len() as u16;
    for (name, content) in contents {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&content).unwrap();
        encoder.flush().unwrap();
        let data = encoder.get_ref().clone();
        let offset = out.len() as u32;
        let mut fields = Vec::new();
        fields.extend([20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0]);
        for field in [storeship::zip::crc32(&content), data.len() as u32, content.len() as u32] {
            fields.extend(field.to_le_bytes());
        }
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend([0, 0]);
        out.extend(0x0403_4B50_u32.to_le_bytes());
        out.extend(&fields);
        out.extend(name.as_bytes());
        out.extend(data);
        directory.extend(0x0201_4B50_u32.to_le_bytes());
        directory.extend([20, 0]);
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, len) = (out.len() as u32, directory.len() as u32);
    out.extend(directory);
    out.extend(0x0605_4B50_u32.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(len.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

#[test]
fn pointers_of_git_lfs_and_templates_are_named_as_such() {
    let folder = Folder::new();
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    let (code, text) = folder.refusal("a.msix", pointer);
    assert_eq!(code, "package.lfs_pointer");
    assert!(text.contains("git lfs pull"), "{text}");
    let sound = sample::package(&Sample::default()).unwrap();
    for value in ["{{VERSION}}", "$(Version)", "${VERSION}", "#{Version}#", "__VERSION__", "@VERSION@"] {
        let to: &'static str = Box::leak(format!(" Version=\"{value}\"").into_boxed_str());
        let bytes = repack(&sound, true, replace_in("AppxManifest.xml", " Version=\"2.0.0.0\"", to));
        let (code, text) = folder.refusal("a.msix", &bytes);
        assert_eq!(code, "package.template", "{text}");
        assert!(text.contains("still a template: Version of its Identity") && text.contains(value), "{text}");
    }
}

#[test]
fn a_flat_bundle_refers_to_its_packages() {
    let bytes = repack(&sample::bundle(&[Sample::default()]).unwrap(), false, |files| {
        replace_in("AppxMetadata/AppxBundleManifest.xml", " Offset=\"42\"", "")(files);
        without("App_x64.msix")(files);
    });
    let facts = Folder::new().try_inspect("a.appxbundle", &bytes).unwrap();
    assert_eq!(facts.kind, PackageKind::AppxBundle);
    assert_eq!((facts.packages.len(), facts.packages[0].external), (1, true));
    assert_eq!(facts.target_device_families, ["Windows.Desktop min version 10.0.17763.0"]);
}

#[test]
fn an_error_inside_names_the_way_to_it() {
    let broken = repack(&sample::package(&Sample::default()).unwrap(), true, without("AppxBlockMap.xml"));
    let upload = sample::upload(vec![("in/App.msix".into(), broken)]).unwrap();
    let text = Folder::new().refusal("a.msixupload", &upload).1;
    assert!(text.starts_with("a.msixupload/in/App.msix has no AppxBlockMap.xml"), "{text}");
}

#[test]
fn any_damage_is_an_error_or_harmless() {
    let folder = Folder::new();
    let sound = sample::bundle(&two_samples()).unwrap();
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..2_000 {
        let mut bytes = sound.clone();
        match random.u8(..3) {
            0 => bytes.truncate(random.usize(..bytes.len())),
            1 => drop(bytes.drain(..random.usize(..bytes.len()))),
            _ => {}
        }
        for _ in 0..random.usize(..8) {
            if !bytes.is_empty() {
                // The directory and its end are the last bytes.
                let far = bytes.len().min(1 << random.u32(4..16));
                let at = bytes.len() - 1 - random.usize(..far);
                bytes[at] = random.u8(..);
            }
        }
        let _ = folder.try_inspect("a.msixbundle", &bytes);
    }
}

#[test]
fn the_sample_is_what_its_block_map_says() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let files = vec![("big.bin".to_owned(), (0..150_000u32).map(|n| n as u8).collect())];
    let bytes = sample::package(&Sample { files, ..Sample::default() }).unwrap();
    let mut map = String::new();
    let mut hashes = Vec::new();
    repack(&bytes, false, |files| {
        for (name, content) in files.iter() {
            match name.as_str() {
                "AppxBlockMap.xml" => map = String::from_utf8(content.clone()).unwrap(),
                "[Content_Types].xml" => {}
                _ => hashes.extend(content.chunks(65_536).map(sha2::Sha256::digest)),
            }
        }
    });
    assert_eq!(map.matches("<Block ").count(), hashes.len());
    for hash in hashes {
        assert!(map.contains(&base64::engine::general_purpose::STANDARD.encode(hash)));
    }
    assert!(map.contains(r#"<File Name="Assets\Icon.png" Size=""#), "{map}");
    assert!(map.contains(r#"<File Name="big.bin" Size="150000" LfhSize="37">"#), "{map}");
}

/// Inspects a folder of real packages, sound and broken, if one is given.
#[test]
fn real_packages() {
    let Some(folder) = std::env::var_os("STORESHIP_TEST_PACKAGES") else {
        let _ = writeln!(std::io::stderr(), "not run: real packages (STORESHIP_TEST_PACKAGES names no folder)");
        return;
    };
    let folder = Path::new(&folder);
    for (name, expected) in [
        ("Bad_Namespace_Blockmap.appx", "package.part_damaged"),
        ("BundleWithIntlPackage.appxbundle", "x86"),
        ("CentennialCoffee.appx", "neutral"),
        // Its applications have two versions.
        ("ContainsNeutralAndX86AppPackages.appxbundle", "package.disagrees"),
        ("ContainsNoPayload.appxbundle", "package.disagrees"),
        ("ContainsOnlyResourcePackages.appxbundle", "package.disagrees"),
        ("Empty.appx", "package.not_zip"),
        ("FlatBundleWithAsset.appxbundle", "arm,x64,x86"),
        ("HelloWorld.appx", "neutral"),
        ("IntlPackage.appx", "x86"),
        ("ManifestPackageHasIncorrectVersion.appxbundle", "package.disagrees"),
        ("ManifestPackageHasInvalidRange.appxbundle", "package.disagrees"),
        ("No_blockmap.appx", "package.part_missing"),
        ("OPC_E_ZIP_CORRUPTED_ARCHIVE.appx", "package.broken_directory"),
        ("PayloadPackageIsCompressed.appxbundle", "package.disagrees"),
        ("TestAppxPackage_Win32.appx", "x86"),
        ("TestAppxPackage_x64.appx", "x64"),
        ("TestWindows.msix", "neutral"),
        ("existingBundle.msixbundle", "arm,x64,x86"),
        ("existingPackage.msix", "x86"),
        // Signatures are not verified, and the Store takes unsigned packages.
        ("SignedTamperedCD-TRUST_E_BAD_DIGEST.appx", "neutral"),
        ("UnsignedZip64WithCI-APPX_E_MISSING_REQUIRED_FILE.appx", "neutral"),
    ] {
        let found = match inspect(&folder.join(name)) {
            Ok(facts) => facts.architectures.join(","),
            Err(error) => {
                assert!(error.to_string().contains(name), "{error}");
                kind(&error).to_owned()
            }
        };
        assert_eq!(found, expected, "{name}");
    }
    for (name, expected) in [
        ("CentennialCoffee.appx", &[][..]),
        ("TestAppxPackage_Win32.appx", &[]),
        ("TestAppxPackage_x64.appx", &[]),
        ("FlatBundleWithAsset.appxbundle", &["self-signed"]),
        ("SignedTamperedCD-TRUST_E_BAD_DIGEST.appx", &["another central directory"]),
    ] {
        let flaws = storeship::package::verify(&folder.join(name), &|| true).unwrap();
        let of_signature = flaws.iter().filter(|flaw| flaw.kind != storeship::package::FlawKind::BlockMap);
        let messages: Vec<&str> = of_signature.map(|flaw| flaw.message.as_str()).collect();
        assert_eq!(messages.len(), expected.len(), "{name}: {messages:?}");
        assert!(messages.iter().zip(expected).all(|(message, expected)| message.contains(expected)), "{messages:?}");
    }
}

/// The name of the variant of an error.
fn kind(error: &PackageError) -> &'static str {
    match error {
        PackageError::NotFound { .. } => "package.not_found",
        PackageError::Unreadable { .. } => "package.unreadable",
        PackageError::Empty { .. } => "package.empty",
        PackageError::NotZip { .. } => "package.not_zip",
        PackageError::BrokenDirectory { .. } => "package.broken_directory",
        PackageError::ManifestMissing { .. } => "package.manifest_missing",
        PackageError::PartMissing { .. } => "package.part_missing",
        PackageError::PartDamaged { .. } => "package.part_damaged",
        PackageError::Disagrees { .. } => "package.disagrees",
        PackageError::LfsPointer { .. } => "package.lfs_pointer",
        PackageError::Template { .. } => "package.template",
        _ => "other",
    }
}

/// A ZIP whose directory has these entries, each with a name, the offset of its local header and the length of its data.
fn with_directory(files: &[u8], entries: &[(&str, u32, u32)]) -> Vec<u8> {
    let mut out = files.to_vec();
    let mut directory = Vec::new();
    for (name, offset, len) in entries {
        let data = &files[*offset as usize + 30 + name.len()..][..*len as usize];
        directory.extend(0x0201_4B50_u32.to_le_bytes());
        directory.extend([20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]);
        for field in [storeship::zip::crc32(data), *len, *len] {
            directory.extend(field.to_le_bytes());
        }
        directory.extend((name.len() as u16).to_le_bytes());
        directory.extend([0; 12]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = (entries.len() as u16).to_le_bytes();
    out.extend(&directory);
    out.extend(0x0605_4B50_u32.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count);
    out.extend(count);
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend((files.len() as u32).to_le_bytes());
    out.extend([0; 2]);
    out
}

#[test]
fn packages_that_share_bytes_are_refused() {
    let inner = sample::package(&Sample::default()).unwrap();
    let mut files = b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\0".to_vec();
    files.extend(storeship::zip::crc32(&inner).to_le_bytes());
    files.extend((inner.len() as u32).to_le_bytes().repeat(2));
    files.extend([6, 0, 0, 0]);
    files.extend(b"0.msix");
    files.extend(&inner);
    let folder = Folder::new();
    let len = inner.len() as u32;
    assert_eq!(
        folder.try_inspect("One.msixupload", &with_directory(&files, &[("0.msix", 0, len)])).unwrap().packages.len(),
        1
    );
    // All of them are the one local header.
    let entries = vec![("0.msix", 0, len); 2_000];
    let (kind, text) = folder.refusal("Bomb.msixupload", &with_directory(&files, &entries));
    assert_eq!(kind, "package.broken_directory");
    assert!(text.contains("overlap"), "{text}");
}

#[test]
fn what_a_manifest_makes_us_list_is_bounded() {
    let folder = Folder::new();
    let families = |count: usize| {
        let families = (0..count).map(|at| (format!("Windows.F{at}"), "10.0.1.0".to_owned())).collect();
        sample::package(&Sample { device_families: families, ..Sample::default() }).unwrap()
    };
    let facts = folder.try_inspect("Many.msix", &families(5_000)).unwrap();
    assert_eq!((facts.device_families.len(), facts.target_device_families.len()), (5_000, 5_000));
    let manifest = |from: &'static str, to: String| {
        repack(&sample::package(&Sample::default()).unwrap(), true, move |files| {
            let (_, content) = files.iter_mut().find(|(name, _)| name == "AppxManifest.xml").unwrap();
            *content = String::from_utf8(content.clone()).unwrap().replacen(from, &to, 1).into_bytes();
        })
    };
    let elements = format!("{}<Identity", "<x/>".repeat(200_001));
    let (kind, text) = folder.refusal("Bomb.msix", &manifest("<Identity", elements));
    assert_eq!(kind, "package.part_damaged");
    assert!(text.ends_with("it has too many elements"), "{text}");
    let attributes: String = (0..500).map(|at| format!(" a{at}=''")).collect();
    let (_, text) = folder.refusal("Bomb.msix", &manifest("<Identity", format!("<Identity{attributes}")));
    assert!(text.contains("more than 200 attributes"), "{text}");
    let nested: String = (0..6)
        .map(|level| format!("<x{}>", (0..100).map(|at| format!(" xmlns:n{level}x{at}='u'")).collect::<String>()))
        .collect();
    let (_, text) =
        folder.refusal("Bomb.msix", &manifest("<Identity", format!("{nested}{}<Identity", "</x>".repeat(6))));
    assert!(text.contains("too many namespaces"), "{text}");
}

#[test]
fn messages_show_the_start_of_long_names() {
    let long = "n".repeat(60_000);
    let bytes = repack(&sample::package(&Sample::default()).unwrap(), true, |files| {
        let (_, content) = files.iter_mut().find(|(name, _)| name == "AppxManifest.xml").unwrap();
        *content = b"<x/>".to_vec();
        let inner = (format!("{long}.msix"), content.clone());
        *files = vec![inner];
    });
    let error = Folder::new().try_inspect("App.msixupload", &bytes).unwrap_err();
    assert!(error.to_string().len() < 1_000, "{}", error.to_string().len());
}
