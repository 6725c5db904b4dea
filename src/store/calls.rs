//! Calls that several nouns make in the same way.

use std::time::Duration;

use http::Method;

use crate::client::{Call, Client, ServiceResponse};
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::http::drafts::Work;
use crate::http::retry;

/// Sends a DELETE. A 404 after a retry is success: an earlier attempt deleted the resource.
pub(super) async fn delete(client: &Client, path: String) -> Result<()> {
    let call = Call::new(Method::DELETE, path, &retry::DELETE);
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

/// Sends a call about a resource. The service may not know one that was created a moment ago (`new`), so such a call
/// is sent again after a 404, for about a minute by the default configuration. This is safe for any method: a call
/// answered with 404 was not carried out.
pub(super) async fn send_to_new(client: &Client, call: &Call, new: bool) -> Result<ServiceResponse> {
    let base = client.http().retry().base();
    for factor in [1, 2, 4, 8, 15, 30] {
        match client.send(call).await {
            Err(error) if new && *error.code() == codes::SERVICE_NOT_FOUND => {
                Reporter::current().failed(error);
                tokio::time::sleep(base * factor).await;
            }
            result => return result,
        }
    }
    client.send(call).await
}

/// Works on the draft at a path until the value is dropped, or with the path of a product on the draft that is created there.
pub(super) async fn work_on(client: &Client, path: &str) -> Work {
    let name = format!("{} {}", client.config().service_url, path.to_ascii_lowercase());
    client.drafts().work_on(name).await
}

/// Records that a request was sent whose outcome is unknown, for a caller whose time ends before the state was read.
pub(super) fn record_lost(what: &str, lost: Option<&Error>) {
    if let Some(error) = lost {
        Reporter::current().fact("Unconfirmed", format!("{what} was sent, and its answer was lost: {error}"));
    }
}

/// The pauses before the state is read, after a request whose answer was lost: three reads within about a minute, by
/// the default configuration.
pub(super) fn pauses(client: &Client) -> [Duration; 3] {
    let base = client.http().retry().base();
    [base * 2, base * 10, base * 40]
}

/// The longest id, in characters.
const MAX_ID: usize = 64;

/// Whether a text has the shape of an id: a Store id, a GUID, a number. Ids become parts of paths and are shown everywhere,
/// so an answer whose id is anything else is malformed.
pub(super) fn is_id(text: &str) -> bool {
    let is_of_id = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=MAX_ID).contains(&text.len()) && text.bytes().all(is_of_id) && !matches!(text, "." | "..")
}

/// An id from an answer of the service. `what` names the answer in the error.
///
/// # Errors
/// `network.bad_answer` for a text that does not have the shape of an id.
pub fn id(text: String, what: &str) -> Result<String> {
    if is_id(&text) {
        return Ok(text);
    }
    let message = format!("{what} can't be read: its id does not look like one");
    Err(Error::new(&codes::NETWORK_BAD_ANSWER, message))
}
