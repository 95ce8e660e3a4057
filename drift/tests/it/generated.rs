//! Tests of generating Rust clients with progenitor.

use openapi_drift::{Level, RustStyle, compare_generated, generate};
use serde_json::{Map, Value, json};

const STYLES: [RustStyle; 2] = [RustStyle::Positional, RustStyle::Builder];

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A document with some schemas and an operation that responds with one.
fn document(schema: &Value, schemas: &Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Pets", "version": "1"},
        "paths": {"/pets": {"get": {
            "operationId": "listPets",
            "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "format": "int32"}}],
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}},
        }}},
        "components": {"schemas": schemas},
    })
}

fn pets() -> Value {
    let pet = json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}});
    document(&json!({"type": "array", "items": reference("Pet")}), &json!({"Pet": pet}))
}

fn lines(old: &Value, new: &Value, style: RustStyle) -> Vec<String> {
    let report = compare_generated(old, new, style).unwrap();
    report.changes.iter().map(|change| format!("{}: {change}", change.level.name())).collect()
}

/// Returns why no client can be generated.
fn refusal(document: &Value) -> String {
    let [positional, builder] =
        STYLES.map(|style| generate(document, style).map(drop).unwrap_err().to_string());
    assert_eq!(positional, builder);
    assert!(!positional.contains('\n'), "{positional}");
    positional.strip_prefix("cannot generate a Rust client from the document: ").unwrap().to_owned()
}

#[test]
fn clients_are_generated_in_both_styles() {
    let positional = generate(&pets(), RustStyle::Positional).unwrap();
    assert!(positional.contains("pub async fn list_pets<'a>("));
    assert!(positional.contains("Sends a `GET` request to `/pets`"));
    let builder = generate(&pets(), RustStyle::Builder).unwrap();
    assert!(builder.contains("pub fn list_pets(&self) -> builder::ListPets<'_>"));
    for style in STYLES {
        assert_eq!(compare_generated(&pets(), &pets(), style).unwrap().verdict(), Level::None);
    }
}

#[test]
fn an_optional_parameter_breaks_one_style_only() {
    let mut new = pets();
    let added = json!({"name": "page", "in": "query", "schema": {"type": "string"}});
    new["paths"]["/pets"]["get"]["parameters"].as_array_mut().unwrap().push(added);
    let positional = "breaking: Client::list_pets changes from limit: Option<i32> to limit: Option<i32>, page: Option<&str>";
    assert_eq!(lines(&pets(), &new, RustStyle::Positional), [positional]);
    assert_eq!(lines(&pets(), &new, RustStyle::Builder), ["additive: builder::ListPets::page is added"]);
}

#[test]
fn an_added_field_is_reported_in_both_styles() {
    let mut new = pets();
    new["components"]["schemas"]["Pet"]["properties"]["age"] = json!({"type": "integer"});
    new["components"]["schemas"]["Pet"]["description"] = json!("A pet.");
    let field = "breaking: types::Pet.age is added";
    assert_eq!(lines(&pets(), &new, RustStyle::Positional), [field]);
    assert_eq!(
        lines(&pets(), &new, RustStyle::Builder),
        [field, "additive: types::builder::Pet::age is added"]
    );
    let mut optional = pets();
    optional["components"]["schemas"]["Pet"]["required"] = json!([]);
    assert_eq!(
        lines(&pets(), &optional, RustStyle::Positional),
        [
            "additive: impl Default for types::Pet is added",
            "breaking: types::Pet.name changes from String to Option<String>"
        ]
    );
}

#[test]
fn documentation_is_not_a_change() {
    let mut new = pets();
    let operation = &mut new["paths"]["/pets"]["get"];
    operation["summary"] = json!("Pets.");
    operation["description"] = json!("All of them, */ and \"more\".");
    operation["parameters"][0]["description"] = json!("How many.");
    new["info"]["title"] = json!("More pets");
    for style in STYLES {
        assert_eq!(lines(&pets(), &new, style), Vec::<String>::new());
    }
}

#[test]
fn an_error_names_the_document() {
    let mut newer = pets();
    newer["openapi"] = json!("3.1.0");
    let expected = "cannot generate a Rust client from the new document: the document is OpenAPI 3.1.0, but progenitor \
                    supports only 3.0";
    assert_eq!(compare_generated(&pets(), &newer, RustStyle::Builder).unwrap_err().to_string(), expected);
    let error = compare_generated(&newer, &pets(), RustStyle::Builder).unwrap_err().to_string();
    assert_eq!(error, expected.replace("new", "old"));
}

