//! `cargo xtask regenerate --from` with OpenAPI 3.1: the same contract gives the same bytes, and the documents of
//! common frameworks are imported.

use crate::support::{Checkout, assert_golden, operations, to_yaml};
use openapi_drift::{Level, Options, compare};
use serde_json::{Map, Value, json};
use xtask::Repository;
use xtask::api_profile::HARMONT;
use xtask::extract::{Selection, Subset};
use xtask::output::Exit;

/// The spelling of null in 3.1.
#[derive(Clone, Copy)]
enum Null {
    /// `type: [string, "null"]`, if there is a type.
    InTypes,
    /// `anyOf` with the alternative null.
    InAnyOf,
}

/// Rewrites a 3.0 document as 3.1.
fn respelled(spec: &Value, null: Null) -> Value {
    let mut spec = spec.clone();
    spec["openapi"] = json!("3.1.1");
    spec["jsonSchemaDialect"] = json!("https://spec.openapis.org/oas/3.1/dialect/base");
    respell(&mut spec, false, null);
    let items = std::mem::take(spec["paths"].as_object_mut().unwrap());
    for (number, (path, item)) in items.into_iter().enumerate() {
        let name = format!("Item{number}");
        spec["paths"][path] = json!({"$ref": format!("#/components/pathItems/{name}")});
        spec["components"]["pathItems"][name] = item;
    }
    spec
}

/// Rewrites every schema below a value. Names of properties and other names are not keywords.
fn respell(value: &mut Value, is_named: bool, null: Null) {
    let object = match value {
        Value::Object(object) => object,
        Value::Array(items) => return items.iter_mut().for_each(|item| respell(item, false, null)),
        _ => return,
    };
    for (key, value) in object.iter_mut() {
        let is_data = ["default", "enum", "example", "security", "tags"].contains(&key.as_str());
        if is_named || !is_data {
            let holds_names =
                ["content", "headers", "paths", "properties", "responses", "schemas", "securitySchemes"];
            respell(value, !is_named && holds_names.contains(&key.as_str()), null);
        }
    }
    let is_schema = ["type", "allOf", "properties", "enum"].iter().any(|key| object.contains_key(*key))
        && !object.contains_key("scheme");
    if !is_named && is_schema {
        respell_schema(object, null);
    }
}

fn respell_schema(object: &mut Map<String, Value>, null: Null) {
    let values = object.get("enum").and_then(Value::as_array).cloned();
    if let Some([only]) = values.as_deref() {
        object.remove("enum");
        object.insert("const".to_owned(), only.clone());
    }
    if let Some(example) = object.remove("example") {
        object.insert("examples".to_owned(), json!([example]));
    }
    for (exclusive, inclusive) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if object.get(exclusive) == Some(&json!(true)) {
            let bound = object.remove(inclusive).unwrap();
            object.insert(exclusive.to_owned(), bound);
        }
    }
    if object.remove("nullable").is_none() {
        if let Some(Value::String(name)) = object.get("type").cloned() {
            object.insert("type".to_owned(), json!([name]));
        }
        return;
    }
    let parts = object.remove("allOf");
    if let (Null::InTypes, None, Some(name)) = (null, &parts, object.get("type").cloned()) {
        let name = name.as_array().map_or(name.clone(), |names| names[0].clone());
        object.insert("type".to_owned(), json!([name, "null"]));
        return;
    }
    let annotations = ["default", "deprecated", "description", "title"];
    let (outer, inner): (Map<_, _>, Map<_, _>) =
        std::mem::take(object).into_iter().partition(|(key, _)| annotations.contains(&key.as_str()));
    let inner = parts.map_or(Value::Object(inner), |parts| parts[0].clone());
    *object = outer;
    object.insert("anyOf".to_owned(), json!([inner, {"type": "null"}]));
}

#[test]
fn the_same_contract_gives_the_same_bytes() {
    let checkout = Checkout::of_repository();
    let before = checkout.snapshot();
    for null in [Null::InTypes, Null::InAnyOf] {
        let spec = respelled(&checkout.spec(), null);
        let yaml = to_yaml(&spec, 0).trim_start().to_owned();
        for text in [spec.to_string(), yaml] {
            let source = checkout.write("new.json", &text);
            let (exit, printed) = checkout.regenerate(Some(&source));
            assert_eq!((exit, printed.as_str()), (Ok(Exit::Clean), "all generated files were up to date\n"));
            assert_eq!(checkout.snapshot(), before);
        }
    }
}

