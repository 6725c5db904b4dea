//! App packages, and the ZIP archives that carry them.

mod inspect;
mod mutations;
mod zip;