#[test]
fn errors_of_progenitor_are_explained() {
    let json_of =
        |schema: Value| json!({"description": "", "content": {"application/json": {"schema": schema}}});
    let body = |media: Value| json!({"content": media});
    let string = json!({"type": "string"});
    let types = "operation listPets: its responses have several types of success or of error, but progenitor supports only one \
                 of each";
    for (pointer, value, expected) in [
        (
            "/paths/~1pets/get/operationId",
            Value::Null,
            "operation GET /pets: it has no operationId, which progenitor requires",
        ),
        (
            "/paths/~1pets/get/responses",
            json!({"200": json_of(reference("Pet")), "400": json_of(string.clone()), "404": json_of(json!({"type": "integer"}))}),
            types,
        ),
        (
            "/paths/~1pets/get/responses",
            json!({"200": json_of(reference("Pet")), "default": json_of(string.clone())}),
            types,
        ),
        (
            "/paths/~1pets/get/responses/200/content/application~1json",
            json!({}),
            "operation listPets: its JSON response has no schema; add one, or remove the media type",
        ),
        (
            "/paths/~1pets/get/parameters/0/in",
            json!("cookie"),
            "operation listPets: it has a cookie parameter, which progenitor does not support",
        ),
        (
            "/paths/~1pets/get/requestBody",
            body(json!({"application/json": {"schema": string}, "text/plain": {"schema": string}})),
            "operation listPets: its request body has several media types, but progenitor supports only one",
        ),
        (
            "/paths/~1pets/get/requestBody",
            body(json!({"multipart/form-data": {"schema": string}})),
            "operation listPets: progenitor cannot handle this: unexpected content type: multipart/form-data",
        ),
        (
            "/paths/~1pets/get/responses/200",
            json!({"$ref": "#/components/responses/Gone"}),
            "operation listPets: progenitor cannot handle this: ",
        ),
        (
            "/components/schemas/Pet",
            json!({"type": "string", "enum": ["b", "B"]}),
            "schema Pet: progenitor cannot handle this: Failed to make unique variant names for [b,B]",
        ),
        ("/components/schemas/Pet", reference("Gone"), "schema Pet: progenitor cannot handle this: "),
        (
            "/components/schemas/Pet",
            json!({"$ref": "pets.json#/Pet"}),
            "it refers to pets.json#/Pet, but progenitor supports only references to components of the same document; \
             bundle it first",
        ),
        ("/paths", Value::Null, "progenitor cannot handle this: missing field `paths`"),
        ("/openapi", Value::Null, "the document is not OpenAPI 3.0, which progenitor requires"),
    ] {
        let mut document = pets();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        let key = key.replace("~1", "/");
        if value.is_null() {
            parent.remove(&key)
        } else {
            parent.insert(key, value)
        };
        let refusal = refusal(&document);
        assert!(refusal.starts_with(expected), "{pointer}: {refusal}");
    }
}

#[test]
fn the_rejected_schema_or_operation_is_found() {
    let mut document = pets();
    for number in 0..20 {
        let values = if number == 13 { json!(["b", "B"]) } else { json!(["b", "c"]) };
        let kind = json!({"type": "string", "enum": values});
        document["components"]["schemas"][format!("Kind{number:02}")] = kind;
    }
    assert!(refusal(&document).starts_with("schema Kind13: "), "{}", refusal(&document));
    let mut document = pets();
    for number in 0..20 {
        let mut operation = document["paths"]["/pets"]["get"].clone();
        operation["operationId"] = json!(format!("list{number:02}"));
        if number == 7 {
            operation["parameters"][0]["in"] = json!("cookie");
        }
        document["paths"][format!("/pets{number:02}")] = json!({"get": operation});
    }
    assert!(refusal(&document).starts_with("operation list07: "), "{}", refusal(&document));
}