#[test]
fn nullable_fields_constants_bounds_and_examples_give_the_same_bytes() {
    let checkout = Checkout::of_fixture();
    let mut spec = checkout.spec();
    let fields = [
        ("nickname", json!({"type": "string", "nullable": true, "description": "D", "example": "a"})),
        ("kind", json!({"type": "string", "enum": ["session"]})),
        (
            "plan",
            json!({"allOf": [{"$ref": "#/components/schemas/Plan"}], "nullable": true, "description": "D"}),
        ),
        ("tries", json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true, "maximum": 9})),
        ("labels", json!({"type": "object", "additionalProperties": {"type": "string", "nullable": true}})),
        (
            "scopes",
            json!({"type": "array", "items": {"type": "string"}, "nullable": true, "title": "Scopes"}),
        ),
    ];
    for (name, schema) in fields {
        spec["components"]["schemas"]["CliTokenResponse"]["properties"][name] = schema;
    }
    spec["components"]["schemas"]["Plan"] = json!({"type": "string", "enum": ["free", "team"]});
    checkout.regenerate_from(&spec).0.unwrap();
    let before = checkout.snapshot();
    let client = checkout.read("src/generated/client.rs");
    assert!(client.contains("pub plan: ::std::option::Option<Plan>,"), "{client}");

    for null in [Null::InTypes, Null::InAnyOf] {
        let (exit, printed) = checkout.regenerate_from(&respelled(&spec, null));
        assert_eq!(
            (exit, printed.as_str()),
            (
                Ok(Exit::Clean),
                "converted schema CliTokenResponse at properties/plan: the only alternative of anyOf besides null became a \
                 nullable allOf\nall generated files were up to date\n"
            )
        );
        assert_eq!(checkout.snapshot(), before);
    }
}

/// Imports the document of a framework, and returns the lines about the conversion and the generated client.
fn imported(framework: &str) -> (String, String) {
    let checkout = Checkout::of_fixture();
    let source =
        Repository::find().unwrap().root().join(format!("xtask/tests/fixtures/openapi-3.1/{framework}.json"));
    let (exit, printed) = checkout.regenerate(Some(&source.to_string_lossy()));
    exit.unwrap();
    let lines: Vec<&str> = printed
        .lines()
        .filter(|line| line.starts_with("converted ") || line.starts_with("repaired "))
        .collect();
    let mut spec = checkout.spec();
    assert_eq!(spec["openapi"], "3.0.0");
    assert_eq!(operations(&mut spec).len(), 5);
    // The imported document is in canonical form: importing it again changes nothing.
    let before = checkout.snapshot();
    checkout.regenerate(Some(&source.to_string_lossy())).0.unwrap();
    checkout.regenerate(None).0.unwrap();
    assert_eq!(checkout.snapshot(), before);
    (lines.join("\n") + "\n", checkout.read("src/generated/client.rs"))
}

/// Asserts that a struct has the fields.
fn assert_fields(client: &str, name: &str, fields: &[&str]) {
    let client = client
        .split_whitespace()
        .collect::<String>()
        .replace("::std::option::", "")
        .replace("::std::string::", "");
    let (_, body) = client.split_once(&format!("pubstruct{name}{{")).unwrap();
    let (body, _) = body.split_once('}').unwrap();
    for field in fields {
        assert!(body.contains(&format!("pub{field},")), "{field} not in {body}");
    }
}

#[test]
fn a_document_of_fastapi_is_imported() {
    let (lines, client) = imported("fastapi");
    assert_golden("import-fastapi.txt", &lines);
    assert_fields(&client, "CliClaimRequest", &["device:Option<Device>"]);
    assert_fields(
        &client,
        "CliTokenResponse",
        &["plan:Option<Plan>", "plan2:Plan", "score:f64", "tries:i64"],
    );
    assert_fields(&client, "ErrorBody", &["doc_url:Option<String>", "code:String"]);
}

