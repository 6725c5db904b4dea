//! Add-ons of the account: get-all-add-ons, create-an-add-on. Get and delete are those of a
//! [`Product`](super::Product).

use std::sync::Arc;

use serde::Deserialize;

use super::creation::{self, Creation, NewProduct};
use super::list::{self, List, Paging};
use super::target::Target;
use crate::client::Client;
use crate::error::{Code, Result, codes};

/// The add-ons of the account (`listInAppProducts`). Repeatable.
///
/// # Errors
/// As [`Client::send`]. The service answers 404 to an account without add-ons; that is an empty list.
pub async fn list(client: &Client, paging: &Paging) -> Result<List> {
    match list::read(client, PATH, paging).await {
        Err(error) if *error.code() == codes::SERVICE_NOT_FOUND => Ok(List::default()),
        result => result,
    }
}

/// Creates an add-on from `body` (`createInAppProduct`). Not repeatable: after an ambiguous answer the add-ons are read
/// for a new one with this product id.
///
/// # Errors
/// `add_on.exists`; `create.unconfirmed`; codes `service.*`.
pub async fn create(client: &Arc<Client>, product_id: &str, body: String) -> Result<Creation> {
    creation::create(client, &NewAddOn { product_id }, body).await
}

/// The same for a caller who has read the list: `before` has the ids of the add-ons with this product id.
///
/// # Errors
/// As [`create`].
pub async fn create_beside(
    client: &Arc<Client>,
    product_id: &str,
    body: String,
    before: Vec<String>,
) -> Result<Creation> {
    creation::create_beside(client, &NewAddOn { product_id }, body, before).await
}

const PATH: &str = "inappproducts";

struct NewAddOn<'a> {
    product_id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AddOn {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    product_id: Option<String>,
}

impl NewProduct for NewAddOn<'_> {
    type Entry = AddOn;
    const EXISTS: &'static Code = &codes::ADD_ON_EXISTS;

    fn path(&self) -> String {
        PATH.to_owned()
    }

    async fn list(&self, client: &Arc<Client>) -> Result<List> {
        list(client, &Paging::All).await
    }

    fn id(add_on: AddOn) -> Option<String> {
        add_on.id
    }

    fn is_same(&self, add_on: &AddOn) -> bool {
        add_on.product_id.as_deref() == Some(self.product_id)
    }

    fn target(&self, id: String) -> Target {
        Target::AddOn { add_on_id: id }
    }
}
