//! Listings as files: a folder with a file for each text and image of a submission.
//!
//! | file | what it does |
//! |---|---|
//! | `layout` | which file stands for which member, both ways |
//! | `folder` | a folder as a value: [`Folder`] |
//! | `fault` | what is wrong with a folder |
//! | `walk`, `read` | reads a folder from disk, bounded |
//! | `known`, `schema` | [`Known`]: which names of files, folders and members stand for something |
//! | `body` | reads the document of a submission step by step |
//! | `changes` | [`changes()`]: the edits that make a submission what a folder says |
//! | `texts`, `images`, `icon`, `properties`, `trailers` | the edits of one kind of file |
//! | `base` | [`Base`]: what the submission was, so that nothing of others is overwritten unseen |
//! | `renamed` | files that the submission has under names which do not tell what is in them |
//! | `state` | [`State`]: a hash of each field, which a receipt keeps as the base of a later push |
//! | `tree` | the folders of an app's add-ons, below that of the app |
//! | `edits` | collects edits, and notes for people |
//! | `uploads` | [`uploads()`]: the files that a submission waits for |
//! | `convert/` | listings of other tools as such a folder |
//! | `write`, `placeholders`, `disk` | [`write()`]: writes a submission into a folder |

mod base;
mod body;
mod changes;
pub mod convert;
mod disk;
mod edits;
pub mod fault;
pub mod folder;
mod icon;
mod images;
mod known;
pub mod layout;
mod placeholders;
mod properties;
pub mod read;
mod renamed;
pub mod schema;
mod state;
mod texts;
mod trailers;
pub mod tree;
mod uploads;
mod walk;
mod write;

pub use base::{Base, changes_since};
pub use changes::{Changes, Options, changes, refuse};
pub use edits::{Note, NoteKind};
pub use fault::{Fault, FaultKind};
pub use folder::Folder;
pub use images::Unlinked;
pub use known::Known;
pub use state::{Names, State};
pub use uploads::{Upload, uploads};
pub use write::{Product, Writing, Written, check_product, write};
