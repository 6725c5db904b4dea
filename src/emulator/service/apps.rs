//! Apps, and the lists of flights and add-ons of an app.

use super::catalog::{Product, ProductId};
use super::error::ServiceError;
use super::paging::{LastLink, page};
use super::request::ServiceRequest;
use super::store::Store;
use crate::emulator::json::{Json, object};
use crate::emulator::response::Response;

pub(super) fn list(store: &Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let apps = store.products.iter().filter(|product| matches!(product.id, ProductId::App(_)) && product.visible);
    let all: Vec<Json> = apps.map(Product::to_json).collect();
    page(store, request, "applications", LastLink::Absent, &all)
}

pub(super) fn get(store: &Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let id = request.product(store)?;
    Ok(Response::json(200, store.product_json(&id)))
}

pub(super) fn list_add_ons(store: &Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let product = request.product(store)?;
    let app = product.id();
    let mut all = Vec::new();
    for product in &store.products {
        if let ProductId::AddOn(id) = &product.id
            && product.parent_app().eq_ignore_ascii_case(app)
        {
            all.push(object([("inAppProductId", Json::text(id))]));
        }
    }
    page(store, request, &format!("applications/{app}/listinappproducts/"), LastLink::Null, &all)
}

pub(super) fn list_flights(store: &Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let product = request.product(store)?;
    let app = product.id();
    let all: Vec<Json> = store.flights(app).map(Product::to_json).collect();
    page(store, request, &format!("applications/{app}/listflights/"), LastLink::Absent, &all)
}
