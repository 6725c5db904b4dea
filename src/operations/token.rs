//! `token.check`.

use schemars::JsonSchema;
use serde::Serialize;

use super::call::{Call, Output};
use super::operation::{Operation, quick};
use super::resource::NoIds;
use crate::auth::Token;
use crate::client::SUBMISSION_API;
use crate::error::Result;

pub(super) fn rows() -> Vec<Operation> {
    vec![quick("token.check", "sign in, and return when the token expires", check).returns::<SignIn>()]
}

/// The account that signed in.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignIn {
    /// The credential that signed in: `environment: client secret`.
    credential: String,
    /// The id of the directory (tenant), when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<String>,
    /// The id of the application (client), when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// When the token expires (RFC 3339); null when that is unknown.
    #[schemars(extend("format" = "date-time"))]
    expires_at: Option<String>,
    /// What was corrected in the credential, such as a line end after a secret, with the name of the field or the variable;
    /// and that a certificate ends within 30 days, with the date, or is not valid yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl SignIn {
    pub(super) fn of(token: &Token) -> SignIn {
        SignIn {
            credential: token.account.credential.clone(),
            tenant_id: token.account.tenant_id.clone(),
            client_id: token.account.client_id.clone(),
            expires_at: token.expires_at.map(|end| end.to_string()),
            warnings: token.account.remarks.clone(),
        }
    }
}

async fn check(call: Call<NoIds>) -> Result<Output> {
    Output::of(&SignIn::of(&call.client.token(&SUBMISSION_API).await?))
}
