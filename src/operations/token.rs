//! `token.check`.

use serde::Serialize;

use super::call::{Call, Output};
use super::library::Nothing;
use crate::auth::Token;
use crate::client::SUBMISSION_API;
use crate::error::Result;

/// Who signed in, and for how long.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Checked {
    credential: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    expires_at: Option<String>,
}

impl Checked {
    pub(super) fn of(token: &Token) -> Checked {
        Checked {
            credential: token.account.credential.clone(),
            tenant_id: token.account.tenant_id.clone(),
            client_id: token.account.client_id.clone(),
            expires_at: token.expires_at.map(|end| end.to_string()),
        }
    }
}

pub(super) async fn check(call: Call<Nothing>) -> Result<Output> {
    Output::of(&Checked::of(&call.client.token(&SUBMISSION_API).await?))
}
