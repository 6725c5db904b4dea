//! The archive for C and C++: header, libraries, and the descriptions that pkg-config and CMake read.

use anyhow::{Context, Result};

use crate::archive::Tree;
use crate::dist::Dist;
use crate::platform::System;
use crate::project::Natives;

/// The name under which a linked program loads the library on Linux: it has the version of the ABI. `build.rs` sets it.
const SONAME: &str = "libstoreship.so.1";

pub(crate) fn write(dist: &Dist, natives: &Natives) -> Result<()> {
    let project = &dist.project;
    let system = natives.platform.system;
    let name = format!("storeship-{}-{}", project.version, natives.triple()?);
    let mut tree = Tree::default();
    let at = |path: &str| format!("{name}/{path}");

    tree.file(at("include/storeship.h"), &project.root.join("include/storeship.h"));
    let shared = match system {
        System::Windows => "bin/storeship.dll".to_owned(),
        System::MacOs => "lib/libstoreship.dylib".to_owned(),
        System::Glibc | System::Musl => format!("lib/libstoreship.so.{}", project.version),
    };
    tree.program(at(&shared), &natives.library());
    if system.is_linux() {
        let file = format!("libstoreship.so.{}", project.version);
        tree.link(at("lib/libstoreship.so"), SONAME);
        tree.link(at(&format!("lib/{SONAME}")), &file);
    }
    let mut import = String::new();
    if let Some(library) = natives.import_library() {
        let file = if library.ends_with("storeship.dll.lib") { "storeship.lib" } else { "libstoreship.dll.a" };
        tree.file(at(&format!("lib/{file}")), &library);
        import = format!("\n    IMPORTED_IMPLIB \"${{_storeship_prefix}}/lib/{file}\"");
    } else if system.is_linux() {
        import = format!("\n    IMPORTED_SONAME {SONAME}");
    }
    let library = natives.static_library().context("the static library is missing")?;
    // The import library of Visual C++ has the other name.
    let fixed = if library.ends_with("storeship.lib") { "storeship_static.lib" } else { "libstoreship.a" };
    tree.file(at(&format!("lib/{fixed}")), &library);

    let libraries = natives.static_libraries()?;
    let (major, _) = project.version.split_once('.').context("a version has a dot")?;
    let fill = |template: &str, libraries: &str| {
        let values = [
            ("@description@", project.description.as_str()),
            ("@repository@", &project.repository),
            ("@version@", &project.version),
            ("@major@", major),
            ("@shared@", &shared),
            ("@import@", &import),
            ("@static@", fixed),
            ("@libraries@", libraries),
        ];
        values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
    };
    for (file, template) in [
        ("storeship.pc", include_str!("../templates/storeship.pc")),
        ("storeship-static.pc", include_str!("../templates/storeship-static.pc")),
    ] {
        // An empty field is not valid.
        let lines = fill(template, &libraries.join(" ")).replace("URL: \n", "");
        tree.bytes(at(&format!("lib/pkgconfig/{file}")), lines);
    }
    for (file, template) in [
        ("storeship-config.cmake", include_str!("../templates/storeship-config.cmake")),
        ("storeship-config-version.cmake", include_str!("../templates/storeship-config-version.cmake")),
    ] {
        let words: Vec<&str> = libraries.iter().map(|word| word.trim_start_matches("-l")).collect();
        tree.bytes(at(&format!("lib/cmake/storeship/{file}")), fill(template, &words.join(";")));
    }
    for example in ["publish.c", "publish.cpp"] {
        let file = project.root.join("examples").join(example);
        tree.file(at(&format!("share/doc/storeship/examples/{example}")), &file);
    }
    tree.file(at("share/doc/storeship/LICENSE"), &project.license_file());
    tree.file(at("share/doc/storeship/THIRD-PARTY-NOTICES.txt"), &dist.notices);
    write_archive(dist, &tree, system, &name)
}

/// Writes a ZIP file for Windows and a tar file for the other systems.
pub(crate) fn write_archive(dist: &Dist, tree: &Tree, system: System, name: &str) -> Result<()> {
    if system == System::Windows {
        tree.zip(&dist.output(format!("{name}.zip")), dist.project.archives)
    } else {
        tree.tar_gz(&dist.output(format!("{name}.tar.gz")), dist.project.archives)
    }
}
