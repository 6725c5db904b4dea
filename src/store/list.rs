//! Lists of the service, whose pages are linked by `@nextLink`.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::client::{Call, Client, SUBMISSION_API};
use crate::error::{Detail, Error, Exchange, Result, codes};
use crate::http::{MAX_RESPONSE_BYTES, retry};
use crate::input::unquoted;

/// The part of a list to read.
#[derive(Debug, Default)]
pub enum Paging {
    /// All pages.
    #[default]
    All,
    /// One page, for callers that show the first items before the last ones are read.
    Page {
        /// The number of items. The service returns 10 by default, and may return fewer than asked for.
        top: Option<u32>,
        /// [`List::next`] of the page before; `None` for the first page.
        next: Option<String>,
    },
}

/// A list, or one page of it.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct List {
    /// The items in their order, each as the service sent it.
    pub value: Vec<Box<RawValue>>,
    /// The number of items of all pages, as the service counts them.
    pub total_count: u64,
    /// The link to the next page; absent after the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
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

/// The number of items that a page of a whole list has: the most that the service is known to return.
pub(super) const PAGE_SIZE: u32 = 100;
/// The largest number of pages of a list. Even with the ten items of a page without `top` this is far more than any account
/// has.
const MAX_PAGES: usize = 10_000;
/// How many pages in a row may have no items.
const MAX_EMPTY_PAGES: usize = 10;
/// The largest list, in bytes: no larger than one response may be.
const MAX_BYTES: usize = MAX_RESPONSE_BYTES;
/// The longest link, in bytes.
const MAX_LINK: usize = 4 * 1024;

/// Reads a list, or one page of it.
///
/// # Errors
/// `service.repeated_link` if a page links to one that was read before; `network.bad_answer` for a response that is not a
/// list, for a link that leads elsewhere, and for a list that does not end; `request.invalid` for a `next` of another list; else as [`Client::send`].
pub async fn read(client: &Client, path: &str, paging: &Paging) -> Result<List> {
    // Errors name the links of the pages, which the service writes.
    read_paging(client, path, paging).await.map_err(|error| client.secrets().redact_error(error))
}

async fn read_paging(client: &Client, path: &str, paging: &Paging) -> Result<List> {
    match paging {
        Paging::All => all_pages(client, path).await,
        Paging::Page { top, next: None } => {
            let query = top.map(|top| format!("?top={top}")).unwrap_or_default();
            Ok(page(client, path, &format!("{path}{query}")).await?.0)
        }
        Paging::Page { next: Some(next), .. } => {
            if !is_of(client, path, next) {
                let message = format!("`next` is not a link of a page of {path}");
                return Err(
                    Error::new(&codes::REQUEST_INVALID, message).detail(Detail::at("/next", "belongs to another list"))
                );
            }
            let (list, exchange) = page(client, path, next).await?;
            if list.next.as_ref() == Some(next) {
                return Err(repeated(1, path, exchange));
            }
            Ok(list)
        }
    }
}

async fn all_pages(client: &Client, path: &str) -> Result<List> {
    let mut list = List::default();
    let mut seen = HashSet::new();
    let (mut bytes, mut without_items) = (0, 0);
    let mut next = Some(format!("{path}?top={PAGE_SIZE}"));
    while let Some(link) = next {
        let (page, exchange) = page(client, path, &link).await?;
        bytes += page.value.iter().map(|item| item.get().len()).sum::<usize>();
        without_items = if page.value.is_empty() { without_items + 1 } else { 0 };
        let (pages, count) = (seen.len() + 1, list.value.len() + page.value.len());
        if page.next.is_some() && (without_items >= MAX_EMPTY_PAGES || pages >= MAX_PAGES || bytes >= MAX_BYTES) {
            let message = format!(
                "the list {path} does not end: after {pages} pages with {count} items and {bytes} bytes, of which the last \
                 {without_items} pages have no item, it links to one more"
            );
            return Err(Error::new(&codes::NETWORK_BAD_ANSWER, message).retryable(false).http(exchange));
        }
        list.value.extend(page.value);
        list.total_count = page.total_count;
        next = page.next;
        if let Some(link) = &next
            && !seen.insert(link.clone())
        {
            return Err(repeated(seen.len(), path, exchange));
        }
    }
    Ok(list)
}

/// Reads the page at `link`, which is one of the list at `path`.
async fn page(client: &Client, path: &str, link: &str) -> Result<(List, Exchange)> {
    let response = client.send(&Call::get(link, &retry::READ)).await?;
    let page: Page = serde_json::from_str(&response.text).map_err(|error| {
        let message = format!("the answer from {} is not a list: {}", response.exchange.url, unquoted(&error));
        Error::new(&codes::NETWORK_BAD_ANSWER, message).http(response.exchange.clone())
    })?;
    let next = page.next_link.filter(|link| !link.is_empty());
    if let Some(next) = next.as_deref().filter(|next| !is_of(client, path, next)) {
        let next: String = next.chars().take(500).collect();
        let message = format!("a page of {path} links to `{next}`, which is not a page of this list");
        return Err(Error::new(&codes::NETWORK_BAD_ANSWER, message).retryable(false).http(response.exchange));
    }
    Ok((List { value: page.value, total_count: page.total_count, next }, response.exchange))
}

/// Whether a link leads to the list at `path`. Links are relative to the root of the service, and some have a slash before
/// the query.
fn is_of(client: &Client, path: &str, link: &str) -> bool {
    let url = |path: &str| client.resolve(&SUBMISSION_API, path);
    let (Some(list), Some(page)) = (url(path), (link.len() <= MAX_LINK).then(|| url(link)).flatten()) else {
        return false;
    };
    page.path().trim_end_matches('/').eq_ignore_ascii_case(list.path().trim_end_matches('/'))
}

fn repeated(page: usize, path: &str, exchange: Exchange) -> Error {
    let message = format!("page {page} of {path} links to a page that was read before");
    Error::new(&codes::SERVICE_REPEATED_LINK, message).http(exchange)
}
