//! Which package files a path, a wildcard or a folder stands for.

use std::fs;
use std::path::Path;

use storeship::package::sample::{self, Sample};
use storeship::package::{InputError, PackageError, inputs};
use tempfile::TempDir;

/// A folder with these files. Those with the extension of a package are packages: `…_1.2.0.0_x64.msix`.
fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content(file)).unwrap();
    }
    folder
}

fn content(file: &str) -> Vec<u8> {
    let name = file.rsplit('/').next().unwrap();
    let (stem, extension) = name.rsplit_once('.').unwrap();
    let mut parts = stem.split('_');
    let name = parts.next().unwrap().to_owned();
    let version = parts.next().unwrap_or("1.0.0.0").to_owned();
    let architecture = parts.next().unwrap_or("x64").to_owned();
    let sample = Sample { name, version, architecture, ..Sample::default() };
    match extension {
        "msix" | "appx" => sample::package(&sample).unwrap(),
        "msixbundle" => sample::bundle(&[sample]).unwrap(),
        "msixupload" => sample::upload(vec![("App.msix".into(), sample::package(&sample).unwrap())]).unwrap(),
        _ => b"text".to_vec(),
    }
}

/// The chosen files and the ones that were left out, relative to the folder.
fn expand(folder: &TempDir, given: &[&str]) -> Result<(Vec<String>, Vec<String>), InputError> {
    let root = folder.path();
    let given: Vec<String> = given.iter().map(|path| root.join(path).to_str().unwrap().to_owned()).collect();
    let found = inputs(&given)?;
    let relative = |path: &str| Path::new(path).strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
    let chosen = found.chosen.iter().map(|it| relative(&it.path)).collect();
    Ok((chosen, found.left_out.iter().map(|it| format!("{}: {}", relative(&it.path), it.reason)).collect()))
}

#[test]
fn a_path_is_a_file_whatever_its_name_is() {
    let folder = folder(&["App_1.0.0.0.msix", "Other_2.0.0.0.msix", "app.exe"]);
    let (chosen, left_out) = expand(&folder, &["Other_2.0.0.0.msix", "App_1.0.0.0.msix"]).unwrap();
    assert_eq!((chosen, left_out), (vec!["Other_2.0.0.0.msix".into(), "App_1.0.0.0.msix".into()], vec![]));
    let error = expand(&folder, &["app.exe"]).unwrap_err();
    assert!(matches!(error, InputError::Package(PackageError::NotZip { .. })), "{error}");
    let error = expand(&folder, &["none.msix"]).unwrap_err();
    assert!(matches!(error, InputError::Package(PackageError::NotFound { .. })), "{error}");
    if cfg!(unix) {
        fs::write(folder.path().join("a*.msix"), content("a.msix")).unwrap();
        assert_eq!(expand(&folder, &["a*.msix"]).unwrap().0, ["a*.msix"]);
    }
}

#[test]
fn wildcards_stand_for_files() {
    let folder = folder(&[
        "out/App_1.0.0.0_x64.msix",
        "out/App_1.0.0.0_arm64.MSIX",
        "out/App_1.0.0.0_x64.appxsym",
        "out/notes.txt",
        "out/Dependencies/Libs_1.0.0.0.appx",
    ]);
    fs::write(folder.path().join("out/App_1.0.0.0_arm64.MSIX"), content("App_1.0.0.0_arm64.msix")).unwrap();
    let both = ["out/App_1.0.0.0_arm64.MSIX", "out/App_1.0.0.0_x64.msix"];
    for pattern in ["out/*.msix", "out/*", "o?t/app_*_*.m*", "*/*.msix"] {
        assert_eq!(expand(&folder, &[pattern]).unwrap().0, both, "{pattern}");
    }
    assert_eq!(expand(&folder, &["out/*x64.msix"]).unwrap().0, ["out/App_1.0.0.0_x64.msix"]);
    // A file that is given twice in different ways is one.
    assert_eq!(expand(&folder, &["out/App_1.0.0.0_x64.msix", "out/*.msix"]).unwrap().0.len(), 2);
    for (pattern, says) in [
        ("out/*.msixupload", "leads to no app package"),
        ("none/*.msix", "leads to no app package"),
        ("out/*.txt", "leads to no app package; notes.txt is none"),
        ("out/*.txt*/x", "leads to no app package"),
    ] {
        let error = expand(&folder, &[pattern]).unwrap_err();
        assert!(matches!(error, InputError::NoMatch { .. }), "{error}");
        assert!(error.to_string().contains(pattern) && error.to_string().ends_with(says), "{error}");
    }
}

