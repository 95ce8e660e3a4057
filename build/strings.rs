//! The transform that turns every string of the specification into a plain one.

use serde_json::Value;

/// The keywords that give a string its own Rust type. Types of formats come from other crates, and types with bounds reject
/// values that the server may send or accept. The server validates its values, so this crate passes them through.
const KEYWORDS: [&str; 4] = ["format", "maxLength", "minLength", "pattern"];

/// Transform: removes these keywords from all string schemas. There may be none.
pub(super) fn simplify(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if object.get("type").is_some_and(|it| it == "string") {
                object.retain(|keyword, _| !KEYWORDS.contains(&keyword.as_str()));
            }
            for (key, value) in object {
                match (key.as_str(), value) {
                    // Names, which may be spelled like keywords.
                    ("properties", Value::Object(properties)) => properties.values_mut().for_each(simplify),
                    ("default" | "enum" | "example" | "examples", _) => {}
                    (_, value) => simplify(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(simplify),
        _ => {}
    }
}
