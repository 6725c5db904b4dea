//! The table of operations, in the order of the documentation. Everything that lists operations reads it.

use once_cell::sync::Lazy;
use serde_json::Value;

use super::contract::{self, Field};
use super::operation::Operation;
use super::{
    add_on, app, check, document, flight, library, listing, package, preview, publish, rollout, service, submission,
    token,
};
use crate::error::{Error, Result, codes};

/// All operations, by noun.
pub fn table() -> &'static [Operation] {
    &TABLE
}

/// The operation of this name.
///
/// # Errors
/// `operation.unknown`.
pub fn find(name: &str) -> Result<&'static Operation> {
    TABLE.iter().find(|operation| operation.name == name).ok_or_else(|| {
        let nearest = TABLE.iter().map(|operation| operation.name).find(|known| known.eq_ignore_ascii_case(name));
        let hint = nearest.map_or_else(|| codes::OPERATION_UNKNOWN.remedy.to_owned(), |name| format!("use `{name}`"));
        Error::new(&codes::OPERATION_UNKNOWN, format!("there is no operation `{name}`")).hint(hint)
    })
}

/// The contract of all operations as a JSON Schema document.
///
/// # Errors
/// `internal.state` for a library whose copy of it can't be read.
pub fn contract() -> Result<&'static Value> {
    contract::contract(&TABLE)
}

/// The fields of an object that the contract describes.
///
/// # Errors
/// As [`contract()`].
pub fn fields(schema: &Value) -> Result<Vec<Field>> {
    Ok(contract::fields(contract()?, schema))
}

static TABLE: Lazy<Vec<Operation>> = Lazy::new(|| {
    let nouns = [
        library::rows(table),
        token::rows(),
        app::rows(),
        flight::rows(),
        add_on::rows(),
        submission::rows(),
        check::rows(),
        preview::rows(),
        rollout::rows(),
        package::rows(),
        publish::rows(),
        listing::rows(),
        document::rows(),
        service::rows(),
    ];
    nouns.into_iter().flatten().collect()
});