#[test]
fn a_document_of_utoipa_is_imported() {
    let (lines, client) = imported("utoipa");
    assert_golden("import-utoipa.txt", &lines);
    assert_fields(
        &client,
        "CliTokenResponse",
        &["plan:Option<Plan>", "seat:Option<Seat>", "main_plan:Plan", "uses:Option<i32>"],
    );
}

/// Returns schemas of 3.1 that 3.0 can express.
fn shapes() -> Vec<Value> {
    let reference = json!({"$ref": "#/components/schemas/Other"});
    let absent = json!({"type": "null"});
    let bases = vec![
        json!({"type": "string"}),
        json!({"type": ["string", "null"], "format": "date-time", "maxLength": 30}),
        json!({"type": ["integer", "null"], "exclusiveMinimum": 0, "minimum": 3}),
        json!({"type": "number", "exclusiveMaximum": 5.5, "multipleOf": 0.5}),
        json!({"const": "a"}),
        json!({"enum": ["a", "b", null]}),
        json!({"type": ["string", "null"], "enum": ["a", "b"]}),
        json!({"type": ["array", "null"], "items": {"type": ["string", "null"]}, "minItems": 1}),
        json!({"type": "object", "properties": {"a": reference, "b": true}, "required": ["a"]}),
        json!({"type": "object", "additionalProperties": {"anyOf": [reference, absent]}}),
        json!({"type": ["string", "integer", "boolean"]}),
        json!({"type": "string", "contentEncoding": "base64"}),
        json!({"oneOf": [reference, {"type": "string"}]}),
        json!({"allOf": [reference, {"type": "object", "required": ["c"]}]}),
        json!({"$ref": "#/components/schemas/Nullable"}),
        reference,
        json!(true),
        json!({}),
    ];
    let mut all = Vec::new();
    for base in bases {
        let mut described = base.clone();
        if let Value::Object(described) = &mut described {
            described.insert("title".to_owned(), json!("T"));
            described.insert("description".to_owned(), json!("D"));
            described.insert("examples".to_owned(), json!([1, 2]));
        }
        all.push(json!({"anyOf": [base, absent]}));
        all.push(json!({"anyOf": [absent, described], "title": "Outer"}));
        all.push(json!({"oneOf": [base, {"type": "array", "items": {"type": "integer"}}]}));
        all.push(json!({"allOf": [described], "deprecated": true}));
        all.extend([base, described]);
    }
    all
}

#[test]
fn no_conversion_changes_more_than_documentation() {
    let mut count = 0;
    for shape in shapes() {
        let property = json!({"type": "object", "properties": {"p": shape}});
        let list = json!({"type": "array", "items": shape});
        for schema in [shape.clone(), property, list] {
            let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}});
            let spec = json!({
                "openapi": "3.1.0", "info": {"title": "x", "version": "0"}, "servers": [{"url": "https://a.example.com"}],
                "paths": {"/x": {"post": {
                    "operationId": "read", "tags": ["auth"],
                    "parameters": [{"name": "q", "in": "query", "schema": shape}],
                    "requestBody": {"content": content},
                    "responses": {"200": {"description": "x", "content": content, "headers": {"x-a": {"schema": shape}}}},
                }}},
                "components": {"schemas": {
                    "Thing": schema,
                    "Other": {"type": "object", "properties": {"a": {"type": "string"}}},
                    "Nullable": {"type": ["object", "null"], "properties": {"a": {"type": "string"}}},
                }},
            });
            let converted = Subset::extract(spec.clone(), &Selection::tagged(&HARMONT))
                .unwrap_or_else(|error| panic!("{schema}: {error:#}"))
                .spec;
            let report = compare(&spec, &converted, &Options::default()).unwrap();
            let more: Vec<_> = report.findings.iter().filter(|it| it.level > Level::Docs).collect();
            assert!(more.is_empty(), "{schema}: {more:#?}");
            serde_json::from_value::<openapiv3::OpenAPI>(converted.clone()).unwrap();
            // No text is lost.
            let (before, after) = (spec.to_string(), converted.to_string());
            for text in ["\"D\"", "\"T\"", "\"Outer\""] {
                assert_eq!(before.contains(text), after.contains(text), "{text} of {schema}");
            }
            count += 1;
        }
    }
    assert!(count > 250, "{count}");
}
