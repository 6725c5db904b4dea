//! Documents of the service as types of the contract: references into `contract/openapi.json`.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::store::list::List;

/// Names a type for each document of the service, and the components of the OpenAPI that describe it.
macro_rules! documents {
    ($($(#[$docs:meta])* $name:ident: $($component:literal)|+;)*) => {
        $($(#[$docs])*
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                reference(&[$($component),+])
            }
        })*
    };
}

documents! {
    /// An app.
    Application: "Application";
    /// A package flight.
    Flight: "Flight";
    /// An add-on.
    AddOn: "InAppProduct";
    /// The id of an add-on, as the list of an app has it.
    AddOnReference: "InAppProductReference";
    /// A submission of an app, a flight or an add-on.
    Submission: "ApplicationSubmission" | "FlightSubmission" | "InAppProductSubmission";
    /// The answer to a commit.
    Commit: "CommitResponse";
    /// The status of a submission.
    SubmissionStatus: "SubmissionStatusResponse";
    /// The gradual rollout of a submission.
    Rollout: "PackageRollout";
}

fn reference(components: &[&str]) -> Schema {
    let to = |component: &&str| json_schema!({ "$ref": format!("openapi.json#/components/schemas/{component}") });
    match components {
        [component] => to(component),
        _ => json_schema!({ "anyOf": components.iter().map(to).collect::<Vec<_>>() }),
    }
}

/// A list whose items are documents of this type.
pub(crate) struct ListOf<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for ListOf<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}List", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut list = List::json_schema(generator);
        let items = generator.subschema_for::<T>();
        if let Some(value) = list.pointer_mut("/properties/value").and_then(|value| value.as_object_mut()) {
            value.insert("items".to_owned(), items.to_value());
        }
        list
    }
}

/// A document of the caller, or a part of one.
pub(crate) struct AnyJson;

impl JsonSchema for AnyJson {
    fn schema_name() -> Cow<'static, str> {
        "AnyJson".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "Any JSON value." })
    }
}

/// The result of a deletion.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Deleted {
    /// Whether it was deleted: false only for a preview.
    deleted: bool,
}
