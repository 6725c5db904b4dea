//! `token.check`.

use serde::Serialize;

use super::call::{Call, Output};
use super::library::Nothing;
use crate::error::Result;

pub(super) async fn check(call: Call<Nothing>) -> Result<Output> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Checked<'a> {
        credential: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        tenant_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_id: Option<&'a str>,
        expires_at: Option<String>,
    }
    let token = call.client.token().await?;
    Output::of(&Checked {
        credential: &token.account.credential,
        tenant_id: token.account.tenant_id.as_deref(),
        client_id: token.account.client_id.as_deref(),
        expires_at: token.expires_at.map(|end| end.to_string()),
    })
}
