//! The page at `/`: what the emulator has and what it was asked, for people. It has no secrets and changes nothing.

use std::sync::Arc;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::clock::ticks_text;
use super::faults::Rule;
use super::record::LogEntry;
use super::request::Request;
use super::response::{Payload, Response};
use super::service::advance;
use super::service::catalog::{Product, ProductId, Submission};
use super::state::SharedState;

const STYLE: &str = include_str!("../page.css");
const SCRIPT: &str = include_str!("page.js");
const SCRIPT_PATH: &str = "/_emulator/page.js";
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; \
                      frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The most rows of a table; the emulator may have thousands of apps and requests.
const MOST: usize = 100;

/// Answers a request for the page or its script; `None` for any other.
pub(super) fn serve(state: &SharedState, request: &Request) -> Option<Response> {
    let (body, media_type) = match (request.method.as_str(), request.path.as_str()) {
        ("GET" | "HEAD", "/") => (Shown::of(state).page(&request.origin), "text/html; charset=utf-8"),
        ("GET" | "HEAD", SCRIPT_PATH) => (SCRIPT.to_owned(), "text/javascript; charset=utf-8"),
        _ => return None,
    };
    let response = Response::new(200, Payload::Stream(body.into())).header("content-type", media_type);
    Some(response.header("content-security-policy", POLICY).header("cache-control", "no-store"))
}

/// What the page shows, copied so that the state is not locked while the page is written.
struct Shown {
    now: String,
    products: Vec<Row>,
    more_products: usize,
    faults: Vec<(String, u64, u64)>,
    requests: Vec<Arc<LogEntry>>,
    all_requests: usize,
}

/// A product.
struct Row {
    kind: &'static str,
    id: String,
    name: String,
    submissions: Vec<(String, String)>,
}

impl Shown {
    fn of(state: &SharedState) -> Shown {
        let state = &mut *state.lock();
        advance(&mut state.store);
        let store = &state.store;
        let of = |product: &Product| {
            let own = store.submissions.iter().filter(|submission| submission.product == product.id);
            Row::of(product, own)
        };
        let entries = state.requests.entries();
        let rule = |rule: &Rule| (serde_json::to_string(&rule.fault).unwrap_or_default(), rule.matched, rule.used);
        Shown {
            now: ticks_text(store.now()),
            products: store.products.iter().take(MOST).map(of).collect(),
            more_products: store.products.len().saturating_sub(MOST),
            faults: state.faults.rules.iter().take(MOST).map(rule).collect(),
            requests: entries.iter().rev().take(MOST).cloned().collect(),
            all_requests: entries.len(),
        }
    }

    fn page(&self, origin: &str) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { "StoreShip emulator" }
                    // Without it browsers ask for /favicon.ico, which would be recorded as a request.
                    link rel="icon" href="data:,";
                    style { (PreEscaped(STYLE)) }
                    script src=(SCRIPT_PATH) defer {}
                }
                body {
                    a.skip href="#requests" { "Skip to the requests" }
                    header {
                        p.kind { "Nothing here reaches Microsoft" }
                        h1 { "StoreShip emulator" }
                        p { "Listens at " code { (origin) } ". "
                            button #pause type="button" aria-pressed="false" hidden { "Pause updates" } }
                    }
                    main {
                        p.kind { "Its clock: " (self.now) }
                        (self.products())
                        (self.faults())
                        (self.requests())
                    }
                }
            }
        };
        page.into_string()
    }

    fn products(&self) -> Markup {
        html! {
            section.card {
                h2 { "Apps, flights and add-ons" }
                div.scroll tabindex="0" role="region" aria-label="Apps, flights and add-ons" { table {
                    thead { tr { th scope="col" { "Kind" } th scope="col" { "Name" } th scope="col" { "Id" }
                        th scope="col" { "Submissions" } } }
                    tbody { @for row in &self.products { tr {
                        td { (row.kind) }
                        th scope="row" { (row.name) }
                        td { code { (row.id) } }
                        td {
                            @if row.submissions.is_empty() { span.none { "none" } }
                            @else { ul { @for (id, status) in &row.submissions {
                                li { code { (id) } " " span.badge { (status) } }
                            } } }
                        }
                    } } }
                } }
                @if self.more_products > 0 { p { "and " (self.more_products) " more" } }
            }
        }
    }

    fn faults(&self) -> Markup {
        html! {
            section.card {
                h2 { "Faults" }
                @if self.faults.is_empty() { p.none { "No rule is set." } }
                @else { div.scroll tabindex="0" role="region" aria-label="Faults" { table {
                    thead { tr { th scope="col" { "Rule" } th scope="col" { "Matched" } th scope="col" { "Used" } } }
                    tbody { @for (rule, matched, used) in &self.faults { tr {
                        th scope="row" { code { (rule) } }
                        td { (matched) }
                        td { (used) }
                    } } }
                } } }
            }
        }
    }

    fn requests(&self) -> Markup {
        html! {
            section.card #requests {
                h2 { "Requests" }
                @if self.requests.is_empty() { p.none { "None was sent yet." } }
                @else {
                    p.kind { "The latest come first; " (self.all_requests) " are recorded." }
                    div.scroll tabindex="0" role="region" aria-label="Requests" { table {
                        thead { tr { th scope="col" { "Number" } th scope="col" { "Request" } th scope="col" { "Operation" }
                            th scope="col" { "Status" } } }
                        tbody { @for entry in &self.requests { tr {
                            td { (entry.n) }
                            th scope="row" { code { (entry.method) " " (entry.path) } }
                            td { (entry.operation.unwrap_or_default()) }
                            td { @if entry.dropped { "connection dropped" } @else { (entry.status) } }
                        } } }
                    } }
                }
            }
        }
    }
}

impl Row {
    fn of<'a>(product: &Product, submissions: impl Iterator<Item = &'a Submission>) -> Row {
        let (kind, name) = match &product.id {
            ProductId::App(_) => ("app", "primaryName"),
            ProductId::Flight { .. } => ("flight", "friendlyName"),
            ProductId::AddOn(_) => ("add-on", "productId"),
        };
        Row {
            kind,
            id: product.id.id().to_owned(),
            name: product.document.text_of(name),
            submissions: submissions
                .map(|submission| (submission.id.clone(), submission.document.text_of("status")))
                .collect(),
        }
    }
}
