//! The transform that makes every string of the specification a plain one.

use serde_json::Value;

/// The keywords that give a string a Rust type of its own. Those of formats come from other crates, and those with bounds
/// refuse what the server sends or accepts. The server is the one to judge its values, so this crate passes them through.
const KEYWORDS: [&str; 4] = ["format", "maxLength", "minLength", "pattern"];

/// Transform: takes these keywords from all schemas of strings. There may be none.
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
