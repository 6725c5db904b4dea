//! `token.check`.

use serde::Serialize;

use super::call::{Call, Output};
use super::library::Nothing;
use crate::client::credential_kind;
use crate::config::Credential;
use crate::error::Result;

pub(super) async fn check(call: Call<Nothing>) -> Result<Output> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Checked<'a> {
        credential: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        tenant_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_id: Option<&'a str>,
        expires_at: Option<String>,
    }
    let token = call.client.token().await?;
    let (tenant_id, client_id) = match &call.client.config().credential {
        Credential::ClientSecret { tenant_id, client_id, .. } => (Some(tenant_id.as_str()), Some(client_id.as_str())),
        Credential::Token { .. } | Credential::Environment => (None, None),
    };
    Output::of(&Checked {
        credential: credential_kind(&call.client),
        tenant_id,
        client_id,
        expires_at: token.expires_at.map(|end| end.to_string()),
    })
}
