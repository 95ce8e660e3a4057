//! Documents to measure with, made by size, so that none of anybody's needs to be kept here.

use serde_json::{Map, Value, json};

/// Makes a document of so many operations, with as many schemas that refer to each other.
pub fn document(operations: usize) -> Value {
    let mut schemas = Map::new();
    let mut paths = Map::new();
    let model = |number: usize| json!({"$ref": format!("#/components/schemas/Model{}", number % operations)});
    for number in 0..operations {
        schemas.insert(
            format!("Model{number}"),
            json!({
                "type": "object",
                "required": ["id", "name"],
                "properties": {
                    "id": {"type": "string", "format": "uuid", "description": "What this is known by, for ever."},
                    "name": {"type": "string", "minLength": 1, "maxLength": 200, "description": "What people call it."},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "parent": model(number * 7 + 1),
                    "children": {"type": "array", "items": model(number * 3 + 2)},
                    "state": {"type": "string", "enum": ["new", "open", "closed"]},
                    "owner": {"allOf": [model(number + 1)], "description": "Who keeps it."},
                    "both": {"allOf": [{"$ref": "#/components/schemas/Error"}, {"type": "object", "properties": {"more": {"type": "integer"}}}]}
                }
            }),
        );
        let response = |what: Value| json!({"description": "One of them.", "content": {"application/json": {"schema": what}}});
        paths.insert(
            format!("/api/things{number}/{{id}}"),
            json!({"post": {
                "operationId": format!("op{number}"),
                "summary": "Do something with it",
                "description": "A line or two of what this does, as most documents have them at each operation of theirs.",
                "tags": ["things"],
                "security": [{"bearer": []}],
                "parameters": [
                    {"in": "path", "name": "id", "required": true, "schema": {"type": "string"}},
                    {"in": "query", "name": "limit", "schema": {"type": "integer", "minimum": 1, "maximum": 100}}
                ],
                "requestBody": {"required": true, "content": {"application/json": {"schema": model(number)}}},
                "responses": {"200": response(model(number * 11)), "400": response(json!({"$ref": "#/components/schemas/Error"}))}
            }}),
        );
    }
    schemas.insert(
        "Error".to_owned(),
        json!({"type": "object", "properties": {"code": {"type": "string"}, "message": {"type": "string"}}}),
    );
    json!({
        "openapi": "3.0.0",
        "info": {"title": "Measured", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}}
    })
}

/// Tightens one bound in every tenth schema.
pub fn changed(document: &Value) -> Value {
    let mut document = document.clone();
    let schemas = document["components"]["schemas"].as_object_mut().into_iter().flatten();
    for (_, schema) in schemas.filter(|(name, _)| name.starts_with("Model")).step_by(10) {
        schema["properties"]["name"]["maxLength"] = json!(100);
    }
    document
}
