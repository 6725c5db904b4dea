//! The JSON language: operations by name, requests and responses as text.
//!
//! [`table()`] is the list of all operations. A file for each noun holds its rows of the table, the requests and the
//! handlers. This layer knows JSON and names, nothing of pointers (that is [`crate::ffi`]) and nothing of HTTP.

mod add_on;
mod add_on_summary;
mod add_on_tree;
mod app;
mod call;
mod check;
mod check_add_ons;
mod check_notes;
mod contract;
mod control;
mod document;
mod document_error;
mod embedded;
mod envelope;
mod fields;
mod flight;
mod ids;
mod library;
mod listing;
mod merge;
mod operation;
mod output_file;
mod package;
mod preview;
mod preview_plan;
mod publish;
mod release_file;
mod report;
mod resource;
mod rollout;
mod run;
mod service;
mod submission;
mod summary;
mod table;
mod token;
mod types;
mod wait;

pub use call::Output;
pub use contract::{ABI_VERSION, Field};
pub use control::Control;
pub use envelope::{failure, success};
pub use ids::Ids;
pub use operation::Operation;
pub use run::{cancelled, is_brief, may_have_limit, run, run_controlled, run_offline, run_on_thread, too_late};
pub use table::{contract, fields, find, table};

#[cfg(test)]
pub(crate) use operation::{faulty, gated};
