//! References to other files are resolved below the document's own directory, and nowhere else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openapi_drift::{Document, Error, FILES, SpecSource};
use serde_json::{Value, json};

use crate::fixture::{DOCUMENT, Directory};

pub(crate) fn load(directory: &Directory, name: &str) -> Result<Document, Error> {
    SpecSource::File(directory.path(name)).load()
}

/// Returns the value of a document and of its other files.
pub(crate) fn bundle(files: &[(&str, &str)]) -> (Value, Value) {
    let directory = Directory::of(files);
    let mut value = load(&directory, files[0].0).unwrap().value;
    let files = value.as_object_mut().unwrap().remove(FILES).unwrap_or_default();
    (value, files)
}

pub(crate) fn reference(to: &str) -> Value {
    json!({"$ref": to})
}

#[test]
fn references_point_into_the_bundle() {
    let (root, files) = bundle(&[
        (
            "api.yaml",
            "paths:\n  /a: {$ref: paths/a.yaml}\n  /b: {$ref: 'paths/a.yaml#/other~1one'}\n  /c: {$ref: '#/paths/~1a'}\n\
             components:\n  schemas:\n    A: {type: string}\n",
        ),
        (
            "paths/a.yaml",
            "get:\n  responses:\n    default:\n      content:\n        application/json:\n          schema:\n            \
             allOf:\n              - $ref: '../schemas/a.json#/X'\n              - $ref: ../schemas/./b.json\n              \
             - $ref: '#/other~1one/schema'\n              - $ref: ../api.yaml#/components/schemas/A\nother/one: {schema: {}}\n",
        ),
        ("schemas/a.json", r##"{"X": {"properties": {"b": {"$ref": "b.json"}, "x": {"$ref": "#/X"}}}}"##),
        ("schemas/b.json", r##"{"items": {"$ref": "a.json#/X"}, "not": {"$ref": "#"}}"##),
        ("unused.json", "not even { JSON"),
    ]);
    let path = |pointer: &str| format!("#/{FILES}/{pointer}");
    assert_eq!(root["paths"]["/a"], reference(&path("paths~1a.yaml")));
    assert_eq!(root["paths"]["/b"], reference(&path("paths~1a.yaml/other~1one")));
    assert_eq!(root["paths"]["/c"], reference("#/paths/~1a"));
    assert_eq!(
        files["paths/a.yaml"]["get"]["responses"]["default"]["content"]["application/json"]["schema"]["allOf"],
        json!([
            reference(&path("schemas~1a.json/X")),
            reference(&path("schemas~1b.json")),
            reference(&path("paths~1a.yaml/other~1one/schema")),
            reference("#/components/schemas/A"),
        ])
    );
    assert_eq!(
        files["schemas/a.json"],
        json!({"X": {"properties": {"b": reference(&path("schemas~1b.json")), "x": reference(&path("schemas~1a.json/X"))}}})
    );
    assert_eq!(
        files["schemas/b.json"],
        json!({"items": reference(&path("schemas~1a.json/X")), "not": reference(&path("schemas~1b.json"))})
    );
    assert_eq!(files.as_object().unwrap().len(), 3);
}

#[test]
fn a_document_without_other_files_is_unchanged() {
    let text = r##"{"paths": {"/a": {"$ref": "#/components/pathItems/Nope"}, "/b": {"$ref": "#anchor"}},
        "components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}}"##;
    let value: Value = serde_json::from_str(text).unwrap();
    assert_eq!(bundle(&[("a.json", text)]), (value.clone(), Value::Null));
    // Neither do references to other files change them.
    let mut value = value;
    value["components"]["schemas"]["A"] = json!({"not": {"$ref": "b.json"}});
    let (root, _) = bundle(&[("a.json", &value.to_string()), ("b.json", "{}")]);
    assert_eq!(root["paths"], value["paths"]);
}

#[test]
fn percent_signs_are_decoded_and_encoded() {
    let root =
        json!({"paths": {"/a": {"$ref": "a%20b%25.json#/x%2Fy%7E1%C3%A9"}, "/b": {"$ref": "ü.json#/ü"}}});
    let (root, files) = bundle(&[
        ("api.json", &root.to_string()),
        ("a b%.json", r#"{"x": {"y/é": {}}}"#),
        ("ü.json", r#"{"ü": {}}"#),
    ]);
    assert_eq!(root["paths"]["/a"], reference(&format!("#/{FILES}/a b%25.json/x/y~1é")));
    assert_eq!(root["paths"]["/b"], reference(&format!("#/{FILES}/ü.json/ü")));
    assert_eq!(files.as_object().unwrap().keys().collect::<Vec<_>>(), ["a b%.json", "ü.json"]);
}

#[test]
fn sections_in_files_are_inlined() {
    let (root, files) = bundle(&[
        (
            "api.yaml",
            "openapi: 3.0.3\npaths: {$ref: paths/_index.yaml}\ncomponents: {$ref: components.yaml}\n",
        ),
        (
            "components.yaml",
            "schemas: {$ref: schemas/_index.yaml}\nresponses: {R: {$ref: '#/responses/S'}, S: {}}\n",
        ),
        ("schemas/_index.yaml", "Pet: {$ref: pet.yaml}\nTag: {type: string}\n"),
        ("schemas/pet.yaml", "properties:\n  tag: {$ref: '../api.yaml#/components/schemas/Tag'}\n"),
        ("paths/_index.yaml", "/pets: {$ref: pets.yaml}\n/x: {get: {$ref: 'pets.yaml#/get'}}\n"),
        (
            "paths/pets.yaml",
            "get:\n  parameters: {$ref: parameters.yaml}\n  responses:\n    '200':\n      content:\n        a/b:\n          \
             schema: {$ref: '../api.yaml#/components/schemas/Pet'}\n",
        ),
        ("paths/parameters.yaml", "- {name: a, in: query, schema: {$ref: '../schemas/pet.yaml'}}\n"),
    ]);
    let path = |pointer: &str| format!("#/{FILES}/{pointer}");
    assert_eq!(
        root["components"]["schemas"],
        json!({"Pet": reference(&path("schemas~1pet.yaml")), "Tag": {"type": "string"}})
    );
    assert_eq!(root["components"]["responses"]["R"], reference(&path("components.yaml/responses/S")));
    assert_eq!(root["paths"]["/pets"], reference(&path("paths~1pets.yaml")));
    assert_eq!(files["schemas/pet.yaml"]["properties"]["tag"], reference("#/components/schemas/Tag"));
    // Lists and operations are inlined, too.
    let operation = json!({
        "parameters": [{"name": "a", "in": "query", "schema": reference(&path("schemas~1pet.yaml"))}],
        "responses": {"200": {"content": {"a/b": {"schema": reference("#/components/schemas/Pet")}}}},
    });
    assert_eq!(root["paths"]["/x"]["get"], operation);
    assert_eq!(files["paths/pets.yaml"]["get"], operation);
}

#[test]
fn references_resolve_through_references() {
    let (root, _) = bundle(&[
        (
            "api.json",
            r##"{"paths": {"/a": {"$ref": "b.json#/x/get/y"}}, "components": {"schemas": {"A": {"$ref": "b.json#/z"},
                "B": {"$ref": "#/components/schemas/A/properties/c"}, "C": {"$ref": "#/components/schemas/A/nope"}}}}"##,
        ),
        ("b.json", r#"{"x": {"$ref": "c.json"}, "z": {"properties": {"c": {}}}}"#),
        ("c.json", r##"{"get": {"$ref": "#/q"}, "q": {"y": {}}}"##),
    ]);
    assert_eq!(root["paths"]["/a"], reference(&format!("#/{FILES}/c.json/q/y")));
    assert_eq!(root["components"]["schemas"]["B"], reference(&format!("#/{FILES}/b.json/z/properties/c")));
    assert_eq!(root["components"]["schemas"]["C"], reference("#/components/schemas/A/nope"));
}

#[test]
fn files_of_a_revision_come_from_that_revision() {
    let root = json!({"paths": {"/a": {"$ref": "sub/b.json"}}}).to_string();
    let up = json!({"paths": {"/a": {"$ref": "../secret.json"}}}).to_string();
    let b = |title: &str| json!({"title": title, "get": {"requestBody": {"$ref": "../c.json"}}}).to_string();
    let repository = Directory::git(&[
        ("api/root.json", &root),
        ("api/up.json", &up),
        ("api/sub/b.json", &b("old")),
        ("api/c.json", "{}"),
        ("secret.json", "{}"),
        ("root.json", &json!({"paths": {"/a": {"$ref": "api/sub/b.json"}}}).to_string()),
        ("api/gone.json", &json!({"paths": {"/a": {"$ref": "gone/x.json"}}}).to_string()),
    ]);
    // The working tree and uncommitted files are ignored.
    repository.write("api/sub/b.json", &b("new"));
    repository.write("api/gone/x.json", "{}");
    let load = |argument: &str| SpecSource::parse_in(&repository.path("api"), argument).unwrap().load();
    let value = load("main:api/root.json").unwrap().value;
    assert_eq!(value[FILES]["sub/b.json"]["title"], json!("old"));
    assert_eq!(value[FILES]["sub/b.json"]["get"]["requestBody"], reference(&format!("#/{FILES}/c.json")));
    assert_eq!(load("main:./root.json").unwrap().value, value);
    assert_eq!(load("main:root.json").unwrap().value[FILES]["api/sub/b.json"]["title"], json!("old"));
    for (argument, reference, reason) in [
        (
            "main:api/up.json",
            "../secret.json",
            "it is outside the document's directory, and only files below that are read",
        ),
        ("main:api/gone.json", "gone/x.json", "no such file in the revision"),
    ] {
        assert_eq!(
            load(argument).unwrap_err().to_string(),
            format!(
                "cannot use {argument}: line 1, #/paths/~1a: cannot follow the reference {reference:?}: {reason}"
            )
        );
    }
}

#[test]
fn locations_in_other_files_are_found() {
    let directory = Directory::of(&[
        ("api/a.yaml", "openapi: 3.0.3\npaths:\n  /a:\n    $ref: sub/b.yaml\n"),
        ("api/sub/b.yaml", "# B\nget:\n  responses: {}\n"),
    ]);
    let document = load(&directory, "api/a.yaml").unwrap();
    let inner = format!("#/{FILES}/sub~1b.yaml/get/responses");
    let whole = format!("#/{FILES}/sub~1b.yaml");
    let missing = format!("#/{FILES}/missing.yaml");
    let found = document.locate(&["#/paths/~1a", &inner, &whole, &missing]);
    assert_eq!(found.len(), 3);
    for (pointer, name, line) in
        [("#/paths/~1a", "api/a.yaml", 3), (&inner, "api/sub/b.yaml", 3), (&whole, "api/sub/b.yaml", 2)]
    {
        assert_eq!(
            (found[pointer].path.as_deref(), found[pointer].line),
            (Some(directory.text(name).as_str()), line)
        );
    }
}

#[test]
fn many_files_are_read_once_each() {
    let count = 60;
    let paths: serde_json::Map<String, Value> =
        (0..count).map(|it| (format!("/{it}"), reference(&format!("{it}.json")))).collect();
    let root = json!({"paths": paths}).to_string();
    let others: Vec<(String, String)> = (0..count)
        .map(|it| {
            let next = reference(&format!("{}.json", (it + 1) % count));
            (format!("{it}.json"), json!({"get": {"callbacks": {"a": {"b": next}}}}).to_string())
        })
        .collect();
    let mut files = vec![("api.json", root.as_str()), ("plain.json", DOCUMENT)];
    files.extend(others.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let repository = Directory::git(&files);
    let local = load(&repository, "api.json").unwrap().value;
    assert_eq!(local[FILES].as_object().unwrap().len(), count);
    let revision = SpecSource::parse_in(&repository.path(""), "main:api.json").unwrap().load().unwrap();
    assert_eq!(revision.value, local);
}
