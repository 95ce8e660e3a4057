//! Checks the rules between the specification, the wrappers and the assumptions of the crate. Each violation is a to-do
//! that names the file to change.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::api_profile::{OwnValue, Profile};
use crate::extract::resolve;
use crate::generate::Operation;
use crate::generate::spec;
use crate::skeleton;
use crate::wrappers::{Wrapper, Wrappers};

/// Returns the violations of all rules.
pub(crate) fn violations(
    profile: &Profile,
    spec: &Value,
    operations: &[Operation],
    wrappers: &Wrappers,
) -> Vec<String> {
    let mut list = check_tags(profile, spec);
    list.extend(check_host(profile, spec));
    list.extend(check_values(profile, spec));
    list.extend(check_errors(profile, spec));
    list.extend(check_wrappers(profile, operations, wrappers));
    list
}

/// Checks that each operation has a tag of the profile. An operation that moves to another tag stays in the subset until a
/// maintainer decides, so that a tag alone deletes nothing.
fn check_tags(profile: &Profile, spec: &Value) -> Vec<String> {
    let mut moved = BTreeMap::<String, Vec<&str>>::new();
    for (_, path, operation) in spec::operation_objects(spec) {
        let tags: Vec<&str> =
            operation["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if !tags.iter().any(|tag| profile.tags.contains(tag)) {
            let id = operation["operationId"].as_str().unwrap_or(path);
            moved.entry(tags.join(", ")).or_default().push(id);
        }
    }
    let violation = |(tags, ids): (String, Vec<&str>)| {
        let tags = if tags.is_empty() { "no tag".to_owned() } else { format!("the tag {tags:?}") };
        format!(
            "{} now has {tags}; nothing was removed. To keep it, add the tag to `tags` in xtask/src/api_profile.rs; otherwise \
             remove it from openapi.json, and remove its wrapper",
            ids.join(", ")
        )
    };
    moved.into_iter().map(violation).collect()
}

/// Checks the host of the first server, which receives every token.
fn check_host(profile: &Profile, spec: &Value) -> Option<String> {
    let host = spec::server_host(spec).filter(|host| *host != profile.host)?;
    Some(format!(
        "the first server is on {host}, not on {}: it would receive every token. If that host is right, set `host` in \
         xtask/src/api_profile.rs",
        profile.host
    ))
}

/// Checks that schemas allow the values that the crate generates or accepts.
fn check_values(profile: &Profile, spec: &Value) -> Vec<String> {
    let mut list = Vec::new();
    for OwnValue { fields, source, samples } in profile.values {
        for field in *fields {
            let (schema, property) = field.split_once('.').unwrap_or((field, ""));
            let schema = spec.pointer(&format!("/components/schemas/{schema}/properties/{property}"));
            for bound in schema.into_iter().flat_map(|schema| rejecting_keywords(spec, schema, samples, 0)) {
                list.push(format!(
                    "{field} has {bound}, which rejects values that this crate sends or accepts, such as one of {} characters; \
                     change {source}, and the samples in xtask/src/api_profile.rs",
                    samples.first().map_or(0, |sample| sample.len())
                ));
            }
        }
    }
    list
}

/// The maximum nesting of `allOf`, since references can form a cycle.
const MAX_DEPTH: usize = 8;

/// Returns the keywords of a schema that reject one of the samples, or whose effect is not known here.
fn rejecting_keywords(spec: &Value, schema: &Value, samples: &[&str], depth: usize) -> Vec<String> {
    if depth > MAX_DEPTH {
        return Vec::new();
    }
    let schema = resolve(spec, schema);
    let length =
        |keyword: &str| schema[keyword].as_u64().map(|bound| usize::try_from(bound).unwrap_or(usize::MAX));
    let allows = |keyword: &str, value: &Value, sample: &&str| match keyword {
        "minLength" => length(keyword).is_none_or(|min| sample.len() >= min),
        "maxLength" => length(keyword).is_none_or(|max| sample.len() <= max),
        "pattern" => {
            let pattern = value.as_str().and_then(|pattern| regress::Regex::new(pattern).ok());
            pattern.is_some_and(|pattern| pattern.find(sample).is_some())
        }
        "enum" => value.as_array().is_some_and(|values| values.iter().any(|value| value == *sample)),
        "format" => value == "password",
        "anyOf" | "not" | "oneOf" => false,
        _ => true,
    };
    let keywords = schema.as_object().into_iter().flatten();
    let rejecting =
        keywords.filter(|(keyword, value)| !samples.iter().all(|sample| allows(keyword, value, sample)));
    let mut list: Vec<String> = rejecting.map(|(keyword, value)| format!("{keyword}: {value}")).collect();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        list.extend(rejecting_keywords(spec, part, samples, depth + 1));
    }
    list
}

