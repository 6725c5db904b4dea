//! Add-ons, which the API calls in-app products.

use super::catalog::{Product, ProductId, Submission};
use super::error::{ServiceError, conflict, invalid};
use super::paging::{LastLink, page};
use super::request::ServiceRequest;
use super::schema::parse_body;
use super::states::StateKind;
use super::store::Store;
use crate::document::values::PRODUCT_TYPE;
use crate::emulator::json::{Json, object};
use crate::emulator::response::Response;

pub(super) fn list(store: &Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let add_ons = store.products.iter().filter(|product| matches!(product.id, ProductId::AddOn(_)) && product.visible);
    let all: Vec<Json> = add_ons.map(Product::to_json).collect();
    page(store, request, "inappproducts/", LastLink::Absent, &all)
}

pub(super) fn create(store: &mut Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let body = parse_body(request.http)?;
    let which = store.instance.options.same_name;
    let text = |name: &str| match body.get_ignore_case(name, which) {
        Some(value @ Json::Text(_)) => Ok(value.as_text().unwrap_or_default()),
        Some(other) => Err(invalid(name, format!("{name}: expected a string, found {}", other.type_name()))),
        None => Err(invalid(name, format!("{name} is missing"))),
    };
    let app = match body.get_ignore_case("applicationIds", which) {
        Some(Json::Array(items)) if items.len() == 1 => items[0].as_text().unwrap_or_default(),
        _ => return Err(invalid("applicationIds", "applicationIds: expected an array of one app id")),
    };
    let (product_id, product_type) = (text("productId")?, text("productType")?);
    if product_id.is_empty() {
        return Err(invalid("productId", "productId is empty"));
    }
    if !PRODUCT_TYPE.contains(&product_type.as_str()) {
        let message = format!("'{product_type}' is not one of {}", PRODUCT_TYPE.join(", "));
        return Err(invalid("productType", message));
    }
    let Some(parent) = store.product(&ProductId::App(app)).filter(|app| app.visible) else {
        return Err(ServiceError::empty(403));
    };
    let app = parent.id.id().to_owned();
    let has_id = |other: &Product| {
        matches!(other.id, ProductId::AddOn(_))
            && other.parent_app() == app
            && other.document.text_of("productId") == product_id
    };
    if store.products.iter().any(has_id) {
        let message = format!("The app has an add-on with the product id '{product_id}' already.");
        return Err(conflict("productId", message));
    }
    let id = store.instance.ids.product();
    let document = new_document(&app, &id, &product_id, &product_type);
    let add_on = Product::from_document(ProductId::AddOn(id), document);
    let response = Response::json(201, add_on.to_json());
    store.products.push(add_on);
    Ok(response)
}

/// The document of an add-on without submissions.
fn new_document(app: &str, id: &str, product_id: &str, product_type: &str) -> Json {
    let application =
        object([("id", Json::text(app)), ("resourceLocation", Json::text(&format!("applications/{app}")))]);
    object([
        ("applications", object([("value", Json::Array(vec![application])), ("totalCount", Json::number(1))])),
        ("id", Json::text(id)),
        ("productId", Json::text(product_id)),
        ("productType", Json::text(product_type)),
    ])
}

pub(super) fn get(store: &Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let id = request.product(store)?;
    Ok(Response::json(200, store.product_json(&id)))
}

pub(super) fn delete(store: &mut Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let id = request.product(store)?;
    let blocks = |submission: &Submission| {
        submission.product == id
            && submission.state().is_none_or(|state| !matches!(state.kind, StateKind::Editable | StateKind::Failed))
    };
    if store.submissions.iter().any(blocks) {
        return Err(conflict("inAppProduct", "The add-on is published or being processed and cannot be deleted."));
    }
    store.remove_product(&id);
    Ok(Response::no_content())
}
