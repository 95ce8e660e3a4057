//! One schema from the parts of an `allOf`, so that moving a property into a part is no difference.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::compare::{decoded, items, reference, target};

/// Merges a schema with the parts of its `allOf`. References are followed, or left out and handed back by name.
pub(crate) fn flatten<'v>(
    document: &'v Value,
    schema: &'v Value,
    follow: bool,
    touched: &mut HashSet<String>,
) -> (Value, Vec<&'v str>) {
    let mut merged = Map::new();
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    let mut open = vec![schema];
    while let Some(part) = open.pop() {
        if let Some(reference) = reference(part) {
            names.push(reference);
            if !follow {
                continue;
            }
            touched.insert(decoded(reference).into_owned());
            match target(document, reference) {
                Some(target) if seen.insert(reference) => open.push(target),
                Some(_) => {}
                // What cannot be followed is kept as it is, so that a change of it shows.
                None => merge(&mut merged, "$ref", part.get("$ref").unwrap_or(&Value::Null)),
            }
            continue;
        }
        for (keyword, value) in part.as_object().into_iter().flatten() {
            if keyword != "allOf" {
                merge(&mut merged, keyword, value);
            }
        }
        open.extend(items(part.get("allOf").unwrap_or(&Value::Null)).iter().rev());
    }
    names.sort_unstable();
    (Value::Object(merged), names)
}

/// Adds a keyword of one more part: a value must fit all parts.
fn merge(merged: &mut Map<String, Value>, keyword: &str, value: &Value) {
    let Some(have) = merged.get_mut(keyword) else {
        merged.insert(keyword.to_owned(), value.clone());
        return;
    };
    if have == value {
        return;
    }
    match (keyword, &mut *have, value) {
        ("properties", Value::Object(have), Value::Object(more)) => {
            for (name, schema) in more {
                match have.get_mut(name) {
                    Some(one) if one != schema => *one = json!({ "allOf": [one.take(), schema] }),
                    Some(_) => {}
                    None => drop(have.insert(name.clone(), schema.clone())),
                }
            }
        }
        ("required", Value::Array(have), Value::Array(more)) => {
            let new: Vec<Value> = more.iter().filter(|name| !have.contains(name)).cloned().collect();
            have.extend(new);
        }
        ("enum", Value::Array(have), Value::Array(more)) => have.retain(|value| more.contains(value)),
        ("oneOf" | "anyOf", Value::Array(have), Value::Array(more)) => have.extend(more.iter().cloned()),
        ("items", ..) => *have = json!({ "allOf": [have.take(), value] }),
        ("additionalProperties", Value::Bool(true), _) => *have = value.clone(),
        ("additionalProperties", _, Value::Bool(true))
        | ("description" | "discriminator" | "example" | "externalDocs" | "title" | "xml", ..) => {}
        ("additionalProperties", Value::Object(_), Value::Object(_)) => {
            *have = json!({ "allOf": [have.take(), value] });
        }
        ("additionalProperties", ..) => *have = Value::Bool(false),
        ("deprecated" | "nullable" | "readOnly" | "uniqueItems" | "writeOnly", ..) => {
            *have = Value::Bool(have == &Value::Bool(true) || value == &Value::Bool(true));
        }
        ("minimum" | "minItems" | "minLength" | "minProperties", ..) => {
            if value.as_f64() > have.as_f64() {
                *have = value.clone();
            }
        }
        ("maximum" | "maxItems" | "maxLength" | "maxProperties", ..) => {
            if value.as_f64() < have.as_f64() {
                *have = value.clone();
            }
        }
        ("type", Value::String(have), Value::String(more)) if have == "number" && more == "integer" => {
            have.clone_from(more);
        }
        (keyword, ..) if keyword.starts_with("x-") => {}
        // Two patterns, two types: no single value says both, so that they are kept side by side.
        (_, Value::Array(have), _) if !have.contains(value) => have.push(value.clone()),
        (_, have, _) => *have = json!([have.take(), value]),
    }
}
