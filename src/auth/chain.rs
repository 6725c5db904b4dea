//! Several credentials: the first that is there signs in.

use super::{Token, sign_in_with};
use crate::config::{Config, Credential};
use crate::error::{Code, Detail, Error, Result, codes};
use crate::http::Http;

/// What says that a credential is not there. Any other failure ends the search: a wrong secret must not be hidden by
/// somebody else's account.
const ABSENT: &[&Code] = &[&codes::AUTH_NO_MANAGED_IDENTITY, &codes::AUTH_CLI_MISSING, &codes::AUTH_CLI_SIGNED_OUT];

pub(super) async fn sign_in(config: &Config, http: &Http, name: &str, links: &[Credential]) -> Result<Token> {
    let mut absent = Vec::new();
    for link in links {
        match sign_in_with(link, config, http, Some(name)).await {
            Err(error) if ABSENT.contains(&error.code()) => {
                absent.push(Detail::coded(error.code().name, format!("{}: {error}", link.kind())));
            }
            Err(error) => return Err(error.while_doing(&format!("{name} credential, {}", link.kind()))),
            done => return done,
        }
    }
    let message = "no credential was found: not in the environment's variables, and none of the others is there";
    Err(Error::new(&codes::AUTH_NO_CREDENTIAL, message).details(absent))
}
