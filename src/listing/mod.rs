//! Listings as files: a folder with a file for each text and image of a submission.
//!
//! | file | what it does |
//! |---|---|
//! | `layout` | which file stands for which member, both ways |
//! | `folder` | a folder as a value: [`Folder`] |
//! | `fault` | what is wrong with a folder |
//! | `walk`, `read` | reads a folder from disk, bounded |

pub mod fault;
pub mod folder;
pub mod layout;
pub mod read;
mod walk;

pub use fault::{Fault, FaultKind};
pub use folder::Folder;
