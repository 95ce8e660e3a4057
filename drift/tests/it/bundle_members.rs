//! Which members of a document are references.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openapi_drift::FILES;
use serde_json::{Value, json};

use crate::bundle::{bundle, reference};

#[test]
fn data_and_names_are_not_references() {
    let data = json!({"$ref": "missing.json"});
    let schema = json!({
        "example": data, "examples": [data], "default": data, "enum": [data], "const": data, "x-a": data,
        "xml": data, "unknown": data,
        "properties": {"example": {"$ref": "b.json"}, "default": {"$ref": "b.json"}, "x-a": {"$ref": "b.json"},
            "$ref": {"type": "string"}},
    });
    let document = json!({
        "x-a": {"paths": {"/a": data}},
        "info": data,
        "paths": {
            "x-a": data,
            "/a": {
                "x-a": data,
                "get": {
                    "parameters": [{"example": data, "examples": {"a": {"value": data}, "b": {"$ref": "b.json"}}}],
                    "responses": {
                        "default": {"$ref": "b.json"},
                        "x-a": data,
                        "200": {
                            "content": {"application/json": {"schema": schema, "example": data}},
                            "headers": {"x-a": {"$ref": "b.json"}},
                            "links": {"x": {"parameters": {"a": data}, "requestBody": data}},
                        },
                    },
                    "callbacks": {"x-a": {"x-a": data, "$request.body#/url": {"$ref": "b.json"}}},
                },
            },
        },
    });
    let text = document.to_string();
    let (root, files) = bundle(&[("a.json", &text), ("b.json", "{}")]);
    let expected = text.replace("\"b.json\"", &format!("\"#/{FILES}/b.json\""));
    assert_eq!(root, serde_json::from_str::<Value>(&expected).unwrap());
    assert_eq!(files, json!({"b.json": {}}));
}

#[test]
fn references_are_followed_wherever_openapi_has_them() {
    let b = || reference("b.json");
    let document = json!({
        "webhooks": {"a": b()},
        "paths": {"/a": {
            "parameters": [b()],
            "query": {"requestBody": b()},
            "additionalOperations": {"COPY": {"responses": {"200": b()}}},
            "post": {
                "requestBody": {"content": {"a/b": {
                    "schema": b(), "itemSchema": b(), "examples": {"a": b()},
                    "encoding": {"a": {"headers": {"a": b()}}}, "prefixEncoding": [{"headers": {"a": b()}}],
                    "itemEncoding": {"headers": {"a": b()}},
                }, "c/d": b()}},
                "responses": {"200": {"headers": {"a": b()}, "links": {"a": b()}}},
                "callbacks": {"a": b(), "b": {"x": {"get": {"parameters": [{"schema": b(), "content": {"a/b": {"schema": b()}}}]}}}},
            },
        }},
        "components": {
            "schemas": {"a": {
                "allOf": [b()], "anyOf": [b()], "oneOf": [b()], "prefixItems": [b()], "items": b(), "not": b(), "if": b(),
                "then": b(), "else": b(), "contains": b(), "additionalProperties": b(), "additionalItems": b(),
                "propertyNames": b(), "unevaluatedItems": b(), "unevaluatedProperties": b(), "contentSchema": b(),
                "$defs": {"a": b()}, "definitions": {"a": b()}, "dependentSchemas": {"a": b()}, "dependencies": {"a": b()},
                "patternProperties": {"a": b()}, "properties": {"a": b()},
            }, "b": {"items": [b()]}},
            "responses": {"a": b()}, "parameters": {"a": b()}, "examples": {"a": b()}, "requestBodies": {"a": b()},
            "headers": {"a": b()}, "securitySchemes": {"a": b()}, "links": {"a": b()}, "callbacks": {"a": b()},
            "pathItems": {"a": b()}, "mediaTypes": {"a": b()},
        },
    });
    let (root, _) = bundle(&[("a.json", &document.to_string()), ("b.json", "{}")]);
    assert!(!root.to_string().contains("\"b.json\""), "{root:#}");
}

#[test]
fn mappings_of_discriminators_are_references() {
    let root = json!({"components": {"schemas": {"Pet": {"oneOf": [], "discriminator": {"propertyName": "kind", "mapping": {
        "a": "dog.json", "b": "pets/cat.yaml#/Cat", "c": "Dog", "d": "#/components/schemas/Dog", "e": "my.Dog",
        "f/g": "./dog.json",
    }}}, "Dog": {"items": {"$ref": "pets/more.json#/Pet"}}}}});
    let more = json!({"Pet": {"discriminator": {"mapping": {"a": "#/Cow", "b": "Dog", "c": "cat.yaml#/Cat"}}}, "Cow": {}});
    let (root, files) = bundle(&[
        ("a.json", &root.to_string()),
        ("dog.json", "{}"),
        ("pets/cat.yaml", "Cat: {}"),
        ("pets/more.json", &more.to_string()),
    ]);
    let path = |pointer: &str| format!("#/{FILES}/{pointer}");
    assert_eq!(
        root["components"]["schemas"]["Pet"]["discriminator"]["mapping"],
        json!({
            "a": path("dog.json"), "b": path("pets~1cat.yaml/Cat"), "c": "Dog", "d": "#/components/schemas/Dog",
            "e": "my.Dog", "f/g": path("dog.json"),
        })
    );
    assert_eq!(
        files["pets/more.json"]["Pet"]["discriminator"]["mapping"],
        json!({"a": path("pets~1more.json/Cow"), "b": "Dog", "c": path("pets~1cat.yaml/Cat")})
    );
}
