//! App packages, and the ZIP archives that carry them.

mod checks;
mod inputs;
mod inspect;
mod mutations;
mod zip;
