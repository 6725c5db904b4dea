//! Checks whether everything that work with the Store needs is in place. Each check has one sentence about its result, and
//! a remedy if it failed.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use super::app::App;
use crate::auth::Token;
use crate::client::{Call, Client, SUBMISSION_API, answer};
use crate::error::{Code, Error, Result, codes};
use crate::http::retry;
use crate::upload;

/// The largest difference of the clocks. Microsoft Entra ID accepts assertions whose times differ by up to five minutes.
const TOLERATED_SECONDS: i64 = 300;

/// A check and its result.
pub struct Finding {
    /// `signIn`, `service`, `app`, `clock` or `uploadHost`.
    pub name: &'static str,
    /// The app that was checked.
    pub app_id: Option<String>,
    /// The result.
    pub outcome: Outcome,
    /// The token of a sign-in that succeeded.
    pub token: Option<Token>,
}

/// The result of one check.
pub enum Outcome {
    /// The check passed: one sentence about what it found.
    Passed(String),
    /// The check was not made: the reason.
    NotChecked(&'static str),
    /// The check failed.
    Failed(Error),
}

/// Makes all checks; changes nothing. If the sign-in fails, the checks that need it are not made, so that one cause is
/// reported once.
pub async fn findings(client: &Arc<Client>, app_ids: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut skew = None;
    let mut add = |name, app_id: Option<&String>, outcome, token| {
        findings.push(Finding { name, app_id: app_id.cloned(), outcome, token });
    };
    let signed_in = match client.token(&SUBMISSION_API).await {
        Ok(token) => {
            add("signIn", None, Outcome::Passed(describe(&token)), Some(token));
            true
        }
        Err(error) => {
            skew = skew_of(client, date_of(&error));
            add("signIn", None, Outcome::Failed(error), None);
            false
        }
    };
    if signed_in {
        let outcome = match service(client).await {
            Ok((date, message)) => {
                skew = skew_of(client, date);
                Outcome::Passed(message)
            }
            Err(error) => {
                skew = skew_of(client, date_of(&error));
                Outcome::Failed(error)
            }
        };
        add("service", None, outcome, None);
        for id in app_ids {
            let outcome = visible(client, id).await.map_or_else(Outcome::Failed, Outcome::Passed);
            add("app", Some(id), outcome, None);
        }
    } else {
        add("service", None, Outcome::NotChecked("it needs a sign-in"), None);
        for id in app_ids {
            add("app", Some(id), Outcome::NotChecked("it needs a sign-in"), None);
        }
    }
    add("clock", None, clock(skew), None);
    let host = match upload::reach(client).await {
        None => Outcome::NotChecked("`blobHosts` names no whole host"),
        Some(Ok(url)) => Outcome::Passed(format!("{url} answers")),
        Some(Err(error)) => Outcome::Failed(error.while_doing("packages can't be uploaded")),
    };
    add("uploadHost", None, host, None);
    findings
}

fn describe(token: &Token) -> String {
    let account = &token.account;
    let tenant = account.tenant_id.as_ref().map(|id| format!(" to tenant {id}")).unwrap_or_default();
    let client = account.client_id.as_ref().map(|id| format!(" as application {id}")).unwrap_or_default();
    let remarks: String = account.remarks.iter().map(|remark| format!("; {remark}")).collect();
    format!("signed in ({}){tenant}{client}{remarks}", account.credential)
}

/// Reads the shortest page of the list of apps, which every account with access to the API can read.
async fn service(client: &Client) -> Result<(Option<Timestamp>, String)> {
    #[derive(Deserialize)]
    struct Page {
        #[serde(rename = "totalCount", default)]
        total_count: u64,
    }
    let count = |count| {
        match count {
        0 => "the service answers, and the account has no apps: either the tenant is associated with another Partner Center \
              account than the one with the apps, or no app has been created there yet"
            .to_owned(),
        count => format!("the service answers; apps of the account: {count}"),
    }
    };
    match client.send(&Call::get("applications?top=1", &retry::READ)).await {
        Ok(response) => {
            let page: Page =
                answer(&response.text, "the list of apps").map_err(|e| e.http(response.exchange.clone()))?;
            Ok((response.exchange.date, count(page.total_count)))
        }
        // The service answers 404 to an account without apps.
        Err(error) if *error.code() == codes::SERVICE_NOT_FOUND => Ok((date_of(&error), count(0))),
        Err(error) if *error.code() == codes::AUTH_FORBIDDEN => Err(error.recode(&codes::AUTH_NO_ROLE)),
        Err(error) if *error.code() == codes::SERVICE_UNAVAILABLE => {
            let hint =
                "run again later; if the error persists, make sure that the application is associated with the account";
            Err(error.hint(hint))
        }
        Err(error) => Err(error),
    }
}

async fn visible(client: &Arc<Client>, id: &str) -> Result<String> {
    #[derive(Deserialize)]
    struct Named {
        #[serde(rename = "primaryName", default)]
        name: String,
    }
    let response = App::new(client.clone(), id).get().await?;
    let app: Named = answer(&response.text, "the app")?;
    Ok(format!("visible: {}", app.name))
}

fn date_of(error: &Error) -> Option<Timestamp> {
    error.exchange()?.date
}

/// The difference of the clocks in seconds, measured right after a response: positive if the service's clock is ahead.
fn skew_of(client: &Client, date: Option<Timestamp>) -> Option<i64> {
    Some(date?.as_second() - client.http().now().as_second())
}

fn clock(skew: Option<i64>) -> Outcome {
    let code: &'static Code = &codes::AUTH_CLOCK;
    match skew {
        None => Outcome::NotChecked("no response had a `Date` header"),
        Some(seconds) if seconds.abs() <= TOLERATED_SECONDS => {
            Outcome::Passed("the clock of this machine agrees with the service's".to_owned())
        }
        Some(seconds) => {
            let side = if seconds > 0 { "behind" } else { "ahead of" };
            let message = format!("the clock of this machine is {} seconds {side} the service's", seconds.abs());
            Outcome::Failed(Error::new(code, message))
        }
    }
}