#[test]
fn the_best_form_is_taken() {
    let folder = folder(&["App_1.0.0.0.msixupload", "App_1.0.0.0.msixbundle", "App_1.0.0.0.msix", "App.cer"]);
    for given in ["*", ".", "App*.msix*"] {
        let (chosen, left_out) = expand(&folder, &[given]).unwrap();
        assert_eq!(chosen, ["App_1.0.0.0.msixupload"], "{given}");
        assert_eq!(
            left_out,
            ["App_1.0.0.0.msix: an upload archive is there", "App_1.0.0.0.msixbundle: an upload archive is there"]
        );
    }
    let (chosen, left_out) = expand(&folder, &["*.msix", "*bundle"]).unwrap();
    assert_eq!((chosen.len(), left_out.len()), (2, 0), "two wildcards are two wishes");
}

#[test]
fn folders_as_visual_studio_makes_them() {
    let made = folder(&[
        "AppPackages/App_1.0.0.0.msixupload",
        "AppPackages/App_1.0.0.0_Test/App_1.0.0.0.msixbundle",
        "AppPackages/App_1.0.0.0_Test/App_1.0.0.0.cer",
        "AppPackages/App_1.0.0.0_Test/Dependencies/x64/Libs_9.0.0.0.appx",
    ]);
    let (chosen, left_out) = expand(&made, &["AppPackages"]).unwrap();
    assert_eq!(chosen, ["AppPackages/App_1.0.0.0.msixupload"]);
    assert_eq!(
        left_out,
        [
            "AppPackages/App_1.0.0.0_Test/Dependencies: the Store installs the frameworks that a package needs",
            "AppPackages/App_1.0.0.0_Test/App_1.0.0.0.msixbundle: its folder is for installing without the Store"
        ]
    );
    // Without an upload archive, what the build made for installing is all that is there.
    fs::remove_file(made.path().join("AppPackages/App_1.0.0.0.msixupload")).unwrap();
    assert_eq!(expand(&made, &["AppPackages"]).unwrap().0, ["AppPackages/App_1.0.0.0_Test/App_1.0.0.0.msixbundle"]);
    assert_eq!(
        expand(&made, &["AppPackages/*_Test"]).unwrap().0,
        ["AppPackages/App_1.0.0.0_Test/App_1.0.0.0.msixbundle"]
    );
    // Artifacts of several jobs.
    let made = folder(&["a/x64/App_1.0.0.0_x64.msix", "a/arm64/App_1.0.0.0_arm64.msix", "a/.cache/App_0.1.0.0.msix"]);
    assert_eq!(expand(&made, &["a"]).unwrap().0, ["a/arm64/App_1.0.0.0_arm64.msix", "a/x64/App_1.0.0.0_x64.msix"]);
    let error = expand(&folder(&["a/b/c/d/App.msix", "a/notes.txt"]), &["a"]).unwrap_err();
    assert!(error.to_string().ends_with("leads to no app package; notes.txt is none"), "{error}");
}

#[test]
fn several_versions_are_too_much() {
    let made = folder(&["App_1.0.0.0_x64.msix", "App_1.1.0.0_x64.msix", "Other_3.0.0.0.msix"]);
    for given in ["*.msix", "."] {
        let error = expand(&made, &[given]).unwrap_err();
        assert!(matches!(error, InputError::Several { .. }), "{error}");
        let text = error.to_string();
        assert!(
            text.contains("App_1.0.0.0_x64.msix (1.0.0.0)") && text.contains("App_1.1.0.0_x64.msix (1.1.0.0)"),
            "{text}"
        );
        assert!(!text.contains("Other"), "{text}");
    }
    assert_eq!(expand(&made, &["App_1.1*", "Other*"]).unwrap().0.len(), 2);
}
