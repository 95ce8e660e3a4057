//! What a new specification changes for callers, in words.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::generate::{Operation, spec::operations};

/// Says what changes, one line each.
pub(crate) fn in_words(old: &Value, new: &Value) -> Vec<String> {
    let (Ok(before), Ok(after)) = (operations(old), operations(new)) else { return Vec::new() };
    let mut changes = Vec::new();
    let prefix = promotion(&before, &after);
    if let Some((from, to)) = &prefix {
        changes.push(format!("all operations move from {from} to {to}"));
    }
    let mut gone: Vec<&Operation> = Vec::new();
    for operation in &before {
        match after.iter().find(|it| it.id == operation.id) {
            Some(now) => compare(old, new, operation, now, prefix.is_some(), &mut changes),
            None => gone.push(operation),
        }
    }
    for operation in after.iter().filter(|it| !before.iter().any(|old| old.id == it.id)) {
        let place = |it: &&Operation| (&it.method, &it.path) == (&operation.method, &operation.path);
        if let Some(index) = gone.iter().position(place) {
            let renamed = gone.remove(index);
            changes.push(format!("operation {} is renamed to {}", renamed.id, operation.id));
            compare(old, new, renamed, operation, prefix.is_some(), &mut changes);
        } else {
            changes
                .push(format!("operation {} is new: {} {}", operation.id, operation.method, operation.path));
        }
    }
    for operation in gone {
        changes.push(format!("operation {} is gone", operation.id));
    }
    schemas(old, new, &mut changes);
    changes
}

/// The one prefix that all paths have exchanged, if they have.
fn promotion(before: &[Operation], after: &[Operation]) -> Option<(String, String)> {
    let mut prefixes = before.iter().filter_map(|old| {
        let new = after.iter().find(|new| new.id == old.id)?;
        let common = old.path.bytes().rev().zip(new.path.bytes().rev()).take_while(|(a, b)| a == b).count();
        let cut = |path: &str| {
            let stem = path.get(..path.len() - common).unwrap_or_default();
            let rest = path.get(path.len() - common..).unwrap_or_default();
            let end = stem.len() + rest.find('/').unwrap_or(rest.len());
            path.get(..end).unwrap_or_default().to_owned()
        };
        Some((cut(&old.path), cut(&new.path)))
    });
    let first = prefixes.next()?;
    (first.0 != first.1 && prefixes.all(|it| it == first)).then_some(first)
}

fn compare(
    old: &Value,
    new: &Value,
    before: &Operation,
    after: &Operation,
    is_promotion: bool,
    changes: &mut Vec<String>,
) {
    let id = &after.id;
    if before.method != after.method || (before.path != after.path && !is_promotion) {
        changes.push(format!(
            "operation {id} moves from {} {} to {} {}",
            before.method, before.path, after.method, after.path
        ));
    }
    if before.bearer != after.bearer {
        let now = if after.bearer { "now needs a session token" } else { "no longer needs a session token" };
        changes.push(format!("operation {id} {now}"));
    }
    let object = |spec: &Value, it: &Operation| spec["paths"][&it.path][it.method.to_lowercase()].clone();
    let (mut before, mut after) = (object(old, before), object(new, after));
    for (keyword, what) in [
        ("summary", "its summary"),
        ("description", "its description"),
        ("requestBody", "its body"),
        ("responses", "its responses"),
        ("parameters", "its parameters"),
    ] {
        if before[keyword] != after[keyword] {
            changes.push(format!("operation {id}: {what}"));
        }
    }
    for keyword in
        ["operationId", "security", "summary", "description", "requestBody", "responses", "parameters"]
    {
        before[keyword].take();
        after[keyword].take();
    }
    if before != after {
        changes.push(format!("operation {id}: something else about it"));
    }
}

fn schemas(old: &Value, new: &Value, changes: &mut Vec<String>) {
    let collect = |spec: &Value| -> BTreeMap<String, Value> {
        let schemas = spec["components"]["schemas"].as_object();
        schemas.into_iter().flatten().map(|(name, schema)| (name.clone(), schema.clone())).collect()
    };
    let (before, after) = (collect(old), collect(new));
    for (name, schema) in &after {
        match before.get(name) {
            None => changes.push(format!("schema {name} is new")),
            Some(old) if old != schema => fields(name, old, schema, changes),
            Some(_) => {}
        }
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        changes.push(format!("schema {name} is gone"));
    }
}

fn fields(name: &str, old: &Value, new: &Value, changes: &mut Vec<String>) {
    let start = changes.len();
    let collect = |schema: &Value| schema["properties"].as_object().cloned().unwrap_or_default();
    let required = |schema: &Value, field: &str| {
        schema["required"].as_array().is_some_and(|it| it.iter().any(|name| name == field))
    };
    let (before, after) = (collect(old), collect(new));
    for (field, schema) in &after {
        let is_required = if required(new, field) { "required" } else { "optional" };
        match before.get(field) {
            None => changes.push(format!("field {name}.{field} is new and {is_required}")),
            Some(old) if old != schema => changes.push(format!("field {name}.{field}: its schema")),
            Some(_) if required(old, field) != required(new, field) => {
                changes.push(format!("field {name}.{field} is now {is_required}"));
            }
            Some(_) => {}
        }
    }
    for field in before.keys().filter(|field| !after.contains_key(*field)) {
        changes.push(format!("field {name}.{field} is gone"));
    }
    if changes.len() == start {
        changes.push(format!("schema {name}: something else about it"));
    }
}