#[test]
fn infinite_merges_are_rejected_before_progenitor_runs() {
    let object = json!({"type": "object", "properties": {"x": {"type": "string"}}});
    let three = json!([reference("B"), reference("B"), {"properties": {"y": reference("A")}}]);
    for schemas in [
        json!({"A": reference("A")}),
        json!({"A": reference("B"), "B": reference("A")}),
        json!({"A": {"allOf": [reference("A"), object]}}),
        json!({"A": {"oneOf": [reference("B"), object]}, "B": {"allOf": [reference("A"), object]}}),
        json!({"A": {"properties": {"a": {"allOf": [reference("A"), object]}}}}),
        json!({"A": {"properties": {"a": {"allOf": [reference("A"), reference("B")]}}}, "B": object}),
        json!({"A": {"items": {"allOf": [reference("A"), {"required": ["x"]}]}, "type": "array"}}),
        json!({"A": {"properties": {"a": {"properties": {"x": {}}, "oneOf": [reference("A"), reference("B")]}}}, "B": object}),
        // Each refers to itself in a harmless way, but merging both is infinite.
        json!({
            "A": {"properties": {"next": reference("A")}},
            "B": {"properties": {"next": reference("B")}},
            "C": {"allOf": [reference("A"), reference("B")]},
        }),
        json!({"A": {"additionalProperties": reference("B")}, "B": {"properties": {"z": {}}, "oneOf": [reference("A")]}}),
        json!({"A": {"type": "array", "items": {"allOf": three}}, "B": {"additionalProperties": reference("A")}}),
        json!({
            "A": {"properties": {"up": {"allOf": [reference("A")], "nullable": true}}},
            "B": {"allOf": [reference("A"), object]},
            "C": {"allOf": [reference("A"), object]},
            "D": {"allOf": [reference("B"), reference("C")]},
        }),
        json!({"A": {"type": "array", "minItems": 2, "maxItems": 2, "items": reference("A")}}),
    ] {
        let refusal = refusal(&document(&reference("A"), &schemas));
        assert!(refusal.contains("would not terminate"), "{schemas}: {refusal}");
    }
    let mut itself = pets();
    itself["components"]["responses"] = json!({"R": {"$ref": "#/components/responses/R"}});
    itself["paths"]["/pets"]["get"]["responses"]["200"] = json!({"$ref": "#/components/responses/R"});
    assert!(refusal(&itself).contains("would not terminate"));
}

#[test]
fn finite_recursion_is_generated() {
    let object = json!({"type": "object", "properties": {"x": {"type": "string"}}});
    for schemas in [
        json!({"A": {"properties": {"next": reference("A"), "all": {"type": "array", "items": reference("A")}}}}),
        json!({"A": {"properties": {"next": {"allOf": [reference("A")], "nullable": true, "description": "x"}}}}),
        json!({"A": {"properties": {"next": {"type": "object", "allOf": [reference("A")]}}}}),
        json!({"A": {"type": "object", "properties": {"next": {"allOf": [reference("A"), {"description": "x"}]}}}}),
        json!({"A": {"allOf": [reference("B"), {"properties": {"a": reference("A")}}]}, "B": object}),
        json!({"A": {"allOf": [reference("B"), {"properties": {"a": {"oneOf": [reference("A"), reference("B")]}}}]}, "B": object}),
        json!({
            "A": {"type": "object", "properties": {"up": reference("A")}},
            "B": {"allOf": [reference("A"), object]},
            "C": {"allOf": [reference("A"), object]},
            "D": {"allOf": [reference("B"), reference("C")]},
        }),
        json!({"A": {"oneOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": reference("A")}]}}),
        json!({"A": {"type": "object", "additionalProperties": reference("A")}}),
    ] {
        for style in STYLES {
            let result = generate(&document(&reference("A"), &schemas), style);
            assert!(result.is_ok(), "{schemas}: {}", result.unwrap_err());
        }
    }
}

#[test]
fn deep_documents_are_handled() {
    let mut schema = json!({"type": "string"});
    for _ in 0..100 {
        schema = json!({"type": "object", "properties": {"p": {"type": "array", "items": schema}}});
    }
    assert!(refusal(&document(&schema, &json!({}))).starts_with("it is nested more than "));
    let mut schemas = Map::new();
    for number in 0..300 {
        schemas.insert(format!("S{number}"), reference(&format!("S{}", number + 1)));
    }
    schemas.insert("S300".to_owned(), json!({"type": "string"}));
    let chain = document(&reference("S0"), &Value::Object(schemas));
    for style in STYLES {
        assert!(generate(&chain, style).is_ok());
    }
}
