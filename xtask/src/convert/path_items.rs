//! Prepares a document for the selection of operations: inlines path items, and refuses selected operations that 3.0
//! cannot contain.

use anyhow::{Result, bail};
use serde_json::Value;

use super::is_default_dialect;

/// Inlines the path items that are references, so that operations can be selected. Drops operations with methods that
/// 3.0 does not have.
///
/// # Errors
///
/// Fails if a reference does not resolve, or if 3.0 cannot contain a selected operation.
pub(crate) fn inline_path_items(
    document: &mut Value,
    is_selected: impl Fn(&str, &str, &Value) -> bool,
) -> Result<()> {
    if let Some(dialect) = document.get("jsonSchemaDialect").filter(|dialect| !is_default_dialect(dialect)) {
        bail!(
            "the document: its schemas have the dialect {dialect}, which cannot be converted to OpenAPI 3.0"
        );
    }
    let root = document.clone();
    for (name, item) in members(&root["webhooks"]) {
        let item = resolve_path_item(&root, item)?;
        if members(&item).any(|(method, operation)| is_selected(method, name, operation)) {
            bail!(
                "webhook {name} has a selected operation, but OpenAPI 3.0 has no webhooks; change its tag, or remove it"
            );
        }
    }
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return Ok(()) };
    for (path, item) in paths.iter_mut().filter(|(path, _)| !path.starts_with("x-")) {
        *item = resolve_path_item(&root, item).map_err(|error| error.context(format!("path {path}")))?;
        let Some(item) = item.as_object_mut() else { continue };
        let query = item.remove("query");
        let additional = item.remove("additionalOperations").unwrap_or_default();
        let query = query.iter().map(|operation| ("query", operation));
        let additional = members(&additional).map(|(method, operation)| (method.as_str(), operation));
        if let Some((method, _)) = query.chain(additional).find(|(method, it)| is_selected(method, path, it))
        {
            bail!(
                "path {path} has a selected operation with the method {method}, which OpenAPI 3.0 does not have"
            );
        }
    }
    Ok(())
}

/// Returns a path item with the fields of the path items that it refers to.
pub(super) fn resolve_path_item(root: &Value, item: &Value) -> Result<Value> {
    let mut resolved = item.clone();
    let mut visited = Vec::new();
    while let Some(reference) = resolved.as_object_mut().and_then(|object| object.remove("$ref")) {
        let pointer = reference.as_str().and_then(|reference| reference.strip_prefix('#'));
        let Some(target) = pointer.and_then(|pointer| root.pointer(pointer)).and_then(Value::as_object)
        else {
            bail!("the reference {reference} is not a path item of this document");
        };
        if visited.contains(&reference) {
            bail!("the reference {reference} is part of a cycle");
        }
        visited.push(reference);
        for (key, value) in target {
            // OpenAPI does not define which of the two fields applies.
            if resolved.get(key).is_some_and(|own| own != value) {
                bail!(
                    "{key} is both next to a reference and in its target, and OpenAPI does not define which one applies"
                );
            }
            resolved[key.as_str()] = value.clone();
        }
    }
    Ok(resolved)
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
