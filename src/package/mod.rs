//! What is inside an app package: `.appx`, `.msix`, their bundles and their upload archives.
//!
//! [`inspect`] reads the central directory and the manifests, kilobytes of a package of any size, and never extracts
//! (B3, G2). It finds what would make the Store refuse the package after an upload of hours, and tells what a
//! submission says about a package: version, architecture, languages, capabilities, target device families.
//! Signatures are not verified: the Store signs packages itself.
//!
//! [`sample`] makes small real packages for examples, tests and the offline Store.

mod archive;
mod error;
mod facts;
mod inspect;
mod manifest;
pub mod sample;
mod xml;

pub use error::PackageError;
pub use facts::{DeviceFamily, Facts, Kind, PackageDependency, Role};
pub use inspect::{inspect, inspect_at};
