//! Checks for shapes that progenitor rejects or panics over, in order to report them with clearer messages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Diagnostic;
use super::spec::{METHODS, Operation, operation_objects};

/// Collects the schemas that progenitor inlines into a schema: the parts of each `allOf` with several parts, at any
/// depth, and the target of a top-level `$ref`. The flag is whether an `allOf` merges it.
fn collect_all_of_refs<'v>(schema: &'v Value, is_top: bool, found: &mut Vec<(&'v str, bool)>) {
    if !schema.is_object() {
        return;
    }
    let target = |schema: &'v Value| schema["$ref"].as_str()?.strip_prefix("#/components/schemas/");
    if is_top {
        found.extend(target(schema).map(|name| (name, false)));
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let parts = schema[keyword].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_merge = keyword == "allOf" && parts.len() > 1;
        for part in parts {
            if is_merge {
                found.extend(target(part).map(|name| (name, true)));
            }
            collect_all_of_refs(part, is_top, found);
        }
    }
    for child in ["items", "additionalProperties", "not"] {
        collect_all_of_refs(&schema[child], false, found);
    }
    for (_, property) in schema["properties"].as_object().into_iter().flatten() {
        collect_all_of_refs(property, false, found);
    }
}

/// Finds a schema that is merged into itself. progenitor would recurse over it without end.
fn find_infinite_all_of(spec: &Value) -> Option<&str> {
    let schemas = spec.pointer("/components/schemas")?.as_object()?;
    let parts: BTreeMap<&str, Vec<(&str, bool)>> = schemas
        .iter()
        .map(|(name, schema)| {
            let mut found = Vec::new();
            collect_all_of_refs(schema, true, &mut found);
            found.sort_unstable();
            found.dedup();
            (name.as_str(), found)
        })
        .collect();
    // Only a schema that is merged somewhere can be merged into itself.
    let starts: BTreeSet<&str> =
        parts.values().flatten().filter(|(_, is_merge)| *is_merge).map(|(name, _)| *name).collect();
    let mut clear = BTreeSet::new();
    starts.into_iter().find(|start| {
        let mut seen = BTreeSet::new();
        let mut open = vec![(*start, false)];
        while let Some((name, was_merged)) = open.pop() {
            for (next, is_merge) in parts.get(name).into_iter().flatten() {
                let state = (*next, was_merged || *is_merge);
                if state == (*start, true) {
                    return true;
                }
                if !clear.contains(next) && seen.insert(state) {
                    open.push(state);
                }
            }
        }
        clear.insert(*start);
        false
    })
}

/// Checks for the shapes that progenitor is known to reject.
pub(super) fn check(spec: &Value, operations: &[Operation]) -> Result<(), Diagnostic> {
    if let Some(name) = find_infinite_all_of(spec) {
        return Err(Diagnostic::new(
            "check-shapes",
            format!("schema {name}"),
            "an allOf includes the schema itself, so it is infinitely recursive; use a plain $ref in a property or list item instead",
        ));
    }
    for ((_, _, object), operation) in operation_objects(spec).zip(operations) {
        let fail = |message: String| {
            let location = format!("operation {}", operation.id);
            Err(Diagnostic::new("check-shapes", location, message))
        };
        let item = &spec["paths"][&operation.path];
        if object.get("servers").or_else(|| item.get("servers")).is_some() {
            return fail("it overrides `servers`, but the client has a single base URL".to_owned());
        }
        let Some(responses) = object.get("responses").and_then(Value::as_object) else {
            return fail("it has no responses".to_owned());
        };
        if responses.is_empty() {
            return fail("it documents no 2xx response, so there is no return type".to_owned());
        }
        let contents: Vec<&Value> = responses.values().map(|response| &response["content"]).collect();
        if contents.windows(2).any(|pair| pair[0] != pair[1]) {
            let statuses: Vec<&str> = responses.keys().map(String::as_str).collect();
            return fail(format!("its 2xx responses {} have different types", statuses.join(" and ")));
        }
        for (status, response) in responses {
            if let Some(media) = response.pointer("/content/application~1json")
                && media.get("schema").is_none()
            {
                return fail(format!(
                    "its response {status} is application/json without a schema; give it one, or drop the media type"
                ));
            }
        }
        let parameters = object.get("parameters").and_then(Value::as_array);
        if parameters.into_iter().flatten().any(|parameter| parameter["in"] == "cookie") {
            return fail("it has a cookie parameter, which no generated method can send".to_owned());
        }
        if let Some(content) = object.pointer("/requestBody/content").and_then(Value::as_object) {
            for (media_type, media) in content {
                if media.get("schema").is_none() {
                    return fail(format!("its request body {media_type} has no schema"));
                }
            }
            if content.len() > 1 {
                return fail("its request body has more than one media type".to_owned());
            }
        }
    }
    Ok(())
}

/// Finds the part of the document that is rejected: the schema without which the types are accepted, or else the first
/// operation that is rejected alone.
pub(super) fn locate_failure(
    spec: &Value,
    operations: &[Operation],
    refused: impl Fn(&Value) -> bool,
) -> String {
    let mut types_only = spec.clone();
    types_only["paths"] = Value::Object(Map::new());
    if refused(&types_only) {
        let schemas = spec.pointer("/components/schemas").and_then(Value::as_object);
        let heals = |name: &&String| {
            let mut healed = types_only.clone();
            healed["components"]["schemas"][name.as_str()] = Value::Object(Map::new());
            !refused(&healed)
        };
        let broken = schemas.into_iter().flat_map(Map::keys).find(heals);
        return broken.map_or("the document".to_owned(), |name| format!("schema {name}"));
    }
    for operation in operations {
        let mut alone = types_only.clone();
        let method = operation.method.to_lowercase();
        let mut item = spec["paths"][&operation.path].clone();
        if let Some(item) = item.as_object_mut() {
            item.retain(|key, _| *key == method || !METHODS.contains(&key.as_str()));
        }
        alone["paths"][&operation.path] = item;
        if refused(&alone) {
            return format!("operation {}", operation.id);
        }
    }
    "the document".to_owned()
}
