//! References to other files are resolved below the document's own directory, and nowhere else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

use openapi_drift::{Document, Error, FILES, SpecSource};
use serde_json::{Value, json};

use crate::fixture::{DOCUMENT, Directory};

fn load(directory: &Directory, name: &str) -> Result<Document, Error> {
    SpecSource::File(directory.path(name)).load()
}

/// The value of a document, and of its other files.
fn bundle(files: &[(&str, &str)]) -> (Value, Value) {
    let directory = Directory::of(files);
    let mut value = load(&directory, files[0].0).unwrap().value;
    let files = value.as_object_mut().unwrap().remove(FILES).unwrap_or_default();
    (value, files)
}

/// Why a document with a reference in a path item is refused.
fn refusal(reference: &str, others: &[(&str, &str)]) -> String {
    let root = json!({"paths": {"/a": {"$ref": reference}}}).to_string();
    let mut files = vec![("api/root.json", root.as_str())];
    files.extend(others);
    let directory = Directory::of(&files);
    let error = load(&directory, "api/root.json").unwrap_err().to_string();
    let start = format!("cannot use {}: ", directory.text("api/root.json"));
    error.strip_prefix(&start).unwrap_or_else(|| panic!("{error}")).to_owned()
}

fn reference(to: &str) -> Value {
    json!({"$ref": to})
}

