//! Which values hold keywords, and which hold names or data.

use serde_json::Value;

/// The keywords whose value is a map from names of the document's own, not from keywords.
const NAMED: [&str; 20] = [
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

/// Whether the value of a keyword is data, to be left alone.
pub(super) fn is_data(key: &str, value: &Value) -> bool {
    ["const", "default", "enum", "example", "value"].contains(&key)
        || key.starts_with("x-")
        // Those of a schema are a list of values, while others have names.
        || (key == "examples" && value.is_array())
}

/// Whether the value of a keyword maps names of the document's own, which must not be taken for keywords.
pub(super) fn is_map_of_names(key: &str, value: &Value) -> bool {
    NAMED.contains(&key) && value.is_object()
}
