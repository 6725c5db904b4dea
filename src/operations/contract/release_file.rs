//! The schema of the file that `releasePath` of `publish` names.

use serde_json::{Value, json};

/// The fields of the request that are about a call, not about a release.
const OF_THE_CALL: [&str; 3] = ["releasePath", "timeoutSeconds", "retryTimeoutSeconds"];

/// The schema of the file, from that of the request of `publish`. The file need not name a product, since the request may.
pub(super) fn of_request(request: &Value) -> Value {
    let mut file = request.clone();
    let Some(members) = file.as_object_mut() else { return file };
    members.remove("anyOf");
    members.insert("description".to_owned(), json!("A release: the file that `releasePath` of `publish` names."));
    if let Some(properties) = members.get_mut("properties").and_then(Value::as_object_mut) {
        OF_THE_CALL.iter().for_each(|name| _ = properties.remove(*name));
        let schema = json!({
            "type": ["string", "null"],
            "description": "The JSON Schema of the file, for editors. StoreShip does not read it.",
        });
        properties.insert("$schema".to_owned(), schema);
    }
    file
}
