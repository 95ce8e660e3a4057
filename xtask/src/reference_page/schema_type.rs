//! Describes the type of a value.

use std::fmt::Write;

use serde_json::Value;

use super::{code, resolve, text};

/// The type of a schema in a few words, with its values, bounds and default. A schema with fields goes by its name, since its
/// fields are listed; any other one is written out.
pub(super) fn type_of(spec: &Value, schema: &Value) -> String {
    described(spec, schema, 0)
}

fn described(spec: &Value, schema: &Value, depth: usize) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = code(&Value::from(reference.rsplit('/').next().unwrap_or(reference)));
        let target = resolve(spec, schema);
        // Names can lead in a circle.
        let is_listed = target.get("properties").is_some() || target.get("allOf").is_some() || depth > 4;
        return if is_listed { name } else { format!("{name}: {}", described(spec, target, depth + 1)) };
    }
    let each = |keyword: &str, between: &str| {
        let parts = schema[keyword].as_array()?;
        let parts: Vec<String> = parts.iter().map(|part| described(spec, part, depth + 1)).collect();
        Some(parts.join(between))
    };
    let mut words = match schema["type"].as_str() {
        Some("array") => format!("array of {}", described(spec, &schema["items"], depth + 1)),
        Some("object") if schema["additionalProperties"].is_object() => {
            format!("map to {}", described(spec, &schema["additionalProperties"], depth + 1))
        }
        Some(name) => match schema["format"].as_str() {
            Some(format) => format!("{} ({})", text(&Value::from(name)), text(&Value::from(format))),
            None => text(&Value::from(name)),
        },
        None => each("allOf", " and ")
            .or_else(|| each("oneOf", " or "))
            .or_else(|| each("anyOf", " or "))
            .unwrap_or_else(|| "anything".to_owned()),
    };
    if schema["nullable"] == true {
        words.push_str(" or null");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(code).collect();
        let _ = write!(words, ", one of {}", values.join(", "));
    }
    for (keyword, label) in LABELS {
        if let Some(value) = schema.get(keyword) {
            let _ = write!(words, ", {label} {}", code(value));
        }
    }
    for (keyword, label) in
        [("exclusiveMinimum", "minimum excluded"), ("exclusiveMaximum", "maximum excluded")]
    {
        if schema[keyword] == true {
            let _ = write!(words, ", {label}");
        }
    }
    words
}

/// The keywords that bound a value or replace a missing one, and what the page calls them.
const LABELS: [(&str, &str); 9] = [
    ("minLength", "minimum length"),
    ("maxLength", "maximum length"),
    ("pattern", "matching"),
    ("minimum", "minimum"),
    ("maximum", "maximum"),
    ("multipleOf", "multiple of"),
    ("minItems", "minimum items"),
    ("maxItems", "maximum items"),
    ("default", "default"),
];