/// Checks that all errors have the envelope that the crate reads, and that the statuses on which it relies are documented.
fn check_errors(profile: &Profile, spec: &Value) -> Vec<String> {
    let mut list = Vec::new();
    let (envelope, reader) = profile.envelope;
    for (_, path, operation) in spec::operation_objects(spec) {
        let id = operation["operationId"].as_str().unwrap_or(path);
        let responses = operation["responses"].as_object();
        let mut success = None;
        for (status, response) in responses.into_iter().flatten() {
            let response = resolve(spec, response);
            let schema = &response["content"]["application/json"]["schema"];
            let name = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
            if status.starts_with('2') {
                success = success.or(name);
            } else if !schema.is_null() && name != Some(envelope) {
                let name = name.map_or("an unnamed schema".to_owned(), |name| format!("schema {name}"));
                list.push(format!(
                    "{id} responds {status} with {name}, but {reader} reads {envelope}; change it, and `envelope` in \
                     xtask/src/api_profile.rs"
                ));
            }
        }
        for (schema, status, reader) in profile.relies_on {
            if success == Some(schema) && responses.is_none_or(|responses| !responses.contains_key(*status)) {
                list.push(format!(
                    "{id} no longer documents {status}, which {reader} relies on; change it, and `relies_on` in \
                     xtask/src/api_profile.rs"
                ));
            }
        }
    }
    list
}

/// Checks that each operation has one wrapper, on the type with or without a token as the operation requires, and that
/// each wrapper has one operation and one retry class.
fn check_wrappers(profile: &Profile, operations: &[Operation], wrappers: &Wrappers) -> Vec<String> {
    let mut list = Vec::new();
    for operation in operations {
        let Operation { id, bearer, .. } = operation;
        let (owner, other) = if *bearer {
            (profile.with_token, profile.without_token)
        } else {
            (profile.without_token, profile.with_token)
        };
        let found: Vec<&Wrapper> = wrappers.of(id).collect();
        match found.as_slice() {
            [] => list.push(skeleton::missing_wrapper(operation, &owner)),
            [wrapper] => {
                if wrapper.owner == other.name {
                    let needs = if *bearer { "needs a token" } else { "takes no token" };
                    list.push(format!(
                        "{} in {} wraps {id}, which {needs}; move it to {} in {}",
                        wrapper.name, wrapper.file, owner.name, owner.file
                    ));
                }
                list.extend(check_wrapper(wrapper, id));
            }
            several => {
                let names: Vec<&str> = several.iter().map(|wrapper| wrapper.name.as_str()).collect();
                list.push(format!(
                    "operation {id} is wrapped {} times ({}); keep one",
                    names.len(),
                    names.join(", ")
                ));
            }
        }
    }
    for wrapper in &wrappers.all {
        if !operations.iter().any(|operation| wrapper.ids.contains(&operation.id)) {
            list.push(format!(
                "{} in {} wraps {}, which is no longer a public operation; remove the wrapper, or correct its alias if the operation \
                 has a new id",
                wrapper.name,
                wrapper.file,
                wrapper.ids.first().map_or("an operation", String::as_str)
            ));
        }
    }
    list
}

/// Checks that the hand-written files that list every operation are complete.
pub(crate) fn check_operation_lists(root: &Path, operations: &[Operation]) -> Result<Vec<String>> {
    let mut list = Vec::new();
    for (file, addition) in skeleton::OPERATION_LISTS.iter().filter(|(file, _)| root.join(file).exists()) {
        let text = fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"))?;
        for Operation { id, .. } in operations {
            if !text.contains(&format!("\"{id}\"")) {
                list.push(format!("{file} does not name operation {id}; add {addition}"));
            }
        }
    }
    Ok(list)
}

fn check_wrapper(wrapper: &Wrapper, id: &str) -> Vec<String> {
    let Wrapper { name, file, retries, constants, .. } = wrapper;
    let mut list = Vec::new();
    match retries.as_slice() {
        [_] => {}
        [] => {
            list.push(format!("{name} in {file} names no retry class; pass one of Retry to transport::call"));
        }
        several => list.push(format!(
            "{name} in {file} names {} retry classes ({}); an operation has one",
            several.len(),
            several.join(", ")
        )),
    }
    let is_other = |constant: &&String| spec::fold(constant) != spec::fold(id);
    if let Some(constant) = constants.iter().find(is_other) {
        list.push(format!("{name} in {file} wraps {id}, but names Operation::{constant}; make them agree"));
    }
    list
}
