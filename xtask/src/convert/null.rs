//! Whether a schema of 3.1 allows null.

use serde_json::Value;

/// Returns whether null is valid against a schema. Only these keywords speak of null; all others concern values of
/// another type.
pub(super) fn allows_null(root: &Value, schema: &Value) -> bool {
    allows(root, schema, &mut Vec::new())
}

fn allows<'d>(root: &'d Value, schema: &'d Value, seen: &mut Vec<&'d str>) -> bool {
    let Value::Object(object) = schema else { return schema != &Value::Bool(false) };
    object.iter().all(|(keyword, value)| match (keyword.as_str(), value) {
        ("type", types) => types == "null" || lists(types, &"null".into()),
        ("enum", values) => lists(values, &Value::Null),
        ("const", value) => value.is_null(),
        ("allOf", Value::Array(parts)) => parts.iter().all(|part| allows(root, part, seen)),
        ("anyOf", Value::Array(parts)) => parts.iter().any(|part| allows(root, part, seen)),
        ("oneOf", Value::Array(parts)) => parts.iter().filter(|part| allows(root, part, seen)).count() == 1,
        ("not", schema) => !allows(root, schema, seen),
        ("$ref", Value::String(reference)) => {
            // A circle adds nothing to what holds already.
            if seen.contains(&reference.as_str()) {
                return true;
            }
            seen.push(reference);
            let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
            let allows = target.is_none_or(|target| allows(root, target, seen));
            seen.pop();
            allows
        }
        _ => true,
    })
}

/// Returns whether a schema allows null and nothing else.
pub(super) fn is_null_only(schema: &Value) -> bool {
    let only_null = |values: &Value, null: &Value| {
        values.as_array().is_some_and(|it| !it.is_empty() && it.iter().all(|value| value == null))
    };
    let null = &Value::from("null");
    schema.get("type").is_some_and(|it| it == null || only_null(it, null))
        || schema.get("const").is_some_and(Value::is_null)
        || schema.get("enum").is_some_and(|it| only_null(it, &Value::Null))
}

fn lists(values: &Value, value: &Value) -> bool {
    values.as_array().is_some_and(|it| it.contains(value))
}
