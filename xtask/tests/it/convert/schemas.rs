//! Schemas: JSON Schema 2020-12 to the dialect of OpenAPI 3.0.

use serde_json::{Value, json};

use super::{convert, document, refusal};

/// Returns a 3.1 document whose component `Thing` is the schema.
fn with_schema(schema: Value) -> Value {
    let mut document = document(json!({
        "operationId": "read", "tags": ["auth"],
        "responses": {"200": {"description": "x", "content": {"application/json": {"schema": {
            "$ref": "#/components/schemas/Thing"}}}}}
    }));
    document["components"]["schemas"] = json!({
        "Thing": schema,
        "Other": {"type": "object", "description": "Another", "properties": {"a": {"type": "string"}}},
        "Nullable": {"type": ["object", "null"], "properties": {"a": {"type": "string"}}},
    });
    document
}

/// Asserts the result of converting a schema, and the lines about the steps.
#[track_caller]
fn assert_schema(schema: Value, expected: Value, lines: &[&str]) {
    let converted = convert(with_schema(schema.clone()));
    let (spec, steps) = converted.unwrap_or_else(|error| panic!("{schema}: {error}"));
    let found = &spec["components"]["schemas"]["Thing"];
    assert_eq!(*found, expected, "{schema}");
    let steps: Vec<&str> = steps.iter().map(|it| it.strip_prefix("schema Thing").unwrap_or(it)).collect();
    assert_eq!(steps, lines, "{schema}");
}

#[test]
fn other_spellings_are_respelled_without_a_line() {
    let reference = json!({"$ref": "#/components/schemas/Other"});
    for (schema, expected) in [
        (json!({"type": "string"}), json!({"type": "string"})),
        (json!({"type": ["string"]}), json!({"type": "string"})),
        (json!({"type": ["string", "null"]}), json!({"type": "string", "nullable": true})),
        (json!({"type": ["number", "integer"]}), json!({"type": "number"})),
        (
            json!({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}], "title": "T", "default": null}),
            json!({"type": "string", "format": "date-time", "nullable": true, "title": "T", "default": null}),
        ),
        (
            json!({"oneOf": [{"type": "null"}, {"type": "array", "items": {"type": "string"}}]}),
            json!({"type": "array", "items": {"type": "string"}, "nullable": true}),
        ),
        (
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}, {"const": null}]}),
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": true}),
        ),
        (json!({"const": "a"}), json!({"type": "string", "enum": ["a"]})),
        (json!({"type": "integer", "const": 3}), json!({"type": "integer", "enum": [3]})),
        (
            json!({"type": "string", "enum": ["a", "b"], "const": "b"}),
            json!({"type": "string", "enum": ["b"]}),
        ),
        (
            json!({"type": ["string", "null"], "enum": ["a", null]}),
            json!({"type": "string", "enum": ["a", null], "nullable": true}),
        ),
        (json!({"enum": ["a", null]}), json!({"type": "string", "enum": ["a", null], "nullable": true})),
        // The enum excludes null.
        (json!({"type": ["string", "null"], "enum": ["a"]}), json!({"type": "string", "enum": ["a"]})),
        (
            json!({"oneOf": [{"const": "a", "description": "A"}, {"const": "b", "description": "B"}]}),
            json!({"oneOf": [
                {"type": "string", "enum": ["a"], "description": "A"}, {"type": "string", "enum": ["b"], "description": "B"}]}),
        ),
        (
            json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1.5}),
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 1.5, "exclusiveMaximum": true}),
        ),
        (
            json!({"type": "number", "minimum": 2, "exclusiveMinimum": 0, "maximum": 9, "exclusiveMaximum": 7}),
            json!({"type": "number", "minimum": 2, "maximum": 7, "exclusiveMaximum": true}),
        ),
        (
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": 0}),
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true}),
        ),
        (
            json!({"type": "integer", "minimum": 2.0, "exclusiveMaximum": 10.0}),
            json!({"type": "integer", "minimum": 2, "maximum": 10, "exclusiveMaximum": true}),
        ),
        (json!({"type": "string", "examples": ["a"]}), json!({"type": "string", "example": "a"})),
        (json!({"type": "array"}), json!({"type": "array", "items": {}})),
        (json!({"type": "array", "items": true}), json!({"type": "array", "items": {}})),
        (json!({"type": "array", "items": false}), json!({"type": "array", "items": {}, "maxItems": 0})),
        (
            json!({"type": "object", "properties": {"a": true, "b": false}, "additionalProperties": false}),
            json!({"type": "object", "properties": {"a": {}, "b": {"not": {}}}, "additionalProperties": false}),
        ),
        (
            json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string"}),
            json!({"type": "string"}),
        ),
        (
            json!({"type": "object", "additionalProperties": {"type": ["integer", "null"]}, "propertyNames": {"type": "string"}}),
            json!({"type": "object", "additionalProperties": {"type": "integer", "nullable": true}}),
        ),
        (reference.clone(), reference.clone()),
        (
            json!({"allOf": [reference], "description": "D"}),
            json!({"allOf": [reference], "description": "D"}),
        ),
        // Data does not change.
        (
            json!({"type": "object", "default": {"type": ["string", "null"]}, "x-a": {"const": 1}}),
            json!({"type": "object", "default": {"type": ["string", "null"]}, "x-a": {"const": 1}}),
        ),
        (
            json!({"type": "object", "examples": [{"required": ["b", "a"], "links": {}, "$ref": "#/nowhere"}]}),
            json!({"type": "object", "example": {"required": ["b", "a"], "links": {}, "$ref": "#/nowhere"}}),
        ),
        (
            json!({"type": "object", "properties": {"const": {"type": "string"}, "if": {"type": ["string", "null"]}}}),
            json!({"type": "object", "properties": {"const": {"type": "string"}, "if": {"type": "string", "nullable": true}}}),
        ),
    ] {
        assert_schema(schema, expected, &[]);
    }
}

