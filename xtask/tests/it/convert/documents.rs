//! All objects except schemas.

use serde_json::{Value, json};

use super::{convert, document, refusal};

/// Returns a minimal operation.
fn operation() -> Value {
    json!({"operationId": "read", "tags": ["auth"], "responses": {"204": {"description": "x"}}})
}

#[test]
fn path_items_by_reference_are_inlined() {
    let mut by_reference = document(operation());
    by_reference["paths"]["/y"] =
        json!({"get": {"operationId": "other", "tags": ["builds"], "responses": {}}});
    let (expected, _) = convert(by_reference.clone()).unwrap();
    by_reference["components"]["pathItems"] = json!({"X": by_reference["paths"]["/x"]});
    by_reference["paths"]["/x"] = json!({"$ref": "#/components/pathItems/X"});
    assert_eq!(convert(by_reference.clone()), Ok((expected, vec![])));

    by_reference["paths"]["/x"]["summary"] = json!("S");
    assert_eq!(convert(by_reference.clone()).unwrap().0["paths"]["/x"]["summary"], "S");
    by_reference["paths"]["/x"]["post"] = json!({});
    assert_eq!(
        refusal(by_reference.clone()),
        "path /x: post is both next to a reference and in its target, and OpenAPI does not define which one applies"
    );
    by_reference["paths"]["/x"] = json!({"$ref": "#/components/pathItems/Y"});
    assert_eq!(
        refusal(by_reference),
        "path /x: the reference \"#/components/pathItems/Y\" is not a path item of this document"
    );
}

#[test]
fn references_with_texts_are_inlined() {
    let mut spec = document(operation());
    spec["components"] = json!({
        "responses": {
            "Gone": {"$ref": "#/components/responses/Base"},
            "Base": {"description": "Base", "headers": {"x-a": {"schema": {"type": ["string", "null"]}}}}
        },
        "parameters": {"Page": {"name": "page", "in": "query", "description": "P", "schema": {"type": ["integer", "null"]}}},
    });
    let operation = &mut spec["paths"]["/x"]["post"];
    operation["responses"]["410"] =
        json!({"$ref": "#/components/responses/Gone", "description": "Gone", "summary": "S"});
    operation["responses"]["400"] = json!({"$ref": "#/components/responses/Base"});
    operation["parameters"] = json!([{"$ref": "#/components/parameters/Page", "description": "The page"}]);
    let (spec, steps) = convert(spec).unwrap();
    let operation = &spec["paths"]["/x"]["post"];
    assert_eq!(
        operation["responses"]["410"],
        json!({
            "description": "Gone", "x-summary": "S",
            "headers": {"x-a": {"schema": {"type": "string", "nullable": true}}}
        })
    );
    assert_eq!(operation["responses"]["400"], json!({"$ref": "#/components/responses/Base"}));
    assert_eq!(
        operation["parameters"],
        json!([{"name": "page", "in": "query", "description": "The page", "schema": {"type": "integer", "nullable": true}}])
    );
    assert_eq!(
        steps,
        [
            "operation read at parameters/0: inlined \"#/components/parameters/Page\" to keep its siblings: description",
            "operation read at responses/410: inlined \"#/components/responses/Gone\" to keep its siblings: description, \
             x-summary",
        ]
    );
    // Nothing refers to the others any longer.
    assert_eq!(spec["components"].as_object().unwrap().keys().collect::<Vec<_>>(), ["responses"]);
    assert_eq!(spec["components"]["responses"].as_object().unwrap().keys().collect::<Vec<_>>(), ["Base"]);
}

#[test]
fn texts_that_3_0_has_no_field_for_are_kept() {
    let mut spec = document(operation());
    spec["info"]["summary"] = json!("S");
    spec["info"]["license"] = json!({"name": "MIT", "identifier": "MIT"});
    let (spec, steps) = convert(spec).unwrap();
    assert_eq!(spec["info"]["x-summary"], "S");
    assert_eq!(spec["info"]["license"], json!({"name": "MIT", "x-identifier": "MIT"}));
    assert_eq!(
        steps,
        [
            "the document at info/license: identifier became x-identifier",
            "the document at info: summary became x-summary"
        ]
    );
}

#[test]
fn bytes_and_roles_are_reported() {
    let mut spec = document(operation());
    spec["components"]["securitySchemes"] = json!({"bearer": {"type": "http", "scheme": "bearer"}});
    let operation = &mut spec["paths"]["/x"]["post"];
    operation["security"] = json!([{"bearer": ["admin"]}]);
    operation["requestBody"] = json!({"content": {"application/octet-stream": {}}});
    let (spec, steps) = convert(spec).unwrap();
    assert_eq!(
        spec["paths"]["/x"]["post"]["requestBody"]["content"]["application/octet-stream"]["schema"],
        json!({"type": "string", "format": "binary"})
    );
    assert_eq!(
        steps,
        [
            "operation read: kept the roles [\"admin\"] of bearer, which have no meaning in 3.0",
            "operation read at requestBody/content: added a schema of format binary to application/octet-stream, \
             since 3.0 requires one",
        ]
    );
}

