//! The service: one function for each REST operation.
//!
//! A [`Target`] names an app, a flight or an add-on. The handles [`App`], [`Product`] and [`Submission`] hold a target
//! and the client of an account; their functions send requests and return the service's documents as text. "Repeatable"
//! in their documentation means that a request may be sent again after any failure.
//!
//! # Examples
//! ```no_run
//! use std::sync::Arc;
//!
//! use storeship::client::Client;
//! use storeship::document;
//! use storeship::store::App;
//!
//! # async fn hide(client: Arc<Client>) -> Result<(), Box<dyn std::error::Error>> {
//! let app = App::new(client, "9NBLGGH4R315").product();
//! let draft = app.create_submission().await?;
//! let body = document::set(&draft.response.text, "/visibility", r#""Hidden""#)?;
//! draft.submission.update(&body).await?;
//! draft.submission.commit().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Creating and committing are not repeated blindly: after an answer that may hide a success, the state is read, and
//! what the lost request did is adopted.

pub mod add_on;
pub mod app;
mod calls;
mod creation;
pub mod flight;
pub mod health;
pub mod list;
mod listed;
pub mod names;
mod new_submission;
mod not_ready;
pub mod price;
mod product;
mod refused;
pub mod rollout;
pub mod status;
mod submission;
mod target;

pub use app::App;
pub use calls::id as checked_id;
pub use creation::Creation;
pub use listed::{ListedAddOn, list_to_release};
pub use new_submission::{NewSubmission, pending_exists};
pub use product::{LatestSubmissions, Product};
pub use submission::{Commit, Submission};
pub use target::Target;
