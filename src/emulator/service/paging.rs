//! Pages of a list: `top`, `skip` and `@nextLink`.

use super::error::{ServiceError, invalid};
use super::request::ServiceRequest;
use super::store::Store;
use crate::emulator::json::{Json, object};
use crate::emulator::response::Response;

/// The most items that the service puts on a page.
const MAX_PAGE: usize = 100;

/// The `@nextLink` of the last page, which differs by list.
pub(super) enum LastLink {
    Absent,
    Null,
}

/// The page of `all` that the request asks for. `link` is the path of `@nextLink`; its spelling differs by list.
pub(super) fn page(
    store: &Store,
    request: &ServiceRequest<'_>,
    link: &str,
    last: LastLink,
    all: &[Json],
) -> Result<Response, ServiceError> {
    let top = parameter(request, "top", store.instance.options.page_size)?;
    let skip = parameter(request, "skip", 0)?;
    if top == 0 {
        return Err(invalid("top", "The value of top must be 1 or more."));
    }
    let top = top.min(MAX_PAGE);
    let start = skip.min(all.len());
    let end = (start + top).min(all.len());
    let mut body = object([]);
    if end < all.len() {
        body.set("@nextLink", Json::text(&format!("{link}?skip={end}&top={top}")));
    } else if matches!(last, LastLink::Null) {
        body.set("@nextLink", Json::Null);
    }
    body.set("value", Json::Array(all[start..end].to_vec()));
    body.set("totalCount", Json::number(all.len()));
    Ok(Response::json(200, body))
}

fn parameter(request: &ServiceRequest<'_>, name: &str, default: usize) -> Result<usize, ServiceError> {
    match request.http.parameter(name) {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| invalid(name, format!("'{text}' is not a value for {name}."))),
    }
}
