//! A document, changes to it, and findings in it.

use serde_json::{Value, json};

use super::super::{RustReport, RustStyle, compare_generated};
use crate::finding::{Change, Finding, Operation, Subject};
use crate::rules::{Direction, Effect, Example, Fragment, Rule, Scope};

pub(super) static CHANGED: Rule = rule("type-changed", Effect::Replaces);
pub(super) static RENAMED: Rule = rule("schema-renamed", Effect::Neutral);
pub(super) static DESCRIBED: Rule = rule("description-changed", Effect::Neutral);

pub(super) const fn rule(name: &'static str, effect: Effect) -> Rule {
    let example = Example { of: Fragment::Schema, before: "", after: "" };
    Rule {
        name,
        scope: Scope::Both,
        effect,
        deviation: None,
        summary: "changes",
        sends: "",
        receives: "",
        example,
    }
}

pub(super) fn finding(
    rule: &'static Rule,
    subject: Subject,
    old: Option<&str>,
    new: Option<&str>,
) -> Finding {
    Finding {
        rule,
        direction: Direction::Request,
        level: rule.level(Direction::Request),
        subject,
        part: String::new(),
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
        change: Change::Replaced(Value::Null, Value::Null),
        operations: Vec::new(),
        notes: Vec::new(),
    }
}

/// A finding at a location within a component of both documents.
pub(super) fn in_component(kind: &str, name: &str, location: &str) -> Finding {
    let pointer = format!("#/components/{kind}/{name}{location}");
    let subject = Subject::Component { kind: kind.to_owned(), name: name.to_owned() };
    finding(&CHANGED, subject, Some(&pointer), Some(&pointer))
}

pub(super) fn in_schema(name: &str, location: &str) -> Finding {
    in_component("schemas", name, location)
}

pub(super) fn in_operation(id: &str, method: &str, path: &str) -> Finding {
    let (id, old_id) = (Some(id.to_owned()), None);
    let operation = Operation { id, old_id, method: method.to_owned(), path: path.to_owned() };
    let pointer = format!("#/paths/{}/{}", path.replace('/', "~1"), method.to_lowercase());
    finding(&CHANGED, Subject::Operation(operation), Some(&pointer), Some(&pointer))
}

pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

pub(super) fn responses(schema: &Value) -> Value {
    json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}})
}

/// A document in which some names are prefixes of others.
pub(super) fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Pets", "version": "1"},
        "paths": {
            "/users": {"get": {
                "operationId": "user",
                "description": "Like this one:\n\nSends a `GET` request to `/users/{id}`\n",
                "parameters": [{"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["up", "down"]}}],
                "responses": responses(&reference("UserList")),
            }},
            "/users/{id}": {"get": {
                "operationId": "user-list",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"$ref": "#/components/parameters/Limit"},
                ],
                "responses": responses(&json!({"type": "object", "properties": {
                    "user": reference("User"),
                    "more": {"type": "object", "properties": {"a": {"type": "string"}}},
                }})),
            }},
            "/dogs": {"post": {
                "operationId": "createDog",
                "requestBody": {"required": true, "content": {"application/json": {"schema": reference("Dog")}}},
                "responses": {"default": {"$ref": "#/components/responses/Failure"}},
            }},
        },
        "components": {
            "parameters": {"Limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "format": "int32"}}},
            "responses": {"Failure": {"description": "", "content": {"application/json": {"schema": {
                "type": "object", "required": ["code"], "properties": {"code": {"type": "integer", "format": "int32"}},
            }}}}},
            "schemas": {
                "User": {"type": "object", "properties": {
                    "name": {"type": "string"},
                    "kind": reference("Kind"),
                    "address": {"type": "object", "properties": {
                        "city": {"type": "string"},
                        "zip": {"type": "string"},
                    }},
                }},
                "UserList": {"type": "object", "properties": {
                    "items": {"type": "array", "items": reference("User")},
                    "total": {"type": "integer"},
                }},
                "Kind": {"type": "string", "enum": ["user", "user-list"]},
                "Animal": {"type": "object", "properties": {"legs": {"type": "integer"}}},
                "Dog": {"allOf": [reference("Animal"), {"type": "object", "properties": {"name": {"type": "string"}}}]},
                "Name": {"type": "string", "maxLength": 9},
                "Number": {"type": "integer", "format": "int64"},
                "Either": {"anyOf": [reference("Name"), reference("Number")]},
            },
        },
    })
}

/// Applies changes to the document: pointers with new values, or null to remove a value.
pub(super) fn changed(changes: &[(&str, Value)]) -> Value {
    let mut document = document();
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let key = key.replace("~1", "/");
        match document.pointer_mut(parent).unwrap() {
            Value::Array(items) => items[key.parse::<usize>().unwrap()] = value.clone(),
            parent if value.is_null() => drop(parent.as_object_mut().unwrap().remove(&key)),
            parent => parent[&key] = value.clone(),
        }
    }
    document
}

pub(super) fn compare(new: &Value, style: RustStyle) -> RustReport {
    compare_generated(&document(), new, style).unwrap()
}

pub(super) fn positional(changes: &[(&str, Value)]) -> RustReport {
    compare(&changed(changes), RustStyle::Positional)
}

pub(super) fn builder(changes: &[(&str, Value)]) -> RustReport {
    compare(&changed(changes), RustStyle::Builder)
}

pub(super) fn items(report: &RustReport, finding: &Finding) -> Vec<String> {
    report.items_for(finding).map(|change| change.item.clone()).collect()
}

pub(super) fn unattributed(report: &RustReport, findings: &[Finding]) -> Vec<String> {
    report.unattributed(findings).map(|change| change.item.clone()).collect()
}
