//! Add-ons (in-app products).

use super::Request;
use super::paging::{Last, page};
use super::schema::{self, Refusal};
use super::states::Kind;
use crate::emulator::json::{Json, object};
use crate::emulator::request::Call;
use crate::emulator::response::{Answer, conflict, invalid};
use crate::emulator::state::{Owner, Product, Store};

/// The app that an add-on belongs to.
pub(crate) fn app_of(add_on: &Product) -> String {
    let applications = add_on.document.get("applications").and_then(|list| list.get("value"));
    applications.and_then(|value| value.items().first()).map(|app| app.text_of("id")).unwrap_or_default()
}

pub(crate) fn list(store: &Store, call: &Call) -> Result<Answer, Answer> {
    let add_ons = store.products.iter().filter(|product| matches!(product.owner, Owner::AddOn(_)) && product.visible);
    let all: Vec<Json> = add_ons.map(Product::answer).collect();
    page(call, store.options.page_size, "inappproducts/", Last::Absent, &all)
}

pub(crate) fn create(store: &mut Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let body =
        schema::body(&request.call.body).map_err(|refusal: Refusal| invalid(&refusal.target, refusal.message))?;
    let member = |name: &str| body.members().iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v);
    let text = |name: &str| match member(name) {
        Some(value @ Json::Text(_)) => Ok(value.as_text().unwrap_or_default()),
        Some(other) => Err(invalid(name, format!("{name}: expected a string, found {}", other.kind()))),
        None => Err(invalid(name, format!("{name} is missing"))),
    };
    let app = match member("applicationIds") {
        Some(Json::Array(items)) if items.len() == 1 => items[0].as_text().unwrap_or_default(),
        _ => {
            return Err(invalid("applicationIds", "applicationIds: expected an array of one app id"));
        }
    };
    let (product, kind) = (text("productId")?, text("productType")?);
    if product.is_empty() {
        return Err(invalid("productId", "productId is empty"));
    }
    if !matches!(kind.as_str(), "Durable" | "Consumable") {
        return Err(invalid("productType", format!("'{kind}' is not one of Durable, Consumable")));
    }
    let Some(parent) = store.product(&Owner::App(app)).filter(|app| app.visible) else {
        return Err(Answer::empty(403));
    };
    let Owner::App(app) = parent.owner.clone() else {
        return Err(Answer::empty(403));
    };
    let taken = |other: &Product| {
        matches!(other.owner, Owner::AddOn(_)) && app_of(other) == app && other.document.text_of("productId") == product
    };
    if store.products.iter().any(taken) {
        return Err(conflict("productId", format!("The app has an add-on with the product id '{product}' already.")));
    }
    let id = store.ids.product();
    let document = document(&app, &id, &product, &kind);
    let add_on = Product::from_document(Owner::AddOn(id), document);
    let answer = Answer::json(201, add_on.answer());
    store.products.push(add_on);
    Ok(answer)
}

/// An add-on without submissions.
pub(crate) fn document(app: &str, id: &str, product: &str, kind: &str) -> Json {
    let application =
        object([("id", Json::text(app)), ("resourceLocation", Json::text(&format!("applications/{app}")))]);
    object([
        ("applications", object([("value", Json::Array(vec![application])), ("totalCount", Json::number(1))])),
        ("id", Json::text(id)),
        ("productId", Json::text(product)),
        ("productType", Json::text(kind)),
    ])
}

pub(crate) fn get(store: &Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let owner = request.owner(store)?;
    Ok(Answer::json(200, store.product(&owner).map_or(Json::Null, Product::answer)))
}

pub(crate) fn delete(store: &mut Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let owner = request.owner(store)?;
    let keeps = |submission: &crate::emulator::state::Submission| {
        submission.owner == owner
            && submission.state().is_none_or(|state| !matches!(state.kind, Kind::Editable | Kind::Failed))
    };
    if store.submissions.iter().any(keeps) {
        return Err(conflict("inAppProduct", "The add-on is published or being processed and cannot be deleted."));
    }
    store.products.retain(|product| product.owner != owner);
    store.submissions.retain(|submission| submission.owner != owner);
    Ok(Answer::empty(204))
}
