//! A hash of what a PUT means: the same for its body and for what the service makes of it.
//!
//! [`compare::hash`](super::compare::hash) is of what the service has, and the body of a PUT has not what the service fills
//! in. Here the known differences do not count. What a file says of itself counts once the service has the file.

use serde_json::{Map, Value};

use super::compare::{READ_ONLY, is_empty, read, short_hash};
use crate::error::Result;
use crate::store::price;

/// A hash of a submission in which the known differences between a PUT and what the service makes of it do not count.
///
/// # Errors
/// `network.bad_answer` for a text that is no JSON.
pub(super) fn hash(submission: &str) -> Result<[u8; 16]> {
    let mut value = read(submission)?;
    // The service has `Free` in place of no price.
    if let Some(price) = value.pointer_mut(price::POINTER)
        && price.as_str().is_some_and(|price| price.eq_ignore_ascii_case("free"))
    {
        *price = Value::Null;
    }
    if let Some(trailers) = value.get_mut("trailers") {
        forget_ids(trailers);
    }
    normalize(&mut value);
    Ok(short_hash(value))
}

/// Removes what the service adds to a trailer, whose entry does not say whether it is new.
fn forget_ids(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(forget_ids),
        Value::Object(members) => {
            members.retain(|name, value| !(matches!(name.as_str(), "id" | "videoFileId") && value.is_string()));
            members.values_mut().for_each(forget_ids);
        }
        _ => {}
    }
}

/// Writes a value in the one way that stands for all spellings of it, without what is empty.
fn normalize(value: &mut Value) {
    match value {
        Value::Object(members) => normalize_members(members),
        Value::Array(items) => items.iter_mut().for_each(normalize),
        Value::Number(number) => {
            if let Some(number) = number.as_f64() {
                *value = Value::from(number);
            }
        }
        Value::String(text) => {
            if let Some(one) = super::compare::one_spelling(text) {
                *text = one;
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn normalize_members(members: &mut Map<String, Value>) {
    let is_new_file = members.get("fileStatus").is_some_and(|status| status == "PendingUpload");
    // What has nothing but known differences is empty too.
    members.values_mut().for_each(normalize);
    members.retain(|name, value| {
        let name = name.as_str();
        // The service fills in the word for none.
        let is_none = value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("none"));
        let is_filled_in = name == "isAdvancedPricingModel" || (is_new_file && READ_ONLY.contains(&name));
        !(is_empty(value) || is_none || is_filled_in)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_service_makes_of_a_put_has_its_hash() {
        let sent = r#"{"id":"1","visibility":"public","targetPublishDate":"2030-01-31T10:00:00+01:00","tag":null,
            "pricing":{"priceId":null,"sales":[]},"trailers":[{"videoFileName":"a.mp4"}],
            "applicationPackages":[{"id":"5","version":"1.0.0.0","fileStatus":"Uploaded"},{"fileName":"B.msix","fileStatus":"PendingUpload"}]}"#;
        let made = r#"{"id":"1","visibility":"Public","targetPublishDate":"2030-01-31T09:00:00Z","status":"PendingCommit",
            "pricing":{"priceId":"Free","isAdvancedPricingModel":true},"trailers":[{"id":"7","videoFileName":"a.mp4","videoFileId":"8"}],
            "applicationPackages":[{"id":"5","version":"1.0.0.0","fileStatus":"Uploaded"},
                {"id":"6","fileName":"B.msix","fileStatus":"PendingUpload","version":null,"minimumSystemRam":"None","languages":[]}]}"#;
        assert_eq!(hash(sent).unwrap(), hash(made).unwrap());
        for (from, to) in [
            ("\"1.0.0.0\"", "\"1.0.0.1\""),
            ("\"B.msix\"", "\"C.msix\""),
            ("\"None\"", "\"Memory2GB\""),
            ("\"Free\"", "\"Tier2\""),
            ("\"id\":\"5\"", "\"id\":\"9\""),
            ("a.mp4", "b.mp4"),
        ] {
            assert!(made.contains(from));
            assert_ne!(hash(sent).unwrap(), hash(&made.replace(from, to)).unwrap(), "{from}");
        }
    }
}
