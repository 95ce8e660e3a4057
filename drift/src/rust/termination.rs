//! Refuses the documents that progenitor does not come to an end with.

use std::collections::BTreeMap;

use serde_json::Value;

use super::infinite_merge::{Trouble, Walk};

/// How deep a document may be nested. Progenitor, and the compiler of what it writes, recurse over it.
const MAX_DEPTH: usize = 200;

/// Makes sure that progenitor comes to an end with a document, or returns the reason why it does not.
pub(super) fn check(document: &Value) -> Result<(), String> {
    check_depth(document)?;
    check_references(document)?;
    check_aliases(document)?;
    let mut walk = Walk::new(document);
    for (place, schema) in schemas(document) {
        walk.enter(schema).map_err(|trouble| match trouble {
            Trouble::Endless => format!(
                "{place} merges a schema into itself by allOf, which has no end; refer to the schema without merging it"
            ),
            Trouble::TooMuch => format!("{place} merges so many schemas by allOf that progenitor would take too long"),
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

/// Progenitor follows references to components, by their last segment. Of others it takes what has that name.
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
                        "it refers to {reference}, but progenitor reads references to components of the same document \
                         only; bundle it first"
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

/// Keywords that hold values, not parts of the document.
fn is_data(keyword: &str) -> bool {
    matches!(keyword, "default" | "enum" | "example" | "examples") || keyword.starts_with("x-")
}

/// Finds components that are nothing but each other, such as a base that is one of those that it is merged into.
fn check_aliases(document: &Value) -> Result<(), String> {
    let components = document["components"].as_object();
    for (kind, section) in components.into_iter().flatten() {
        let names: BTreeMap<&str, Vec<&str>> = section
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, component)| (name.as_str(), same_as(component, kind)))
            .collect();
        if let Some(name) = cycle(&names) {
            return Err(format!(
                "components.{kind}.{name} leads back to itself by references and combinations alone, which has no end"
            ));
        }
    }
    Ok(())
}

/// Finds a component that leads back to itself.
fn cycle<'v>(names: &BTreeMap<&'v str, Vec<&'v str>>) -> Option<&'v str> {
    // Those that were met, and whether all behind them is done with.
    let mut done: BTreeMap<&str, bool> = BTreeMap::new();
    for start in names.keys() {
        let mut open = vec![(*start, false)];
        while let Some((name, is_left)) = open.pop() {
            if is_left {
                done.insert(name, true);
                continue;
            }
            match done.get(name) {
                Some(true) => continue,
                Some(false) => return Some(name),
                None => done.insert(name, false),
            };
            open.push((name, true));
            open.extend(names.get(name).into_iter().flatten().map(|next| (*next, false)));
        }
    }
    None
}

/// Lists the components that one cannot be without: behind references, alternatives and fixed numbers of items.
fn same_as<'v>(component: &'v Value, kind: &str) -> Vec<&'v str> {
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

/// Lists the schemas of a document with their places: those of components, and those in operations.
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
    while let Some((place, value)) = open.pop() {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields.iter().filter(|(key, _)| !is_data(key)) {
                    if key == "schema" {
                        found.push((place.clone(), value));
                        continue;
                    }
                    let id = value["operationId"].as_str();
                    let place = match id {
                        Some(id) => format!("operation {id}"),
                        None if place.is_empty() => format!("path {key}"),
                        None => place.clone(),
                    };
                    open.push((place, value));
                }
            }
            Value::Array(values) => open.extend(values.iter().map(|value| (place.clone(), value))),
            _ => {}
        }
    }
    components.chain(found)
}
