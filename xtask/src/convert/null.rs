//! Returns whether a schema of 3.1 allows null.

use serde_json::Value;

/// Returns whether null is valid against a schema. Only the keywords below apply to null; all others apply to values of
/// other types.
pub(super) fn allows_null(root: &Value, schema: &Value) -> bool {
    allows(root, schema, &mut Vec::new())
}

fn allows<'d>(root: &'d Value, schema: &'d Value, visited: &mut Vec<&'d str>) -> bool {
    let Value::Object(object) = schema else { return schema != &Value::Bool(false) };
    object.iter().all(|(keyword, value)| match (keyword.as_str(), value) {
        ("type", types) => types == "null" || contains(types, &"null".into()),
        ("enum", values) => contains(values, &Value::Null),
        ("const", value) => value.is_null(),
        ("allOf", Value::Array(parts)) => parts.iter().all(|part| allows(root, part, visited)),
        ("anyOf", Value::Array(parts)) => parts.iter().any(|part| allows(root, part, visited)),
        ("oneOf", Value::Array(parts)) => {
            parts.iter().filter(|part| allows(root, part, visited)).count() == 1
        }
        ("not", schema) => !allows(root, schema, visited),
        ("$ref", Value::String(reference)) => {
            // A cycle adds no restriction.
            if visited.contains(&reference.as_str()) {
                return true;
            }
            visited.push(reference);
            let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
            let allows = target.is_none_or(|target| allows(root, target, visited));
            visited.pop();
            allows
        }
        _ => true,
    })
}

/// Returns whether a schema allows null and nothing else.
pub(super) fn is_null_only(schema: &Value) -> bool {
    let only_null = |values: &Value, null: &Value| {
        values.as_array().is_some_and(|values| !values.is_empty() && values.iter().all(|value| value == null))
    };
    let null = &Value::from("null");
    schema.get("type").is_some_and(|types| types == null || only_null(types, null))
        || schema.get("const").is_some_and(Value::is_null)
        || schema.get("enum").is_some_and(|values| only_null(values, &Value::Null))
}

fn contains(values: &Value, value: &Value) -> bool {
    values.as_array().is_some_and(|values| values.contains(value))
}