#[test]
fn each_step_beyond_respelling_is_a_line() {
    let reference = json!({"$ref": "#/components/schemas/Other"});
    let moved = ": moved \"#/components/schemas/Other\" into an allOf to keep its siblings";
    let nullable = ": the only alternative of anyOf besides null became a nullable allOf";
    for (schema, expected, lines) in [
        (
            json!({"$ref": "#/components/schemas/Other", "description": "D", "default": {}}),
            json!({"allOf": [reference], "description": "D", "default": {}}),
            vec![moved],
        ),
        (
            json!({"anyOf": [reference, {"type": "null"}], "description": "D"}),
            json!({"allOf": [reference], "nullable": true, "description": "D"}),
            vec![nullable],
        ),
        (
            json!({"anyOf": [{"$ref": "#/components/schemas/Other", "description": "D"}, {"type": "null"}]}),
            json!({"allOf": [reference], "nullable": true, "description": "D"}),
            vec![" at anyOf/0: moved \"#/components/schemas/Other\" into an allOf to keep its siblings"],
        ),
        (
            json!({"anyOf": [{"type": "string", "title": "In"}, {"type": "null"}], "title": "Out"}),
            json!({"allOf": [{"type": "string", "title": "In"}], "nullable": true, "title": "Out"}),
            vec![nullable],
        ),
        (
            json!({"anyOf": [{"type": "string"}, {"type": "null", "description": "None yet"}]}),
            json!({"type": "string", "nullable": true, "x-null": {"description": "None yet"}}),
            vec![": the annotations of the alternative null became x-null"],
        ),
        (
            json!({"type": ["string", "integer"], "description": "D"}),
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "description": "D"}),
            vec![": the types string, integer became an anyOf"],
        ),
        (
            json!({"type": ["string", "integer", "null"]}),
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": true}),
            vec![": the types string, integer became an anyOf"],
        ),
        (
            json!({"type": "string", "enum": ["a", null]}),
            json!({"type": "string", "enum": ["a"]}),
            vec![": dropped null from the enum, since the type excludes it"],
        ),
        (
            json!({"type": "string", "contentEncoding": "base64"}),
            json!({"type": "string", "format": "byte"}),
            vec![": base64 became the format byte"],
        ),
        (
            json!({"type": "string", "contentMediaType": "application/octet-stream"}),
            json!({"type": "string", "format": "binary"}),
            vec![": application/octet-stream became the format binary"],
        ),
        (
            json!({"type": "string", "examples": ["a", "b", "c"], "$comment": "C"}),
            json!({"type": "string", "example": "a", "x-examples": ["b", "c"], "x-comment": "C"}),
            vec![": $comment became x-comment", ": 2 of 3 examples became x-examples"],
        ),
    ] {
        assert_schema(schema, expected, &lines);
    }
}