#[test]
fn callbacks_are_converted() {
    let mut spec = document(operation());
    let nullable = json!({"application/json": {"schema": {"type": ["string", "null"]}}});
    spec["components"]["pathItems"] = json!({"Hook": {"post": {
        "requestBody": {"content": nullable}, "responses": {"204": {"description": "x"}}}}});
    spec["paths"]["/x"]["post"]["callbacks"] =
        json!({"done": {"{$url}": {"$ref": "#/components/pathItems/Hook"}}});
    let (spec, _) = convert(spec).unwrap();
    let hook = &spec["paths"]["/x"]["post"]["callbacks"]["done"]["{$url}"]["post"];
    assert_eq!(
        hook["requestBody"]["content"]["application/json"]["schema"],
        json!({"type": "string", "nullable": true})
    );
    assert_eq!(spec["components"], json!({}));
}

#[test]
fn a_document_that_3_0_cannot_express_is_refused() {
    let cannot = |location: &str, feature: &str| {
        format!(
            "{location}: OpenAPI 3.0 cannot express {feature}; ask the API's owner to avoid it, or import a changed copy"
        )
    };
    let refused = |pointer: &str, key: &str, value: Value| {
        let mut spec = document(operation());
        spec["components"]["securitySchemes"] = json!({"tls": {"type": "mutualTLS"}});
        spec.pointer_mut(pointer).unwrap()[key] = value;
        refusal(spec)
    };
    let post = "/paths/~1x/post";
    let parameter = |schema: Value| json!([{"name": "a", "in": "query", "x": 1, "schema": schema}]);
    for (pointer, key, value, error) in [
        (post, "security", json!([{"tls": []}]), cannot("security scheme tls", "the security type mutualTLS")),
        (
            post,
            "parameters",
            json!([{"name": "a", "in": "query"}]),
            cannot("operation read at parameters/0", "a parameter with neither schema nor content"),
        ),
        (
            post,
            "parameters",
            parameter(json!({})),
            cannot("operation read at parameters/0", "the parameter field x"),
        ),
        (
            post,
            "parameters",
            json!([{"name": "a", "in": "query", "schema": {"if": {}}}]),
            cannot("operation read at parameters/0/schema", "the keyword if of a schema"),
        ),
        (
            "/paths/~1x",
            "get",
            json!({"operationId": "g", "tags": ["auth"], "responses": {}, "requestBody": {"content": {}}}),
            cannot("operation g", "a request body of GET, which it ignores"),
        ),
        (
            "/paths/~1x",
            "query",
            operation(),
            "path /x has a selected operation with the method query, which OpenAPI 3.0 does not have".to_owned(),
        ),
        (
            "",
            "jsonSchemaDialect",
            json!("http://json-schema.org/draft-07/schema#"),
            "the document: its schemas have the dialect \"http://json-schema.org/draft-07/schema#\", which cannot be \
             converted to OpenAPI 3.0"
                .to_owned(),
        ),
        (
            "",
            "webhooks",
            json!({"done": {"post": operation()}}),
            "webhook done has a selected operation, but OpenAPI 3.0 has no webhooks; change its tag, or remove it"
                .to_owned(),
        ),
        (
            "",
            "paths",
            Value::Null,
            "it has no public operation with the tag \"auth\"; is it the right document?".to_owned(),
        ),
        (
            "/servers/0",
            "name",
            json!("production"),
            cannot("the document at servers/0", "the server field name"),
        ),
    ] {
        assert_eq!(refused(pointer, key, value.clone()), error, "{value}");
    }
}

#[test]
fn parts_of_other_operations_are_left_out() {
    let mut spec = document(operation());
    let (expected, _) = convert(spec.clone()).unwrap();
    spec["openapi"] = json!("3.2.0");
    spec["$self"] = json!("https://example.com/openapi.json");
    spec["jsonSchemaDialect"] = json!("https://spec.openapis.org/oas/3.1/dialect/base");
    spec["webhooks"] = json!({"done": {"post": {"tags": ["builds"], "responses": {}}}});
    spec["components"]["schemas"] = json!({"Other": {"if": {}}});
    spec["paths"]["/x"]["query"] = json!({"tags": ["builds"], "responses": {}});
    spec["paths"]["/y"] = json!({"get": {"tags": ["builds"], "requestBody": {}, "responses": {}}});
    assert_eq!(convert(spec), Ok((expected, vec![])));
}
