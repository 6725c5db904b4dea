//! Builds the library and the emulator for a platform.
//!
//! A folder for each platform gets the shared and the static library, the import library of Windows, the emulator,
//! `target.txt` (the Rust target) and `native-static-libs.txt` (what the static library needs).

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::options::Options;
use crate::platform::{PLATFORMS, Platform, System};
use crate::project::{Natives, Project, cargo};
use crate::tools;

/// The oldest glibc that the Linux libraries run with: that of CentOS 7, and of the wheels called manylinux2014.
const GLIBC: &str = "2.17";

/// How the libraries of a platform are built on this machine.
struct Way {
    triple: String,
    /// The option `--target` of cargo; none for the toolchain's own target.
    target: Option<String>,
    zig: bool,
    /// The standard library is compiled too, since the toolchain has none for this target.
    build_std: bool,
}

/// Builds the platforms that the options name. Returns them, and for each other platform why it was left out.
pub(crate) fn build(project: &Project, options: &Options) -> Result<(Vec<Natives>, Vec<String>)> {
    let (mut built, mut left_out) = (Vec::new(), Vec::new());
    let host = host()?;
    for platform in PLATFORMS {
        let wanted = if options.targets.is_empty() {
            !options.quick || Platform::of_triple(&host) == Some(platform)
        } else {
            options.targets.contains(&platform)
        };
        if options.no_build || !wanted {
            continue;
        }
        match way(platform, &host, options) {
            Ok(way) => built.push(build_one(project, options, platform, &way)?),
            Err(reason) if options.targets.is_empty() => left_out.push(format!("{}: {reason:#}", platform.rid)),
            Err(reason) => return Err(reason.context(platform.rid)),
        }
    }
    Ok((built, left_out))
}

fn host() -> Result<String> {
    let text = tools::output(Command::new("rustc").arg("-vV"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("rustc -vV does not name its host")?.to_owned())
}

/// The platform of this machine.
pub(crate) fn host_platform() -> Result<Option<&'static Platform>> {
    Ok(Platform::of_triple(&host()?))
}

fn way(platform: &Platform, host: &str, options: &Options) -> Result<Way> {
    let of_host = [Some(platform.triple), platform.other_triple].contains(&Some(host));
    if of_host && (options.quick || platform.system != System::Glibc) {
        return Ok(Way { triple: host.to_owned(), target: None, zig: false, build_std: false });
    }
    let on_linux = host.contains("-linux-");
    let (triple, zig) = match platform.system {
        System::Glibc | System::Musl => (platform.triple, true),
        System::Windows if host.ends_with("-windows-msvc") => (platform.triple, false),
        System::Windows if on_linux => (platform.other_triple.context("no compiler on Linux makes a fit DLL")?, false),
        System::MacOs if host.ends_with("-apple-darwin") => (platform.triple, false),
        System::MacOs => bail!("needs the SDK of Apple, on a Mac"),
        System::Windows => bail!("needs Windows, or Linux with mingw-w64"),
    };
    if zig && !(tools::has("cargo-zigbuild") && (tools::has("zig") || has_ziglang())) {
        bail!(
            "needs cargo-zigbuild and zig (pip install cargo-zigbuild ziglang), for an old glibc and other processors"
        );
    }
    if triple == "x86_64-pc-windows-gnu" && !tools::has("x86_64-w64-mingw32-gcc") {
        bail!("needs x86_64-w64-mingw32-gcc (apt install gcc-mingw-w64-x86-64)");
    }
    let folder = tools::output(Command::new("rustc").args(["--print", "target-libdir", "--target", triple]))?;
    let build_std = !Path::new(folder.trim()).is_dir();
    if build_std && !rust_source()?.is_dir() {
        bail!("the toolchain has no standard library for {triple} (rustup target add {triple}), and no source of it");
    }
    let version = if platform.system == System::Glibc { format!(".{GLIBC}") } else { String::new() };
    Ok(Way { triple: triple.to_owned(), target: Some(format!("{triple}{version}")), zig, build_std })
}

fn has_ziglang() -> bool {
    let python = Command::new("python3").args(["-c", "import ziglang"]).output();
    python.is_ok_and(|output| output.status.success())
}

fn sysroot() -> Result<PathBuf> {
    Ok(tools::output(Command::new("rustc").args(["--print", "sysroot"]))?.trim().into())
}

fn rust_source() -> Result<PathBuf> {
    Ok(sysroot()?.join("lib/rustlib/src/rust/library"))
}