#[test]
fn a_schema_that_3_0_cannot_express_is_refused_with_its_location() {
    for (schema, feature) in [
        (json!({"if": {}, "then": {}}), "the keyword if of a schema"),
        (json!({"dependentRequired": {"a": ["b"]}}), "the keyword dependentRequired of a schema"),
        (json!({"dependentSchemas": {"a": {}}}), "the keyword dependentSchemas of a schema"),
        (json!({"type": "array", "prefixItems": [{}]}), "the keyword prefixItems of a schema"),
        (json!({"type": "array", "contains": {}}), "the keyword contains of a schema"),
        (json!({"patternProperties": {"^a": {}}}), "the keyword patternProperties of a schema"),
        (json!({"unevaluatedProperties": false}), "the keyword unevaluatedProperties of a schema"),
        (json!({"unevaluatedItems": false}), "the keyword unevaluatedItems of a schema"),
        (json!({"propertyNames": {"pattern": "^a"}}), "the keyword propertyNames of a schema"),
        (json!({"$defs": {"A": {}}}), "the keyword $defs of a schema"),
        (json!({"$id": "https://example.com/a"}), "the keyword $id of a schema"),
        (json!({"$anchor": "a"}), "the keyword $anchor of a schema"),
        (json!({"$dynamicRef": "#a"}), "the keyword $dynamicRef of a schema"),
        (json!({"contentSchema": {}}), "the keyword contentSchema of a schema"),
        (json!({"madeUp": 1}), "the keyword madeUp of a schema"),
        (
            json!({"$schema": "http://json-schema.org/draft-07/schema#"}),
            "the dialect \"http://json-schema.org/draft-07/schema#\" of a schema",
        ),
        (
            json!({"type": "string", "nullable": true}),
            "nullable, which OpenAPI 3.1 ignores (its types include null instead)",
        ),
        (json!({"type": "null"}), "a schema that allows only null"),
        (json!({"const": null}), "a schema that allows only null"),
        (json!({"anyOf": [{"type": "null"}]}), "a schema that allows only null"),
        (
            json!({"oneOf": [{"$ref": "#/components/schemas/Nullable"}, {"type": "null"}]}),
            "a null that oneOf excludes because it matches two alternatives",
        ),
        (json!({"type": ["string", "array"]}), "a type list with arrays (string, array)"),
        (json!({"type": "strin"}), "the type strin"),
        (json!({"enum": ["a"], "const": "b"}), "a const that is not in the enum"),
        (
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true}),
            "exclusiveMinimum: true (a number in OpenAPI 3.1)",
        ),
        (
            json!({"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"}),
            "a string with contentEncoding base64 and contentMediaType image/png",
        ),
        (json!({"type": "string", "contentEncoding": "base32"}), "a string with contentEncoding base32"),
        (json!({"contentEncoding": "base64"}), "contentEncoding or contentMediaType without the type string"),
        (json!({"type": "string", "xml": {"nodeType": "text"}}), "the xml field nodeType"),
        (json!(7), "7 as a schema"),
        (json!({"items": [{}]}), "[{}] as a schema"),
        (json!({"enum": "a"}), "enum that is not a list"),
        (json!({"allOf": {}}), "allOf that is not a list"),
        (json!({"anyOf": {}}), "the keyword anyOf of a schema"),
        (json!({"properties": []}), "the keyword properties of a schema"),
        (json!({"type": [7]}), "the type [7]"),
        (json!({"type": "string", "contentEncoding": 7}), "contentEncoding that is not a string"),
        (json!({"examples": {"a": 1}}), "examples of a schema that are not a list"),
    ] {
        let inner = with_schema(json!({"type": "object", "properties": {"p": schema}}));
        let error = refusal(inner);
        assert_eq!(
            error,
            format!(
                "schema Thing at properties/p{}: OpenAPI 3.0 cannot express {feature}; ask the API's owner to avoid it, or \
                 import a changed copy",
                match feature {
                    "the xml field nodeType" => "/xml",
                    "[{}] as a schema" => "/items",
                    _ => "",
                }
            )
        );
    }
}
