//! The names of generated items.

use serde_json::json;

use super::super::identifiers::{operation_method, schema_type};
use super::super::public_items::public_items;
use super::super::{RustStyle, generate};

/// Names in many forms.
const NAMES: &[&str] = &[
    "+1",
    "-1",
    "1st",
    "9",
    "A_B",
    "HTTPServer",
    "Self",
    "UserList",
    "XMLHttpRequest2",
    "_",
    "__",
    "a.b",
    "a'b",
    "async",
    "crate",
    "created_at",
    "fooBAR",
    "gen",
    "list-pets",
    "match",
    "pets/{id}",
    "r#type",
    "self",
    "type",
    "user",
    "v1.Pod",
    "x$y",
    "x",
    "straße",
    "ünï",
    "日本",
    "💥",
    "a💥b",
    "ǅ",
    "a1b2C3",
    "IPv4Address",
    "pet_",
    "_pet",
    "Pet.v2+json",
];

#[test]
fn identifiers_match_those_of_progenitor() {
    for name in NAMES {
        let mut paths = json!({});
        paths["/x"] = json!({"get": {"operationId": name, "responses": {"200": {"description": ""}}}});
        let schemas = json!({*name: {"type": "object", "properties": {"a": {"type": "string"}}}});
        let info = json!({"title": "", "version": ""});
        let document =
            json!({"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": schemas}});
        let source = generate(&document, RustStyle::Positional).unwrap();
        let items = public_items(&source).unwrap();
        let schema = format!("types::{}", schema_type(name));
        assert!(items.contains_key(&schema), "{name}: {schema} is not in {:?}", items.keys());
        let method = format!("Client::{}", operation_method(name));
        assert!(items.contains_key(&method), "{name}: {method} is not in {:?}", items.keys());
    }
}
