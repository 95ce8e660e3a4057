//! Removes keywords that have no effect.

use serde_json::{Map, Value, json};

use super::walk::{is_data, is_map_of_names};

/// The keywords that say nothing when they are empty.
const EMPTY: [&str; 10] = [
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

/// The keywords that say nothing when they are false.
const FALSE: [&str; 11] = [
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

/// Drops a media type without a schema from an answer that has no body. Elsewhere it is no noise: something is missing.
pub(super) fn drop_empty_media_types(operation: &mut Value, place: &str, repairs: &mut Vec<String>) {
    for status in ["204", "205"] {
        let content =
            operation.pointer_mut(&format!("/responses/{status}/content")).and_then(Value::as_object_mut);
        let Some(content) = content else { continue };
        content.retain(|media_type, media| {
            let is_empty = media.as_object().is_some_and(Map::is_empty);
            if is_empty {
                repairs.push(format!("{place}: dropped {media_type} without a schema from {status}"));
            }
            !is_empty
        });
    }
}

/// Repairs what the vendor's generator is known to emit: keywords that say nothing.
pub(super) fn tidy(value: &mut Value, is_named: bool, place: &str, repairs: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                if is_named || !is_data(key, value) {
                    let is_named = !is_named && is_map_of_names(key, value);
                    tidy(value, is_named, place, repairs);
                }
            }
            if is_named {
                return;
            }
            object.retain(|key, value| {
                let is_empty = match value {
                    Value::Array(items) => items.is_empty(),
                    Value::Object(object) => object.is_empty(),
                    _ => false,
                };
                let (empty, no) = (
                    is_empty && EMPTY.contains(&key.as_str()),
                    value == false && FALSE.contains(&key.as_str()),
                );
                if key == "propertyNames" && *value == json!({"type": "string"}) {
                    repairs.push(format!("{place}: dropped propertyNames, which every name fits"));
                    return false;
                }
                if empty {
                    repairs.push(format!("{place}: dropped an empty {key}"));
                } else if no {
                    repairs.push(format!("{place}: dropped {key}: false, which is the default"));
                }
                !(empty || no)
            });
        }
        Value::Array(items) => items.iter_mut().for_each(|item| tidy(item, false, place, repairs)),
        _ => {}
    }
}