fn build_one(project: &Project, options: &Options, platform: &'static Platform, way: &Way) -> Result<Natives> {
    eprintln!("{}: {}", platform.rid, way.target.as_deref().unwrap_or(&way.triple));
    let folder = options.natives_folder(project).join(platform.rid);
    tools::empty_folder(&folder)?;
    let target = match std::env::var_os("CARGO_TARGET_DIR").filter(|_| options.dev) {
        Some(folder) => project.root.join(folder),
        None => project.root.join(if options.dev { "target" } else { "target/dist-build" }),
    };
    let libraries = target.join(format!("native-static-libs-{}.txt", platform.rid));
    std::fs::create_dir_all(&target)?;

    // The shared library is only optimized as a whole (`lto`) when no rlib is made with it.
    let mut library = command(project, options, way, "rustc")?;
    library.env("CARGO_TARGET_DIR", &target).args(["--lib", "--crate-type", "cdylib,staticlib"]);
    if !options.dev {
        library.args(["--no-default-features", "--features", "clear-memory"]);
    }
    library.args(["--", "--print"]).arg(format!("native-static-libs={}", libraries.display()));
    tools::run(&mut library)?;
    let mut emulator = command(project, options, way, "build")?;
    tools::run(emulator.env("CARGO_TARGET_DIR", &target).args(["--bin", "storeship-emulator"]))?;

    let mut output = target;
    if way.target.is_some() {
        output.push(&way.triple);
    }
    output.push(if options.dev { "debug" } else { "release" });
    let required = [platform.system.library(), platform.system.emulator()];
    let optional = ["libstoreship.a", "storeship.lib", "storeship.dll.lib", "libstoreship.dll.a"];
    for name in required {
        tools::copy(&output.join(name), &folder.join(name))?;
    }
    for name in optional.into_iter().filter(|name| output.join(name).is_file()) {
        tools::copy(&output.join(name), &folder.join(name))?;
    }
    tools::write(&folder.join("target.txt"), format!("{}\n", way.triple))?;
    tools::copy(&libraries, &folder.join("native-static-libs.txt"))?;
    let natives = Natives { platform, folder, signed: None };
    check(&natives, way)?;
    Ok(natives)
}

fn command(project: &Project, options: &Options, way: &Way, verb: &str) -> Result<Command> {
    let mut command = if way.zig { Command::new("cargo-zigbuild") } else { cargo() };
    command.arg(if way.zig && verb == "build" { "zigbuild" } else { verb });
    command.args(["--locked", "--manifest-path"]).arg(project.root.join("Cargo.toml"));
    let mut flags = runtime(&way.triple, options.dev);
    if options.dev {
        // Without debug information, which would be ten times as large as the library.
        command.args(["--config", "profile.dev.debug=false", "--config", "profile.dev.strip='symbols'"]);
    } else {
        command.arg("--release");
        let remapped = remapped(project)?;
        flags.extend(remapped.rust);
        command.env("CFLAGS", remapped.c.join(" "));
    }
    if !flags.is_empty() {
        command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    }
    if let Some(target) = &way.target {
        command.args(["--target", target]);
    }
    if way.build_std {
        command.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_unwind");
    }
    Ok(command)
}

/// The options for the C runtime. A shared library for musl takes the musl of the system that it runs on; otherwise there would
/// be none. One for Windows has the runtime of Visual C++ in it, which not every machine has.
fn runtime(triple: &str, dev: bool) -> Vec<String> {
    let feature = match triple {
        _ if triple.ends_with("-musl") => "target-feature=-crt-static",
        // `cargo test` makes the debug build without it.
        _ if triple.ends_with("-windows-msvc") && !dev => "target-feature=+crt-static",
        _ => return Vec::new(),
    };
    vec!["-C".to_owned(), feature.to_owned()]
}

struct Flags {
    rust: Vec<String>,
    c: Vec<String>,
}

/// Options that keep the paths of this machine out of the libraries.
fn remapped(project: &Project) -> Result<Flags> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home =
        home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).context("there is no home folder")?;
    let paths =
        [(project.root.clone(), "/storeship"), (home, "/cargo"), (sysroot()?.join("lib/rustlib/src/rust"), "/rust")];
    let mut flags = Flags { rust: Vec::new(), c: Vec::new() };
    for (path, name) in paths {
        flags.rust.push(format!("--remap-path-prefix={}={name}", path.display()));
        flags.c.push(format!("-ffile-prefix-map={}={name}", path.display()));
    }
    Ok(flags)
}

/// Refuses a library that needs a newer glibc than it was built for.
fn check(natives: &Natives, way: &Way) -> Result<()> {
    let Some(newest) = natives.glibc()? else { return Ok(()) };
    eprintln!("  needs glibc {}.{}", newest.0, newest.1);
    let promised = way.target.as_deref().is_some_and(|target| target.ends_with(GLIBC));
    if promised && newest > (2, 17) {
        bail!("the library needs glibc {}.{} in place of {GLIBC}", newest.0, newest.1);
    }
    Ok(())
}

/// The platforms in a folder that an earlier run, or another machine, has written.
pub(crate) fn found(folder: &Path) -> Result<Vec<Natives>> {
    let natives: Vec<Natives> = PLATFORMS
        .iter()
        .map(|platform| Natives { platform, folder: folder.join(platform.rid), signed: None })
        .filter(|natives| natives.folder.join("target.txt").is_file())
        .collect();
    if natives.is_empty() {
        bail!("{} has no folder of a platform, such as linux-x64, with a target.txt", folder.display());
    }
    Ok(natives)
}
