//! Collects the components that operations refer to.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::{Map, Value};

use super::noise::strip_noise;
use super::walk::for_each_object;

/// Collects the components that the paths refer to, directly or through other components.
///
/// # Errors
///
/// Fails if a reference leads out of the document's components or to a part of one, does not resolve, or is part of a
/// cycle.
pub(super) fn reachable_components(
    document: &Value,
    paths: &Map<String, Value>,
    repairs: &mut Vec<String>,
) -> Result<Value> {
    let mut components = Map::new();
    let mut visited = BTreeSet::new();
    let mut pending = Vec::new();
    for (path, item) in paths {
        pending.extend(references(item).into_iter().map(|reference| (path.clone(), reference)));
        for (_, operation) in item.as_object().into_iter().flatten() {
            let alternatives = operation["security"].as_array().into_iter().flatten();
            for scheme in alternatives.filter_map(Value::as_object).flat_map(Map::keys) {
                pending.push((path.clone(), format!("#/components/securitySchemes/{scheme}")));
            }
        }
    }
    while let Some((from, reference)) = pending.pop() {
        let Some(name) = reference.strip_prefix("#/components/") else {
            bail!(
                "{from} refers to {reference}, which is outside the document's components; inline it first"
            );
        };
        let mut parts = name.split('/');
        let (Some(kind), Some(name), None) = (parts.next(), parts.next(), parts.next()) else {
            bail!("{from} refers to {reference}, a part of a component; make that part a component itself");
        };
        if !visited.insert(reference.clone()) {
            continue;
        }
        let name = name.replace("~1", "/").replace("~0", "~");
        let Some(component) = document["components"][kind].get(&name) else {
            bail!("{from} refers to {reference}, which does not exist");
        };
        check_ref_chain(document, &reference)?;
        let mut component = component.clone();
        strip_noise(&mut component, &name, repairs);
        pending.extend(references(&component).into_iter().map(|next| (reference.clone(), next)));
        let kind = components.entry(kind).or_insert_with(|| Value::Object(Map::new()));
        kind[name.as_str()] = component;
    }
    Ok(Value::Object(components))
}

/// Checks that a chain of references ends at a definition.
fn check_ref_chain(document: &Value, reference: &str) -> Result<()> {
    let mut visited = BTreeSet::new();
    let mut next = reference;
    while let Some(target) =
        next.strip_prefix('#').and_then(|pointer| document.pointer(pointer)?["$ref"].as_str())
    {
        if !visited.insert(next) {
            bail!("{reference} is part of a cycle of references without a definition");
        }
        next = target;
    }
    Ok(())
}

/// Returns the references below a value, including those of discriminators.
fn references(value: &Value) -> Vec<String> {
    let mut references = Vec::new();
    for_each_object(value, &mut |object| {
        references.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
        let mapping = object.get("mapping").and_then(Value::as_object);
        for target in mapping.into_iter().flat_map(Map::values).filter_map(Value::as_str) {
            // A mapping may also name a schema without a pointer.
            let is_reference = target.contains(['#', '/']);
            references.push(if is_reference {
                target.to_owned()
            } else {
                format!("#/components/schemas/{target}")
            });
        }
    });
    references
}

/// Follows a chain of references in a subset to its end, which exists since [`check_ref_chain`] refuses cycles. Returns
/// other values unchanged.
pub(crate) fn resolve<'a>(spec: &'a Value, value: &'a Value) -> &'a Value {
    let mut value = value;
    while let Some(target) =
        value["$ref"].as_str().and_then(|reference| spec.pointer(reference.strip_prefix('#')?))
    {
        value = target;
    }
    value
}
