//! Add-ons from the list of add-ons, which has a hundred of them on a page: for the releases of many add-ons, each of which
//! would read its add-on.

use serde::Deserialize;
use tokio::time::Instant;

use super::add_on;
use super::list::{List, PAGE_SIZE, Paging};
use super::product::Product;
use super::target::Target;
use crate::client::Client;
use crate::error::Result;
use crate::events::Reporter;

/// An add-on as the list had it. It may have changed since.
pub struct ListedAddOn {
    /// The service's document of the add-on.
    pub document: String,
    /// When it was read.
    pub read: Instant,
}

/// The whole list of add-ons, for the releases of many of them: each reads it from here once.
///
/// # Errors
/// As [`add_on::list`].
pub async fn list_to_release(client: &Client) -> Result<List> {
    let list = add_on::list(client, &Paging::All).await?;
    client.add_on_pages().await.begin(list.value.iter().filter_map(|item| named(item.get())));
    Ok(list)
}

impl Product {
    /// The add-on from the list of add-ons, of which each call reads one page at most: no more than reading the add-on
    /// would take. `None` if the product has to be read itself: an app or a flight, the first add-on that the client asks
    /// for, one that was asked for before, and one that is on none of the pages so far.
    pub async fn from_list(&self) -> Option<ListedAddOn> {
        let Target::AddOn { add_on_id } = &self.target else { return None };
        let mut pages = self.client.add_on_pages().await;
        if !pages.ask(add_on_id) {
            return None;
        }
        if let Some(next) = pages.page_for(add_on_id) {
            let paging = Paging::Page { top: Some(PAGE_SIZE), next };
            match add_on::list(&self.client, &paging).await {
                Ok(page) => pages.add(page.value.iter().filter_map(|item| named(item.get())), page.next),
                Err(error) => {
                    Reporter::current().verbose(format!("the list of add-ons can't be used: {error}"));
                    pages.add([], None);
                }
            }
        }
        let (document, read) = pages.take(add_on_id)?;
        Some(ListedAddOn { document, read })
    }
}

/// An item of the list with its id.
fn named(item: &str) -> Option<(String, String)> {
    #[derive(Deserialize)]
    struct Item {
        id: String,
    }
    let Item { id } = serde_json::from_str(item).ok()?;
    Some((id, item.to_owned()))
}
