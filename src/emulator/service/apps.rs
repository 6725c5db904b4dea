//! Apps and the lists of what belongs to one.

use super::Request;
use super::paging::{Last, page};
use crate::emulator::json::{Json, object};
use crate::emulator::request::Call;
use crate::emulator::response::Answer;
use crate::emulator::state::{Owner, Product, Store};

pub(crate) fn list(store: &Store, call: &Call) -> Result<Answer, Answer> {
    let apps = store.products.iter().filter(|product| matches!(product.owner, Owner::App(_)) && product.visible);
    let all: Vec<Json> = apps.map(Product::answer).collect();
    page(call, store.options.page_size, "applications", Last::Absent, &all)
}

pub(crate) fn get(store: &Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let owner = request.owner(store)?;
    Ok(Answer::json(200, store.product(&owner).map_or(Json::Null, Product::answer)))
}

pub(crate) fn list_add_ons(store: &Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let owner = request.owner(store)?;
    let Owner::App(app) = &owner else {
        return Err(Answer::empty(404));
    };
    let mut all = Vec::new();
    for product in &store.products {
        if let Owner::AddOn(id) = &product.owner
            && super::add_ons::app_of(product).eq_ignore_ascii_case(app)
        {
            all.push(object([("inAppProductId", Json::text(id))]));
        }
    }
    let link = format!("applications/{app}/listinappproducts/");
    page(request.call, store.options.page_size, &link, Last::Null, &all)
}

pub(crate) fn list_flights(store: &Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let owner = request.owner(store)?;
    let Owner::App(app) = &owner else {
        return Err(Answer::empty(404));
    };
    let all: Vec<Json> = super::flights::of(store, app).map(Product::answer).collect();
    let link = format!("applications/{app}/listflights/");
    page(request.call, store.options.page_size, &link, Last::Absent, &all)
}
