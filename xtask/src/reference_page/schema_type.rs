//! Describes the type of a schema in a few words.

use std::fmt::Write;

use serde_json::Value;

use super::{code, text};
use crate::extract::resolve;

/// Describes the type of a schema, with its values, bounds and default. A schema with fields is described by its name,
/// since its fields are listed; any other one is spelled out.
pub(super) fn type_of(spec: &Value, schema: &Value) -> String {
    describe(spec, schema, 0)
}

fn describe(spec: &Value, schema: &Value, depth: usize) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = code(&Value::from(reference.rsplit('/').next().unwrap_or(reference)));
        let target = resolve(spec, schema);
        // References can form a cycle.
        let is_listed = target.get("properties").is_some() || target.get("allOf").is_some() || depth > 4;
        return if is_listed { name } else { format!("{name}: {}", describe(spec, target, depth + 1)) };
    }
    let alternatives = |keyword: &str, separator: &str| {
        let parts = schema[keyword].as_array()?;
        let parts: Vec<String> = parts.iter().map(|part| describe(spec, part, depth + 1)).collect();
        Some(parts.join(separator))
    };
    let mut words = match schema["type"].as_str() {
        Some("array") => format!("array of {}", describe(spec, &schema["items"], depth + 1)),
        Some("object") if schema["additionalProperties"].is_object() => {
            format!("map to {}", describe(spec, &schema["additionalProperties"], depth + 1))
        }
        Some(name) => match schema["format"].as_str() {
            Some(format) => format!("{} ({})", text(&Value::from(name)), text(&Value::from(format))),
            None => text(&Value::from(name)),
        },
        None => alternatives("allOf", " and ")
            .or_else(|| alternatives("oneOf", " or "))
            .or_else(|| alternatives("anyOf", " or "))
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

/// The keywords that restrict a value or replace a missing one, and their labels on the page.
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
