//! Visits the objects of a document whose keys are keywords of OpenAPI or JSON Schema.

use serde_json::{Map, Value};

/// The keywords whose value maps names that the document chooses.
const MAP_KEYWORDS: [&str; 20] = [
    "$defs",
    "callbacks",
    "content",
    "dependentSchemas",
    "encoding",
    "examples",
    "headers",
    "links",
    "mapping",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "scopes",
    "securitySchemes",
    "variables",
];

/// What the value of a keyword consists of.
enum Content {
    /// Data, which must not change.
    Data,
    /// Values under names that the document chooses.
    Map,
    /// Further keywords, if it is an object.
    Keywords,
}

impl Content {
    fn of(keyword: &str, value: &Value) -> Self {
        match keyword {
            "const" | "default" | "enum" | "example" | "value" => Self::Data,
            // The examples of a schema are a list of values; those of a media type have names.
            "examples" if value.is_array() => Self::Data,
            extension if extension.starts_with("x-") => Self::Data,
            keyword if MAP_KEYWORDS.contains(&keyword) && value.is_object() => Self::Map,
            _ => Self::Keywords,
        }
    }
}

/// Visits the objects below a value, outer ones first.
pub(super) fn for_each_object(value: &Value, visit: &mut impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(object);
            for (keyword, value) in object {
                match (Content::of(keyword, value), value) {
                    (Content::Data, _) => {}
                    (Content::Map, Value::Object(map)) => {
                        map.values().for_each(|value| for_each_object(value, visit));
                    }
                    (_, value) => for_each_object(value, visit),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| for_each_object(item, visit)),
        _ => {}
    }
}

/// Visits the objects below a value, inner ones first, so that what a visit empties can be dropped outside.
pub(super) fn for_each_object_mut(value: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            for (keyword, value) in object.iter_mut() {
                match (Content::of(keyword, value), value) {
                    (Content::Data, _) => {}
                    (Content::Map, Value::Object(map)) => {
                        map.values_mut().for_each(|value| for_each_object_mut(value, visit));
                    }
                    (_, value) => for_each_object_mut(value, visit),
                }
            }
            visit(object);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| for_each_object_mut(item, visit)),
        _ => {}
    }
}
