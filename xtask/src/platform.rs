//! The platforms that StoreShip is built for, with the names that each ecosystem has for them.

/// A system and a processor.
#[derive(Debug, PartialEq)]
pub(crate) struct Platform {
    /// The runtime identifier of .NET: the name of a folder in the PowerShell module and in the NuGet package.
    pub(crate) rid: &'static str,
    /// The target of Rust. Windows has two, which differ in the compiler that makes them.
    pub(crate) triple: &'static str,
    /// Another target for the same platform, which can be built on Linux.
    pub(crate) other_triple: Option<&'static str>,
    pub(crate) system: System,
    /// The end of the platform tag of a Python wheel.
    pub(crate) wheel: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum System {
    Glibc,
    Musl,
    Windows,
    MacOs,
}

const fn of(rid: &'static str, triple: &'static str, system: System, wheel: &'static str) -> Platform {
    Platform { rid, triple, other_triple: None, system, wheel }
}

pub(crate) const PLATFORMS: &[Platform] = &[
    of("linux-x64", "x86_64-unknown-linux-gnu", System::Glibc, "x86_64"),
    of("linux-arm64", "aarch64-unknown-linux-gnu", System::Glibc, "aarch64"),
    of("linux-musl-x64", "x86_64-unknown-linux-musl", System::Musl, "musllinux_1_2_x86_64"),
    of("linux-musl-arm64", "aarch64-unknown-linux-musl", System::Musl, "musllinux_1_2_aarch64"),
    Platform {
        other_triple: Some("x86_64-pc-windows-gnu"),
        ..of("win-x64", "x86_64-pc-windows-msvc", System::Windows, "win_amd64")
    },
    of("win-arm64", "aarch64-pc-windows-msvc", System::Windows, "win_arm64"),
    of("osx-x64", "x86_64-apple-darwin", System::MacOs, "macosx_10_12_x86_64"),
    of("osx-arm64", "aarch64-apple-darwin", System::MacOs, "macosx_11_0_arm64"),
];

impl Platform {
    /// The platform of a target, if it is one of ours.
    pub(crate) fn of_triple(triple: &str) -> Option<&'static Platform> {
        PLATFORMS.iter().find(|platform| platform.triple == triple || platform.other_triple == Some(triple))
    }
}

impl System {
    /// The file name of the shared library.
    pub(crate) fn library(self) -> &'static str {
        match self {
            System::Windows => "storeship.dll",
            System::MacOs => "libstoreship.dylib",
            System::Glibc | System::Musl => "libstoreship.so",
        }
    }

    /// The file name of the emulator.
    pub(crate) fn emulator(self) -> &'static str {
        if self == System::Windows { "storeship-emulator.exe" } else { "storeship-emulator" }
    }

    pub(crate) fn is_linux(self) -> bool {
        matches!(self, System::Glibc | System::Musl)
    }
}
