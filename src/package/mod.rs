//! Inspects app packages: `.appx`, `.msix`, their bundles and their upload archives.
//!
//! [`inspect()`] reads the central directory and the manifests, some kilobytes of a package of any size, and extracts
//! nothing to disk. It finds defects for which the Store would refuse a package after a long upload, and returns what a
//! submission says about a package: version, architecture, languages, capabilities, target device families. [`verify()`] reads
//! the whole package and compares it with its block map and its signature. What a package may make it unpack and list is bounded.
//!
//! [`sample`] makes small real packages for examples, tests and the emulator.

mod archive;
mod certificate;
mod error;
mod facts;
mod flaw;
mod inputs;
mod inspect;
mod limits;
mod manifest;
pub mod sample;
mod signature;
mod verify;
pub(crate) mod xml;

pub use error::PackageError;
pub use facts::{
    Capability, CapabilityKind, DependencyKind, DeviceFamily, Facts, PackageDependency, PackageKind, Role,
};
pub use flaw::{Flaw, FlawKind};
pub use inputs::{Chosen, InputError, Inputs, LeftOut, inputs};
pub use inspect::{inspect, inspect_at};
pub use verify::verify;
