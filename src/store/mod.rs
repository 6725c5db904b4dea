//! The service: one function for each REST operation, and the care that some of them need.
//!
//! [`Target`] names what a submission belongs to. `create` and `commit` are never repeated blindly: after an answer
//! that may hide a success, the state is looked at and what is there is adopted (`perf-reliability` F2).

pub mod app;
pub mod health;
pub mod list;
pub mod product;
pub mod rollout;
pub mod status;
pub mod submission;
mod target;

use std::time::Duration;

use serde::Deserialize;

use crate::client::{Call, Client, ServiceResponse};
use crate::error::{Code, Detail, Error, Result, codes};
use crate::http::retry;
use crate::input::unquoted;

pub use target::Target;

/// What a create brought.
#[derive(Debug)]
pub struct Creation {
    /// The new resource.
    pub reply: ServiceResponse,
    /// Whether the answer of the create was lost and the resource was found by looking.
    pub adopted: bool,
}

/// DELETE of anything. A 404 after the request was repeated is success: the first attempt did it.
async fn delete(client: &Client, path: String) -> Result<()> {
    let call = Call::new(http::Method::DELETE, path, &retry::DELETE);
    match client.send(&call).await {
        Ok(_) => Ok(()),
        Err(error)
            if *error.code() == codes::SERVICE_NOT_FOUND && error.exchange().is_some_and(|http| http.attempts > 1) =>
        {
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Sends a call about something that was made a moment ago (`new`): the service may not know it yet, so a 404 is asked
/// again for about a minute, by the default configuration. A 404 was not carried out, whatever was asked.
async fn send_to_new(client: &Client, call: &Call, new: bool) -> Result<ServiceResponse> {
    let base = client.http().retry().base();
    for factor in [1, 2, 4, 8, 15, 30] {
        match client.send(call).await {
            Err(error) if new && *error.code() == codes::SERVICE_NOT_FOUND => tokio::time::sleep(base * factor).await,
            result => return result,
        }
    }
    client.send(call).await
}

/// When to look for what an ambiguous request may have done: three times within about a minute, by the default
/// configuration.
fn looks(client: &Client) -> [Duration; 3] {
    let base = client.http().retry().base();
    [base * 2, base * 10, base * 40]
}

fn unconfirmed(code: &'static Code, lost: Option<Error>) -> Error {
    match lost {
        Some(error) => error.recode(code),
        None => Error::new(code, code.meaning),
    }
}

/// The same when it could not even be looked at; the look's own reason is a detail.
fn unseen(code: &'static Code, lost: Option<Error>, look: &Error) -> Error {
    let reason = format!("the state could not be read: {look}");
    unconfirmed(code, lost).detail(Detail::coded(look.code().name, reason))
}

/// Gives an error with the code `from` the code `to`, which says more.
fn renamed(error: Error, from: &Code, to: &'static Code) -> Error {
    if error.code() == from { error.recode(to) } else { error }
}

/// What is refused on the product itself, before anything was asked of it.
fn refused_product(target: &Target, error: Error) -> Error {
    let error = renamed(error, &codes::SERVICE_CONFLICT, &codes::PRODUCT_UNSUPPORTED);
    renamed(error, &codes::SERVICE_NOT_FOUND, not_found_code(target))
}

/// Reads what this crate needs of an answer; the answer itself stays text.
fn parse<'a, T: Deserialize<'a>>(text: &'a str, what: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| Error::new(&codes::NETWORK_BAD_ANSWER, format!("{what} can't be read: {}", unquoted(&error))))
}

/// The code for a parent that is not there.
fn not_found_code(target: &Target) -> &'static Code {
    match target {
        Target::App { .. } => &codes::APP_NOT_FOUND,
        Target::Flight { .. } => &codes::FLIGHT_NOT_FOUND,
        Target::AddOn { .. } => &codes::ADD_ON_NOT_FOUND,
    }
}
