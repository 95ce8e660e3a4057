//! The names that schemas go by, and what stands beside them.

use serde_json::Value;

use super::compare::{get, items, object, reference};
use super::values;

/// The keywords beside an `allOf` of one reference that leave it a reference.
const BESIDE: &[&str] = &[
    "allOf",
    "default",
    "deprecated",
    "description",
    "example",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
];

/// The one alternative of a choice of one, which is no choice.
pub(crate) fn only_choice(schema: &Value) -> &Value {
    let mut schema = schema;
    while let Some(object) = schema.as_object().filter(|it| it.len() == 1)
        && let Some([one]) =
            ["oneOf", "anyOf"].iter().find_map(|it| object.get(*it)?.as_array().map(Vec::as_slice))
    {
        schema = one;
    }
    schema
}

/// Whether a schema is nothing but a choice, with this name among the alternatives.
pub(crate) fn is_choice_of(schema: &Value, name: &str) -> bool {
    values::pure_choice(schema).is_some_and(|choice| choice.iter().any(|one| name_of(one) == Some(name)))
}

/// The name that a schema goes by: a reference, or an `allOf` of one reference with nothing of weight beside it.
pub(crate) fn name_of(schema: &Value) -> Option<&str> {
    if let Some(name) = reference(schema) {
        return Some(name);
    }
    let keys = object(schema)?;
    match items(get(schema, "allOf")) {
        [one] if keys.keys().all(|key| BESIDE.contains(&key.as_str())) => reference(one),
        _ => None,
    }
}

/// What a schema that goes by a name says besides.
pub(crate) fn beside(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(object) = schema.as_object_mut() {
        object.retain(|keyword, _| keyword != "allOf" && keyword != "$ref");
    }
    schema
}
