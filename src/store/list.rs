//! Lists of the service: pages, followed to their end by `@nextLink`.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::client::{Call, Client};
use crate::config::request::unquoted;
use crate::error::{Error, Result, codes};
use crate::http::retry;

/// A whole list. The items are the service's text.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct List {
    /// The items of all pages, in order.
    pub value: Vec<Box<RawValue>>,
    /// How many the service says there are.
    pub total_count: u64,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    value: Vec<Box<RawValue>>,
    #[serde(rename = "@nextLink", default)]
    next_link: Option<String>,
    #[serde(rename = "totalCount", default)]
    total_count: u64,
}

/// Reads all pages of a list.
///
/// # Errors
/// `service.repeated_link` for a page that came already, `network.bad_answer` for what is not a list; else as
/// [`Client::send`].
pub async fn all_pages(client: &Client, path: &str) -> Result<List> {
    // The addresses of the pages, which errors name, are the service's own.
    pages(client, path).await.map_err(|error| client.secrets().veil_error(error))
}

async fn pages(client: &Client, path: &str) -> Result<List> {
    let mut list = List::default();
    let mut seen = HashSet::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let reply = client.send(&Call::get(&path, &retry::READ)).await?;
        let page: Page = serde_json::from_str(&reply.text).map_err(|error| {
            let message = format!("the answer from {} is not a list: {}", reply.exchange.url, unquoted(&error));
            Error::new(&codes::NETWORK_BAD_ANSWER, message).http(reply.exchange.clone())
        })?;
        list.value.extend(page.value);
        list.total_count = page.total_count;
        // Relative to the root, with or without a slash before the query (`api` a).
        next = page.next_link.filter(|link| !link.is_empty());
        if let Some(link) = &next
            && !seen.insert(link.clone())
        {
            let message = format!("page {} of {path} leads to a page that came already", seen.len());
            return Err(Error::new(&codes::SERVICE_REPEATED_LINK, message).http(reply.exchange));
        }
    }
    Ok(list)
}