#[test]
fn references_lead_into_the_bundle() {
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
fn a_document_without_other_files_stays_as_it_is() {
    let text = r##"{"paths": {"/a": {"$ref": "#/components/pathItems/Nope"}, "/b": {"$ref": "#anchor"}},
        "components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}}"##;
    let value: Value = serde_json::from_str(text).unwrap();
    assert_eq!(bundle(&[("a.json", text)]), (value.clone(), Value::Null));
    // So do those references beside others.
    let mut value = value;
    value["components"]["schemas"]["A"] = json!({"not": {"$ref": "b.json"}});
    let (root, _) = bundle(&[("a.json", &value.to_string()), ("b.json", "{}")]);
    assert_eq!(root["paths"], value["paths"]);
}

#[test]
fn data_and_names_are_no_references() {
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
fn mappings_of_discriminators_are_references_too() {
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
    assert!(refusal("b%ff.json", &[]).ends_with("what its % signs stand for is not text"));
    assert!(refusal("b%00.json", &[]).ends_with("what its % signs stand for is not text"));
}

#[test]
fn sections_in_files_are_put_in_place() {
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
    // So are lists and operations.
    let operation = json!({
        "parameters": [{"name": "a", "in": "query", "schema": reference(&path("schemas~1pet.yaml"))}],
        "responses": {"200": {"content": {"a/b": {"schema": reference("#/components/schemas/Pet")}}}},
    });
    assert_eq!(root["paths"]["/x"]["get"], operation);
    assert_eq!(files["paths/pets.yaml"]["get"], operation);
}

#[test]
fn what_cannot_be_put_in_place_is_refused() {
    let refusal = |root: Value, others: &[(&str, &str)]| {
        let root = root.to_string();
        let directory = Directory::of(&[&[("a.json", root.as_str())], others].concat());
        load(&directory, "a.json").unwrap_err().to_string()
    };
    let error = refusal(json!({"paths": {"$ref": "b.json", "/a": {}}}), &[("b.json", "{}")]);
    assert!(error.ends_with("it has other members beside it, which OpenAPI does not allow here"), "{error}");
    let error = refusal(json!({"paths": {"$ref": "b.json"}}), &[("b.json", r#"{"$ref": "b.json"}"#)]);
    assert!(error.ends_with("it leads back to itself"), "{error}");
    let node = r#"{"properties": {"a": {"properties": {"$ref": "b.json#/properties"}}}}"#;
    let schemas = json!({"components": {"schemas": {"A": {"$ref": "b.json"}}}});
    let error = refusal(schemas.clone(), &[("b.json", node)]);
    assert!(error.contains("it leads to something that contains the reference itself"), "{error}");
    // Copies in copies, and many copies.
    let forks: Vec<(String, String)> = (0..14)
        .map(|level| {
            let next = json!({"properties": {"$ref": format!("{}.json", level + 1)}});
            (format!("{level}.json"), json!({"a": next, "b": next}).to_string())
        })
        .collect();
    let mut forks: Vec<(&str, &str)> =
        forks.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    forks.push(("14.json", "{}"));
    let large = json!({"a": "x".repeat(1_000_000)}).to_string();
    for (count, others) in [(1, forks), (300, vec![("0.json", large.as_str())])] {
        let schemas: serde_json::Map<String, Value> =
            (0..count).map(|it| (it.to_string(), json!({"properties": {"$ref": "0.json"}}))).collect();
        let error = refusal(json!({"components": {"schemas": schemas}}), &others);
        assert!(error.ends_with("the target is too large to be copied into the document"), "{error}");
    }
}

#[test]
fn references_lead_through_references() {
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
fn only_files_below_the_directory_are_read() {
    let outside = "it leads out of the document's directory, and only files below that are read";
    let inside = [("secret.json", "{}"), ("api2/x.json", "{}"), ("api/sub/x.json", "{}")];
    for path in [
        "../secret.json",
        "sub/../../secret.json",
        "../api2/x.json",
        "..",
        "%2e%2e/secret.json",
        "sub/..%2F../secret.json",
    ] {
        assert_eq!(
            refusal(path, &inside),
            format!("line 1, #/paths/~1a: the reference {path:?} cannot be followed: {outside}")
        );
    }
    let relative = "only relative paths are followed; put what it leads to in a file beside the document";
    for path in [
        "/etc/passwd",
        "//host/x",
        "\\\\host\\x",
        "file:///etc/passwd",
        "http://127.0.0.1:1/a.json",
        "HTTPS://user:x@127.0.0.1:1/a.json#/A",
        "C:\\x.json",
        "urn:x",
    ] {
        let refusal = refusal(path, &[]);
        assert!(refusal.ends_with(&format!("cannot be followed: {relative}")), "{refusal}");
    }
    // Out and in again is in.
    let root = json!({"paths": {"/a": {"$ref": "../api/sub/x.json"}}}).to_string();
    let directory = Directory::of(&[("api/root.json", &root), ("api/sub/x.json", "{}")]);
    assert!(load(&directory, "api/root.json").unwrap().value[FILES]["sub/x.json"].is_object());
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_resolved_first() {
    use std::os::unix::fs::symlink;

    let root = |path: &str| json!({"paths": {"/a": {"$ref": path}}}).to_string();
    let directory = Directory::of(&[
        ("v1/root.json", &root("link.json")),
        ("v1/out.json", &root("secret.json")),
        ("v1/dir.json", &root("up/secret.json")),
        ("v1/real.json", "{}"),
        ("secret.json", "{}"),
    ]);
    let link = |to: &Path, name: &str| symlink(to, directory.path(name)).unwrap();
    link(Path::new("real.json"), "v1/link.json");
    link(&directory.path("secret.json"), "v1/secret.json");
    link(Path::new(".."), "v1/up");
    link(Path::new("v1/root.json"), "current.json");
    link(Path::new("v1"), "latest");
    // The file counts, not the link, and the document's directory is where it really is.
    for name in ["v1/root.json", "current.json", "latest/root.json"] {
        let document = load(&directory, name).unwrap();
        let real = format!("#/{FILES}/real.json");
        assert_eq!(document.value["paths"]["/a"], reference(&real), "{name}");
        let path = document.locate(&[&real])[&real].path.clone().unwrap();
        let expected = directory.path("v1/real.json").canonicalize().unwrap();
        assert_eq!(Path::new(&path).canonicalize().unwrap(), expected, "{name}");
    }
    for name in ["v1/out.json", "v1/dir.json"] {
        let error = load(&directory, name).unwrap_err().to_string();
        assert!(
            error.ends_with("it leads out of the document's directory, and only files below that are read"),
            "{error}"
        );
    }
}

#[test]
fn what_a_reference_cannot_find_is_refused_with_its_place() {
    let forks: serde_json::Map<String, Value> =
        (0..200).map(|it| (it.to_string(), reference(&format!("#/{}/x/x", it + 1)))).collect();
    let forks = Value::Object(forks).to_string();
    for (path, others, reason) in [
        ("nope.json", &[][..], "there is no such file"),
        ("b.json/c.json", &[("api/b.json", "{}")], "there is no such file"),
        ("b.json#/x", &[("api/b.json", "{}")], "the file has nothing at that place"),
        ("b.json#/1", &[("api/b.json", "[1]")], "the file has nothing at that place"),
        ("b.json#anchor", &[("api/b.json", "{}")], "what follows the # is not a JSON pointer"),
        ("sub", &[("api/sub/b.json", "{}")], "it is a directory, not a file"),
        (
            "b.json",
            &[("api/b.json", "{\"a\": 1,\n\"a\": 2}")],
            "\"b.json\" cannot be used: line 2, column 1: the key \"a\" appears twice in one object",
        ),
        ("b.json", &[("api/b.json", r#"{"$ref": "b.json"}"#)], "it leads back to itself"),
        (
            "b.json",
            &[("api/b.json", r#"{"$ref": "c.json#/x"}"#), ("api/c.json", r#"{"x": {"$ref": "b.json"}}"#)],
            "it leads back to itself",
        ),
        ("root.json#/paths/~1a", &[], "it leads back to itself"),
        // Each way forks.
        ("b.json#/0/x/x", &[("api/b.json", &forks)], "it leads back to itself"),
        ("b.json#/x/y", &[("api/b.json", r##"{"x": {"$ref": "#/x/z"}}"##)], "it leads back to itself"),
    ] {
        assert_eq!(
            refusal(path, others),
            format!("line 1, #/paths/~1a: the reference {path:?} cannot be followed: {reason}")
        );
    }
    // In another file, its name is said.
    let pets = "x: 1\nget:\n  requestBody:\n    $ref: nope.yaml\n";
    assert_eq!(
        refusal("sub/pets.yaml", &[("api/sub/pets.yaml", pets)]),
        "\"sub/pets.yaml\", line 4, #/get/requestBody: the reference \"nope.yaml\" cannot be followed: there is no such file"
    );
    let directory =
        Directory::of(&[("a.json", &json!({FILES: {}, "paths": {"/a": {"$ref": "b.json"}}}).to_string())]);
    let error = load(&directory, "a.json").unwrap_err().to_string();
    assert!(
        error.ends_with(&format!("it refers to other files, but has a member {FILES}, which they would get")),
        "{error}"
    );
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
    // Neither the working tree nor what was not committed counts.
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
            "it leads out of the document's directory, and only files below that are read",
        ),
        ("main:api/gone.json", "gone/x.json", "there is no such file in the revision"),
    ] {
        assert_eq!(
            load(argument).unwrap_err().to_string(),
            format!(
                "cannot use {argument}: line 1, #/paths/~1a: the reference {reference:?} cannot be followed: {reason}"
            )
        );
    }
}

#[test]
fn places_in_other_files_are_found() {
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
