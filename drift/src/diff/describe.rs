//! Describes the part of a document that differs.

use serde_json::Value;

use crate::document::schema::is_bound;
use crate::document::{escape, keys};

/// Keywords that the summaries of rules mention, so descriptions end before them.
const KEYWORDS_NAMED_BY_RULE: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allowEmptyValue",
    "const",
    "default",
    "deprecated",
    "discriminator",
    "enum",
    "explode",
    "format",
    "name",
    "nullable",
    "operationId",
    "pattern",
    "readOnly",
    "required",
    "security",
    "style",
    "type",
    "writeOnly",
    "x-extensible-enum",
];

/// Describes the target of a pointer, such as `body, field user.name`, without the keys that name the subject.
pub(super) fn describe(document: &Value, pointer: &str, skip: usize) -> String {
    let all: Vec<String> = keys(pointer).collect();
    let mut words: Vec<String> = Vec::new();
    let mut field = String::new();
    let mut bound = None;
    let mut rest = all.iter().enumerate().skip(skip);
    while let Some((index, key)) = rest.next() {
        let mut next = || rest.next().map(|(_, key)| key.clone());
        match key.as_str() {
            "properties" | "patternProperties" => {
                let Some(name) = next() else { break };
                field = if field.is_empty() { name } else { format!("{field}.{name}") };
            }
            "items" => field.push_str("[]"),
            "content" => words.extend(next()),
            "responses" => words.extend(next().map(|status| format!("response {status}"))),
            "headers" => words.extend(next().map(|name| format!("header {name}"))),
            "callbacks" => words.extend(next().map(|name| format!("callback {name}"))),
            "parameters" => {
                let Some(at) = next() else { break };
                let list: String = all[..=index].iter().flat_map(|key| ["/".into(), escape(key)]).collect();
                let parameter = document.pointer(&format!("{list}/{}", escape(&at)));
                let text = |key: &str| parameter.and_then(|it| it.get(key)?.as_str()).map(str::to_owned);
                words.push(match (text("name"), text("in")) {
                    (Some(name), Some(kind)) => format!("{kind} parameter {name}"),
                    _ => format!("parameter {at}"),
                });
            }
            "requestBody" => words.push("body".to_owned()),
            "schema" => {}
            // Bounds are named before what they limit: `maximum of field size`.
            keyword if is_bound(keyword) => {
                bound = Some(keyword);
                break;
            }
            keyword if KEYWORDS_NAMED_BY_RULE.contains(&keyword) => break,
            // An enum value, which the change shows.
            value if value.starts_with(['"', '[', '{']) => break,
            "allOf" | "oneOf" | "anyOf" | "prefixItems" => {
                words.extend(next().map(|index| format!("{key} {index}")));
            }
            other => words.push(other.to_owned()),
        }
    }
    if !field.is_empty() {
        words.push(format!("field {field}"));
    }
    match (bound, words.is_empty()) {
        (None, _) => words.join(", "),
        (Some(bound), true) => bound.to_owned(),
        (Some(bound), false) => format!("{bound} of {}", words.join(", ")),
    }
}
