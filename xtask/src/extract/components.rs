//! Collects the components that operations refer to.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::{Map, Value};

use super::noise::tidy;
use super::walk::{is_data, is_map_of_names};

/// Collects the components that the paths reach, through each other.
pub(super) fn reach(
    document: &Value,
    paths: &Map<String, Value>,
    repairs: &mut Vec<String>,
) -> Result<Value> {
    let mut components = Map::new();
    let mut seen = BTreeSet::new();
    let mut open = Vec::new();
    for (path, item) in paths {
        references(item, false, &mut |reference| open.push((path.clone(), reference)));
        for (_, operation) in item.as_object().into_iter().flatten() {
            let alternatives = operation["security"].as_array().into_iter().flatten();
            for scheme in alternatives.filter_map(Value::as_object).flat_map(Map::keys) {
                open.push((path.clone(), format!("#/components/securitySchemes/{scheme}")));
            }
        }
    }
    while let Some((from, reference)) = open.pop() {
        let Some(name) = reference.strip_prefix("#/components/") else {
            bail!(
                "{from} refers to {reference}, which is outside the document's components; inline it first"
            );
        };
        let mut parts = name.split('/');
        let (Some(kind), Some(name), None) = (parts.next(), parts.next(), parts.next()) else {
            bail!(
                "{from} refers to {reference}, which is not a component as a whole; give that part a name of its own"
            );
        };
        if !seen.insert(reference.clone()) {
            continue;
        }
        let name = name.replace("~1", "/").replace("~0", "~");
        let Some(component) = document["components"][kind].get(&name) else {
            bail!("{from} refers to {reference}, which does not exist");
        };
        follow(document, &reference)?;
        let mut component = component.clone();
        tidy(&mut component, false, &name, repairs);
        references(&component, false, &mut |next| open.push((reference.clone(), next)));
        let kind = components.entry(kind).or_insert_with(|| Value::Object(Map::new()));
        kind[name.as_str()] = component;
    }
    Ok(Value::Object(components))
}

/// Makes sure that a chain of bare references ends at something.
fn follow(document: &Value, reference: &str) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut next = reference;
    while let Some(target) =
        next.strip_prefix('#').and_then(|pointer| document.pointer(pointer)?["$ref"].as_str())
    {
        if !seen.insert(next) {
            bail!("{reference} runs in a circle of references and never says what it is");
        }
        next = target;
    }
    Ok(())
}

/// Finds the references below a value, those of discriminators included.
fn references(value: &Value, is_named: bool, found: &mut impl FnMut(String)) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match (key.as_str(), value) {
                    (_, value) if is_named => references(value, false, found),
                    ("$ref", Value::String(reference)) => found(reference.clone()),
                    ("mapping", Value::Object(mapping)) => {
                        for target in mapping.values().filter_map(Value::as_str) {
                            // A mapping may also name a schema without a pointer.
                            let is_reference = target.contains(['#', '/']);
                            found(if is_reference {
                                target.to_owned()
                            } else {
                                format!("#/components/schemas/{target}")
                            });
                        }
                    }
                    (key, value) if is_data(key, value) => {}
                    (key, value) => references(value, is_map_of_names(key, value), found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, false, found)),
        _ => {}
    }
}
