//! Removes keywords that have no effect, as the vendor's generator emits them.

use serde_json::{Map, Value, json};

use super::walk::for_each_object_mut;

/// The keywords that have no effect if they are empty.
const DEFAULT_WHEN_EMPTY: [&str; 10] = [
    "callbacks",
    "content",
    "encoding",
    "examples",
    "headers",
    "links",
    "parameters",
    "required",
    "servers",
    "variables",
];

/// The keywords that have no effect if they are false.
const DEFAULT_WHEN_FALSE: [&str; 11] = [
    "allowEmptyValue",
    "allowReserved",
    "deprecated",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "nullable",
    "readOnly",
    "required",
    "uniqueItems",
    "writeOnly",
    "x-internal",
];

/// Removes the keywords without effect below a value, and adds a line to `repairs` for each.
pub(super) fn strip_noise(value: &mut Value, location: &str, repairs: &mut Vec<String>) {
    for_each_object_mut(value, &mut |object| {
        object.retain(|keyword, value| {
            let is_empty = match value {
                Value::Array(items) => items.is_empty(),
                Value::Object(object) => object.is_empty(),
                _ => false,
            };
            let dropped = if keyword == "propertyNames" && *value == json!({"type": "string"}) {
                "propertyNames, which allows every name".to_owned()
            } else if is_empty && DEFAULT_WHEN_EMPTY.contains(&keyword.as_str()) {
                format!("empty `{keyword}`")
            } else if value == false && DEFAULT_WHEN_FALSE.contains(&keyword.as_str()) {
                format!("{keyword}: false, which is the default")
            } else {
                return true;
            };
            repairs.push(format!("{location}: dropped {dropped}"));
            false
        });
    });
}

/// Removes media types without a schema from responses that have no body. In other responses, such a media type is not
/// noise: its schema is missing.
pub(super) fn drop_empty_media_types(operation: &mut Value, location: &str, repairs: &mut Vec<String>) {
    for status in ["204", "205"] {
        let content =
            operation.pointer_mut(&format!("/responses/{status}/content")).and_then(Value::as_object_mut);
        let Some(content) = content else { continue };
        content.retain(|media_type, media| {
            let is_empty = media.as_object().is_some_and(Map::is_empty);
            if is_empty {
                repairs.push(format!("{location}: dropped {media_type} without a schema from {status}"));
            }
            !is_empty
        });
    }
}
