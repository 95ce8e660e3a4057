//! Rejects documents for which progenitor would not terminate.

use std::collections::BTreeMap;

use serde_json::Value;

use super::infinite_merge::{MergeProblem, MergeWalk};

/// How deep a document may be nested. Progenitor and the Rust compiler recurse over it.
const MAX_DEPTH: usize = 200;

/// Checks that progenitor terminates for a document, or returns the reason why not.
pub(super) fn check(document: &Value) -> Result<(), String> {
    check_depth(document)?;
    check_references(document)?;
    check_aliases(document)?;
    let mut walk = MergeWalk::new(document);
    for (location, schema) in schemas(document) {
        walk.enter(schema).map_err(|problem| match problem {
            MergeProblem::Infinite => format!(
                "{location} merges a schema into itself by allOf, so progenitor would not terminate; refer to the schema without merging it"
            ),
            MergeProblem::TooLarge => format!("{location} merges so many schemas by allOf that progenitor would take too long"),
        })?;
    }
    Ok(())
}

fn check_depth(document: &Value) -> Result<(), String> {
    let mut open = vec![(document, 0)];
    while let Some((value, depth)) = open.pop() {
        if depth > MAX_DEPTH {
            return Err(format!("it is nested more than {MAX_DEPTH} levels deep"));
        }
        match value {
            Value::Object(fields) => open.extend(fields.values().map(|value| (value, depth + 1))),
            Value::Array(values) => open.extend(values.iter().map(|value| (value, depth + 1))),
            _ => {}
        }
    }
    Ok(())
}

/// Checks that all references point to components. Progenitor looks at the last segment only, so others would be misread.
fn check_references(document: &Value) -> Result<(), String> {
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref")
                    && !matches!(
                        reference.split('/').collect::<Vec<_>>().as_slice(),
                        ["#", "components", _, _]
                    )
                {
                    return Err(format!(
                        "it refers to {reference}, but progenitor supports only references to components of the same document; \
                         bundle it first"
                    ));
                }
                open.extend(fields.iter().filter(|(key, _)| !is_data(key)).map(|(_, value)| value));
            }
            Value::Array(values) => open.extend(values),
            _ => {}
        }
    }
    Ok(())
}

/// Returns whether a keyword contains data instead of parts of the document.
fn is_data(keyword: &str) -> bool {
    matches!(keyword, "default" | "enum" | "example" | "examples") || keyword.starts_with("x-")
}

/// Checks for components that are defined only in terms of each other.
fn check_aliases(document: &Value) -> Result<(), String> {
    let components = document["components"].as_object();
    for (kind, section) in components.into_iter().flatten() {
        let names: BTreeMap<&str, Vec<&str>> = section
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, component)| (name.as_str(), required_components(component, kind)))
            .collect();
        if let Some(name) = cycle(&names) {
            return Err(format!(
                "components.{kind}.{name} is defined only in terms of itself, so progenitor would not terminate"
            ));
        }
    }
    Ok(())
}

/// Returns a component that is part of a cycle, if any.
fn cycle<'v>(names: &BTreeMap<&'v str, Vec<&'v str>>) -> Option<&'v str> {
    // The visited components, and whether they are finished.
    let mut finished: BTreeMap<&str, bool> = BTreeMap::new();
    for start in names.keys() {
        let mut open = vec![(*start, false)];
        while let Some((name, is_left)) = open.pop() {
            if is_left {
                finished.insert(name, true);
                continue;
            }
            match finished.get(name) {
                Some(true) => continue,
                Some(false) => return Some(name),
                None => finished.insert(name, false),
            };
            open.push((name, true));
            open.extend(names.get(name).into_iter().flatten().map(|next| (*next, false)));
        }
    }
    None
}

/// Returns the components that a component is defined by: through references, combinators and arrays of fixed length.
fn required_components<'v>(component: &'v Value, kind: &str) -> Vec<&'v str> {
    let mut found = Vec::new();
    let mut open = vec![component];
    while let Some(value) = open.pop() {
        if let Some(reference) = value["$ref"].as_str() {
            found.extend(reference.rsplit_once('/').map(|(_, name)| name));
            continue;
        }
        if kind != "schemas" {
            continue;
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            open.extend(value[keyword].as_array().into_iter().flatten());
        }
        open.extend(value.get("not"));
        if value.get("minItems").is_some_and(|least| value.get("maxItems") == Some(least)) {
            open.extend(value.get("items"));
        }
    }
    found
}

/// Returns the schemas of components and of operations, with their locations.
fn schemas(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    let components = document.pointer("/components/schemas").and_then(Value::as_object);
    let components =
        components.into_iter().flatten().map(|(name, schema)| (format!("schema {name}"), schema));
    let mut found = Vec::new();
    let mut open = vec![(String::new(), &document["paths"])];
    for (kind, section) in document["components"].as_object().into_iter().flatten() {
        if kind != "schemas" {
            open.push((format!("components.{kind}"), section));
        }
    }
    while let Some((location, value)) = open.pop() {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields.iter().filter(|(key, _)| !is_data(key)) {
                    if key == "schema" {
                        found.push((location.clone(), value));
                        continue;
                    }
                    let id = value["operationId"].as_str();
                    let location = match id {
                        Some(id) => format!("operation {id}"),
                        None if location.is_empty() => format!("path {key}"),
                        None => location.clone(),
                    };
                    open.push((location, value));
                }
            }
            Value::Array(values) => open.extend(values.iter().map(|value| (location.clone(), value))),
            _ => {}
        }
    }
    components.chain(found)
}
