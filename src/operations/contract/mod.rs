//! The contract as one JSON Schema document, made from the types of the table.
//!
//! `library.schema` returns it, `contract/storeship.schema.json` is the committed copy, and the documentation, the C
//! header and the C# types are written from it. Its `x-operations` says for each operation where in `$defs` the schemas
//! of its request and its result are.
//!
//! Without the feature `contract` the library has the committed copy in it, and not the code that makes it.

mod errors;
mod fields;
mod guards;
#[cfg(feature = "contract")]
mod make;
#[cfg(feature = "contract")]
mod release_file;

use once_cell::sync::OnceCell;
use serde_json::Value;

pub(crate) use errors::{ErrorEntry, error_entries};
pub use fields::Field;
pub(crate) use fields::{fields, of_request, of_result};
pub(crate) use guards::{GuardEntry, guard_entries};

use super::operation::Operation;
#[cfg(not(feature = "contract"))]
use crate::error::Error;
use crate::error::Result;

/// The version of the C ABI and of the JSON language. Within a version things are only added.
pub const ABI_VERSION: u32 = 1;

/// The contract of the operations. Made once, at the first call.
///
/// # Errors
/// `internal.state` for a copy in the library that can't be read.
pub(super) fn contract(table: &'static [Operation]) -> Result<&'static Value> {
    static CONTRACT: OnceCell<Value> = OnceCell::new();
    CONTRACT.get_or_try_init(|| made(table))
}

#[cfg(feature = "contract")]
fn made(table: &[Operation]) -> Result<Value> {
    Ok(make::contract(table))
}

/// The committed copy, which the build has compressed.
#[cfg(not(feature = "contract"))]
fn made(_: &[Operation]) -> Result<Value> {
    const COMPRESSED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/contract.deflate"));
    serde_json::from_reader(flate2::read::DeflateDecoder::new(COMPRESSED))
        .map_err(|error| Error::internal(format!("the contract in the library can't be read: {error}")))
}
