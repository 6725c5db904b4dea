//! Creating a flight or an add-on. The service may create one and lose the answer, so the request is not repeated
//! blindly: the list of products is read for one that was not there before.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::calls::{is_id, pauses};
use super::list::List;
use super::product::Product;
use super::refused::{unconfirmed, unseen};
use super::target::Target;
use crate::client::{Call, Client, ServiceResponse, answer};
use crate::error::{Code, Error, Result, codes};
use crate::http::retry;

/// A new flight or add-on.
pub struct Creation {
    /// The product; absent when the answer of the service has no id.
    pub product: Option<Product>,
    /// The service's document of the product.
    pub response: ServiceResponse,
    /// Whether the answer to the create was lost and the product was found in the list.
    pub adopted: bool,
}

/// A product to be created, and how it is found again in a list.
pub(super) trait NewProduct {
    /// The members of a list's entry, and of the answer to the create, that [`NewProduct::id`] and
    /// [`NewProduct::is_same`] read.
    type Entry: DeserializeOwned;

    /// The code of a conflict when there is a product of this name.
    const EXISTS: &'static Code;

    /// The path of the POST that creates the product.
    fn path(&self) -> String;
    /// The list in which the new product would appear.
    async fn list(&self, client: &Arc<Client>) -> Result<List>;
    /// The id of an entry.
    fn id(entry: Self::Entry) -> Option<String>;
    /// Whether an entry has the name of the new product.
    fn is_same(&self, entry: &Self::Entry) -> bool;
    /// The target of a product of this kind.
    fn target(&self, id: String) -> Target;
}

/// Creates `product` from `body`, once.
///
/// # Errors
/// [`NewProduct::EXISTS`]; `create.unconfirmed`; codes `service.*`.
pub(super) async fn create<N: NewProduct>(client: &Arc<Client>, product: &N, body: String) -> Result<Creation> {
    let before = ids(client, product).await?;
    create_beside(client, product, body, before).await
}

/// The same for a caller who has read the list: it has these products of the name, such as the add-on of another app, which
/// are not the new one.
///
/// # Errors
/// As [`create`].
pub(super) async fn create_beside<N: NewProduct>(
    client: &Arc<Client>,
    product: &N,
    body: String,
    before: Vec<String>,
) -> Result<Creation> {
    let call = Call::post(product.path(), &retry::CREATE).body(body);
    let mut lost = None;
    for _ in 0..2 {
        match client.send(&call).await {
            Ok(response) => {
                let id = answer::<N::Entry>(&response.text, "the answer to create")
                    .ok()
                    .and_then(N::id)
                    .filter(|id| is_id(id));
                let product = id.map(|id| Product::new(client.clone(), product.target(id)));
                if let Some(product) = &product {
                    client.recent().add(product.target.path());
                }
                return Ok(Creation { product, response, adopted: false });
            }
            Err(error) if error.is_ambiguous() => lost = Some(error),
            // After a lost answer, a conflict means that the first attempt created the product.
            Err(error) if lost.is_some() && *error.code() == codes::SERVICE_CONFLICT => lost = Some(error),
            Err(error) => return Err(refused(client, product, error).await),
        }
        for pause in pauses(client) {
            tokio::time::sleep(pause).await;
            let now = match ids(client, product).await {
                Ok(now) => now,
                Err(read) => return Err(unseen(&codes::CREATE_UNCONFIRMED, lost, &read)),
            };
            if let Some(id) = now.into_iter().find(|id| !before.contains(id)) {
                let product = Product::new(client.clone(), product.target(id));
                client.recent().add(product.target.path());
                let response = product.get().await?;
                return Ok(Creation { product: Some(product), response, adopted: true });
            }
        }
    }
    Err(unconfirmed(&codes::CREATE_UNCONFIRMED, lost))
}

/// The ids of the products of this name.
async fn ids<N: NewProduct>(client: &Arc<Client>, product: &N) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for item in &product.list(client).await?.value {
        let entry: N::Entry = entry(item)?;
        if product.is_same(&entry) {
            ids.extend(N::id(entry).filter(|id| is_id(id)));
        }
    }
    Ok(ids)
}

fn entry<T: DeserializeOwned>(item: &RawValue) -> Result<T> {
    answer(item.get(), "an entry of a list")
}

/// The error of a create that the service refused. A conflict gets [`NewProduct::EXISTS`] if a product of this name
/// exists.
async fn refused<N: NewProduct>(client: &Arc<Client>, product: &N, error: Error) -> Error {
    if *error.code() == codes::SERVICE_CONFLICT && ids(client, product).await.is_ok_and(|ids| !ids.is_empty()) {
        return error.recode(N::EXISTS);
    }
    error
}
